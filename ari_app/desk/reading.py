"""Rows of tickets to views: a fixed number of questions to the database, however many tickets are asked for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import Terms
from ari_app.desk.views import (
    PROPOSED_AS,
    DeadlineView,
    EvidenceView,
    LegView,
    StepView,
    TicketView,
    VoicemailView,
    WordView,
)
from ari_app.store.tables import CallLegRow, CallRow, Customer, TicketEventRow, TicketRow, VoicemailRow
from sla.plan import Deadline

#: The model that ships for demo and tests: it knows a few hundred words and must never pass for the real one.
DEMO_MODELS = frozenset({"vosk-tiny-nl"})


@dataclass
class _Parts:
    """Everything around a set of tickets, by the row of the ticket (legs: of the call)."""

    customers: dict[int | None, str] = field(default_factory=dict)
    calls: dict[int | None, CallRow] = field(default_factory=dict)
    legs: dict[int | None, list[CallLegRow]] = field(default_factory=lambda: defaultdict(list))
    voicemails: dict[int | None, VoicemailRow] = field(default_factory=dict)
    events: dict[int | None, list[TicketEventRow]] = field(default_factory=lambda: defaultdict(list))


async def read_tickets(
    session: AsyncSession, rows: Sequence[TicketRow], terms: Terms, now: datetime
) -> list[TicketView]:
    """Views in the order of the rows. Clocks are told as they stand at `now`, not as they were last written."""
    parts = await _parts(session, rows)
    return [_view(row, parts, terms, now) for row in rows]


async def _parts(session: AsyncSession, rows: Sequence[TicketRow]) -> _Parts:
    ids = [row.id for row in rows]
    found = _Parts()
    customers = select(Customer).where(col(Customer.id).in_({row.customer_id for row in rows if row.customer_id}))
    found.customers = {customer.id: customer.name for customer in await session.exec(customers)}
    calls = await session.exec(select(CallRow).where(col(CallRow.ticket_id).in_(ids)))
    found.calls = {call.ticket_id: call for call in calls}
    voicemails = await session.exec(select(VoicemailRow).where(col(VoicemailRow.ticket_id).in_(ids)))
    found.voicemails = {voicemail.ticket_id: voicemail for voicemail in voicemails}
    legs = select(CallLegRow).where(col(CallLegRow.call_row_id).in_([call.id for call in found.calls.values()]))
    for leg in await session.exec(legs.order_by(col(CallLegRow.rang_at), col(CallLegRow.id))):
        found.legs[leg.call_row_id].append(leg)
    events = select(TicketEventRow).where(col(TicketEventRow.ticket_id).in_(ids))
    for event in await session.exec(events.order_by(col(TicketEventRow.at), col(TicketEventRow.id))):
        found.events[event.ticket_id].append(event)
    return found


def _view(ticket: TicketRow, parts: _Parts, terms: Terms, now: datetime) -> TicketView:
    call = parts.calls[ticket.id]
    voicemail = parts.voicemails.get(ticket.id)
    deadlines = terms.plan(ticket, parts.events[ticket.id], now).deadlines
    return TicketView(
        number=ticket_number(ticket.id),
        state=ticket.state,
        kind=ticket.kind,
        source=ticket.source,
        customer_name=parts.customers.get(ticket.customer_id, ""),
        level=ticket.level,
        caller_number=call.caller_number,
        reported_at=ticket.reported_at,
        summary=ticket.summary,
        category=ticket.category,
        proposed_category=PROPOSED_AS.get(ticket.proposal or ""),
        proposal=ticket.proposal,
        needs_review=ticket.needs_review,
        why_proposed=ticket.why_proposed,
        deadlines=tuple(_deadline(one) for one in deadlines),
        route=call.route,
        why=tuple(call.why),
        legs=tuple(_leg(leg) for leg in parts.legs[call.id]),
        steps=tuple(_step(step) for step in call.steps),
        voicemail=_voicemail(voicemail) if voicemail else None,
        next_deadline=_next(deadlines),
        line=call.line,
        origin=call.origin,
        talked_with=call.talked_with,
        talk_started_at=call.talk_started_at,
        talk_ended_at=call.talk_ended_at,
        ended_at=call.ended_at,
        ended_by=call.ended_by,
        error=call.error,
    )


def _deadline(deadline: Deadline) -> DeadlineView:
    target = deadline.target or timedelta()
    return DeadlineView(
        clock=deadline.clock,
        target_seconds=target.total_seconds(),
        due_at=deadline.due_at,
        state=deadline.state,
        left_seconds=(target - deadline.elapsed).total_seconds() if deadline.target else 0.0,
        rule=deadline.rule,
        why=deadline.why,
    )


def _next(deadlines: Iterable[Deadline]) -> DeadlineView | None:
    running = [(one.due_at, one) for one in deadlines if one.due_at is not None and one.stopped_at is None]
    return _deadline(min(running, key=lambda pair: pair[0])[1]) if running else None


def _leg(leg: CallLegRow) -> LegView:
    return LegView(leg.who, leg.number, leg.rang_at, leg.ended_at, leg.result, leg.why)


def _step(step: dict[str, Any]) -> StepView:
    return StepView(datetime.fromisoformat(step["at"]), step["what"], step["detail"])


def _voicemail(row: VoicemailRow) -> VoicemailView:
    words = row.transcript["words"] if row.transcript else []
    return VoicemailView(
        id=row.id or 0,
        state=row.state,
        recording=row.recording,
        seconds=row.seconds,
        words=tuple(WordView(word["text"], word["start"], word["end"], word["confidence"]) for word in words),
        evidence=tuple(_evidence(one) for one in row.evidence if one["category"] in PROPOSED_AS),
        sure=row.sure,
        model=row.model,
        is_demo_model=row.model in DEMO_MODELS,
        peaks=tuple(row.peaks),
        error=row.error,
    )


def _evidence(stored: dict[str, Any]) -> EvidenceView:
    return EvidenceView(
        stored["start_word"],
        stored["end_word"],
        PROPOSED_AS[stored["category"]],
        stored["phrase"],
        stored["against"],
    )
