"""Tickets whose moment has come are judged again. Any number of services may do this side by side on one database.

Theory of operation. A ticket carries the next moment at which something about it changes by itself. Who looks takes the
tickets whose moment has passed, locked until the end of the transaction: on SQLite by the one write lock, on PostgreSQL
row by row, and others skip what is locked. The new moment, the clocks, the notices and what to tell are written in that
same transaction: a killed service leaves all of it or nothing, and what is left is simply still due.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.desk.notices import add_notice
from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import Terms, replan
from ari_app.store.outbox_tables import FailedLookRow, NoticeKind, NoticeRow
from ari_app.store.tables import TicketRow

log = structlog.get_logger()

#: A ticket that can't be planned is tried again after this time.
FAILED_AGAIN_IN = timedelta(hours=1)
#: So many failures in a row are no accident: people are told.
TELL_AT_FAILURE = 3


def due_tickets(now: datetime, limit: int) -> SelectOfScalar[int | None]:
    """The row ids of tickets whose moment has come, longest ago first, locked; those that others hold are left out."""
    return (
        select(col(TicketRow.id))
        .where(col(TicketRow.next_look_at) <= now)
        .order_by(col(TicketRow.next_look_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


async def look_at_due_tickets(session: AsyncSession, terms: Terms, now: datetime, limit: int) -> int:
    """Judges at most `limit` due tickets again and gives how many; the caller commits. One that fails stops no other."""
    due = [row_id for row_id in await session.exec(due_tickets(now, limit)) if row_id is not None]
    planned = [row_id for row_id in due if await _is_planned(session, row_id, terms, now)]
    await _forget_failures(session, planned)
    return len(due)


async def _is_planned(session: AsyncSession, row_id: int, terms: Terms, now: datetime) -> bool:
    try:
        async with session.begin_nested():
            await replan(session, await session.get_one(TicketRow, row_id), terms, now)
    except (OperationalError, InterfaceError):
        raise  # the database is away, which is no fault of this ticket: all stays due
    except Exception as failure:
        await _move_on(session, row_id, f"{type(failure).__name__}: {failure}", now)
        return False
    return True


async def _move_on(session: AsyncSession, row_id: int, why: str, now: datetime) -> None:
    """Without loading the ticket: its row may be what can't be read."""
    later = update(TicketRow).where(col(TicketRow.id) == row_id).values(next_look_at=now + FAILED_AGAIN_IN)
    await session.exec(later.execution_options(synchronize_session=False))
    failed = await session.get(FailedLookRow, row_id)
    if failed is None:
        failed = FailedLookRow(ticket_id=row_id, failures=0, first_failed_at=now, last_failed_at=now, error=why)
    failed.failures += 1
    failed.last_failed_at, failed.error = now, why
    session.add(failed)
    log.error(
        "A ticket could not be planned; it is tried again in an hour",
        action="ticket_not_planned",
        ticket=ticket_number(row_id),
        failures=failed.failures,
        why=why,
    )
    if failed.failures >= TELL_AT_FAILURE:
        await add_notice(session, _not_planned(failed, now))


def _not_planned(failed: FailedLookRow, now: datetime) -> NoticeRow:
    return NoticeRow(
        ticket_id=failed.ticket_id,
        key=f"ticket:{NoticeKind.NOT_PLANNED}:{failed.first_failed_at.isoformat()}",
        kind=NoticeKind.NOT_PLANNED,
        since=failed.first_failed_at,
        noticed_at=now,
    )


async def _forget_failures(session: AsyncSession, planned: Sequence[int]) -> None:
    if planned:
        await session.exec(delete(FailedLookRow).where(col(FailedLookRow.ticket_id).in_(planned)))
