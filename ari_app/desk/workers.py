"""The workers that live: each says so every few seconds, and any of them notices that another has fallen silent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.store.database import Store
from ari_app.store.job_tables import WorkerRow


@dataclass(frozen=True, slots=True)
class WorkerView:
    """`seen_at` is by the clock of the worker's own machine."""

    name: str
    host: str
    pid: int
    model: str
    started_at: datetime
    seen_at: datetime


class Workers:
    """The table of workers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def beat(self, name: str, host: str, pid: int, model: str) -> None:
        """`name` lives; one that was thought dead, and taken off the list, is on it again."""
        now = self._clock.now()
        async with self._store.session() as session:
            beating = update(WorkerRow).where(col(WorkerRow.name) == name)
            beaten = await session.exec(beating.values(beats=WorkerRow.beats + 1, seen_at=now))
            if beaten.rowcount == 0:
                row = WorkerRow(name=name, host=host, pid=pid, model=model, beats=1, started_at=now, seen_at=now)
                await _add(session, row)

    async def note_unknown(self, name: str) -> None:
        """A worker that holds work and is on no list: from now on its silence is counted."""
        now = self._clock.now()
        async with self._store.session() as session:
            await _add(session, WorkerRow(name=name, started_at=now, seen_at=now))

    async def beats(self) -> dict[str, int]:
        async with self._store.reading() as session:
            rows = await session.exec(select(WorkerRow.name, WorkerRow.beats))
            return dict(rows.all())

    async def claim_dead(self, name: str, beats: int) -> bool:
        """Of all who notice the silence at once, one gets True; for the others `name` seems to beat once more, so that they
        look again later, when the one who got it may have died as well."""
        async with self._store.session() as session:
            claiming = update(WorkerRow).where(col(WorkerRow.name) == name, col(WorkerRow.beats) == beats)
            return (await session.exec(claiming.values(beats=beats + 1))).rowcount == 1

    async def leave(self, name: str) -> None:
        """`name` is no worker any more, and nothing is left in its hands."""
        async with self._store.session() as session:
            await session.exec(delete(WorkerRow).where(col(WorkerRow.name) == name))

    async def all(self) -> list[WorkerView]:
        """By name, those that died and that nobody took off the list yet among them."""
        async with self._store.reading() as session:
            rows = await session.exec(select(WorkerRow).order_by(col(WorkerRow.name)))
            return [WorkerView(row.name, row.host, row.pid, row.model, row.started_at, row.seen_at) for row in rows]


async def _add(session: AsyncSession, row: WorkerRow) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    connection = await session.connection()
    await connection.execute(insert(WorkerRow).values(row.model_dump()).on_conflict_do_nothing())
