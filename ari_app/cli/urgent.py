"""`meldlijn urgent`: messages that people are told about until somebody claims them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from ari_app.cli.common import HomeOption, JsonOption, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.ticket_words import AMSTERDAM
from ari_app.cli.tickets import ask_desk


def add_to(app: typer.Typer) -> None:
    urgent = typer.Typer(help="Urgent messages that nobody took up yet.", no_args_is_help=True)
    urgent.command("list")(list_urgent)
    urgent.command("claim")(claim)
    app.add_typer(urgent, name="urgent")


def list_urgent(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Those that nobody claimed, longest waiting first."""
    from rich.table import Table

    from ari_app.desk.views import to_json

    views = ask_desk(settings_of(home), lambda desk: desk.urgent.waiting())
    if as_json:
        return print_json([to_json(view) for view in views])
    table = Table("ticket", "since", "told", "next", "why")
    for view in views:
        since, following = (f"{at.astimezone(AMSTERDAM):%a %H:%M}" for at in (view.since, view.next_step_at))
        table.add_row(view.ticket, since, str(view.steps), following, escape(view.why))
    return results.print(table)


def claim(
    number: Annotated[str, typer.Argument(help="For example T-1001.")],
    by: Annotated[str, typer.Option("--by", help="Who takes it up; the name is kept and shown.")],
    home: HomeOption = None,
) -> None:
    """Take a message up, so that nobody else is told. Only one person gets it."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    settings, who = settings_of(home), Actor(by, Role.ENGINEER)
    with refusals_end(settings):
        ask_desk(settings, lambda desk: desk.urgent.claim(number, who, "cli"))
    messages.print(f"{number} is {escape(by)}'s.")
