"""`meldlijn exclusion`: who may no longer use the calamity line. Proposed by counting, decided by a person (R-057, A-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from ari_app.cli.common import (
    HomeOption,
    JsonOption,
    day_of,
    messages,
    print_json,
    print_sources,
    refusals_end,
    results,
    settings_of,
)
from ari_app.cli.ticket_options import ByOption, actor
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.exclusions import Who

WhyOption = Annotated[str, typer.Option(help="The reason; kept with it.")]


def add_to(app: typer.Typer) -> None:
    exclusion = typer.Typer(help="Who may no longer use the calamity line.", no_args_is_help=True)
    exclusion.command("proposals")(proposals)
    exclusion.command("list")(list_exclusions)
    exclusion.command("add")(add)
    exclusion.command("lift")(lift)
    app.add_typer(exclusion, name="exclusion")


def proposals(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Who was ruled "no calamity" so often lately that a supervisor should decide. Nothing follows by itself."""
    from ari_app.desk.views import to_json

    settings = settings_of(home)
    found = ask_desk(settings, lambda desk: desk.exclusions.proposals())
    if as_json:
        return print_json(to_json(found))
    for one in found:
        results.print(f"{one.who.scope.value} [bold]{escape(one.name)}[/]: {escape(one.facts.why)}")
        results.print(f"  voorstel: uitsluiten tot en met {one.facts.until:%d-%m-%Y} (A-12)")
    if not found:
        messages.print("Nobody is proposed.")
    return print_sources(clause for one in found for clause in one.clauses)


def list_exclusions(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """All decisions, newest first, those that are over among them."""
    from ari_app.desk.views import to_json

    settings = settings_of(home)
    found = ask_desk(settings, lambda desk: desk.exclusions.all())
    if as_json:
        return print_json(to_json(found))
    for one in found:
        stands = "geldt" if one.is_in_force else "geldt niet meer"
        results.print(
            f"[bold]{one.id}[/] {one.scope.value} {escape(one.name)}, tot en met {one.ends_on:%d-%m-%Y}: {stands}. "
            f"{escape(one.decided_by)}: {escape(one.why)}"
        )
        if one.lifted_at:
            results.print(f"  opgeheven door {escape(one.lifted_by)}: {escape(one.why_lifted)}")
    return print_sources(clause for one in found for clause in one.clauses)


def add(
    why: WhyOption,
    by: ByOption,
    number: Annotated[str | None, typer.Option(help="One phone number.")] = None,
    customer: Annotated[str | None, typer.Option(help="A whole customer, by name.")] = None,
    contact: Annotated[str, typer.Option(help="With --customer: only this contact.")] = "",
    until: Annotated[str | None, typer.Option(help="The last day, 2026-12-31. Without it as the setting says.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """A supervisor excludes a number, a contact or a customer from the calamity line, until a day (R-057)."""
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        last = day_of(until, "--until") if until else None
        decider = actor(by, "supervisor")

        async def exclude(desk: Desk) -> int:
            return await desk.exclusions.exclude(await _who(desk, number, customer, contact), decider, why, last)

        made = ask_desk(settings, exclude)
    messages.print(f"Exclusion {made} holds from now on.")
    list_exclusions(home, as_json)


def lift(
    number: Annotated[int, typer.Argument(help="As `exclusion list` shows it.")],
    why: WhyOption,
    by: ByOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """End an exclusion now; it stays on record."""
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        decider = actor(by, "supervisor")
        ask_desk(settings, lambda desk: desk.exclusions.lift(number, decider, why))
    list_exclusions(home, as_json)


async def _who(desk: Desk, number: str | None, customer: str | None, contact: str) -> Who:
    """Raises ValueError, and Refused for an unknown customer."""
    from ari_app.desk.exclusions import Who
    from ari_app.store.contract_tables import ExclusionScope
    from routing.caller import normal_form

    if (number is None) == (customer is None) or (contact and customer is None):
        raise ValueError("give --number, or --customer, or --customer with --contact")
    if number is not None:
        e164 = normal_form(number)
        if e164 is None:
            raise ValueError(f"{number!r} is no phone number: write it as +31201234567 or 020 1234567")
        return Who(ExclusionScope.NUMBER, e164)
    owner = await desk.contracts.customer(customer or "")
    scope = ExclusionScope.CONTACT if contact else ExclusionScope.ORGANISATION
    return Who(scope, customer_id=owner, contact_name=contact)
