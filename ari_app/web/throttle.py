"""How often a password or code may be tried. Counted in the database: a restart forgives nothing, and two services count together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, text
from sqlmodel import col, select

from ari_app.store.account_tables import LoginTryRow
from ari_app.store.database import Store
from ari_app.web.signing_in.passwords import sha256

#: Held on PostgreSQL while tries are counted, so that tries sent at the same moment do not slip through together.
COUNT_LOCK = 4_120_310_487


@dataclass(frozen=True, slots=True)
class Admission:
    """`wait` zero: the try may go on, and counts until `Throttle.forgive` takes it back."""

    wait: timedelta
    tries: tuple[int, ...] = ()


class Throttle:
    """At most `limit` failures for one key within `window`; a key is a login name, an account or a network address."""

    def __init__(self, store: Store, limit: int, window: timedelta) -> None:
        self._store = store
        self._limit = limit
        self._window = window

    async def admit(self, keys: Sequence[str], now: datetime) -> Admission:
        """Counted before the password is checked. A try that has to wait does not count."""
        hashed = [sha256(key) for key in keys]
        async with self._store.session() as session:
            connection = await session.connection()
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": COUNT_LOCK})
            await session.exec(delete(LoginTryRow).where(col(LoginTryRow.at) <= now - self._window))
            counted = select(LoginTryRow).where(col(LoginTryRow.key_hash).in_(hashed)).order_by(col(LoginTryRow.at))
            found = (await session.exec(counted)).all()
            wait = max((self._until_free(key, found, now) for key in hashed), default=timedelta(0))
            if wait:
                return Admission(wait)
            rows = [LoginTryRow(key_hash=key, at=now) for key in hashed]
            session.add_all(rows)
            await session.flush()
            return Admission(timedelta(0), tuple(row.id or 0 for row in rows))

    async def forgive(self, admission: Admission) -> None:
        """It was right."""
        async with self._store.session() as session:
            await session.exec(delete(LoginTryRow).where(col(LoginTryRow.id).in_(admission.tries)))

    def _until_free(self, key: str, tries: Sequence[LoginTryRow], now: datetime) -> timedelta:
        mine = [one.at for one in tries if one.key_hash == key]
        return mine[-self._limit] + self._window - now if len(mine) >= self._limit else timedelta(0)
