"""`meldlijn tickets list`, `show`, `queue` and `open`; what is done with a ticket is in ticket_commands.py."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from ari_app.cli.acting import at_the_terminal
from ari_app.cli.common import HomeOption, JsonOption, fail, print_json, refusals_end, results, settings_of
from ari_app.cli.rota_words import WHEN, instant
from ari_app.cli.ticket_options import AsOption, ByOption, actor
from ari_app.cli.ticket_words import print_standing, print_ticket, ticket_table

if TYPE_CHECKING:
    from ari_app.config import Settings
    from ari_app.desk import Desk

Answer = TypeVar("Answer")


def list_tickets(
    home: HomeOption = None,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=1000)] = 20,
    as_json: JsonOption = False,
) -> None:
    """The newest tickets, with what is due first."""
    from ari_app.desk.views import to_json

    views = ask_desk(settings_of(home), lambda desk: desk.tickets(limit))
    if as_json:
        return print_json([to_json(view) for view in views])
    return results.print(ticket_table(views))


def show_ticket(
    number: Annotated[str, typer.Argument(help="For example T-1001.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """One ticket with everything that belongs to it."""
    from ari_app.desk.views import to_json

    view = ask_desk(settings_of(home), lambda desk: desk.ticket(number))
    if view is None:
        fail(f"There is no ticket {number!r}. `meldlijn tickets list` shows those that there are.")
    if as_json:
        return print_json(to_json(view))
    return print_ticket(view)


def print_queue(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Open tickets in the order to take them; on top those whose time runs out (A-16)."""
    from ari_app.desk.views import to_json

    view = ask_desk(settings_of(home), lambda desk: desk.queue())
    if as_json:
        return print_json(to_json(view))
    if view.strip:
        results.print("[bold]first these[/]", ticket_table(view.strip), sep="\n")
    return results.print(ticket_table(view.queue))


def open_ticket(  # noqa: PLR0913 - each option of a command is an argument
    kind: Annotated[
        Literal["incident", "calamity", "service_request", "user_change", "problem", "maintenance"],
        typer.Option(help="What it is about. Adding and removing users goes by the form only (R-076)."),
    ],
    source: Annotated[
        Literal["phone", "voicemail", "mail", "form", "portal", "monitoring", "engineer"],
        typer.Option(help="By which way it came in."),
    ],
    summary: Annotated[str, typer.Option(help="What is the matter, in the reporter's words.")],
    by: ByOption,
    role: AsOption = "engineer",
    customer: Annotated[str | None, typer.Option(help="By name; without it unknown.")] = None,
    reported: Annotated[str | None, typer.Option(help=f"When it reached us. {WHEN} Without it now.")] = None,
    service: Annotated[str, typer.Option(help="The service bought from us that it is about (R-084).")] = "",
    line: Annotated[int, typer.Option(help="Which line of engineers it needs (R-142).", min=1, max=3)] = 1,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """A report that came in by another way than a call becomes a ticket."""
    from ari_app.desk.opening import NewTicket
    from ari_app.desk.views import TicketView, to_json
    from ari_app.store.tables import TicketSource
    from sla.terms import Kind

    settings = settings_of(home)

    async def file(desk: Desk) -> TicketView | None:
        customer_id = None if customer is None else await desk.contracts.customer(customer)
        at = None if reported is None else instant(settings, reported)
        new = NewTicket(Kind(kind), TicketSource(source), summary, customer_id, at, service, line)
        return await desk.ticket(await desk.open_ticket(new, actor(by, role)))

    with refusals_end(settings, as_json):
        view = ask_desk(settings, file)
    assert view is not None
    return print_json(to_json(view)) if as_json else print_standing(view)


def tell_desk(home: Path | None, as_json: bool, command: Callable[[Desk], Awaitable[Answer]]) -> Answer:
    """One command to the desk of a line. When it is refused, or was written in a way that can't be read, this ends as
    `refusals_end` says."""
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        return ask_desk(settings, command)


def ask_desk(settings: Settings, question: Callable[[Desk], Awaitable[Answer]]) -> Answer:
    """One question to the desk of a line, running or not. Ends the command when its database is not ready."""
    from ari_app.setting_up import open_desk
    from ari_app.store.schema import check

    async def ask() -> Answer:
        async with open_desk(settings) as desk:
            return await question(desk)

    if not check(settings.database_url).is_current:
        fail(f"The database of {settings.home} is not up to date. Run `meldlijn db upgrade`.")
    with at_the_terminal(settings):
        return asyncio.run(ask())
