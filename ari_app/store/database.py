"""Opens the database. One write transaction at a time on SQLite; readers never wait for a writer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from sqlalchemy import Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel.ext.asyncio.session import AsyncSession

#: `synchronous=NORMAL` is safe with WAL: a power cut may cost the last transactions, never the file. busy_timeout in ms.
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000")


class Store:
    """The open database. Make it with `Store.open`; whoever opened it closes it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._reader = engine.execution_options(sqlite_begin="DEFERRED")
        # SQLite lets writers wait by sleeping longer and longer; inside one process a lock is fairer and costs nothing.
        self._writing = asyncio.Lock() if self.is_sqlite else None

    @classmethod
    def open(cls, url: str) -> Self:
        """`url`: `sqlite+aiosqlite:///file` or `postgresql+psycopg://...`. Connects at first use.

        Raises ValueError for another kind of database.
        """
        driver = make_url(url).drivername
        if driver not in ("sqlite+aiosqlite", "postgresql+psycopg"):
            raise ValueError(
                f"The database {driver!r} is not supported. Use sqlite+aiosqlite:///<file> or postgresql+psycopg://..."
            )
        engine = create_async_engine(url, pool_pre_ping=driver.startswith("postgresql"))
        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "connect", prepare_sqlite)
            event.listen(engine.sync_engine, "begin", begin_sqlite)
        return cls(engine)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One write transaction: committed when the block ends, rolled back when it raises. Keep it short."""
        if self._writing is None:
            async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
            return
        async with self._writing, AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A consistent view of the rows; nothing is written."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    async def close(self) -> None:
        await self.engine.dispose()


def prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """For each new SQLite connection. The driver must not begin transactions by itself: `begin_sqlite` does."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: a lock taken half-way fails with "database is locked" and no time-out helps."""
    connection.exec_driver_sql("BEGIN " + connection.get_execution_options().get("sqlite_begin", "IMMEDIATE"))
