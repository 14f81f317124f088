"""`meldlijn bench`: measured figures."""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ari_app.cli.common import JsonOption, fail, messages, results

if TYPE_CHECKING:
    from ari_app.bench.benches import Bench
    from ari_app.bench.figure import Figure


def add_to(app: typer.Typer) -> None:
    app.command()(bench)


def bench(
    only: Annotated[list[str] | None, typer.Option("--only", help="A bench by name; may be repeated.")] = None,
    list_them: Annotated[bool, typer.Option("--list", help="Print the names of all benches.")] = False,
    home: Annotated[
        Path | None, typer.Option("--home", help="Where the scratch lines are made; default: the system's folder.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the line under load, on scratch lines of its own that are removed afterwards.

    With --json each figure is one line on stdout. A figure with a bar says whether it is met; the exit code is 0 either way, since
    another machine or a busy one measures something else.
    """
    from ari_app.asterisk.server import ServerFailed
    from ari_app.bench.benches import BENCHES, chosen
    from ari_app.bench.figure import BenchFailed
    from ari_app.demo.line import LineFailed

    if list_them:
        for name, one in BENCHES.items():
            results.print(f"{name:20} {one.about}")
        return
    if home:
        home.mkdir(parents=True, exist_ok=True)
    try:
        benches = chosen(only or [])
        figures = asyncio.run(_measure(benches, home, as_json=as_json))
    except (BenchFailed, LineFailed, ServerFailed) as why:
        fail(str(why))
    if not as_json:
        results.print(_table(figures))


async def _measure(benches: "dict[str, Bench]", home: Path | None, *, as_json: bool) -> "list[Figure]":
    figures = []
    for name, one in benches.items():
        messages.print(f"[dim]{name}: {one.about}[/]")
        with tempfile.TemporaryDirectory(prefix=f"meldlijn-{name}-", dir=home) as scratch:
            async for figure in one.run(Path(scratch)):
                figures.append(figure)
                if as_json:
                    print(json.dumps(figure.to_json()), flush=True)
    return figures


def _table(figures: "list[Figure]") -> Table:
    table = Table("bench", "figure", "value", "unit", "against", "ratio", "bar")
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        bar = "" if figure.bar is None else f"{figure.bar}: {'met' if figure.is_met else 'NOT met'}"
        table.add_row(figure.bench, figure.figure, f"{figure.value:,.2f}", figure.unit, figure.against, ratio, bar)
    return table
