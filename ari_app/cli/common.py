"""What commands share: the home option, its settings, and how they print.

Commands import what they need when they run: `meldlijn --help` must not wait for a database and a speech engine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Protocol, TypeVar

import typer
from rich.console import Console

if TYPE_CHECKING:
    from datetime import date

    from ari_app.config import Settings
    from sla.clauses import Clause

Parsed = TypeVar("Parsed")
View = TypeVar("View", bound="Shown")
HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Folder with all state of the line.", envvar="MELDLIJN_HOME", show_default=".meldlijn"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]

#: In a file or a pipe no line is broken.
WIDE = 240

#: Progress and messages; stdout is for results.
messages = Console(stderr=True, highlight=False)
results = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)


def settings_of(home: Path | None) -> Settings:
    """Ends the command with exit code 2 and all mistakes when the settings can't be used. Logs go to stderr from now on."""
    from ari_app.config import ConfigurationError, read_settings
    from ari_app.logs import set_up_logs

    try:
        settings = read_settings(home)
        settings.agreed_hours()
    except ConfigurationError as wrong:
        fail(str(wrong), code=2)
    set_up_logs(as_json=settings.log_json)
    return settings


def print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    print()


class Shown(Protocol):
    """A view of the desk that knows where the rules stand that it names."""

    @property
    def clauses(self) -> tuple[Clause, ...]: ...


def print_views(views: Sequence[View], as_json: bool, lines: Callable[[View], Iterable[str]]) -> None:
    """As JSON, or the lines of each for people and then where the rules stand that they name."""
    from ari_app.desk.views import to_json

    if as_json:
        return print_json(to_json(views))
    for view in views:
        for line in lines(view):
            results.print(line)
    return print_sources(clause for view in views for clause in view.clauses)


def print_sources(clauses: Iterable[Clause]) -> None:
    """Where the rules stand that were named above, each once."""
    for clause in dict.fromkeys(clauses):
        print(f"  bron: {clause}")


@contextmanager
def refusals_end(settings: Settings, as_json: bool = False) -> Iterator[None]:
    """Ends the command with exit code 1, the sentence, and where the rules stand that it names; `as_json`: as an object on
    stdout too."""
    try:
        yield
    except ValueError as mistake:
        clauses = settings.agreement().clauses_in(str(mistake))
        if as_json:
            rule = getattr(mistake, "rule", None)  # of Refused, which takes a database to import
            print_json({"refused": str(mistake), "rule": rule, "clauses": [asdict(clause) for clause in clauses]})
        fail("\n".join([str(mistake), *(f"  bron: {clause}" for clause in clauses)]))


def day_of(text: str, option: str) -> date:
    """Raises ValueError that names the option."""
    from sla.calendar import parse_date

    return parsed(text, option, parse_date, "write a day such as 2026-12-31")


def euros(text: str, option: str) -> Decimal:
    """More than nothing. Raises ValueError that names the option."""
    amount = parsed(text, option, Decimal, "write euros such as 12.50")
    if not amount.is_finite() or amount <= 0:
        raise ValueError(f"{option} is {text!r}: give more than 0 euro")
    return amount


def parsed(text: str, option: str, parse: Callable[[str], Parsed], hint: str) -> Parsed:
    """Raises ValueError that names the option, what was given, and how to write it."""
    try:
        return parse(text)
    except (ValueError, InvalidOperation) as cause:
        raise ValueError(f"{option} is {text!r}: {hint}") from cause


def fail(message: str, code: int = 1) -> NoReturn:
    """Ends the command with one message for people."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)
