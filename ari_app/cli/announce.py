"""`meldlijn announce`: what callers hear after the welcome about a known outage or planned maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from ari_app.cli.common import HomeOption, JsonOption, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.rota_words import WHEN, instant
from ari_app.cli.ticket_words import AMSTERDAM
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from datetime import datetime

    from ari_app.desk.actor import Actor

ByOption = Annotated[str, typer.Option("--by", help="Who decides this; the name is kept with it.")]


def add_to(app: typer.Typer) -> None:
    announce = typer.Typer(help="What callers hear about outages and maintenance.", no_args_is_help=True)
    announce.command("add")(add)
    announce.command("list")(list_all)
    announce.command("end")(end)
    app.add_typer(announce, name="announce")


def add(
    text: Annotated[str, typer.Argument(help="Dutch; spoken as it stands.")],
    by: ByOption,
    english: Annotated[
        str, typer.Option(help="For callers who chose English; without it they hear the Dutch one.")
    ] = "",
    customer: Annotated[list[str] | None, typer.Option(help="By name, once for each. Without it everybody.")] = None,
    begins: Annotated[str | None, typer.Option("--from", help=f"{WHEN} Without it now.")] = None,
    until: Annotated[str | None, typer.Option("--until", help=f"{WHEN} Without it: until somebody ends it.")] = None,
    ticket: Annotated[
        str | None, typer.Option(help="An open ticket that callers may join with 1, such as T-1001.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Tell callers from their next call on, within seconds. Prints the number of the announcement."""
    settings = settings_of(home)
    with refusals_end(settings):
        starts_at = None if begins is None else instant(settings, begins)
        ends_at = None if until is None else instant(settings, until)
        number = ask_desk(
            settings,
            lambda desk: desk.announcements.add(
                text,
                _one_of_us(by),
                text_en=english,
                customers=customer or (),
                starts_at=starts_at,
                ends_at=ends_at,
                ticket=ticket,
            ),
        )
    results.print(str(number))


def list_all(
    home: HomeOption = None,
    limit: Annotated[int, typer.Option(help="How many, newest last.", min=1, max=1000)] = 20,
    as_json: JsonOption = False,
) -> None:
    """The announcements, those that are over among them."""
    from rich.table import Table

    from ari_app.desk.views import to_json

    found = ask_desk(settings_of(home), lambda desk: desk.announcements.all(limit))
    if as_json:
        return print_json([{**to_json(one), "customer_ids": sorted(one.customer_ids)} for one in found])
    table = Table("number", "from", "until", "for", "ticket", "text")
    for one in found:
        whom = ", ".join(map(str, sorted(one.customer_ids))) or "everybody"
        until = _local(one.ends_at) if one.ends_at else "-"
        table.add_row(str(one.id), _local(one.starts_at), until, whom, one.ticket or "-", escape(one.text))
    return results.print(table)


def end(
    number: Annotated[int, typer.Argument(help="As `announce list` shows it.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Nobody hears it any more from now on."""
    settings = settings_of(home)
    with refusals_end(settings):
        ask_desk(settings, lambda desk: desk.announcements.end(number, _one_of_us(by)))
    messages.print(f"Announcement {number} is over.")


def _one_of_us(name: str) -> Actor:
    """Who may use this command has the database of the line in hand: no role is asked."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    return Actor(name, Role.ENGINEER)


def _local(at: datetime) -> str:
    return f"{at.astimezone(AMSTERDAM):%a %d-%m-%Y %H:%M}"
