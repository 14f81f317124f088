"""The reports that wait for a person's decision, in the order to take them, and what runs out of time (R-073, A-16).

Theory of operation. All of them are put in order, which needs their clocks only; what a line shows is read for the first
ones. So a long queue costs its clocks and nothing else.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.numbers import ticket_number
from ari_app.desk.outcomes import Outcome
from ari_app.desk.planning import Terms, events_that_hold
from ari_app.desk.queue_order import QueuePlace, queue_key
from ari_app.desk.reading import brief_deadline, first_due, spoken_view
from ari_app.desk.review_views import QueueRow, ReviewQueue
from ari_app.desk.reviewed import REVIEW, UNDONE, passed_by
from ari_app.desk.views import PROPOSED_AS, DeadlineView, VoicemailView
from ari_app.store.message_tables import MessageChoiceRow, UrgentMessageRow
from ari_app.store.statements import columns_of
from ari_app.store.tables import (
    CallRow,
    Customer,
    EngineerRow,
    SlaClockRow,
    TicketEventRow,
    TicketRow,
    TicketSource,
    VoicemailRow,
)
from ari_app.store.work_tables import DecisionRow
from sla.terms import Category, Kind
from sla.ticket import TicketState

Order = Literal["agreement", "deadline"]
OPEN = (TicketState.NEW, TicketState.WAITING, TicketState.IN_PROGRESS, TicketState.PLANNED)
#: So many tickets are looked at for the strip, and so far ahead in service time: a quarter of the longest promise fits.
ON_STRIP, STRIP_AHEAD = 24, timedelta(hours=8)


class _Placed(NamedTuple):
    """A ticket with its first deadline and its place in the queue."""

    ticket: TicketRow
    due: DeadlineView | None
    counted: Category | None
    place: QueuePlace
    passed_by: str


async def read_queue(
    session: AsyncSession, terms: Terms, now: datetime, order: Order, limit: int, who: str
) -> ReviewQueue:
    """At most `limit` lines. What `who` could not judge goes last for `who`."""
    placed = await _place_all(session, await _tickets(session, _waits()), terms, now)
    by = terms.agreement.settings.queue_order if order == "agreement" else "deadline"
    placed.sort(key=lambda one: (one.passed_by == who, queue_key(one.place, by)))
    oldest = min((one.ticket.reported_at for one in placed), default=now)
    return ReviewQueue(
        rows=await _rows(session, placed[:limit]),
        numbers=tuple(ticket_number(one.ticket.id) for one in placed),
        strip=await _strip(session, placed, terms, now),
        done_today=await _done_since(session, _midnight(terms, now)),
        oldest_waits_seconds=terms.hours.service.between(oldest, now).total_seconds() if oldest < now else 0.0,
        asked=await _count_asked(session),
    )


async def _tickets(session: AsyncSession, which: ColumnElement[bool]) -> Sequence[TicketRow]:
    """Rows with the columns of a ticket as attributes, not objects: there may be hundreds."""
    connection = await session.connection()
    found = (await connection.execute(sa.select(columns_of(TicketRow)).where(which))).all()
    return cast("Sequence[TicketRow]", found)


def _undecided() -> ColumnElement[bool]:
    """Nobody decided yet what it is, whether the machine is sure of itself or not (R-085)."""
    is_disturbance = col(TicketRow.kind).in_((Kind.INCIDENT, Kind.CALAMITY))
    unjudged = and_(TicketRow.source == TicketSource.VOICEMAIL, col(TicketRow.category).is_(None), is_disturbance)
    return or_(col(TicketRow.needs_review), unjudged)


def _waits() -> ColumnElement[bool]:
    return and_(col(TicketRow.state).in_([one for one in OPEN if one is not TicketState.WAITING]), _undecided())


async def _count_asked(session: AsyncSession) -> int:
    asked = select(func.count()).select_from(TicketRow)
    return (await session.exec(asked.where(TicketRow.state == TicketState.WAITING, _undecided()))).one()


async def _place_all(session: AsyncSession, tickets: Sequence[TicketRow], terms: Terms, now: datetime) -> list[_Placed]:
    ids = [ticket.id for ticket in tickets]
    events: dict[int, list[TicketEventRow]] = defaultdict(list)
    for event in await session.exec(events_that_hold().where(col(TicketEventRow.ticket_id).in_(ids))):
        events[event.ticket_id].append(event)
    decisions: dict[int, list[DecisionRow]] = defaultdict(list)
    reviews = select(DecisionRow).where(
        col(DecisionRow.ticket_id).in_(ids), col(DecisionRow.what).in_((REVIEW, UNDONE))
    )
    for decision in await session.exec(reviews.order_by(col(DecisionRow.id))):
        decisions[decision.ticket_id].append(decision)
    unclaimed = select(UrgentMessageRow.ticket_id).where(
        col(UrgentMessageRow.ticket_id).in_(ids), col(UrgentMessageRow.claimed_by).is_(None)
    )
    urgent = set(await session.exec(unclaimed))
    return [
        _placed(ticket, events[ticket.id or 0], decisions[ticket.id or 0], ticket.id in urgent, terms, now)
        for ticket in tickets
    ]


def _placed(
    ticket: TicketRow,
    events: Sequence[TicketEventRow],
    decisions: Sequence[DecisionRow],
    is_urgent: bool,
    terms: Terms,
    now: datetime,
) -> _Placed:
    deadlines = terms.plan(ticket, events, now).deadlines
    first = first_due(deadlines)
    counted = next((one.category for one in deadlines if one.category is not None), ticket.category)
    place = QueuePlace(
        level_order=terms.of(ticket).agreement.level(ticket.level).order,
        kind=ticket.kind,
        category=counted,
        due_at=first.due_at if first else None,
        reported_at=ticket.reported_at,
        is_urgent=is_urgent and ticket.state is TicketState.NEW,
    )
    return _Placed(ticket, brief_deadline(first) if first else None, counted, place, passed_by(decisions))


async def _strip(
    session: AsyncSession, waiting: Sequence[_Placed], terms: Terms, now: datetime
) -> tuple[QueueRow, ...]:
    ahead = terms.hours.service.due(now, STRIP_AHEAD)
    running = (
        select(SlaClockRow.ticket_id)
        .join(TicketRow, col(TicketRow.id) == col(SlaClockRow.ticket_id))
        .where(col(TicketRow.state).in_(OPEN), col(SlaClockRow.stopped_at).is_(None), col(SlaClockRow.due_at) <= ahead)
        .order_by(col(SlaClockRow.due_at))
        .limit(ON_STRIP)
    )
    ids = list(dict.fromkeys(await session.exec(running)))
    known = {one.ticket.id: one for one in waiting}
    others = await _tickets(session, col(TicketRow.id).in_([one for one in ids if one not in known]))
    known |= {one.ticket.id: one for one in await _place_all(session, others, terms, now)}
    placed = [known[one] for one in ids]
    around = await _people(session, placed)
    return tuple(_row(one, around) for one in placed)


@dataclass
class _Around:
    """What lines show beside their tickets, by the row of the ticket; plain columns, for objects of rows cost too much."""

    customers: dict[int | None, str] = field(default_factory=dict)
    engineers: dict[int | None, str] = field(default_factory=dict)
    calls: dict[int | None, Any] = field(default_factory=dict)
    voicemails: dict[int | None, VoicemailView] = field(default_factory=dict)
    urgent: dict[int | None, str | None] = field(default_factory=dict)
    called_urgent: set[int] = field(default_factory=set)


async def _rows(session: AsyncSession, placed: Sequence[_Placed]) -> tuple[QueueRow, ...]:
    ids = [one.ticket.id for one in placed]
    around = await _people(session, placed)
    connection = await session.connection()
    call = sa.select(
        col(CallRow.ticket_id), col(CallRow.caller_number), col(CallRow.talked_with), col(CallRow.talk_started_at)
    ).where(col(CallRow.ticket_id).in_(ids))
    calls = await connection.execute(call.order_by(col(CallRow.id).desc()))
    around.calls = {row.ticket_id: row for row in calls}
    voicemail = columns_of(VoicemailRow)
    said = [one for one in voicemail.c if one.name not in ("peaks", "told")]
    found = await connection.execute(sa.select(*said).where(voicemail.c.ticket_id.in_(ids)))
    around.voicemails = {row.ticket_id: spoken_view(cast(VoicemailRow, row)) for row in found}
    message = select(col(UrgentMessageRow.ticket_id), col(UrgentMessageRow.claimed_by))
    around.urgent = dict((await session.exec(message.where(col(UrgentMessageRow.ticket_id).in_(ids)))).all())
    pressed = select(MessageChoiceRow.ticket_id).where(
        col(MessageChoiceRow.ticket_id).in_(ids), col(MessageChoiceRow.is_urgent)
    )
    around.called_urgent = set(await session.exec(pressed))
    return tuple(_row(one, around) for one in placed)


async def _people(session: AsyncSession, placed: Sequence[_Placed]) -> _Around:
    """All that the strip shows."""
    wanted = {one.ticket.customer_id for one in placed if one.ticket.customer_id}
    assigned = {one.ticket.assignee_id for one in placed if one.ticket.assignee_id}
    customers = select(col(Customer.id), col(Customer.name)).where(col(Customer.id).in_(wanted))
    engineers = select(col(EngineerRow.id), col(EngineerRow.name)).where(col(EngineerRow.id).in_(assigned))
    return _Around(
        customers=dict((await session.exec(customers)).all()), engineers=dict((await session.exec(engineers)).all())
    )


def _row(placed: _Placed, around: _Around) -> QueueRow:
    ticket = placed.ticket
    call = around.calls.get(ticket.id)
    return QueueRow(
        number=ticket_number(ticket.id),
        state=ticket.state,
        kind=ticket.kind,
        level=ticket.level,
        level_order=placed.place.level_order,
        category=ticket.category,
        proposed_category=PROPOSED_AS.get(ticket.proposal or ""),
        proposal=ticket.proposal,
        counted_category=placed.counted,
        needs_review=ticket.needs_review or ticket.category is None,
        customer_name=around.customers.get(ticket.customer_id, ""),
        caller_number=call.caller_number if call else None,
        reported_at=ticket.reported_at,
        summary=ticket.summary,
        voicemail=around.voicemails.get(ticket.id),
        next_deadline=placed.due,
        is_urgent=ticket.id in around.called_urgent or ticket.id in around.urgent,
        claimed_by=around.urgent.get(ticket.id) or "",
        talked_with=call.talked_with if call else None,
        talk_started_at=call.talk_started_at if call else None,
        assignee=around.engineers.get(ticket.assignee_id, ""),
        engineer_line=ticket.engineer_line,
        passed_by=placed.passed_by,
    )


async def _done_since(session: AsyncSession, since: datetime) -> int:
    counts: dict[str, int] = {}
    found = select(DecisionRow.what, func.count()).where(
        col(DecisionRow.what).in_((REVIEW, UNDONE)),
        col(DecisionRow.at) >= since,
        # What somebody could not judge is not done, and undoing that undoes nothing that was.
        col(DecisionRow.after) != Outcome.CANNOT_JUDGE,
        col(DecisionRow.before) != Outcome.CANNOT_JUDGE,
    )
    for what, count in await session.exec(found.group_by(col(DecisionRow.what))):
        counts[what] = count
    return max(0, counts.get(REVIEW, 0) - counts.get(UNDONE, 0))


def _midnight(terms: Terms, now: datetime) -> datetime:
    local = now.astimezone(terms.agreement.zone)
    return datetime.combine(local.date(), time(), terms.agreement.zone).astimezone(UTC)
