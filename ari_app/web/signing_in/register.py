"""The register of accounts: who there is, and what an administrator does about them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.rota_reading import engineer_named
from ari_app.store.account_tables import AccountRow, RecoveryCodeRow, WebSessionRow
from ari_app.store.acting import tell
from ari_app.store.api_tables import ApiTokenRow
from ari_app.store.database import Store
from ari_app.store.rota_tables import RotaLinkRow
from ari_app.store.tables import EngineerRow, Role
from ari_app.web.dutch import RefusedHere
from ari_app.web.languages import LANGUAGES, _
from ari_app.web.signing_in.passwords import Passwords, by_chance, why_weak

RULE = "R-113"


class NameTaken(Exception):
    """An account with this name exists already; the name is in the message."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as the administrator sees it. `sessions`: browsers that are signed in now; `tokens`: of programs, that are
    neither revoked nor expired."""

    id: int
    username: str
    role: Role
    engineer: str
    is_disabled: bool
    has_totp: bool
    is_from_outside: bool
    created_at: datetime
    logged_in_at: datetime | None
    sessions: int
    tokens: int


class Register:
    """Every method that changes raises ValueError for an account that does not exist."""

    def __init__(self, store: Store, clock: Clock, passwords: Passwords) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords

    async def all(self) -> list[AccountView]:
        """By name; those that are disabled last."""
        now = self._clock.now()
        alive = select(WebSessionRow.account_id, func.count()).where(col(WebSessionRow.expires_at) > now)
        alive = alive.where(col(WebSessionRow.waits_for_code).is_(False)).group_by(col(WebSessionRow.account_id))
        accounts = (
            select(AccountRow, EngineerRow.name)
            .join(EngineerRow, col(EngineerRow.id) == col(AccountRow.engineer_id), isouter=True)
            .order_by(col(AccountRow.is_disabled), col(AccountRow.username))
        )
        holding = select(ApiTokenRow.account_id, func.count()).where(*_holds(now)).group_by(col(ApiTokenRow.account_id))
        async with self._store.reading() as session:
            counts = dict((await session.exec(alive)).all())
            tokens = dict((await session.exec(holding)).all())
            rows = (await session.exec(accounts)).all()
        return [
            _view(row, engineer or "", counts.get(row.id or 0, 0), tokens.get(row.id or 0, 0)) for row, engineer in rows
        ]

    async def tokens_of(self, account_id: int) -> int:
        """How many tokens of programs hold now."""
        mine = select(func.count()).select_from(ApiTokenRow).where(ApiTokenRow.account_id == account_id)
        async with self._store.reading() as session:
            return (await session.exec(mine.where(*_holds(self._clock.now())))).one()

    async def names_with(self, roles: Collection[Role]) -> list[str]:
        """Who has one of these roles: whom to ask. Supervisors before administrators."""
        having = select(AccountRow.username).where(
            col(AccountRow.role).in_(roles), col(AccountRow.is_disabled).is_(False)
        )
        async with self._store.reading() as session:
            newest = having.order_by(col(AccountRow.role).desc(), col(AccountRow.username))
            return list((await session.exec(newest)).all())

    async def create(self, username: str, role: str, engineer: str = "") -> str:
        """The password of the new account, about 99 bits, shown once: the database keeps only its hash.

        `engineer`: the full name of who this is in the rota. Raises ValueError for an unknown role or engineer or an
        empty name, NameTaken when the name is in use (case is ignored).
        """
        name, given = normal_name(username), _role(role)
        if not name or len(name) > 100:
            raise ValueError("an account needs a name of at most 100 characters")
        password = by_chance(4, 5)
        hashed = await self._passwords.hash(password)
        async with self._store.session() as session:
            if (await session.exec(select(AccountRow).where(AccountRow.username == name))).first():
                raise NameTaken(f"the account {name!r} exists already; choose another name")
            row = AccountRow(username=name, password_hash=hashed, role=given, created_at=self._clock.now())
            row.engineer_id = await _engineer_without_account(session, engineer) if engineer else None
            session.add(row)
            tell(f"{name}: {given}")
        return password

    async def link(self, username: str, engineer: str) -> None:
        """From now on this account is that engineer of the rota, by full name; "": of nobody."""
        async with self._store.session() as session:
            row = await account_named(session, username)
            row.engineer_id = await _engineer_without_account(session, engineer, row.id) if engineer else None
            tell(f"{row.username}: {engineer or 'niemand van het rooster'}")

    async def set_role(self, username: str, role: str) -> None:
        """Holds from the next click. Raises Refused for the last administrator, ValueError for an unknown role."""
        given = _role(role)
        async with self._store.session() as session:
            row = await account_named(session, username)
            if given is not Role.ADMINISTRATOR:
                await _must_not_be_the_last(session, row)
            tell(f"{row.username}: {row.role} wordt {given}")
            row.role = given

    async def disable(self, username: str) -> None:
        """Nobody signs in with it any more, all its sessions end, its tokens open nothing as long as it is disabled, and the
        secret addresses of its engineer (calendar, duty) are gone. Raises Refused for the last administrator."""
        async with self._store.session() as session:
            row = await account_named(session, username)
            await _must_not_be_the_last(session, row)
            row.is_disabled = True
            await _end_sessions(session, row)
            theirs = col(RotaLinkRow.engineer_id) == row.engineer_id, col(RotaLinkRow.revoked_at).is_(None)
            if row.engineer_id is not None:
                await session.exec(update(RotaLinkRow).where(*theirs).values(revoked_at=self._clock.now()))
            tell(row.username)

    async def enable(self, username: str) -> None:
        async with self._store.session() as session:
            row = await account_named(session, username)
            row.is_disabled = False
            tell(row.username)

    async def reset(self, username: str, *, also_totp: bool = False, also_tokens: bool = False, by: str = "") -> str:
        """A new password by chance, shown once; all sessions end. `also_totp`: who lost the phone signs in without it.
        `also_tokens`: programs are out too, revoked by `by`; else they go on."""
        password = by_chance(4, 5)
        hashed = await self._passwords.hash(password)
        async with self._store.session() as session:
            row = await account_named(session, username)
            if row.outside_id:
                raise RefusedHere(
                    _(
                        "Kan niet: %(username)s logt in bij de aanbieder, en heeft hier geen wachtwoord",
                        username=row.username,
                    ),
                    RULE,
                )
            row.password_hash = hashed
            if also_totp:
                row.totp_secret, row.totp_since = None, None
                await session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.account_id) == row.id))
            await _end_sessions(session, row)
            revoked = await self._revoke_tokens(session, row, by) if also_tokens else 0
            also = ["ook de tweede stap"] * also_totp + [f"ook de tokens ({revoked})"] * also_tokens
            tell(f"{row.username}{': ' if also else ''}{', '.join(also)}")
        return password

    async def revoke_tokens(self, username: str, by: str) -> int:
        """Every token that holds opens nothing from the next request on; gives how many those were."""
        async with self._store.session() as session:
            row = await account_named(session, username)
            revoked = await self._revoke_tokens(session, row, by)
            tell(f"{row.username}: {revoked} ingetrokken")
        return revoked

    async def _revoke_tokens(self, session: AsyncSession, row: AccountRow, by: str) -> int:
        now = self._clock.now()
        theirs = update(ApiTokenRow).where(col(ApiTokenRow.account_id) == row.id, *_holds(now))
        return (await session.exec(theirs.values(revoked_at=now, revoked_by=by))).rowcount

    async def end_sessions(self, username: str) -> None:
        """Every browser of this account has to sign in again."""
        async with self._store.session() as session:
            row = await account_named(session, username)
            await _end_sessions(session, row)
            tell(row.username)

    async def change_password(self, account_id: int, new: str, but_for: str) -> None:
        """By the owner. Other sessions end; `but_for` is the hash of the one that stays. Raises Refused when it is weak."""
        async with self._store.reading() as session:
            row = await session.get_one(AccountRow, account_id)
        if row.outside_id:
            raise RefusedHere(_("Kan niet: je logt in bij de aanbieder, en hebt hier geen wachtwoord"), RULE)
        if weak := why_weak(new, row.username):
            raise RefusedHere(_("Niet bewaard: %(weak)s", weak=weak), RULE)
        hashed = await self._passwords.hash(new)
        async with self._store.session() as session:
            row = await session.get_one(AccountRow, account_id)
            row.password_hash = hashed
            others = delete(WebSessionRow).where(col(WebSessionRow.account_id) == account_id)
            await session.exec(others.where(col(WebSessionRow.token_hash) != but_for))

    async def switch_keys(self, account_id: int, *, off: bool) -> None:
        """Whether the keys without Ctrl or Alt do nothing for this person (WCAG 2.1.4)."""
        async with self._store.session() as session:
            (await session.get_one(AccountRow, account_id)).keys_off = off

    async def choose_language(self, account_id: int, language: str) -> None:
        """Of the pages for this person; "": as the browser asks. Raises Refused for one that is not there."""
        if language and language not in LANGUAGES:
            raise RefusedHere(
                _("Niet bewaard: %(language)s is geen taal van deze pagina's", language=repr(language)), RULE
            )
        async with self._store.session() as session:
            (await session.get_one(AccountRow, account_id)).language = language


async def account_named(session: AsyncSession, username: str) -> AccountRow:
    """Raises ValueError when there is none."""
    named = select(AccountRow).where(AccountRow.username == normal_name(username))
    row = (await session.exec(named)).first()
    if row is None:
        raise ValueError(f"there is no account {username!r}; make it with `meldlijn account create`")
    return row


def normal_name(username: str) -> str:
    """Names differ by more than their case."""
    return username.strip().casefold()


async def _must_not_be_the_last(session: AsyncSession, row: AccountRow) -> None:
    others = select(AccountRow).where(AccountRow.role == Role.ADMINISTRATOR, col(AccountRow.is_disabled).is_(False))
    if row.role is Role.ADMINISTRATOR and not (await session.exec(others.where(AccountRow.id != row.id))).first():
        raise RefusedHere(_("Kan nadat iemand anders beheerder is: dit is de laatste"), RULE)


async def _end_sessions(session: AsyncSession, row: AccountRow) -> None:
    await session.exec(delete(WebSessionRow).where(col(WebSessionRow.account_id) == row.id))


async def _engineer_without_account(session: AsyncSession, name: str, but_for: int | None = None) -> int:
    """Raises ValueError, and Refused with the names that there are."""
    engineer = await engineer_named(session, name)
    owner = (await session.exec(select(AccountRow).where(AccountRow.engineer_id == engineer.id))).first()
    if owner is not None and owner.id != but_for:
        raise ValueError(f"{engineer.name} has the account {owner.username!r} already; unlink that one first")
    return engineer.id


def _role(role: str) -> Role:
    if role not in list(Role):
        raise ValueError(f"the role {role!r} is unknown; choose one of {', '.join(Role)}")
    return Role(role)


def _holds(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Of a token."""
    return col(ApiTokenRow.revoked_at).is_(None), col(ApiTokenRow.expires_at) > now


def _view(row: AccountRow, engineer: str, sessions: int, tokens: int) -> AccountView:
    return AccountView(
        id=row.id or 0,
        username=row.username,
        role=row.role,
        engineer=engineer,
        is_disabled=row.is_disabled,
        has_totp=row.totp_since is not None,
        is_from_outside=row.outside_id is not None,
        created_at=row.created_at,
        logged_in_at=row.logged_in_at,
        sessions=sessions,
        tokens=tokens,
    )
