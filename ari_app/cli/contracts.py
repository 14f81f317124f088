"""`meldlijn contract list`, `show`, `add` ...: the contracts of this line. What any contract would do is in agreement.py."""

from __future__ import annotations

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
    refusals_end,
    results,
    settings_of,
)
from ari_app.cli.ticket_options import ByOption, actor
from ari_app.cli.tickets import ask_desk

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
    contract.command("paid")(paid)
    contract.command("level-0")(level_0)
    contract.command("offer")(offer)
    contract.command("meter")(meter)


def list_contracts(
    customer: Annotated[str, typer.Option(help="By name.")], home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """All contracts of a customer, youngest first, as they stand now."""
    from ari_app.desk.views import to_json

    settings = settings_of(home)

    async def look(desk: Desk) -> list[ContractView]:
        return await desk.contracts.of(await desk.contracts.customer(customer))

    with refusals_end(settings, as_json):
        found = ask_desk(settings, look)
    if as_json:
        return print_json(to_json(found))
    for view in found:
        _print(view)
    return print_sources(clause for view in found for clause in view.clauses)


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
    _print(view)
    _print_meter(used)
    for one in offers:
        _print_offer(one)
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
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        on, who = day_of(received, "--received"), actor(by, role)
        ask_desk(settings, lambda desk: desk.contracts.receive_notice(number, who, on))
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
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        last, who = day_of(until, "--until"), actor(by, role)
        ask_desk(settings, lambda desk: desk.contracts.record_payment(number, who, last))
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
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        on, who = day_of(starts, "--from"), actor(by, role)
        ask_desk(settings, lambda desk: desk.contracts.set_level_0(number, who, on, why))
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

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        on, who = day_of(ends, "--ends"), actor(by, role)

        async def draft(desk: Desk) -> BuyOutView:
            await desk.contracts.draft_buy_out(number, who, on)
            return (await desk.contracts.offers(number))[0]

        made = ask_desk(settings, draft)
    if as_json:
        return print_json(to_json(made))
    _print_offer(made)
    return print_sources(made.clauses)


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
    _print_meter(used)
    return print_sources(used.clauses)


def _print(view: ContractView) -> None:
    ends = f"eindigt na {view.ends_on:%d-%m-%Y}" if view.ends_on else "loopt door"
    results.print(
        f"[bold]contract {view.id}[/] {escape(view.kind)}, {escape(view.level)}, {view.agreement_version}: {ends}"
    )
    results.print(f"  {escape(view.why)}")
    if view.term_ends_on and view.last_notice_on:
        results.print(
            f"  looptijd tot en met {view.term_ends_on:%d-%m-%Y}, opzeggen tot en met {view.last_notice_on:%d-%m-%Y} (R-066)"
        )
    paid = f"{view.paid_until:%d-%m-%Y}" if view.paid_until else "nog niet"
    results.print(f"  betaald tot en met {paid} (R-064){'; ONBETAALD (A-14)' if view.is_unpaid else ''}")
    price = "prijs niet ingevuld (A-15)" if view.price_per_user is None else f"€ {view.price_per_user} per maand"
    results.print(f"  {view.users} gebruikers, {price}")
    results.print(
        f"  mantelovereenkomst {escape(view.framework_agreement)}, algemene voorwaarden {escape(view.terms_version)} (R-004, R-149)"
    )


def _print_meter(used: ChangeMeter) -> None:
    minutes = used.unit_minutes
    results.print(
        f"wijzigingen {used.year}-{used.month:02}: {used.used_units} van {used.included_units} x {minutes} min gebruikt, "
        f"{used.left_units} over, {used.charged_units} berekend (R-019)"
    )


def _print_offer(one: BuyOutView) -> None:
    amount = "prijs per gebruiker niet ingevuld (A-15)" if one.amount is None else f"€ {one.amount}"
    results.print(
        f"conceptvoorstel {one.id}: einde op {one.ends_on:%d-%m-%Y}, {one.users} x {one.months} maanden: {amount}; {escape(one.made_by)}"
    )
    for line in one.why:
        results.print(f"    {escape(line)}")
