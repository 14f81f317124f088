"""The reports that wait for a person's decision, in the order to take them, and what runs out of time (R-073, A-16).

Theory of operation. All of them are put in order by what the last plan of their clocks wrote down: when the first one is
due and which category they count with. No clock is told again for that: what is due changes only by what happens to a
ticket, and is written in the same transaction. Only the lines that are shown are planned as they stand now.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.numbers import ticket_number
from ari_app.desk.outcomes import Outcome
from ari_app.desk.planning import Terms
from ari_app.desk.queue_order import QueuePlace, queue_key
from ari_app.desk.review_views import ReviewQueue
from ari_app.desk.reviewed import REVIEW, UNDONE, passed_by
from ari_app.desk.ticket_lines import TicketLine, read_lines
from ari_app.store.message_tables import UrgentMessageRow
from ari_app.store.tables import SlaClockRow, TicketRow, TicketSource
from ari_app.store.work_tables import DecisionRow
from sla.terms import Kind
from sla.ticket import TicketState

Order = Literal["agreement", "deadline"]
OPEN = (TicketState.NEW, TicketState.WAITING, TicketState.IN_PROGRESS, TicketState.PLANNED)
#: So many tickets are looked at for the strip, and so far ahead in service time: a quarter of the longest promise fits.
ON_STRIP, STRIP_AHEAD = 24, timedelta(hours=8)


class _Waiting(NamedTuple):
    """A ticket by its row, with its place in the queue."""

    ticket_id: int
    place: QueuePlace
    passed_by: str


async def read_queue(
    session: AsyncSession, terms: Terms, now: datetime, order: Order, limit: int, who: str
) -> ReviewQueue:
    """At most `limit` lines. What `who` could not judge goes last for `who`."""
    waiting = await _in_order(session, terms, order, who)
    oldest = min((one.place.reported_at for one in waiting), default=now)
    left_by = {one.ticket_id: one.passed_by for one in waiting}
    shown, strip = [one.ticket_id for one in waiting[:limit]], await _strip(session, terms, now)
    lines = await read_lines(session, shown, terms, now, short=strip, passed_by=left_by)
    return ReviewQueue(
        rows=_undecided(lines, shown),
        numbers=tuple(ticket_number(one.ticket_id) for one in waiting),
        strip=_undecided(lines, strip),
        done_today=await _done_since(session, _midnight(terms, now)),
        oldest_waits_seconds=terms.hours.service.between(oldest, now).total_seconds() if oldest < now else 0.0,
        asked=await _count_asked(session),
    )


async def read_numbers(session: AsyncSession, terms: Terms, order: Order, who: str) -> tuple[str, ...]:
    """Of all that wait, in the same order."""
    return tuple(ticket_number(one.ticket_id) for one in await _in_order(session, terms, order, who))


def _is_undecided() -> ColumnElement[bool]:
    """Nobody decided yet what it is, whether the machine is sure of itself or not (R-085)."""
    is_disturbance = col(TicketRow.kind).in_((Kind.INCIDENT, Kind.CALAMITY))
    unjudged = and_(TicketRow.source == TicketSource.VOICEMAIL, col(TicketRow.category).is_(None), is_disturbance)
    return or_(col(TicketRow.needs_review), unjudged)


def _waits() -> ColumnElement[bool]:
    return and_(col(TicketRow.state).in_([one for one in OPEN if one is not TicketState.WAITING]), _is_undecided())


async def _count_asked(session: AsyncSession) -> int:
    asked = select(func.count()).select_from(TicketRow)
    return (await session.exec(asked.where(TicketRow.state == TicketState.WAITING, _is_undecided()))).one()


async def _in_order(session: AsyncSession, terms: Terms, order: Order, who: str) -> list[_Waiting]:
    ids = select(TicketRow.id).where(_waits())
    decisions, urgent = await _reviews(session, ids), await _unclaimed(session, ids)
    waiting = [
        _Waiting(row.id, _place(row, row.id in urgent, terms), passed_by(decisions[row.id]))
        for row in await _with_clocks(session)
    ]
    by = terms.agreement.settings.queue_order if order == "agreement" else "deadline"
    # By row where all else is the same, so that a page and the next one agree.
    return sorted(waiting, key=lambda one: (one.passed_by == who, queue_key(one.place, by), one.ticket_id))


async def _with_clocks(session: AsyncSession) -> Sequence[Any]:
    """What waits, each with when the first of its clocks that run is due, and the category that they count with."""
    ticket, clock = TicketRow, SlaClockRow
    due_at = sa.func.min(sa.case((col(clock.stopped_at).is_(None), col(clock.due_at))))
    asked = (
        sa.select(col(ticket.id), col(ticket.kind), col(ticket.level), col(ticket.agreement_version), col(ticket.state),
                  col(ticket.reported_at), col(ticket.category), due_at.label("due_at"),
                  sa.func.max(col(clock.category)).label("counted"))
        .outerjoin(clock, col(clock.ticket_id) == col(ticket.id))
        .where(_waits())
        .group_by(col(ticket.id))
    )  # fmt: skip
    rows: Sequence[Any] = (await (await session.connection()).execute(asked)).all()
    return rows


def _place(row: Any, is_urgent: bool, terms: Terms) -> QueuePlace:
    return QueuePlace(
        level_order=terms.agreement_of(row.agreement_version).level(row.level).order,
        kind=row.kind,
        category=row.counted or row.category,
        due_at=row.due_at,
        reported_at=row.reported_at,
        is_urgent=is_urgent and row.state is TicketState.NEW,
    )


async def _reviews(session: AsyncSession, ids: Any) -> dict[int, list[Any]]:
    """By ticket, in order of taking."""
    asked = sa.select(col(DecisionRow.ticket_id), col(DecisionRow.what), col(DecisionRow.actor), col(DecisionRow.after))
    asked = asked.where(col(DecisionRow.ticket_id).in_(ids), col(DecisionRow.what).in_((REVIEW, UNDONE)))
    found: dict[int, list[Any]] = defaultdict(list)
    for decision in await (await session.connection()).execute(asked.order_by(col(DecisionRow.id))):
        found[decision.ticket_id].append(decision)
    return found


async def _unclaimed(session: AsyncSession, ids: Any) -> set[int]:
    asked = select(UrgentMessageRow.ticket_id).where(
        col(UrgentMessageRow.ticket_id).in_(ids), col(UrgentMessageRow.claimed_by).is_(None)
    )
    return set(await session.exec(asked))


async def _strip(session: AsyncSession, terms: Terms, now: datetime) -> list[int]:
    """By row, of all open tickets."""
    ahead = terms.hours.service.due(now, STRIP_AHEAD)
    running = (
        select(SlaClockRow.ticket_id)
        .join(TicketRow, col(TicketRow.id) == col(SlaClockRow.ticket_id))
        .where(col(TicketRow.state).in_(OPEN), col(SlaClockRow.stopped_at).is_(None), col(SlaClockRow.due_at) <= ahead)
        .order_by(col(SlaClockRow.due_at))
        .limit(ON_STRIP)
    )
    return list(dict.fromkeys(await session.exec(running)))


def _undecided(lines: Mapping[int, TicketLine], ids: Sequence[int]) -> tuple[TicketLine, ...]:
    """What nobody decided needs a review here, also when the machine is sure of itself (R-085)."""
    found = (lines[one] for one in ids)
    return tuple(replace(one, needs_review=True) if one.category is None else one for one in found)


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
