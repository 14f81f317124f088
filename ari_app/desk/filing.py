"""A call's report becomes a ticket with its call, legs, events, clocks and voicemail: all rows of one transaction."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.callers import find_caller
from ari_app.desk.costs_of_call import add_costs, may_cost
from ari_app.desk.filing_choices import add_choices, add_joined, has_choices, ticket_to_join
from ari_app.desk.filing_talk import add_what_engineers_left
from ari_app.desk.planning import Terms, clock_values, event_row, judge
from ari_app.desk.report import CallReport
from ari_app.store.database import Transaction
from ari_app.store.statements import Asks, add, add_one, ask, columns_of, run
from ari_app.store.tables import (
    CallLegRow,
    CallRow,
    SlaClockRow,
    StartedCallRow,
    TicketEventRow,
    TicketRow,
    TicketSource,
    VoicemailRow,
)
from ari_app.store.work_queue import Haste, Sound, SoundJob, WorkQueue
from routing.caller import Caller, spoken_form
from sla.plan import Plan
from sla.terms import Kind
from sla.ticket import EventType, TicketEvent, next_state


def drafted(
    report: CallReport, caller: Caller, terms: Terms, now: datetime
) -> tuple[TicketRow, list[TicketEventRow], Plan]:
    """The ticket that comes of a call, with its events and clocks; nothing is written."""
    ticket = _ticket(report, caller, terms.version(caller.agreement_version))
    bridged = _bridged(report, now)
    for event in bridged:
        ticket.state = next_state(ticket.state, event.type)
    events = [event_row(ticket, event, report.talked_with or "") for event in bridged]
    return ticket, events, judge(ticket, events, terms, now)


async def filed_ticket(session: Asks, call_id: str) -> int | None:
    """The ticket's row when this call was filed before."""
    found = await ask(session, _FILED, call_id=call_id)
    return found[0].ticket_id if found else None


async def file_report(
    session: AsyncSession | Transaction, report: CallReport, terms: Terms, queue: WorkQueue, now: datetime
) -> int:
    """Adds everything that belongs to a call that was not filed before and gives the row of its ticket; the caller commits."""
    if report.joins and (joined := await ticket_to_join(session, report)):
        await _add_call(session, report, joined)
        await add_joined(session, report, joined, now)
        return joined
    caller = report.caller or await find_caller(session, report.caller_number, report.received_at, terms)
    ticket, events, judged = drafted(report, caller, terms, now)
    ticket.id = await add_one(session, TicketRow, ticket.model_dump(exclude={"id"}))
    await _add_call(session, report, ticket.id)
    await add(session, TicketEventRow, *({**row.model_dump(exclude={"id"}), "ticket_id": ticket.id} for row in events))
    await add(session, SlaClockRow, *(clock_values(ticket.id, deadline) for deadline in judged.deadlines))
    if may_cost(report):
        await add_costs(session, report, caller, ticket, terms, now)
    if report.has_talk:
        await add_what_engineers_left(session, report, caller, ticket, queue, now)
    if has_choices(report):
        await add_choices(session, report, ticket.id, now)
    if report.recording:
        message = await add_one(session, VoicemailRow, {"ticket_id": ticket.id, "recording": report.recording})
        await queue.enqueue(session, SoundJob(Sound.MESSAGE, message, haste=_haste(report, caller, terms)))
    return ticket.id


async def _add_call(session: Asks, report: CallReport, ticket_id: int) -> None:
    call_row_id = await add_one(session, CallRow, _call(report, ticket_id))
    await add(session, CallLegRow, *_legs(report, call_row_id))
    await call_is_over(session, report.call_id)


async def call_is_over(session: Asks, call_id: str) -> None:
    """A call that needs nothing more is no call that a killed service left behind."""
    await run(session, _IS_OVER, call=call_id)


_FILED = sa.select(col(CallRow.ticket_id)).where(col(CallRow.call_id) == sa.bindparam("call_id"))
_IS_OVER = sa.delete(columns_of(StartedCallRow)).where(col(StartedCallRow.call_id) == sa.bindparam("call"))


def _ticket(report: CallReport, caller: Caller, agreement_version: str) -> TicketRow:
    return TicketRow(
        # Only CNE judges what is a calamity; who was let through on its line reported one until then.
        kind=Kind.CALAMITY if report.route == "on_duty" else Kind.INCIDENT,
        source=TicketSource.VOICEMAIL if report.recording else TicketSource.PHONE,
        customer_id=caller.customer_id,
        level=caller.level,
        agreement_version=agreement_version,
        contract_id=caller.contract_id,
        needs_review=True,
        summary=_summary(report, caller),
        reported_at=report.received_at,
    )


def _haste(report: CallReport, caller: Caller, terms: Terms) -> Haste:
    """Who presses urgent, calls in calamity hours or has a contract is not heard after a long ordinary message."""
    if report.is_urgent:
        return Haste.PRESSED_URGENT
    if terms.hours.is_calamity_time(report.received_at):
        return Haste.CALAMITY_HOURS
    return Haste.NONE if caller.contract_id is None else Haste.CONTRACT


def _summary(report: CallReport, caller: Caller) -> str:
    who = caller.customer_name or spoken_form(report.caller_number)
    if report.talked_with:
        return f"{who} sprak met {report.talked_with}"
    return f"Voicemail van {who}" if report.recording else f"Gemiste oproep van {who}"


def _bridged(report: CallReport, now: datetime) -> list[TicketEvent]:
    """The first moment of a live call with one of us meets the first response (R-040, A-04)."""
    if report.talk_started_at is None:
        return []
    return [TicketEvent(report.talk_started_at, now, EventType.CALL_BRIDGED)]


def _call(report: CallReport, ticket_id: int) -> dict[str, Any]:
    return dict(
        call_id=report.call_id,
        sip_call_id=report.sip_call_id,
        ticket_id=ticket_id,
        line=report.line,
        caller_number=report.caller_number,
        caller_id_raw=report.caller_id_raw,
        route=report.route,
        why=list(report.why),
        steps=[{"at": step.at.isoformat(), "what": step.what, "detail": step.detail} for step in report.steps],
        received_at=report.received_at,
        answered_at=report.answered_at,
        talked_with=report.talked_with,
        talk_started_at=report.talk_started_at,
        talk_ended_at=report.talk_ended_at,
        ended_at=report.ended_at,
        ended_by=report.ended_by,
        error=report.error,
        origin=report.origin,
    )


def _legs(report: CallReport, call_row_id: int) -> list[dict[str, Any]]:
    return [
        dict(
            call_row_id=call_row_id,
            who=leg.who,
            number=leg.number,
            rang_at=leg.rang_at,
            result=leg.result,
            ended_at=leg.ended_at,
            sip_code=leg.sip_code,
            why=leg.why,
            engineer_id=leg.engineer_id,
        )
        for leg in report.legs
    ]
