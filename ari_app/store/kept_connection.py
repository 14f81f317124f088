"""One connection to SQLite for the transactions of calls, which come one after another: a pool and its resets cost more than they do."""

import sqlite3
from collections.abc import Callable
from typing import Self

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class KeptConnection:
    """Its transaction is begun and ended on the driver; what SQLAlchemy runs meanwhile joins it (see `begin_sqlite`)."""

    def __init__(self, connection: AsyncConnection, here: sqlite3.Connection) -> None:
        self.connection = connection
        self._here = here

    @classmethod
    async def open(cls, engine: AsyncEngine) -> Self:
        connection = await engine.connect()
        assert connection.sync_connection
        here = connection.sync_connection.connection.dbapi_connection
        assert isinstance(here, sqlite3.Connection)
        return cls(connection, here)

    async def begin(self) -> None:
        """Raises OperationalError while another process writes."""
        _told(lambda: self._here.execute("BEGIN IMMEDIATE"))

    async def commit(self) -> None:
        """Raises OperationalError (a full disk); then nothing of the transaction is left."""
        try:
            if self.connection.in_transaction():
                await self.connection.commit()
            else:
                _told(self._here.commit)
        except BaseException:
            await self.rollback()
            raise

    async def rollback(self) -> None:
        if self.connection.in_transaction():
            await self.connection.rollback()
        self._here.rollback()

    async def close(self) -> None:
        await self.connection.close()


def _told(work: Callable[[], object]) -> None:
    """The driver's error in the words of SQLAlchemy, as from every statement of the store."""
    try:
        work()
    except sqlite3.OperationalError as error:
        raise OperationalError(None, None, error) from error
