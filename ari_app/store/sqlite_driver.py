"""SQLite with one trip to its thread a statement, where the driver makes up to four (cursor, execute, fetch, close).

A call is some twenty statements. What happens on the thread stays the same; docs/benchmarks.md says what it saves.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import aiosqlite

Row = tuple[Any, ...]


class Statement:
    """What SQLAlchemy sees as a cursor: it executes, and has all rows at once."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[Row] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        await self._connection.run_on_thread(self._execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        await self._connection.run_on_thread(self._execute_many, sql, parameters)
        return self

    async def fetchall(self) -> list[Row]:
        return self.take(len(self._rows))

    async def fetchmany(self, size: int | None = None) -> list[Row]:
        return self.take(self.arraysize if size is None else size)

    async def fetchone(self) -> Row | None:
        return next(iter(self.take(1)), None)

    async def close(self) -> None:
        self._rows = []

    def take(self, count: int) -> list[Row]:
        taken, self._rows = self._rows[:count], self._rows[count:]
        return taken

    def _execute(self, connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> None:
        self._keep(connection.execute(sql, parameters))

    def _execute_many(self, connection: sqlite3.Connection, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._keep(connection.executemany(sql, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()


class Connection(aiosqlite.Connection):
    """aiosqlite's connection and thread, with our statements."""

    def cursor(self) -> Statement:  # type: ignore[override]
        return Statement(self)

    async def run_on_thread(self, work: Any, *arguments: Any) -> None:
        await self._execute(work, self._conn, *arguments)  # type: ignore[no-untyped-call]


def connect(database: str, **options: Any) -> Connection:
    """For `async_creator_fn`. The thread does not keep a process alive that forgot to close its store."""
    connection = Connection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    connection._thread.daemon = True
    return connection
