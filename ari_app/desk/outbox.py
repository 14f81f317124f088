"""What must be told to people, until it is told. Who delivers holds a lease; a killed deliverer's rows come back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.desk.numbers import ticket_number
from ari_app.store.database import Store
from ari_app.store.newest import newest
from ari_app.store.outbox_tables import OutboxRow

log = structlog.get_logger()

#: A channel that takes longer than this has lost its row to the next one who asks.
LEASE = timedelta(minutes=2)
#: A minute after the first failure, then twice as long each time, at most an hour: given up after about four hours.
FIRST_AGAIN_IN, LONGEST_AGAIN_IN = timedelta(minutes=1), timedelta(hours=1)
MOST_ATTEMPTS = 9


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row to tell. `key` is the same at each attempt; `attempt` counts from 1; `ticket` is "" when it is about none."""

    id: int
    key: str
    kind: str
    ticket: str
    payload: dict[str, Any]
    attempt: int
    created_at: datetime
    error: str = ""


class Outbox:
    """The queue of what must be told, in the order of its writing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def claim(self, limit: int) -> list[Delivery]:
        """At most `limit` rows whose time has come; nobody else gets them before the lease ends."""
        now = self._clock.now()
        async with self._store.session() as session:
            rows = (await session.exec(_waiting(now, limit))).all()
            for row in rows:
                row.next_try_at = now + LEASE
                row.attempts += 1
                if row.attempts > MOST_ATTEMPTS:  # its deliverers died over it
                    _give_up(row, now)
            return [_delivery(row) for row in rows if row.dead_at is None]

    async def delivered(self, delivery: Delivery) -> None:
        async with self._store.session() as session:
            row = await session.get_one(OutboxRow, delivery.id)
            row.delivered_at = row.delivered_at or self._clock.now()

    async def failed(self, delivery: Delivery, why: str, *, permanent: bool) -> None:
        """Tried again later; given up at once when `permanent`."""
        now = self._clock.now()
        async with self._store.session() as session:
            row = await session.get_one(OutboxRow, delivery.id)
            row.error = why
            row.next_try_at = now + min(FIRST_AGAIN_IN * 2 ** (delivery.attempt - 1), LONGEST_AGAIN_IN)
            if permanent or delivery.attempt >= MOST_ATTEMPTS:
                _give_up(row, now)

    async def dead(self, limit: int, below: int | None = None) -> list[Delivery]:
        """What was given up, newest first, from below the one with this id on: people must tell it themselves."""
        async with self._store.reading() as session:
            return await _read_dead(session, limit, below)

    async def waiting(self, limit: int, above: int = 0) -> list[Delivery]:
        """What is still to be told, in the order of its writing, from above the one with this id on, whether its time has come
        or not."""
        untold = (col(OutboxRow.delivered_at).is_(None), col(OutboxRow.dead_at).is_(None))
        first = select(OutboxRow).where(*untold, col(OutboxRow.id) > above)
        async with self._store.reading() as session:
            return [_delivery(row) for row in await session.exec(first.order_by(col(OutboxRow.id)).limit(limit))]

    async def count_dead(self) -> int:
        async with self._store.reading() as session:
            counted = select(func.count()).select_from(OutboxRow).where(col(OutboxRow.dead_at).is_not(None))
            return (await session.exec(counted)).one()

    async def try_again(self, ids: Collection[int] | None = None) -> list[Delivery]:
        """What was given up waits anew, as if it was never tried; `ids` None: all of it. Raises ValueError for what was not
        given up, and then changes nothing."""
        dead = select(OutboxRow).where(col(OutboxRow.dead_at).is_not(None)).order_by(col(OutboxRow.id))
        async with self._store.session() as session:
            rows = (await session.exec(dead if ids is None else dead.where(col(OutboxRow.id).in_(ids)))).all()
            if unknown := set(ids or ()) - {row.id for row in rows}:
                numbers = ", ".join(map(str, sorted(unknown)))
                raise ValueError(f"not given up: {numbers}; `meldlijn outbox list` shows what was")
            for row in rows:
                row.dead_at, row.attempts, row.next_try_at = None, 0, self._clock.now()
            return [_delivery(row) for row in rows]


async def _read_dead(session: AsyncSession, limit: int, below: int | None = None) -> list[Delivery]:
    dead = select(OutboxRow).where(col(OutboxRow.dead_at).is_not(None))
    return [_delivery(row) for row in await session.exec(newest(dead, OutboxRow.id, limit, below))]


def _waiting(now: datetime, limit: int) -> SelectOfScalar[OutboxRow]:
    waits = (col(OutboxRow.delivered_at).is_(None), col(OutboxRow.dead_at).is_(None), col(OutboxRow.next_try_at) <= now)
    first = select(OutboxRow).where(*waits).order_by(col(OutboxRow.next_try_at), col(OutboxRow.id)).limit(limit)
    return first.with_for_update(skip_locked=True)


def _give_up(row: OutboxRow, now: datetime) -> None:
    row.dead_at = now
    log.error(
        "A notice could not be delivered and is given up",
        action="notice_dead",
        ticket=_ticket(row),
        kind=row.kind,
        why=row.error,
    )


def _delivery(row: OutboxRow) -> Delivery:
    return Delivery(row.id or 0, row.key, row.kind, _ticket(row), row.payload, row.attempts, row.created_at, row.error)


def _ticket(row: OutboxRow) -> str:
    return "" if row.ticket_id is None else ticket_number(row.ticket_id)
