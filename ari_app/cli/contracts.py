"""`meldlijn contract list`, `show`, `add` ...: the contracts of this line. What any contract would do is in agreement.py."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape

from ari_app.cli.common import (
    HomeOption,
    JsonOption,
    day_of,
    euros,
    print_json,
    print_sources,
    print_views,
    refusals_end,
    results,
    settings_of,
)
from ari_app.cli.ticket_options import ByOption, actor
from ari_app.cli.tickets import ask_desk, tell_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.contract_views import BuyOutView, ContractView
    from ari_app.desk.costs import ChangeMeter

NumberArgument = Annotated[int, typer.Argument(help="As `contract list` shows it.", metavar="CONTRACT")]
DAY = "Such as 2026-12-31."
DeciderOption = Annotated[
    Literal["supervisor", "engineer"],
    typer.Option("--as", help="In which role. Who may use this command has the database in hand: nobody checks it."),
]


def add_to(contract: typer.Typer) -> None:
    contract.command("list")(list_contracts)
    contract.command("show")(show)
    contract.command("add")(add)
    contract.command("give-notice")(give_notice)
    contract.command("framework-ends")(framework_ends)
    contract.command("paid")(paid)
    contract.command("level-0")(level_0)
    contract.command("offer")(offer)
    contract.command("meter")(meter)


def list_contracts(
    customer: Annotated[str, typer.Option(help="By name.")], home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """All contracts of a customer, youngest first, as they stand now."""

    async def look(desk: Desk) -> list[ContractView]:
        return await desk.contracts.of(await desk.contracts.customer(customer))

    print_views(tell_desk(home, as_json, look), as_json, _contract_lines)


def show(number: NumberArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """One contract, its drafts of a buy-out, and its changes of this month."""
    from ari_app.desk.views import to_json
    from ari_app.setting_up import clock_of

    settings = settings_of(home)
    today = clock_of(settings).now().astimezone(settings.agreement().zone)

    async def look(desk: Desk) -> tuple[ContractView, list[BuyOutView], ChangeMeter]:
        view = await desk.contracts.get(number)
        return (
            view,
            await desk.contracts.offers(number),
            await desk.contracts.change_meter(number, today.year, today.month),
        )

    with refusals_end(settings, as_json):
        view, offers, used = ask_desk(settings, look)
    if as_json:
        return print_json({"contract": to_json(view), "offers": to_json(offers), "changes": to_json(used)})
    for line in (*_contract_lines(view), *_meter_lines(used), *(line for one in offers for line in _offer_lines(one))):
        results.print(line)
    return print_sources((*view.clauses, *used.clauses, *(clause for one in offers for clause in one.clauses)))


def add(  # noqa: PLR0913 - each option of a command is an argument
    customer: Annotated[str, typer.Option(help="By name.")],
    starts: Annotated[str, typer.Option(help=f"First day. {DAY}")],
    months: Annotated[int, typer.Option(help="Length of a period.")],
    framework: Annotated[str, typer.Option(help="The framework agreement that it is part of (R-004).")],
    general_terms: Annotated[str, typer.Option(help="Version of the general terms (R-004).")],
    by: ByOption,
    level: Annotated[str, typer.Option(help="premium, standard ...; none named is Level 0 (R-071).")] = "",
    kind: Annotated[str, typer.Option(help="voip; any other kind only opens the calamity line (R-051).")] = "voip",
    renewal_months: Annotated[int | None, typer.Option(help="Length of a renewal; none: the same.")] = None,
    paid_until: Annotated[str | None, typer.Option(help=f"Last day that is paid for. {DAY}")] = None,
    users: Annotated[int, typer.Option(help="The agreed number of users.", min=0)] = 0,
    price: Annotated[str | None, typer.Option(help="Price of one user a month, 12.50.")] = None,
    role: DeciderOption = "engineer",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Enter a contract; it holds from its first day, under the agreement of today. Prints it with its number."""
    from sla.contract import Contract

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        agreed = Contract(
            level=level,
            starts_on=day_of(starts, "--starts"),
            period_months=months,
            framework_agreement=framework,
            general_terms=general_terms,
            renewal_months=renewal_months,
            paid_until=day_of(paid_until, "--paid-until") if paid_until else None,
        )
        each = euros(price, "--price") if price is not None else None
        who = actor(by, role)

        async def enter(desk: Desk) -> int:
            owner = await desk.contracts.customer(customer)
            return await desk.contracts.add(owner, agreed, who, kind=kind, users=users, price_per_user=each)

        number = ask_desk(settings, enter)
    show(number, home, as_json)


def give_notice(
    number: NumberArgument,
    received: Annotated[str, typer.Option(help=f"The day on which notice was received. {DAY}")],
    by: ByOption,
    role: DeciderOption = "engineer",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record notice; the contract then ends with the term that it is in time for (R-066)."""

    def record(desk: Desk) -> Awaitable[object]:
        return desk.contracts.receive_notice(number, actor(by, role), day_of(received, "--received"))

    tell_desk(home, as_json, record)
    show(number, home, as_json)


def framework_ends(
    number: NumberArgument,
    on: Annotated[str, typer.Option("--on", help=f"The last day of the framework agreement. {DAY}")],
    by: ByOption,
    role: DeciderOption = "engineer",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that the framework agreement ends; the contract ends with it (R-004)."""

    def record(desk: Desk) -> Awaitable[object]:
        return desk.contracts.end_framework(number, actor(by, role), day_of(on, "--on"))

    tell_desk(home, as_json, record)
    show(number, home, as_json)


def paid(
    number: NumberArgument,
    until: Annotated[str, typer.Option(help=f"The last day that is paid for. {DAY}")],
    by: ByOption,
    role: DeciderOption = "engineer",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a payment (R-064)."""

    def record(desk: Desk) -> Awaitable[object]:
        return desk.contracts.record_payment(number, actor(by, role), day_of(until, "--until"))

    tell_desk(home, as_json, record)
    show(number, home, as_json)


def level_0(
    number: NumberArgument,
    starts: Annotated[str, typer.Option("--from", help=f"The first day without a level. {DAY}")],
    why: Annotated[str, typer.Option(help="The reason; kept with it.")],
    by: ByOption,
    role: DeciderOption = "supervisor",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """A supervisor decides that an unpaid contract gives no level any more (A-14)."""

    def decide(desk: Desk) -> Awaitable[object]:
        return desk.contracts.set_level_0(number, actor(by, role), day_of(starts, "--from"), why)

    tell_desk(home, as_json, decide)
    show(number, home, as_json)


def offer(
    number: NumberArgument,
    ends: Annotated[str, typer.Option(help=f"The last day that the customer wants. {DAY}")],
    by: ByOption,
    role: DeciderOption = "supervisor",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draft a buy-out with the users, price and term of the contract. Nothing is agreed by it (R-067, R-068)."""
    from ari_app.desk.views import to_json

    async def draft(desk: Desk) -> BuyOutView:
        await desk.contracts.draft_buy_out(number, actor(by, role), day_of(ends, "--ends"))
        return (await desk.contracts.offers(number))[0]

    made = tell_desk(home, as_json, draft)
    if as_json:
        return print_json(to_json(made))
    return print_views([made], False, _offer_lines)


def meter(
    number: NumberArgument,
    month: Annotated[str | None, typer.Option(help="Such as 2026-03; without it this month.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """How far the configuration changes of a month are used: included, used and charged (R-019, A-02)."""
    from ari_app.desk.views import to_json
    from ari_app.setting_up import clock_of

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        now = clock_of(settings).now().astimezone(settings.agreement().zone)
        asked = now.date() if month is None else day_of(f"{month}-01", "--month")
        used = ask_desk(settings, lambda desk: desk.contracts.change_meter(number, asked.year, asked.month))
    if as_json:
        return print_json(to_json(used))
    return print_views([used], False, _meter_lines)


def _contract_lines(view: ContractView) -> Iterator[str]:
    ends = f"eindigt na {view.ends_on:%d-%m-%Y}" if view.ends_on else "loopt door"
    yield f"[bold]contract {view.id}[/] {escape(view.kind)}, {escape(view.level)}, {view.agreement_version}: {ends}"
    yield f"  {escape(view.why)}"
    if view.term_ends_on and view.last_notice_on:
        term = f"looptijd tot en met {view.term_ends_on:%d-%m-%Y}"
        yield f"  {term}, opzeggen tot en met {view.last_notice_on:%d-%m-%Y} (R-066)"
    paid = f"{view.paid_until:%d-%m-%Y}" if view.paid_until else "nog niet"
    yield f"  betaald tot en met {paid} (R-064){'; ONBETAALD (A-14)' if view.is_unpaid else ''}"
    price = "prijs niet ingevuld (A-15)" if view.price_per_user is None else f"€ {view.price_per_user} per maand"
    yield f"  {view.users} gebruikers, {price}"
    terms = f"algemene voorwaarden {escape(view.terms_version)}"
    yield f"  mantelovereenkomst {escape(view.framework_agreement)}, {terms} (R-004, R-149)"


def _meter_lines(used: ChangeMeter) -> Iterator[str]:
    counted = f"{used.used_units} van {used.included_units} x {used.unit_minutes} min gebruikt"
    left = f"{used.left_units} over, {used.charged_units} berekend (R-019)"
    yield f"wijzigingen {used.year}-{used.month:02}: {counted}, {left}"


def _offer_lines(one: BuyOutView) -> Iterator[str]:
    amount = "prijs per gebruiker niet ingevuld (A-15)" if one.amount is None else f"€ {one.amount}"
    what = f"einde op {one.ends_on:%d-%m-%Y}, {one.users} x {one.months} maanden"
    yield f"conceptvoorstel {one.id}: {what}: {amount}; {escape(one.made_by)}"
    yield from (f"    {escape(line)}" for line in one.why)
