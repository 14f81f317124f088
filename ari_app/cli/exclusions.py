"""`meldlijn exclusion`: who may no longer use the calamity line. Proposed by counting, decided by a person (R-057, A-12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from ari_app.cli.common import HomeOption, JsonOption, day_of, messages, print_views, settings_of
from ari_app.cli.ticket_options import ByOption, actor
from ari_app.cli.ticket_words import AMSTERDAM
from ari_app.cli.tickets import ask_desk, tell_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.exclusions import DeclinedView, ExclusionView, Proposal
    from ari_app.desk.no_calamities import Who

WhyOption = Annotated[str, typer.Option(help="The reason; kept with it.")]
NumberOption = Annotated[str | None, typer.Option(help="One phone number.")]
CustomerOption = Annotated[str | None, typer.Option(help="A whole customer, by name.")]
ContactOption = Annotated[str, typer.Option(help="With --customer: only this contact.")]


def add_to(app: typer.Typer) -> None:
    exclusion = typer.Typer(help="Who may no longer use the calamity line.", no_args_is_help=True)
    exclusion.command("proposals")(proposals)
    exclusion.command("list")(list_exclusions)
    exclusion.command("add")(add)
    exclusion.command("decline")(decline)
    exclusion.command("declined")(list_declined)
    exclusion.command("lift")(lift)
    app.add_typer(exclusion, name="exclusion")


def proposals(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Who was ruled "no calamity" so often lately that a supervisor should decide. Nothing follows by itself."""
    found = ask_desk(settings_of(home), lambda desk: desk.exclusions.proposals())
    print_views(found, as_json, _proposal_lines)
    if not found and not as_json:
        messages.print("Nobody is proposed.")


def list_exclusions(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """All decisions, newest first, those that are over among them."""
    print_views(ask_desk(settings_of(home), lambda desk: desk.exclusions.all()), as_json, _exclusion_lines)


def list_declined(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Proposals that were turned down, newest first."""
    print_views(ask_desk(settings_of(home), lambda desk: desk.exclusions.declined()), as_json, _declined_lines)


def add(
    why: WhyOption,
    by: ByOption,
    number: NumberOption = None,
    customer: CustomerOption = None,
    contact: ContactOption = "",
    until: Annotated[str | None, typer.Option(help="The last day, 2026-12-31. Without it as the setting says.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """A supervisor excludes a number, a contact or a customer from the calamity line, until a day (R-057)."""

    async def exclude(desk: Desk) -> int:
        last = day_of(until, "--until") if until else None
        who = await _who(desk, number, customer, contact)
        return await desk.exclusions.exclude(who, actor(by, "supervisor"), why, last)

    made = tell_desk(home, as_json, exclude)
    messages.print(f"Exclusion {made} holds from now on.")
    list_exclusions(home, as_json)


def decline(
    why: WhyOption,
    by: ByOption,
    number: NumberOption = None,
    customer: CustomerOption = None,
    contact: ContactOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """A supervisor turns a proposal down. It stays on record, and comes back only when a ruling is added to it (A-12)."""

    async def turn_down(desk: Desk) -> int:
        return await desk.exclusions.decline(await _who(desk, number, customer, contact), actor(by, "supervisor"), why)

    made = tell_desk(home, as_json, turn_down)
    messages.print(f"Decision {made}: nobody is excluded for this.")
    list_declined(home, as_json)


def lift(
    number: Annotated[int, typer.Argument(help="As `exclusion list` shows it.")],
    why: WhyOption,
    by: ByOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """End an exclusion now; it stays on record."""
    tell_desk(home, as_json, lambda desk: desk.exclusions.lift(number, actor(by, "supervisor"), why))
    list_exclusions(home, as_json)


def _proposal_lines(one: Proposal) -> Iterator[str]:
    yield f"{one.who.scope.value} [bold]{escape(one.name)}[/]: {escape(one.facts.why)}"
    yield f"  {', '.join(one.tickets)}; voorstel: uitsluiten tot en met {one.facts.until:%d-%m-%Y} (A-12)"


def _exclusion_lines(one: ExclusionView) -> Iterator[str]:
    stands = "geldt" if one.is_in_force else "geldt niet meer"
    until = f"tot en met {one.ends_on:%d-%m-%Y}: {stands}"
    yield f"[bold]{one.id}[/] {one.scope.value} {escape(one.name)}, {until}. {escape(one.decided_by)}: {escape(one.why)}"
    if one.lifted_at:
        yield f"  opgeheven door {escape(one.lifted_by)}: {escape(one.why_lifted)}"


def _declined_lines(one: DeclinedView) -> Iterator[str]:
    about = f"[bold]{one.id}[/] {one.scope.value} {escape(one.name)}, {one.declined_at.astimezone(AMSTERDAM):%d-%m-%Y}"
    yield f"{about}: {escape(one.facts)} Niet uitgesloten. {escape(one.declined_by)}: {escape(one.why)}"
    yield f"  {', '.join(one.tickets)}"


async def _who(desk: Desk, number: str | None, customer: str | None, contact: str) -> Who:
    """Raises ValueError, and Refused for an unknown customer."""
    from ari_app.desk.no_calamities import Who
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
