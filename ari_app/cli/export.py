"""`meldlijn export`: what an outside system takes in."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ari_app.cli.common import HomeOption, fail, print_json, refusals_end, settings_of
from ari_app.cli.rota_words import WHEN, instant
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.field_map import FieldMap

_AT_ONCE = 200


def add_to(app: typer.Typer) -> None:
    export = typer.Typer(help="For other systems.", no_args_is_help=True)
    export.command("tickets")(export_tickets)
    export.callback()(lambda: None)
    app.add_typer(export, name="export")


def export_tickets(
    map_name: Annotated[str, typer.Option("--map", help="A TOML file, or a map that ships: autotask.")],
    since: Annotated[str | None, typer.Option(help=f"Reported at or after this moment. {WHEN}")] = None,
    until: Annotated[str | None, typer.Option(help=f"Reported before this moment. {WHEN}")] = None,
    form: Annotated[Literal["json", "csv"], typer.Option("--format", help="How it is written.")] = "json",
    home: HomeOption = None,
) -> None:
    """Tickets in the fields of an outside ticket system, newest first. docs/operations.md says how a map is written."""
    from ari_app.desk.field_map import read_map

    settings = settings_of(home)
    with refusals_end(settings):
        try:
            fields = read_map(map_name)
        except OSError as why:
            fail(f"{map_name} can't be read: {why.strerror}. Name a TOML file, or autotask.")
        span = {name: instant(settings, text) for name, text in (("since", since), ("until", until)) if text}
        found = ask_desk(settings, lambda desk: _all(desk, fields, span))
    if form == "json":
        return print_json(found)
    writer = csv.DictWriter(sys.stdout, list(fields.names))
    writer.writeheader()
    writer.writerows(found)
    return None


async def _all(desk: Desk, fields: FieldMap, span: dict[str, Any]) -> list[dict[str, Any]]:
    from ari_app.desk.finding import Search

    told, below = [], None
    while True:
        found = await desk.ticket_search.tickets(Search(**span), _AT_ONCE, below)
        told += [fields.of(view) for _, view in found]
        if len(found) < _AT_ONCE:
            return told
        below = found[-1][0]
