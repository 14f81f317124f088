"""What commands share: the home option, its settings, and how they print.

Commands import what they need when they run: `meldlijn --help` must not wait for a database and a speech engine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from ari_app.config import Settings
    from sla.clauses import Clause

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


def print_sources(clauses: Iterable[Clause]) -> None:
    """Where the rules stand that were named above, each once."""
    for clause in dict.fromkeys(clauses):
        print(f"  bron: {clause}")


def fail(message: str, code: int = 1) -> NoReturn:
    """Ends the command with one message for people."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)
