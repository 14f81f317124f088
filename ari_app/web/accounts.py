"""Who is there: sessions of people who signed in, of which the database knows only a hash."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from argon2 import PasswordHasher
from sqlalchemy import delete, update
from sqlmodel import col, select

from ari_app.clock import Clock
from ari_app.desk.may_hear import Listener
from ari_app.store.account_tables import AccountRow, WebSessionRow
from ari_app.store.acting import tell
from ari_app.store.database import Store
from ari_app.store.statements import ask, columns_of
from ari_app.store.tables import EngineerRow, Role
from ari_app.web.signing_in.passwords import Passwords, sha256
from ari_app.web.signing_in.register import Register, normal_name
from ari_app.web.signing_in.second_factor import SecondFactor

IDLE_SESSION = timedelta(hours=12)
LONGEST_SESSION = timedelta(days=7)
#: How long the page waits for the code after the password.
CODE_WITHIN = timedelta(minutes=5)

_WRITE_AT_MOST_EVERY = timedelta(minutes=5)


#: Asked for every page.
_VISITOR = (
    sa.select(
        col(WebSessionRow.token_hash),
        col(WebSessionRow.created_at),
        col(WebSessionRow.expires_at),
        col(WebSessionRow.account_id),
        col(AccountRow.username),
        col(AccountRow.role),
        col(AccountRow.engineer_id),
        col(AccountRow.totp_since),
        col(AccountRow.outside_id),
        col(AccountRow.keys_off),
        col(AccountRow.language),
        col(EngineerRow.name).label("engineer"),
        col(EngineerRow.line),
    )
    .select_from(columns_of(WebSessionRow))
    .join(AccountRow, col(WebSessionRow.account_id) == col(AccountRow.id))
    .outerjoin(EngineerRow, col(AccountRow.engineer_id) == col(EngineerRow.id))
    .where(
        col(WebSessionRow.token_hash) == sa.bindparam("token_hash"),
        col(WebSessionRow.expires_at) > sa.bindparam("now"),
        col(WebSessionRow.waits_for_code).is_(False),
        col(AccountRow.is_disabled).is_(False),
    )
)


@dataclass(frozen=True)
class Visitor:
    """A person with a session. `session` is the hash that the database knows, never the token."""

    account_id: int
    username: str
    role: str
    session: str
    #: Who this is in the rota; None: no engineer, or not linked to one.
    engineer_id: int | None = None
    #: Name and line of that engineer.
    engineer: str = ""
    line: int = 1
    has_totp: bool = False
    #: Signs in at the OpenID provider, which asks for a second factor or not.
    is_from_outside: bool = False
    #: The keys without Ctrl or Alt do nothing (WCAG 2.1.4).
    keys_off: bool = False
    #: Of the pages; "": as the browser asks.
    language: str = ""

    @property
    def listener(self) -> Listener:
        """For what callers said: see `ari_app.desk.may_hear`."""
        return Listener(Role(self.role), self.engineer, self.line)


VISITOR = web.RequestKey("visitor", Visitor)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose password was right. `needs_code`: the second factor is still to come."""

    account_id: int
    username: str
    role: str
    needs_code: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """A browser that is signed in."""

    id: str
    created_at: datetime
    expires_at: datetime
    origin: str
    browser: str


class Accounts:
    """Sessions, and around them the register of accounts and the second factor."""

    def __init__(self, store: Store, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._store = store
        self._clock = clock
        self._passwords = Passwords(hasher)
        self.register = Register(store, clock, self._passwords)
        self.second_factor = SecondFactor(store, clock)
        # What set-up, commands and tests ask for most.
        self.create, self.link, self.set_role = self.register.create, self.register.link, self.register.set_role

    async def verify(self, username: str, password: str) -> SignedIn | None:
        """Whose password this is. Takes as long for a name that does not exist."""
        named = select(AccountRow).where(AccountRow.username == normal_name(username))
        async with self._store.reading() as session:
            found = (await session.exec(named.where(col(AccountRow.is_disabled).is_(False)))).first()
        is_right = await self._passwords.is_right(password, found.password_hash if found else None)
        return _signed_in(found) if found and is_right else None

    async def exists(self, username: str) -> bool:
        async with self._store.reading() as session:
            named = select(AccountRow.id).where(AccountRow.username == normal_name(username))
            return (await session.exec(named)).first() is not None

    async def open_session(
        self,
        account_id: int,
        now: datetime,
        *,
        replaces: str = "",
        waits_for_code: bool = False,
        origin: str = "",
        browser: str = "",
    ) -> str:
        """A new random token; the session of the token that the browser had before ends."""
        token = secrets.token_urlsafe(32)
        old = (col(WebSessionRow.token_hash) == sha256(replaces)) | (col(WebSessionRow.expires_at) <= now)
        async with self._store.session() as session:
            await session.exec(delete(WebSessionRow).where(old))
            session.add(
                WebSessionRow(
                    token_hash=sha256(token),
                    account_id=account_id,
                    created_at=now,
                    expires_at=now + (CODE_WITHIN if waits_for_code else IDLE_SESSION),
                    waits_for_code=waits_for_code,
                    origin=origin,
                    browser=browser[:200],
                )
            )
            if not waits_for_code:
                (await session.get_one(AccountRow, account_id)).logged_in_at = now
        return token

    async def waiting(self, token: str, now: datetime) -> SignedIn | None:
        """Who gave the right password in this browser and still owes the code."""
        asked = select(AccountRow).join(WebSessionRow, col(WebSessionRow.account_id) == col(AccountRow.id))
        asked = asked.where(WebSessionRow.token_hash == sha256(token), col(WebSessionRow.expires_at) > now)
        async with self._store.reading() as session:
            found = (
                await session.exec(
                    asked.where(col(WebSessionRow.waits_for_code).is_(True), col(AccountRow.is_disabled).is_(False))
                )
            ).first()
        return _signed_in(found) if found else None

    async def visitor(self, token: str, now: datetime) -> Visitor | None:
        """Who holds this token; None when it is unknown or expired. Each visit moves the end, never past seven days."""
        if not token:
            return None
        async with self._store.looking() as transaction:
            found = next(iter(await ask(transaction, _VISITOR, token_hash=sha256(token), now=now)), None)
        if found is None:
            return None
        end = min(now + IDLE_SESSION, found.created_at + LONGEST_SESSION)
        if end - found.expires_at >= _WRITE_AT_MOST_EVERY:
            await self._move_end(found.token_hash, end)
        return _visitor(found)

    async def alive(self, sessions: Collection[str], now: datetime) -> frozenset[str]:
        """Those of `sessions` (as `Visitor.session`) that still open the pages."""
        found = select(WebSessionRow.token_hash).join(AccountRow, col(AccountRow.id) == col(WebSessionRow.account_id))
        open_ones = col(WebSessionRow.token_hash).in_(sessions), col(WebSessionRow.expires_at) > now
        async with self._store.reading() as session:
            return frozenset(await session.exec(found.where(*open_ones, col(AccountRow.is_disabled).is_(False))))

    async def sessions_of(self, account_id: int, now: datetime) -> list[SessionView]:
        """Newest first."""
        mine = select(WebSessionRow).where(WebSessionRow.account_id == account_id, col(WebSessionRow.expires_at) > now)
        mine = mine.where(col(WebSessionRow.waits_for_code).is_(False)).order_by(col(WebSessionRow.created_at).desc())
        async with self._store.reading() as session:
            rows = (await session.exec(mine)).all()
        return [SessionView(row.token_hash, row.created_at, row.expires_at, row.origin, row.browser) for row in rows]

    async def end_session(self, account_id: int, session_id: str) -> None:
        """One of this account's own, by its `SessionView.id`; another's is left alone."""
        mine = delete(WebSessionRow).where(col(WebSessionRow.account_id) == account_id)
        async with self._store.session() as session:
            ended = await session.exec(mine.where(col(WebSessionRow.token_hash) == session_id))
            tell(f"browsers: {ended.rowcount}")

    async def end_others(self, account_id: int, but_for: str) -> None:
        """Every browser of this account but the one with this `SessionView.id`, also one that still owes the code."""
        others = delete(WebSessionRow).where(col(WebSessionRow.account_id) == account_id)
        async with self._store.session() as session:
            ended = await session.exec(others.where(col(WebSessionRow.token_hash) != but_for))
            tell(f"browsers: {ended.rowcount}")

    async def close_session(self, token: str) -> None:
        async with self._store.session() as session:
            await session.exec(delete(WebSessionRow).where(col(WebSessionRow.token_hash) == sha256(token)))

    async def _move_end(self, token_hash: str, end: datetime) -> None:
        async with self._store.session() as session:
            await session.exec(
                update(WebSessionRow).where(col(WebSessionRow.token_hash) == token_hash).values(expires_at=end)
            )


def _signed_in(row: AccountRow) -> SignedIn:
    return SignedIn(row.id or 0, row.username, row.role, row.totp_since is not None)


def _visitor(found: Any) -> Visitor:
    """Of a row of _VISITOR."""
    return Visitor(
        account_id=found.account_id,
        username=found.username,
        role=found.role,
        session=found.token_hash,
        engineer_id=found.engineer_id,
        engineer=found.engineer or "",
        line=found.line or 1,
        has_totp=found.totp_since is not None,
        is_from_outside=found.outside_id is not None,
        keys_off=found.keys_off,
        language=found.language,
    )
