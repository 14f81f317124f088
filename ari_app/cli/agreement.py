"""`meldlijn sla`, `billing` and `contract`: what the agreement says, asked by hand. The same functions as for tickets.

`sla clock` reads no settings, so that hundreds of cases are checked within a second.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ari_app.cli import contracts, statement
from ari_app.cli.common import (
    HomeOption,
    JsonOption,
    day_of,
    euros,
    fail,
    parsed,
    print_json,
    print_sources,
    refusals_end,
    settings_of,
)

if TYPE_CHECKING:
    from enum import StrEnum
    from zoneinfo import ZoneInfo

    from ari_app.config import Settings
    from sla.agreed_hours import AgreedHours
    from sla.agreement import Agreement
    from sla.clauses import Clause
    from sla.plan import Deadline
    from sla.ticket import TicketFacts

Word = TypeVar("Word", bound="StrEnum")


def add_to(app: typer.Typer) -> None:
    sla = typer.Typer(help="Deadlines, and the arithmetic behind them.", no_args_is_help=True)
    sla.command("due")(due)
    sla.command("explain")(explain)
    sla.command("clock")(clock)
    app.add_typer(sla, name="sla")
    billing = typer.Typer(help="What work amounts to.", no_args_is_help=True)
    billing.command("units")(units)
    billing.command("hours")(statement.hours)
    app.add_typer(billing, name="billing")
    contract = typer.Typer(help="Contracts, and how any contract would end.", no_args_is_help=True)
    contract.command("notice")(notice)
    contract.command("buyout")(buyout)
    contracts.add_to(contract)
    app.add_typer(contract, name="contract")


def due(  # noqa: PLR0913 - each option of a command is an argument
    level: Annotated[str, typer.Option(help="premium, standard or level_0.")],
    reported: Annotated[str, typer.Option(help="When: 2026-03-02T16:00, local unless it has an offset.")],
    kind: Annotated[str, typer.Option(help="incident, calamity, service_request ...")] = "incident",
    category: Annotated[str | None, typer.Option(help="I, II or III; none: nobody has judged it yet.")] = None,
    only: Annotated[str | None, typer.Option("--clock", help="Only this clock, such as first_response.")] = None,
    plan_recorded: Annotated[str | None, typer.Option(help="When the Resolution Plan was recorded.")] = None,
    remote_impossible: Annotated[str | None, typer.Option(help="When remote help proved to be impossible.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every clock of such a ticket: due, the last moment that keeps the promise, and the arithmetic."""
    from sla.plan import plan
    from sla.terms import ClockKind

    settings = settings_of(home)
    agreement = settings.agreement()
    hours, calendar = _hours_in_force(settings)
    with refusals_end(settings, as_json):
        facts = _facts(
            level,
            kind,
            category,
            reported,
            {"plan_recorded": plan_recorded, "remote_impossible": remote_impossible},
            agreement,
        )
        asked_at = max([facts.reported_at, *(event.at for event in facts.events)])
        wanted = _one_of(ClockKind, only, "--clock") if only else None
        planned = plan(facts, agreement, hours, asked_at)
    shown = [deadline for deadline in planned.deadlines if wanted in {None, deadline.clock}]
    if not shown:
        fail(f"A ticket of kind {kind} has no clock {only}. It has {', '.join(d.clock for d in planned.deadlines)}.")
    if as_json:
        clocks = [_clock_json(deadline, agreement) for deadline in shown]
        asked = {"agreement": agreement.version, "calendar": calendar, "level": level, "kind": kind}
        return print_json({**asked, "clocks": clocks})
    for deadline in shown:
        last = deadline.met_until
        more = (f"Nog op tijd tot en met {last.astimezone(agreement.zone):%d-%m-%Y %H:%M}.",) if last else ()
        _print_lines(deadline.clock, deadline.state, deadline.clause, (*deadline.why, *more))
    print_sources(agreement.clauses_in(*(line for deadline in shown for line in (deadline.rule, *deadline.why))))
    print(f"Kalender: {calendar}.")
    return None


def explain(
    number: Annotated[str, typer.Argument(help="For example T-1001.", metavar="TICKET")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The clocks of a ticket of the line, as they stand now, with the rule and the arithmetic of each."""
    from ari_app.cli.tickets import ask_desk
    from ari_app.desk.views import to_json

    settings = settings_of(home)
    view = ask_desk(settings, lambda desk: desk.ticket(number))
    if view is None:
        fail(f"There is no ticket {number!r}. `meldlijn tickets list` shows those that there are.")
    if as_json:
        clocks = [to_json(deadline) for deadline in view.deadlines]
        return print_json({"ticket": view.number, "level": view.level, "kind": view.kind.value, "clocks": clocks})
    print(f"{view.number}  {view.level}  {view.kind.value}  {view.state}")
    for deadline in view.deadlines:
        _print_lines(deadline.clock, deadline.state, deadline.clauses[0], deadline.why)
    print_sources(clause for deadline in view.deadlines for clause in deadline.clauses)
    return None


def clock(
    batch: Annotated[str, typer.Option(help="A file with calendars and cases as one JSON object; - for stdin.")],
) -> None:
    """Read many clocks at once: one JSON line a case. Exit code 1 when a case can't be read; the others are printed."""
    from sla.batch import run_batch

    try:
        text = sys.stdin.buffer.read() if batch == "-" else Path(batch).read_bytes()
    except OSError as why:
        fail(f"{batch} can't be read: {why.strerror}. Name a file, or - for stdin.")
    try:
        data = json.loads(text)
    except ValueError as why:
        fail(f"{batch} is no JSON: {why}. Give one object with calendars and cases.")
    try:
        for result in run_batch(data):
            print(json.dumps(result))
    except ValueError as mistake:
        fail(str(mistake))


def units(
    seconds: Annotated[list[int], typer.Option(help="Worked seconds of one call or session; more may follow.", min=0)],
    more: Annotated[list[int] | None, typer.Argument(help="More of them.", min=0)] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Units of each call or session: always rounded up, at least one a call (R-087, R-093, A-20)."""
    from datetime import timedelta

    from sla.billing import call_units
    from sla.explain import spoken

    agreement = settings_of(home).agreement()
    counted = [(worked, call_units(timedelta(seconds=worked), agreement)) for worked in (*seconds, *(more or ()))]
    if as_json:
        clauses = [asdict(clause) for clause in agreement.clauses_in("R-087, R-093, A-20")]
        return print_json([{"seconds": worked, "units": found, "clauses": clauses} for worked, found in counted])
    for worked, found in counted:
        print(f"{spoken(worked)} = {found} x {agreement.unit_minutes} min, naar boven afgerond (R-087)")
    print_sources(agreement.clauses_in("R-087, R-093, A-20"))
    return None


def notice(
    starts: Annotated[str, typer.Option(help="First day of the contract, 2026-01-01.")],
    months: Annotated[int, typer.Option(help="Length of a period.")],
    renewal_months: Annotated[int | None, typer.Option(help="Length of a renewal; none: the same.")] = None,
    on: Annotated[str | None, typer.Option(help="A day in the period that is asked about; none: the first.")] = None,
    received: Annotated[str | None, typer.Option(help="The day on which notice was received.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The last day on which notice ends the period, and what a notice that was received does (R-065, R-066)."""
    from dataclasses import replace

    from sla.contract import Contract, ends_on, term_at

    settings = settings_of(home)
    clauses = settings.agreement().clauses_in("R-064, R-065, R-066")
    with refusals_end(settings, as_json):
        starts_on = day_of(starts, "--starts")
        received_on = day_of(received, "--received") if received else None
        asked = day_of(on, "--on") if on else max(received_on or starts_on, starts_on)
        contract = Contract(None, starts_on, months, "not asked here", "not asked here", renewal_months)
        term = term_at(contract, asked)
        ends = ends_on(replace(contract, notice_on=received_on))
    if as_json:
        return print_json(
            {
                "begins_on": term.begins_on,
                "expires_on": term.expires_on,
                "last_notice_on": term.last_notice_on,
                "received_on": received_on,
                "ends_on": ends,
                "clauses": [asdict(clause) for clause in clauses],
            }
        )
    print(f"Looptijd {term.begins_on:%d-%m-%Y} tot en met {term.expires_on:%d-%m-%Y} (R-064, R-065).")
    print(f"Opzeggen kan tot en met {term.last_notice_on:%d-%m-%Y}, drie maanden ervoor (R-066).")
    if ends and received_on:
        print(f"Opzegging ontvangen op {received_on:%d-%m-%Y}: het contract eindigt na {ends:%d-%m-%Y} (R-066).")
    print_sources(clauses)
    return None


def buyout(
    users: Annotated[int, typer.Option(help="The agreed number of users.")],
    months_left: Annotated[int, typer.Option(help="Months that are left; a part of a month counts as one.")],
    price: Annotated[str | None, typer.Option(help="Price of one user a month, 12.50.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """A draft of a buy-out. Nothing is agreed until the provider approves it (R-067, R-068)."""
    from sla.contract import buy_out_for

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        offer = buy_out_for(users, euros(price, "--price") if price is not None else None, months_left)
    clauses = settings.agreement().clauses_in(*offer.why)
    if as_json:
        amount = None if offer.amount is None else str(offer.amount)
        shown = {"users": offer.users, "months": offer.months, "amount": amount, "is_draft": True}
        return print_json({**shown, "why": offer.why, "clauses": [asdict(clause) for clause in clauses]})
    total = "prijs per gebruiker nog niet ingevuld (A-15)" if offer.amount is None else f"€ {offer.amount}"
    print(f"Conceptvoorstel: {offer.users} gebruikers x {offer.months} maanden: {total}")
    print("\n".join(f"  {line}" for line in offer.why))
    print_sources(clauses)
    return None


def _facts(
    level: str, kind: str, category: str | None, reported: str, happened: dict[str, str | None], agreement: Agreement
) -> TicketFacts:
    """A ticket that nobody filed. `happened`: type of event -> when, None when it did not."""
    from sla.terms import Category, Kind, Scope
    from sla.ticket import EventType, TicketEvent, TicketFacts

    moments = {
        EventType(what): _local_instant(at, f"--{what.replace('_', '-')}", agreement.zone)
        for what, at in happened.items()
        if at is not None
    }
    return TicketFacts(
        _one_of(Kind, kind, "--kind"),
        level,
        _one_of(Category, category, "--category") if category else None,
        Scope.IN_SCOPE,
        _local_instant(reported, "--reported", agreement.zone),
        agreement.version,
        tuple(TicketEvent(at, at, what) for what, at in moments.items()),
    )


def _one_of(words: type[Word], text: str, option: str) -> Word:
    if text not in set(words):
        raise ValueError(f"{option} is {text!r}: choose one of {', '.join(words)}")
    return words(text)


def _local_instant(text: str, option: str, zone: ZoneInfo) -> datetime:
    """Without an offset: local time of the agreement. A time that the clock skips or has twice is read as before it."""
    at = parsed(text, option, datetime.fromisoformat, "write an instant such as 2026-03-02T16:00 or ...T16:00+01:00")
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _hours_in_force(settings: Settings) -> tuple[AgreedHours, str]:
    """With the days that people approved for this line, when it has a database; and in Dutch which days those are."""
    from ari_app.cli.tickets import ask_desk
    from ari_app.store.schema import check

    if check(settings.database_url).found is None:
        return settings.agreed_hours(), "feestdagen volgens meldlijn.toml; deze lijn heeft nog geen database"
    hours = ask_desk(settings, lambda desk: desk.opening_days.hours())
    approved, own = hours.holidays - set(settings.holidays), len(hours.own_service)
    days = f"feestdagen volgens meldlijn.toml en {len(approved)} goedgekeurde dagen van deze lijn"
    return hours, f"{days}; {own} met eigen servicetijden" if own else days


def _clock_json(deadline: Deadline, agreement: Agreement) -> dict[str, Any]:
    zone = agreement.zone
    return {
        "clock": deadline.clock,
        "category": deadline.category,
        "state": deadline.state,
        "target_seconds": None if deadline.target is None else int(deadline.target.total_seconds()),
        "due": deadline.due_at and deadline.due_at.astimezone(zone).isoformat(),
        "met_until": deadline.met_until and deadline.met_until.astimezone(zone).isoformat(),
        "rule": deadline.rule,
        "lines": deadline.clause.lines,
        "document": deadline.clause.document,
        "why": deadline.why,
        "clauses": [asdict(clause) for clause in agreement.clauses_in(deadline.rule, *deadline.why)],
    }


def _print_lines(name: str, state: str, clause: Clause, why: tuple[str, ...]) -> None:
    print(f"{name}: {state} ({clause})")
    for line in why:
        print(f"    {line}")
