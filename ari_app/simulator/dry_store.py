"""The database of a line, for calls that nobody made: everything can be read, and nothing that is written stays."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.database import Store, Transaction


class DryStore(Store):
    """Its transactions are always rolled back, and take no lock before they write: a line in service does not wait for them."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self._dry = engine.execution_options(sqlite_begin="DEFERRED")

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._dry, expire_on_commit=False) as session:
            await session.connection()
            try:
                yield session
            finally:
                await session.rollback()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._dry.connect() as connection:
            begun = await connection.begin()
            try:
                yield Transaction(connection)
            finally:
                await begun.rollback()
