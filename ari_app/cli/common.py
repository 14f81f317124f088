"""What commands share: the home option, and how they print."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Folder with all state of the line.", envvar="MELDLIJN_HOME", show_default=".meldlijn"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]

#: Progress and messages; stdout is for results.
messages = Console(stderr=True, highlight=False)
results = Console(highlight=False)


def print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    print()


def fail(message: str, code: int = 1) -> NoReturn:
    """Ends the command with one message for people."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)
