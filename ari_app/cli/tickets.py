"""`meldlijn tickets list` and `show`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from ari_app.cli.common import HomeOption, JsonOption, fail, print_json, results
from ari_app.config import Settings, read_settings
from ari_app.desk import Desk
from ari_app.desk.views import TicketView, to_json
from ari_app.setting_up import open_desk

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
    """The newest tickets."""
    views = ask_desk(read_settings(home), lambda desk: desk.tickets(limit))
    if as_json:
        return print_json([to_json(view) for view in views])
    return results.print(ticket_table(views))


def show_ticket(
    number: Annotated[str, typer.Argument(help="For example T-1001.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """One ticket with everything that belongs to it."""
    view = ask_desk(read_settings(home), lambda desk: desk.ticket(number))
    if view is None:
        fail(f"There is no ticket {number!r}. `meldlijn tickets list` shows those that there are.")
    if as_json:
        return print_json(to_json(view))
    return print_ticket(view)


def ask_desk(settings: Settings, question: Callable[[Desk], Awaitable[Answer]]) -> Answer:
    """One question to the desk of a line, running or not."""

    async def ask() -> Answer:
        async with open_desk(settings) as desk:
            return await question(desk)

    return asyncio.run(ask())


def ticket_table(views: "list[TicketView] | tuple[TicketView, ...]") -> Table:
    table = Table("ticket", "reported", "customer", "level", "route", "category", "first deadline", "text")
    for view in views:
        due = view.next_deadline.due_at if view.next_deadline else None
        table.add_row(
            view.number,
            local(view.reported_at),
            view.customer_name or "unknown",
            view.level,
            view.route,
            view.category.value if view.category else f"{view.proposed_category or '-'}?",
            local(due) if due else "-",
            (view.voicemail.text if view.voicemail else view.summary)[:60],
        )
    return table


def print_ticket(view: TicketView) -> None:
    results.print(f"[bold]{view.number}[/]  {view.customer_name or 'unknown caller'}  {view.level}  {view.state}")
    results.print(f"reported {local(view.reported_at)} by {view.source}; route {view.route}")
    for why in view.why:
        results.print(f"  {why}")
    for leg in view.legs:
        results.print(f"  rang {leg.who}: {leg.result}. {leg.why}")
    if view.voicemail:
        results.print(f"message ({view.voicemail.state}): {view.voicemail.text}")
    if view.proposed_category:
        results.print(f"proposed: {view.proposed_category}; {view.why_proposed}")
    for deadline in view.deadlines:
        due = local(deadline.due_at) if deadline.due_at else "-"
        results.print(f"{deadline.clock.value}: {deadline.state}, due {due} ({deadline.rule})")
        for line in deadline.why:
            results.print(f"    {line}")


def local(instant: datetime) -> str:
    """In the zone of the agreement."""
    return instant.astimezone(AMSTERDAM).strftime("%a %d-%m-%Y %H:%M")
