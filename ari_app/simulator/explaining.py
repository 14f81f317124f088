"""From the report of a simulated call, and what its phones heard, to the explanation."""

from datetime import datetime, timedelta

from ari_app.desk import Desk
from ari_app.desk.explanation import (
    ClockToCome,
    CostToCome,
    Explanation,
    Question,
    Rung,
    Said,
    TicketToCome,
)
from ari_app.desk.filing import drafted
from ari_app.desk.planning import Terms
from ari_app.desk.report import CallReport, LegReport
from ari_app.simulator.exchange import Exchange
from routing.caller import Caller
from sla.billing import Activity, Work, charge

NO_TICKET, JOINED = "duty", "announcement"


async def explain(desk: Desk, report: CallReport, exchange: Exchange, seconds: float) -> Explanation:
    """`seconds`: how long the call took, in its own time."""
    caller = report.caller or Caller(report.caller_number)
    terms = desk.days.terms
    on_duty: tuple[str, ...] = ()
    if desk.days.is_calamity_time(report.received_at):
        on_duty = tuple(engineer.name for engineer in await desk.on_duty(report.received_at))
    return Explanation(
        number=report.caller_number,
        at=report.received_at,
        customer=caller.customer_name,
        level=caller.level,
        has_sla=caller.has_sla,
        route=_route(report),
        ends_in=_end(report),
        why=tuple(report.why),
        said=_said(report, exchange),
        questions=tuple(Question(asked.at, asked.prompts, asked.keys) for asked in exchange.asked),
        rings=tuple(_rung(leg, report.received_at) for leg in report.legs),
        on_duty=on_duty,
        nobody_on_duty=report.found_nobody_on_duty,
        ticket=_ticket(report, caller, terms),
        costs=_costs(report, caller, terms),
        seconds=seconds,
        error=report.error,
    )


def _route(report: CallReport) -> str:
    """Where the call was led at first: the report names where it ended."""
    if report.legs:
        return "desk" if report.legs[0].engineer_id is None else "on_duty"
    return report.route


def _end(report: CallReport) -> str:
    if report.talked_with:
        return _route(report)
    if report.recording:
        return "voicemail"
    return report.route if report.route in (NO_TICKET, JOINED) else "nothing"


def _said(report: CallReport, exchange: Exchange) -> tuple[Said, ...]:
    return tuple(
        Said(heard.at, _name(heard.by, report.legs), heard.sound.prompt, heard.sound.text) for heard in exchange.heard
    )


def _name(endpoint: str, legs: list[LegReport]) -> str:
    phone = endpoint.split("/")[-1].split("@")[0]
    return next((leg.who for leg in legs if phone in (leg.number.removeprefix("+"), leg.who)), endpoint)


def _rung(leg: LegReport, received_at: datetime) -> Rung:
    return Rung((leg.rang_at - received_at).total_seconds(), leg.who, leg.number, leg.result, leg.why)


def _ticket(report: CallReport, caller: Caller, terms: Terms) -> TicketToCome | None:
    if report.route == NO_TICKET or report.joins:
        return None  # or a ticket that is there already
    ticket, _events, plan = drafted(report, caller, terms, report.ended_at or report.received_at)
    clocks = (ClockToCome(one.clock, one.state, one.due_at, one.rule, one.why) for one in plan.deadlines)
    return TicketToCome(ticket.kind, ticket.level or "", ticket.agreement_version, ticket.summary, tuple(clocks))


def _costs(report: CallReport, caller: Caller, terms: Terms) -> CostToCome | None:
    """As if the work that follows took the shortest time that is counted."""
    if report.route == NO_TICKET:
        return None
    version = terms.older.get(caller.agreement_version or "")
    agreement = version.agreement if version else terms.agreement
    is_calamity = report.talked_with is not None and _route(report) == "on_duty"
    activity = Activity.CALAMITY_SERVICE if is_calamity else Activity.INCIDENT_MANAGEMENT
    minutes = agreement.unit_minutes * agreement.minimum_units_per_call
    work = Work(activity, timedelta(minutes=minutes))
    cost = charge(work, agreement.level(caller.level), agreement)
    return CostToCome(activity, minutes, cost.charged_units > 0, cost.amount, cost.rule, cost.why)
