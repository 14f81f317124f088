"""Shows what became of the demo: a table for people, JSON for machines."""

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ari_app.demo.judge import AMSTERDAM, Judged
from ari_app.demo.line import LineFailed
from ari_app.demo.run import Demo, Progress


async def show_demo(home: Path, progress: Progress, *, as_json: bool) -> int:
    """Runs the demo; the exit code: 0 when every call went as described. Without JSON the line then runs until Ctrl-C."""
    demo = Demo(home, progress)
    try:
        judged = await demo.calls()
        is_ok = all(call.as_described for call in judged)
        if as_json:
            json.dump(
                {"ok": is_ok, "calls": [call.to_json() for call in judged]}, sys.stdout, ensure_ascii=False, indent=2
            )
            print()
        else:
            await _show_and_wait(demo, judged)
        return 0 if is_ok else 1
    except LineFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    finally:
        progress("stopping the line")
        await demo.stop()


async def _show_and_wait(demo: Demo, judged: list[Judged]) -> None:
    console = Console()
    console.print(_table(judged))
    for call in judged:
        for check in (check for check in call.checks if not check.ok):
            console.print(f"[red]{call.demo.name}[/]: {check.what}: wanted {check.wanted!r}, found {check.found!r}")
    web = demo.settings.web
    console.print(f"\nThe page: http://{web.host}:{web.port}/   name: demo   password: {demo.password}")
    console.print('Call it yourself: make call ARGS="--from 0201234567 --at 2026-11-21T09:10"\nCtrl-C stops the line.')
    await demo.line.until_it_ends()


def _table(judged: list[Judged]) -> Table:
    table = Table(
        "call", "as described", "route and why", "ticket", "heard by the machine", "category and because", "deadlines"
    )
    for call in judged:
        entry = call.to_json()
        table.add_row(
            f"{call.demo.name}\n[dim]{call.demo.story}[/]",
            "yes" if call.as_described else "[red]NO[/]",
            "\n".join([str(entry["route"]), *(f"[dim]{why}[/]" for why in entry["why"])]),
            f"{entry['ticket']}\n{entry['customer'] or 'unknown'}\n{entry['level']}",
            entry["transcript"] or "-",
            "\n".join(
                [
                    f"CAT {entry['category']}" if entry["category"] else "-",
                    *(f"[dim]“{words}”[/]" for words in entry["because"]),
                ]
            ),
            _deadlines(call),
            end_section=True,
        )
    return table


def _deadlines(call: Judged) -> str:
    """Only clocks that promise something."""
    deadlines = call.ticket.deadlines if call.ticket else ()
    lines = []
    for deadline in deadlines:
        if deadline.state in ("running", "paused", "breached", "met"):
            due = f", due {deadline.due_at.astimezone(AMSTERDAM):%a %d-%m %H:%M}" if deadline.due_at else ""
            lines.append(
                f"{deadline.clock.value.replace('_', ' ')}: {deadline.state}{due} [dim]({deadline.clauses[0]})[/]"
            )
    return "\n".join(lines) or "no clock runs"
