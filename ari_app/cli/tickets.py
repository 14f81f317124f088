"""`meldlijn tickets list` and `show`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from ari_app.cli.common import HomeOption, JsonOption, fail, print_json, results, settings_of

if TYPE_CHECKING:
    from rich.table import Table

    from ari_app.config import Settings
    from ari_app.desk import Desk
    from ari_app.desk.views import TicketView

Answer = TypeVar("Answer")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def add_to(app: typer.Typer) -> None:
    tickets = typer.Typer(help="What came in.", no_args_is_help=True)
    tickets.command("list")(list_tickets)
    tickets.command("show")(show_ticket)
    app.add_typer(tickets, name="tickets")


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


def ask_desk(settings: Settings, question: Callable[[Desk], Awaitable[Answer]]) -> Answer:
    """One question to the desk of a line, running or not. Ends the command when its database is not ready."""
    from ari_app.setting_up import open_desk
    from ari_app.store.schema import check

    async def ask() -> Answer:
        async with open_desk(settings) as desk:
            return await question(desk)

    if not check(settings.database_url).is_current:
        fail(f"The database of {settings.home} is not up to date. Run `meldlijn db upgrade`.")
    return asyncio.run(ask())


def ticket_table(views: Sequence[TicketView]) -> Table:
    from rich.table import Table

    table = Table("ticket", "reported", "customer", "level", "route", "category", "first deadline", "text")
    for view in views:
        due = view.next_deadline.due_at if view.next_deadline else None
        table.add_row(
            view.number,
            local(view.reported_at),
            escape(view.customer_name or "unknown"),
            view.level,
            view.route,
            view.category.value if view.category else f"{view.proposed_category or '-'}?",
            local(due) if due else "-",
            escape((view.voicemail.text if view.voicemail else view.summary)[:60]),
        )
    return table


def print_ticket(view: TicketView) -> None:
    results.print(
        f"[bold]{view.number}[/]  {escape(view.customer_name or 'unknown caller')}  {view.level}  {view.state}"
    )
    results.print(f"reported {local(view.reported_at)} by {view.source}; route {view.route}")
    for why in view.why:
        results.print(f"  {escape(why)}")
    for leg in view.legs:
        results.print(f"  rang {leg.who}: {leg.result}. {escape(leg.why)}")
    if view.voicemail:
        results.print(f"message ({view.voicemail.state}): {escape(view.voicemail.text)}")
    if view.proposed_category:
        results.print(f"proposed: {view.proposed_category}; {escape(view.why_proposed)}")
    for deadline in view.deadlines:
        due = local(deadline.due_at) if deadline.due_at else "-"
        results.print(f"{deadline.clock.value}: {deadline.state}, due {due} ({deadline.rule})")
        for line in deadline.why:
            results.print(f"    {escape(line)}")


def local(instant: datetime) -> str:
    """In the zone of the agreement."""
    return instant.astimezone(AMSTERDAM).strftime("%a %d-%m-%Y %H:%M")
