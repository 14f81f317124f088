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
from sqlmodel import and_, col, or_

from ari_app.desk.numbers import ticket_number
from ari_app.desk.outcomes import Outcome
from ari_app.desk.planning import Terms
from ari_app.desk.queue_order import QueuePlace, queue_key
from ari_app.desk.review_views import ReviewQueue
from ari_app.desk.reviewed import REVIEW, UNDONE, passed_by
from ari_app.desk.ticket_lines import TicketLine, read_lines
from ari_app.store.message_tables import UrgentMessageRow
from ari_app.store.statements import Asks, ask, ask_all, columns_of
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


def is_one_of(column: Any, *values: object) -> ColumnElement[bool]:
    """As `in_`, but a fixed text: such statements are built once."""
    return or_(*(col(column) == one for one in values))


#: Nobody decided yet what it is, whether the machine is sure of itself or not (R-085).
_IS_UNDECIDED = or_(
    col(TicketRow.needs_review),
    and_(
        col(TicketRow.source) == TicketSource.VOICEMAIL,
        col(TicketRow.category).is_(None),
        is_one_of(TicketRow.kind, Kind.INCIDENT, Kind.CALAMITY),
    ),
)
_WAITS = and_(is_one_of(TicketRow.state, *(one for one in OPEN if one is not TicketState.WAITING)), _IS_UNDECIDED)
_IS_UNCLAIMED = and_(col(UrgentMessageRow.ticket_id).is_not(None), col(UrgentMessageRow.claimed_by).is_(None))
#: What waits, each with when the first of its clocks that run is due, and the category that they count with.
_WAITING = (
    sa.select(
        col(TicketRow.id),
        col(TicketRow.kind),
        col(TicketRow.level),
        col(TicketRow.agreement_version),
        col(TicketRow.state),
        col(TicketRow.reported_at),
        col(TicketRow.category),
        sa.func.min(sa.case((col(SlaClockRow.stopped_at).is_(None), col(SlaClockRow.due_at)))).label("due_at"),
        sa.func.max(col(SlaClockRow.category)).label("counted"),
        sa.func.max(sa.case((_IS_UNCLAIMED, 1), else_=0)).label("is_unclaimed"),
    )
    .select_from(columns_of(TicketRow))
    .outerjoin(SlaClockRow, col(SlaClockRow.ticket_id) == col(TicketRow.id))
    .outerjoin(UrgentMessageRow, col(UrgentMessageRow.ticket_id) == col(TicketRow.id))
    .where(_WAITS)
    .group_by(col(TicketRow.id))
)
#: How many wait, and since when the first of them does.
_LOAD = (
    sa.select(sa.func.count().label("count"), sa.func.min(col(TicketRow.reported_at)).label("oldest_at"))
    .select_from(columns_of(TicketRow))
    .where(_WAITS)
)
#: About those, in order of taking. Not by what they are: an index of that would lead through the reviews of years.
_DECISIONS = (
    sa.select(col(DecisionRow.ticket_id), col(DecisionRow.what), col(DecisionRow.actor), col(DecisionRow.after))
    .join(TicketRow, col(TicketRow.id) == col(DecisionRow.ticket_id))
    .where(_WAITS)
    .order_by(col(DecisionRow.id))
)
#: Of all open tickets, the first due first.
_RUN_OUT = (
    sa.select(col(SlaClockRow.ticket_id))
    .join(TicketRow, col(TicketRow.id) == col(SlaClockRow.ticket_id))
    .where(
        is_one_of(TicketRow.state, *OPEN),
        col(SlaClockRow.stopped_at).is_(None),
        col(SlaClockRow.due_at) <= sa.bindparam("ahead"),
    )
    .order_by(col(SlaClockRow.due_at))
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_ASKED = (
    sa.select(sa.func.count())
    .select_from(columns_of(TicketRow))
    .where(col(TicketRow.state) == TicketState.WAITING, _IS_UNDECIDED)
    .scalar_subquery()
)


def _taken(what: str) -> Any:
    """How often since then. What somebody could not judge is not done, and undoing that undoes nothing that was."""
    return (
        sa.select(sa.func.count())
        .select_from(columns_of(DecisionRow))
        .where(
            col(DecisionRow.what) == what,
            col(DecisionRow.at) >= sa.bindparam("since"),
            col(DecisionRow.after) != Outcome.CANNOT_JUDGE,
            col(DecisionRow.before) != Outcome.CANNOT_JUDGE,
        )
        .scalar_subquery()
    )


_COUNTS = sa.select(_ASKED.label("asked"), _taken(REVIEW).label("done"), _taken(UNDONE).label("undone"))


async def read_queue(session: Asks, terms: Terms, now: datetime, order: Order, limit: int, who: str) -> ReviewQueue:
    """At most `limit` lines. What `who` could not judge goes last for `who`."""
    ahead = {"ahead": terms.hours.service.due(now, STRIP_AHEAD), "most": ON_STRIP}
    decisions, rows, run_out, (counts,) = await ask_all(
        session, (_DECISIONS, {}), (_WAITING, {}), (_RUN_OUT, ahead), (_COUNTS, {"since": _midnight(terms, now)})
    )
    waiting = _in_order(decisions, rows, terms, order, who)
    oldest = min((one.place.reported_at for one in waiting), default=now)
    left_by = {one.ticket_id: one.passed_by for one in waiting}
    shown, strip = [one.ticket_id for one in waiting[:limit]], list(dict.fromkeys(row.ticket_id for row in run_out))
    lines = await read_lines(session, shown, terms, now, short=strip, passed_by=left_by)
    return ReviewQueue(
        rows=_undecided(lines, shown),
        numbers=tuple(ticket_number(one.ticket_id) for one in waiting),
        strip=_undecided(lines, strip),
        done_today=max(0, counts.done - counts.undone),
        oldest_waits_seconds=terms.hours.service.between(oldest, now).total_seconds() if oldest < now else 0.0,
        asked=counts.asked,
    )


async def read_numbers(session: Asks, terms: Terms, order: Order, who: str) -> tuple[str, ...]:
    """Of all that wait, in the same order."""
    decisions, rows = await ask_all(session, (_DECISIONS, {}), (_WAITING, {}))
    return tuple(ticket_number(one.ticket_id) for one in _in_order(decisions, rows, terms, order, who))


async def read_load(session: Asks) -> tuple[int, datetime | None]:
    """How many wait, and since when the first of them does; None: nothing waits."""
    (load,) = await ask(session, _LOAD)
    return load.count, load.oldest_at


def _in_order(decisions: Sequence[Any], rows: Sequence[Any], terms: Terms, order: Order, who: str) -> list[_Waiting]:
    """`rows` of _WAITING and the decisions about them."""
    taken: dict[int, list[Any]] = defaultdict(list)
    for decision in decisions:
        taken[decision.ticket_id].append(decision)
    waiting = [_Waiting(row.id, _place(row, terms), passed_by(taken.get(row.id, ()))) for row in rows]
    by = terms.agreement.settings.queue_order if order == "agreement" else "deadline"
    # By row where all else is the same, so that a page and the next one agree.
    return sorted(waiting, key=lambda one: (one.passed_by == who, queue_key(one.place, by), one.ticket_id))


def _place(row: Any, terms: Terms) -> QueuePlace:
    """Of a row of _WAITING."""
    return QueuePlace(
        level_order=terms.agreement_of(row.agreement_version).level(row.level).order,
        kind=row.kind,
        category=row.counted or row.category,
        due_at=row.due_at,
        reported_at=row.reported_at,
        is_urgent=bool(row.is_unclaimed) and row.state is TicketState.NEW,
    )


def _undecided(lines: Mapping[int, TicketLine], ids: Sequence[int]) -> tuple[TicketLine, ...]:
    """What nobody decided needs a review here, also when the machine is sure of itself (R-085)."""
    found = (lines[one] for one in ids)
    return tuple(replace(one, needs_review=True) if one.category is None else one for one in found)


def _midnight(terms: Terms, now: datetime) -> datetime:
    local = now.astimezone(terms.agreement.zone)
    return datetime.combine(local.date(), time(), terms.agreement.zone).astimezone(UTC)
