"""Opens the database. One write transaction at a time on SQLite; readers never wait for a writer."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.audit_trail import witnessed
from ari_app.store.json_columns import read_json
from ari_app.store.kept_connection import KeptConnection
from ari_app.store.on_postgres import APART, reading_engine, writing_engine
from ari_app.store.sqlite_here import DRIVER

T = TypeVar("T")

#: `synchronous=NORMAL` is safe with WAL: a power cut may cost the last transactions, never the file. busy_timeout in ms.
SQLITE_PRAGMAS = ("busy_timeout=30000", "synchronous=NORMAL", "foreign_keys=ON")
#: In the event loop nobody waits for another process inside SQLite: the loop goes on, and asks again.
LOOP_PRAGMAS = ("busy_timeout=20", *SQLITE_PRAGMAS[1:])
ASK_AGAIN_AFTER = 0.003
GIVE_UP_AFTER = 30.0
#: Longer than any transaction of a call; a caller waits.
ANSWERS_WITHIN = 2.0


class Store:
    """The open database. Make it with `Store.open`; whoever opened it closes it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._reader = (
            engine.execution_options(sqlite_begin="DEFERRED") if self.is_sqlite else reading_engine(engine.url)
        )
        self._looker = self._reader if self.is_sqlite else self._reader.execution_options(**{APART: True})
        # SQLite lets writers wait by sleeping longer and longer; inside one process a lock is fairer and costs nothing.
        self._writing = asyncio.Lock() if self.is_sqlite else None
        self._kept: KeptConnection | None = None
        self._aside: Engine | None = None

    @classmethod
    def open(cls, url: str) -> Self:
        """`url`: `sqlite+aiosqlite:///file` or `postgresql+psycopg://...`. Connects at first use.

        Raises ValueError for another kind of database.
        """
        address = make_url(url)
        driver = address.drivername
        if driver not in ("sqlite", "sqlite+aiosqlite", "postgresql+psycopg"):
            raise ValueError(
                f"The database {driver!r} is not supported. Use sqlite:///<file> or postgresql+psycopg://..."
            )
        if driver.startswith("postgresql"):
            return cls(writing_engine(address))
        engine = create_async_engine(address.set(drivername=DRIVER), json_deserializer=read_json)
        event.listen(engine.sync_engine, "connect", prepare_in_loop)
        event.listen(engine.sync_engine, "begin", begin_sqlite)
        return cls(engine)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One write transaction: committed when the block ends, rolled back when it raises. Keep it short.

        What a person does in it is written down with it: see audit_trail.
        """
        if self._writing is None:
            async with (
                AsyncSession(self.engine, expire_on_commit=False) as session,
                session.begin(),
                witnessed(session),
            ):
                yield session
            return
        async with self._writing, AsyncSession(self.engine, expire_on_commit=False) as session:
            await _until_free(session.connection, session.rollback)
            async with _committing(session), witnessed(session):
                yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["Transaction"]:
        """As `session`, for the prepared statements of statements.py only: no objects are kept in step, which costs less."""
        if self._writing is None:
            async with self.engine.begin() as connection:
                yield Transaction(connection)
            return
        async with self._writing:
            kept = self._kept = self._kept or await KeptConnection.open(self.engine)
            await _until_free(kept.begin, kept.rollback)
            async with _committing(kept):
                yield Transaction(kept.connection)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator["Transaction"]:
        """As `reading`, for prepared statements only, and for one view of the rows on SQLite alone."""
        async with self._looker.connect() as connection:
            yield Transaction(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A consistent view of the rows; nothing is written, whatever becomes of the objects."""
        async with (
            self._reader.connect() as connection,
            AsyncSession(connection, expire_on_commit=False) as session,
        ):
            yield session
            await connection.commit()

    async def aside(self, work: Callable[[Connection], T]) -> T:
        """A long question, in a thread and with a connection of its own: calls go on meanwhile. Nothing is written."""
        if self._aside is None:
            self._aside = _engine_aside(self.engine.url)
        return await asyncio.to_thread(_ask_aside, self._aside, work)

    async def trouble(self) -> str | None:
        """Why the database does not answer; None when it does."""
        try:
            async with asyncio.timeout(ANSWERS_WITHIN), self._reader.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError, TimeoutError) as failure:
            return f"the database does not answer: {type(failure).__name__}"
        return None

    async def close(self) -> None:
        if self._kept:
            await self._kept.close()
            self._kept = None
        if self._aside:
            self._aside.dispose()
            self._aside = None
        if not self.is_sqlite:
            await self._reader.dispose()
        await self.engine.dispose()


class Transaction:
    """The connection of a transaction, asked for as one asks a session."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self._connection.dialect.name

    async def connection(self) -> AsyncConnection:
        return self._connection

    async def run_sync(self, work: Callable[[Connection], T]) -> T:
        """Work of a library that knows no asyncio, in this transaction."""
        return await self._connection.run_sync(work)


def _engine_aside(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url.set(drivername="sqlite"))
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def _ask_aside(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.connect().execution_options(sqlite_begin="DEFERRED") as connection:
        return work(connection)


async def _until_free(begin: Callable[[], Awaitable[object]], undo: Callable[[], Awaitable[object]]) -> None:
    """Takes the write lock; while another process holds it, the loop goes on. Raises OperationalError after 30 seconds."""
    give_up = asyncio.get_running_loop().time() + GIVE_UP_AFTER
    while True:
        try:
            await begin()
        except OperationalError as locked:
            await undo()
            if "locked" not in str(locked) or asyncio.get_running_loop().time() > give_up:
                raise
            await asyncio.sleep(ASK_AGAIN_AFTER)
        else:
            return


@asynccontextmanager
async def _committing(work: AsyncSession | KeptConnection) -> AsyncIterator[None]:
    try:
        yield
    except BaseException:
        await work.rollback()
        raise
    await work.commit()


def prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """For each new SQLite connection of a thread. The driver must not begin transactions by itself: `begin_sqlite` does."""
    _prepare(connection, SQLITE_PRAGMAS)


def prepare_in_loop(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """The same for a connection that the event loop uses."""
    _prepare(connection, LOOP_PRAGMAS)


def _prepare(connection: Any, pragmas: tuple[str, ...]) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """A new file changes to WAL once. While another process does the same SQLite refuses at once, whatever the busy_timeout."""
    give_up = time.monotonic() + GIVE_UP_AFTER
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as locked:
            if "locked" not in str(locked) or time.monotonic() > give_up:
                raise
            time.sleep(ASK_AGAIN_AFTER)
        else:
            return


def begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: a lock taken half-way fails with "database is locked" and no time-out helps."""
    if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]  # begun on the driver: KeptConnection
        return
    connection.exec_driver_sql("BEGIN " + connection.get_execution_options().get("sqlite_begin", "IMMEDIATE"))
