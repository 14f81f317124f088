"""What work costs and why: units of 15 minutes, rates, what a level includes. Exact decimals, amounts in euro.

Raw times stay with the caller (R-088); nothing here changes them. Amounts leave out VAT unless the setting says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from sla.agreement import Agreement, Level
from sla.explain import in_euro, spoken
from sla.hours import whole_seconds
from sla.terms import LEVEL_0, Scope


class Activity(StrEnum):
    """What was done. `other` is work that the agreement doesn't name."""

    HOSTED_MANAGEMENT = "hosted_management"
    INCIDENT_MANAGEMENT = "incident_management"
    PROBLEM_MANAGEMENT = "problem_management"
    TECHNICAL_MANAGEMENT = "technical_management"
    REMOTE_SUPPORT = "remote_support"
    ON_SITE_SUPPORT = "on_site_support"
    CALAMITY_SERVICE = "calamity_service"
    VOICE_PROMPTS = "voice_prompts"
    CONFIGURATION_CHANGE = "configuration_change"
    TRAVEL = "travel"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class WorkSession:
    """One engineer at work on one ticket without a real break; [begin, end)."""

    engineer: str
    ticket: str
    activity: Activity
    begin: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.begin:
            raise ValueError(f"a session from {self.begin} to {self.end} has no length: check begin and end")

    @property
    def worked(self) -> timedelta:
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Work:
    """Work to put a price on: one session, or the travel of one visit there and back in one sum (A-20)."""

    activity: Activity
    worked: timedelta
    scope: Scope = Scope.IN_SCOPE
    #: A calamity that the customer caused (R-058).
    caused_by_customer: bool = False
    #: Management of hosted services after injudicious acts of the customer, with a supervisor's approval (R-131).
    injudicious: bool = False
    #: A call with a third party on behalf of the customer, not approved as work of its own (A-22).
    is_intermediary_call: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """`units` are all units, `charged_units` those that cost money. `amount` None = the rate is still to be given;
    never 0 by lack of a rate."""

    units: int
    charged_units: int
    amount: Decimal | None
    #: Customer and provider must agree beforehand (R-090, A-21).
    needs_approval: bool
    rule: str
    #: Dutch, one line each.
    why: tuple[str, ...]


def units(worked: timedelta, unit_minutes: int = 15) -> int:
    """Always rounded up: 0:06 is 1, 15:00 is 1, 15:01 is 2 (R-087). No time is 0; fractions of a second count."""
    if worked < timedelta():
        raise ValueError(f"worked time {worked} is negative: check begin and end")
    return -(-worked // timedelta(minutes=unit_minutes))


def call_units(worked: timedelta, agreement: Agreement) -> int:
    """Of one call or session: at least the minimum of the agreement, whatever came of it (R-093)."""
    return max(agreement.minimum_units_per_call, units(worked, agreement.unit_minutes))


def join_sessions(sessions: Iterable[WorkSession], gap: timedelta) -> tuple[WorkSession, ...]:
    """Sessions of one engineer, ticket and activity with less than `gap` between them become one (A-20). In order of
    begin; overlapping time counts once."""
    joined: dict[tuple[str, str, Activity], list[WorkSession]] = {}
    for session in sorted(sessions, key=lambda session: session.begin):
        row = joined.setdefault((session.engineer, session.ticket, session.activity), [])
        if row and session.begin - row[-1].end < gap:
            row[-1] = replace(row[-1], end=max(row[-1].end, session.end))
        else:
            row.append(session)
    return tuple(sorted((session for row in joined.values() for session in row), key=lambda session: session.begin))


def may_log_time(activity: Activity, injudicious: bool = False) -> bool:
    """No hours are logged for management of hosted services (R-130), except after injudicious acts (R-131)."""
    return activity is not Activity.HOSTED_MANAGEMENT or injudicious


def billing_month(at: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """Year and month in local time: the month that a change counts in (A-02)."""
    local = at.astimezone(zone)
    return local.year, local.month


def charge(work: Work, level: Level, agreement: Agreement, change_units_used: int = 0) -> Charge:
    """`change_units_used`: included change units of this contract earlier in the month; no carry-over (A-02).
    Whether the problem was solved makes no difference (R-093)."""
    if work.activity is Activity.CONFIGURATION_CHANGE and _is_named(work, level):
        return _change(work, level, agreement, change_units_used)
    is_charged, rule, reason = _verdict(work, level)
    is_travel = work.activity is Activity.TRAVEL
    total = units(work.worked, agreement.unit_minutes) if is_travel else call_units(work.worked, agreement)
    return _charge(work, total, total if is_charged else 0, level, agreement, rule, reason)


def _is_named(work: Work, level: Level) -> bool:
    return level.key != LEVEL_0 and work.scope in {Scope.IN_SCOPE, Scope.BEST_EFFORT}


def _verdict(work: Work, level: Level) -> tuple[bool, str, str]:
    """Charged or not, the rule, the reason in Dutch. The first that fits counts."""
    if work.activity is Activity.TRAVEL:
        return True, "R-086", "Reistijd wordt bij elk bezoek berekend."
    if work.scope in {Scope.NOT_COVERED, Scope.NOT_SUPPORTED}:
        return True, "R-070", "Product of dienst valt buiten de overeenkomst."
    if work.scope is Scope.THIRD_PARTY and work.is_intermediary_call and level.key != LEVEL_0:
        return False, "R-081", "Bemiddeling bij een derde partij: inbegrepen (A-22)."
    if work.scope is Scope.THIRD_PARTY:
        return True, "R-069", "Werk voor een dienst van een derde partij is niet inbegrepen."
    if level.key == LEVEL_0:
        rule = "R-052" if work.activity is Activity.CALAMITY_SERVICE else "R-071"
        return True, rule, "Geen SLA: alle werkzaamheden worden berekend."
    if work.caused_by_customer:
        return True, "R-058", "Calamiteit veroorzaakt door de klant zelf."
    if work.activity is Activity.HOSTED_MANAGEMENT and work.injudicious:
        return True, "R-131", "Beheer nodig door onoordeelkundig handelen van de klant."
    if work.activity is Activity.OTHER:
        return True, "R-069", "Werkzaamheden die de overeenkomst niet noemt."
    source = level.service_sources[work.activity]
    if level.includes[work.activity]:
        return False, source.rule, f"Inbegrepen in {level.name}."
    return True, source.rule, f"Niet inbegrepen in {level.name}: uurtarief (R-022)."


def _change(work: Work, level: Level, agreement: Agreement, used: int) -> Charge:
    caps, total = agreement.settings.change_caps_apply, max(1, units(work.worked, agreement.unit_minutes))
    if caps != "month" and work.worked > timedelta(minutes=level.change_minutes_each):
        reason = f"Wijziging langer dan {level.change_minutes_each} minuten: geheel berekend, telt niet in de maand."
        return _charge(work, total, total, level, agreement, "R-062", reason)
    if caps == "each":
        return _charge(work, total, 0, level, agreement, "R-019", "Wijziging inbegrepen.")
    free = max(0, level.change_minutes_per_month // agreement.unit_minutes - used)
    over = max(0, total - free)
    reason = f"Wijzigingen deze maand: {used} van {used + free} eenheden gebruikt, {total - over} inbegrepen."
    return _charge(work, total, over, level, agreement, "R-019", reason)


def _charge(work: Work, total: int, charged: int, level: Level, agreement: Agreement, rule: str, reason: str) -> Charge:
    minutes, rate = agreement.unit_minutes, level.hourly_rate
    why = [
        f"{reason} ({rule})",
        f"{spoken(whole_seconds(work.worked))} = {total} x {minutes} min, naar boven afgerond (R-087)",
    ]
    amount: Decimal | None = Decimal("0.00")
    if charged:
        shown = "tarief nog te bevestigen (A-03)"
        amount = None
        if rate is not None:
            amount = _money(rate * charged * minutes / 60)
            vat = "exclusief btw" if agreement.settings.amounts_exclude_vat else "inclusief btw"
            shown = f"{in_euro(rate)}/uur = {in_euro(amount)} {vat} (R-021)"
        why.append(f"{charged} x {minutes} min: {shown}")
    needs_approval = charged > 0 and agreement.settings.billable_needs_approval
    return Charge(total, charged, amount, needs_approval, rule, tuple(why))


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
