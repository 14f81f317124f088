"""What became true about a ticket's clocks: written down once, with what must be told, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.numbers import ticket_number
from ari_app.store.outbox_tables import NoticeKind, NoticeRow, OutboxRow
from ari_app.store.statements import Asks, add, ask, change
from ari_app.store.tables import Customer, EngineerRow, SlaClockRow, TicketRow
from sla.agreement import Agreement
from sla.alerts import Alert, AlertKind
from sla.clauses import Clause
from sla.plan import Plan
from sla.terms import ClockKind
from sla.ticket import TicketState

#: Twelve ticks: a service that runs is never that late.
LATE_AFTER = timedelta(minutes=1)
#: Of one clock only the gravest stays open.
_GRAVITY = {AlertKind.AT_RISK: 1, AlertKind.OVERDUE: 2, AlertKind.BREACHED: 3}
#: The order of the strip: a broken promise first.
_FIRST = (NoticeKind.BREACHED, NoticeKind.OVERDUE, NoticeKind.NOT_PLANNED, NoticeKind.NO_PLAN, NoticeKind.AT_RISK)


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as people see it. `clock` None: about the ticket as a whole. `assignee` "": nobody's yet."""

    id: int
    ticket: str
    kind: NoticeKind
    clock: ClockKind | None
    since: datetime
    noticed_at: datetime
    is_late: bool
    customer_name: str = ""
    assignee: str = ""
    #: Of the promise that it is about; None: about no promise.
    clause: Clause | None = None


async def announce(session: Asks, ticket_id: int, judged: Plan, now: datetime) -> int:
    """Writes what is true and was not noticed before, ends what asks nothing any more; gives the number of new notices."""
    known = {notice.key: notice for notice in await ask(session, _OF_TICKET, ticket_id=ticket_id)}
    asking = {alert.key for alert in _asking(judged)}
    for notice in known.values():
        # One that asks again: a demo's clock was set back, or a judgement was corrected twice.
        ended_at = None if notice.key in asking else notice.ended_at or now
        if ended_at != notice.ended_at:
            await change(session, NoticeRow, {"id": notice.id}, {"ended_at": ended_at})
    new = [_of_alert(ticket_id, alert, now) for alert in judged.alerts if alert.key not in known]
    for notice in new:
        notice.ended_at = None if notice.key in asking else now
    clauses = {deadline.clock: deadline.clause for deadline in judged.deadlines}
    return sum(
        [await add_notice(session, notice, clauses.get(notice.clock) if notice.clock else None) for notice in new]
    )


async def add_notice(session: Asks, notice: NoticeRow, clause: Clause | None = None) -> bool:
    """Adds the notice and what to tell about it, with the clause of the promise; False when another process noticed the
    same before."""
    connection = await session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = notice.model_dump(exclude={"id"})
    added = insert(NoticeRow).values(values).on_conflict_do_nothing().returning(col(NoticeRow.id))
    if (await connection.execute(added)).scalar() is None:
        return False
    await add(session, OutboxRow, _to_tell(notice, clause))
    return True


async def read_open_notices(
    session: AsyncSession, limit: int, agreement_of: Callable[[str], Agreement], behind: int | None = None
) -> list[NoticeView]:
    """What asks for people, gravest first and then longest first, of tickets that are not finished. `agreement_of` gives
    the agreement of a version. `behind`: from behind the notice with this id on, also when that one asks nothing any more."""
    rank = sa.case({kind: place for place, kind in enumerate(_FIRST)}, value=col(NoticeRow.kind))
    finished = (TicketState.RESOLVED, TicketState.CLOSED)
    from_there = []
    if behind is not None:
        last = await session.get(NoticeRow, behind)
        from_there = [_behind(last, rank) if last else sa.false()]
    rows = await session.exec(
        select(  # type: ignore[call-overload]
            NoticeRow,
            col(Customer.name),
            col(EngineerRow.name),
            col(TicketRow.agreement_version),
            col(SlaClockRow.rule),
        )
        .select_from(NoticeRow)
        .join(TicketRow, col(TicketRow.id) == NoticeRow.ticket_id)
        .outerjoin(Customer, col(Customer.id) == TicketRow.customer_id)
        .outerjoin(EngineerRow, col(EngineerRow.id) == TicketRow.assignee_id)
        .outerjoin(
            SlaClockRow, and_(col(SlaClockRow.ticket_id) == NoticeRow.ticket_id, SlaClockRow.clock == NoticeRow.clock)
        )
        .where(col(NoticeRow.ended_at).is_(None), col(TicketRow.state).not_in(finished), *from_there)
        .order_by(rank, col(NoticeRow.since), col(NoticeRow.id))
        .limit(limit)
    )
    return [
        NoticeView(
            row.id,
            ticket_number(row.ticket_id),
            row.kind,
            row.clock,
            row.since,
            row.noticed_at,
            row.is_late,
            customer or "",
            assignee or "",
            agreement_of(version).clauses.get(rule or ""),
        )
        for row, customer, assignee, version, rule in rows
    ]


def _behind(last: NoticeRow, rank: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Later than `last` in the order of the strip. Notices are never deleted."""
    since, place = col(NoticeRow.since), _FIRST.index(last.kind)
    is_later = or_(since > last.since, and_(since == last.since, col(NoticeRow.id) > last.id))
    return or_(rank > place, and_(rank == place, is_later))


def _asking(judged: Plan) -> list[Alert]:
    """The alerts that somebody can still do something about: of each running clock the gravest."""
    stopped = {deadline.clock for deadline in judged.deadlines if deadline.stopped_at is not None}
    ladder = sorted((alert for alert in judged.alerts if alert.kind in _GRAVITY), key=lambda a: _GRAVITY[a.kind])
    gravest = {alert.clock: alert for alert in ladder if alert.clock not in stopped}
    return [*gravest.values(), *(alert for alert in judged.alerts if alert.kind not in _GRAVITY)]


def _of_alert(ticket_id: int, alert: Alert, now: datetime) -> NoticeRow:
    return NoticeRow(
        ticket_id=ticket_id,
        key=alert.key,
        kind=NoticeKind(alert.kind.value),
        clock=alert.clock,
        since=alert.since,
        noticed_at=now,
        is_late=now - alert.since > LATE_AFTER,
    )


def _to_tell(notice: NoticeRow, clause: Clause | None) -> dict[str, Any]:
    return dict(
        key=f"{ticket_number(notice.ticket_id)}:{notice.key}",
        kind=notice.kind.value,
        ticket_id=notice.ticket_id,
        payload={
            "ticket": ticket_number(notice.ticket_id),
            "clock": notice.clock.value if notice.clock else None,
            "since": notice.since.isoformat(),
            "is_late": notice.is_late,
            "clause": str(clause) if clause else None,
        },
        created_at=notice.noticed_at,
        next_try_at=notice.noticed_at,
    )


_OF_TICKET = sa.select(col(NoticeRow.id), col(NoticeRow.key), col(NoticeRow.ended_at)).where(
    col(NoticeRow.ticket_id) == sa.bindparam("ticket_id", type_=sa.Integer)
)
