"""SQLite in the event loop's own thread, for SQLAlchemy's asyncio session.

The usual driver sends each cursor, statement, fetch and close to a thread and waits: 67 trips for one call, which cost more than the
statements themselves. A statement of ours takes some 20 microseconds, so it is run where it is asked. Waiting for another writer is
not left to SQLite, which would stop the loop: see Store.session.
"""

import sqlite3
from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import await_only

DRIVER = "sqlite+here"


class HereCursor(sqlite3.Cursor):
    """With the one method that SQLAlchemy expects of an asyncio cursor beside the usual ones."""

    async def _async_soft_close(self) -> None:
        """All rows were fetched when the statement ran; there is nothing to let go of."""


class HereConnection(sqlite3.Connection):
    """Gives cursors of ours."""

    def cursor(self, factory: Any = HereCursor) -> Any:
        return super().cursor(factory)


class SqliteHere(SQLiteDialect_pysqlite):
    """Python's own sqlite3, told to SQLAlchemy as an asyncio driver that never has to wait."""

    driver = "here"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Any]:
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        places, named = super().create_connect_args(url)
        return places, {**named, "factory": HereConnection}

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        await_only(_at_once())
        cursor.execute(statement, parameters)

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        await_only(_at_once())
        cursor.executemany(statement, parameters)


async def _at_once() -> None:
    """SQLAlchemy takes a driver that never awaits for one that is not for asyncio."""


registry.register("sqlite.here", __name__, "SqliteHere")
