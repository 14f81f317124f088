"""Who may look: local accounts with argon2id passwords, sessions of which the database knows only a hash."""

import asyncio
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.may_hear import Listener
from ari_app.desk.rota_reading import engineer_named
from ari_app.store.database import Store
from ari_app.store.tables import AccountRow, EngineerRow, Role, WebSessionRow

IDLE_SESSION = timedelta(hours=12)
LONGEST_SESSION = timedelta(days=7)

_WRITE_AT_MOST_EVERY = timedelta(minutes=5)
#: No 0 and o, 1 and l and i: the password is printed once and typed over from a screen.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 5


class NameTaken(Exception):
    """An account with this name exists already; the name is in the message."""


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

    @property
    def listener(self) -> Listener:
        """For what callers said: see `ari_app.desk.may_hear`."""
        return Listener(Role(self.role), self.engineer, self.line)


VISITOR = web.RequestKey("visitor", Visitor)


class Accounts:
    """Accounts and their sessions in the database of the line."""

    def __init__(self, store: Store, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._store = store
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._at_once = asyncio.Semaphore(2)  # one hash takes 64 MiB
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    async def create(self, username: str, role: str, engineer: str = "") -> str:
        """The password of the new account, about 99 bits, shown once: the database keeps only its hash.

        `engineer`: the full name of who this is in the rota. Raises ValueError for an unknown role or engineer or an
        empty name, NameTaken when the name is in use (case is ignored).
        """
        name = _normal_name(username)
        if not name:
            raise ValueError("an account needs a name")
        if role not in list(Role):
            raise ValueError(f"the role {role!r} is unknown; choose one of {', '.join(Role)}")
        password = "-".join("".join(secrets.choice(_READABLE) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        async with self._store.session() as session:
            if (await session.exec(select(AccountRow).where(AccountRow.username == name))).first():
                raise NameTaken(f"the account {name!r} exists already; choose another name")
            row = AccountRow(username=name, password_hash=hashed, role=Role(role), created_at=self._clock.now())
            row.engineer_id = await _engineer_without_account(session, engineer) if engineer else None
            session.add(row)
        return password

    async def link(self, username: str, engineer: str) -> None:
        """From now on this account is that engineer of the rota, by full name; "": of nobody. Raises ValueError."""
        async with self._store.session() as session:
            row = await _account_named(session, username)
            row.engineer_id = await _engineer_without_account(session, engineer, row.id) if engineer else None
            session.add(row)

    async def verify(self, username: str, password: str) -> int | None:
        """The id of the account, or None. Takes as long for a name that does not exist."""
        async with self._store.reading() as session:
            found = (
                await session.exec(select(AccountRow).where(AccountRow.username == _normal_name(username)))
            ).first()
            account_id, hashed = (found.id, found.password_hash) if found else (None, self._nobody)
        async with self._at_once:
            is_right = await asyncio.to_thread(self._matches, hashed, password)
        return account_id if is_right else None

    async def open_session(self, account_id: int, now: datetime, *, replaces: str = "") -> str:
        """A new random token; the session of the token that the browser had before ends."""
        token = secrets.token_urlsafe(32)
        async with self._store.session() as session:
            await session.exec(
                delete(WebSessionRow).where(
                    (col(WebSessionRow.token_hash) == _hash(replaces)) | (col(WebSessionRow.expires_at) <= now)
                )
            )
            session.add(
                WebSessionRow(
                    token_hash=_hash(token), account_id=account_id, created_at=now, expires_at=now + IDLE_SESSION
                )
            )
        return token

    async def visitor(self, token: str, now: datetime) -> Visitor | None:
        """Who holds this token; None when it is unknown or expired. Each visit moves the end, never past seven days."""
        if not token:
            return None
        asked = (
            select(WebSessionRow, AccountRow, EngineerRow)
            .join(AccountRow, col(WebSessionRow.account_id) == col(AccountRow.id))
            .join(EngineerRow, col(AccountRow.engineer_id) == col(EngineerRow.id), isouter=True)
            .where(WebSessionRow.token_hash == _hash(token), col(WebSessionRow.expires_at) > now)
        )
        async with self._store.reading() as session:
            found = (await session.exec(asked)).first()
        if found is None:
            return None
        web_session, account, engineer = found
        end = min(now + IDLE_SESSION, web_session.created_at + LONGEST_SESSION)
        if end - web_session.expires_at >= _WRITE_AT_MOST_EVERY:
            await self._move_end(web_session.token_hash, end)
        who = (account.id or 0, account.username, account.role, web_session.token_hash, account.engineer_id)
        return Visitor(*who, engineer.name, engineer.line) if engineer else Visitor(*who)

    async def names_with(self, roles: Collection[Role]) -> list[str]:
        """Who has one of these roles: whom to ask."""
        having = (
            select(AccountRow.username).where(col(AccountRow.role).in_(roles)).order_by(col(AccountRow.role).desc())
        )
        async with self._store.reading() as session:
            return list((await session.exec(having.order_by(col(AccountRow.username)))).all())

    async def set_role(self, username: str, role: str) -> None:
        """Raises ValueError for an unknown role or account."""
        if role not in list(Role):
            raise ValueError(f"the role {role!r} is unknown; choose one of {', '.join(Role)}")
        async with self._store.session() as session:
            row = await _account_named(session, username)
            row.role = Role(role)
            session.add(row)

    async def close_session(self, token: str) -> None:
        async with self._store.session() as session:
            await session.exec(delete(WebSessionRow).where(col(WebSessionRow.token_hash) == _hash(token)))

    async def _move_end(self, token_hash: str, end: datetime) -> None:
        async with self._store.session() as session:
            await session.exec(
                update(WebSessionRow).where(col(WebSessionRow.token_hash) == token_hash).values(expires_at=end)
            )

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


async def _account_named(session: AsyncSession, username: str) -> AccountRow:
    named = select(AccountRow).where(AccountRow.username == _normal_name(username))
    row = (await session.exec(named)).first()
    if row is None:
        raise ValueError(f"there is no account {username!r}; make it with `meldlijn account create`")
    return row


async def _engineer_without_account(session: AsyncSession, name: str, but_for: int | None = None) -> int:
    """Raises ValueError, and Refused with the names that there are."""
    engineer = await engineer_named(session, name)
    owner = (await session.exec(select(AccountRow).where(AccountRow.engineer_id == engineer.id))).first()
    if owner is not None and owner.id != but_for:
        raise ValueError(f"{engineer.name} has the account {owner.username!r} already; unlink that one first")
    return engineer.id


def _normal_name(username: str) -> str:
    return username.strip().casefold()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
