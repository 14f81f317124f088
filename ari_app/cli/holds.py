"""`meldlijn hold`: what must stay as it is, whatever retention or a request to erase says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.cli.common import (
    HomeOption,
    JsonOption,
    day_of,
    messages,
    print_json,
    refusals_end,
    results,
    settings_of,
)
from ari_app.cli.ticket_options import administrator
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk

ByOption = Annotated[str, typer.Option("--by", help="Who decides this; the name is kept with it.")]


def add_to(app: typer.Typer) -> None:
    hold = typer.Typer(
        help="Legal holds: neither retention nor a request to erase touches what is on hold.", no_args_is_help=True
    )
    hold.command("add")(add)
    hold.command("list")(list_all)
    hold.command("lift")(lift)
    app.add_typer(hold, name="hold")


def add(
    why: Annotated[str, typer.Option(help="The reason, such as a dispute and its date.")],
    by: ByOption,
    customer: Annotated[str, typer.Option(help="By name: all its tickets.")] = "",
    ticket: Annotated[str, typer.Option(help="For example T-1001.")] = "",
    number: Annotated[str, typer.Option(help="A person: all tickets of who calls from it.")] = "",
    until: Annotated[str, typer.Option(help="The last day, 2027-12-31. Without it until somebody lifts it.")] = "",
    home: HomeOption = None,
) -> None:
    """Put a customer, a ticket or a person on hold from now on. Prints the number of the hold."""
    from ari_app.desk.holds import OnHold

    settings = settings_of(home)

    async def place(desk: Desk) -> int:
        customer_id = await desk.contracts.customer(customer) if customer else None
        last = day_of(until, "--until") if until else None
        return await desk.people.holds.place(OnHold(customer_id, ticket, number), administrator(by), why, last)

    with refusals_end(settings):
        results.print(str(ask_desk(settings, place)))


def list_all(
    home: HomeOption = None,
    limit: Annotated[int, typer.Option(help="How many, those in force first.", min=1, max=1000)] = 50,
    as_json: JsonOption = False,
) -> None:
    """The holds, those that are over among them."""
    from ari_app.desk.views import to_json

    found = ask_desk(settings_of(home), lambda desk: desk.people.holds.all(limit))
    if as_json:
        return print_json(to_json(found))
    for one in found:
        until = f"until {one.until:%d-%m-%Y}" if one.until else "until it is lifted"
        over = (
            ""
            if one.is_in_force
            else f"; over{f', lifted by {one.lifted_by}: {one.why_lifted}' if one.lifted_at else ''}"
        )
        results.print(f"{one.id}  {one.whom}  {until}, by {one.placed_by}: {one.why}{over}", markup=False)
    return None


def lift(
    number: Annotated[int, typer.Argument(help="As `hold list` shows it.")],
    why: Annotated[str, typer.Option(help="The reason; kept with it.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Retention and requests to erase count again from now on."""
    settings = settings_of(home)
    with refusals_end(settings):
        ask_desk(settings, lambda desk: desk.people.holds.lift(number, administrator(by), why))
    messages.print(f"Hold {number} is lifted.")
