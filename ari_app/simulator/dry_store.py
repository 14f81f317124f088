"""The database of a line, for calls that nobody made: everything can be read, and nothing that is written stays."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.database import Store, Transaction


class DryStore(Store):
    """Its transactions are always rolled back, and take no lock before they write: a line in service does not wait for them."""

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            await session.connection()
            try:
                yield session
            finally:
                await session.rollback()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._reader.connect() as connection:
            begun = await connection.begin()
            try:
                yield Transaction(connection)
            finally:
                await begun.rollback()
