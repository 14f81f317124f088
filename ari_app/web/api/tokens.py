"""Tokens of programs: made, listed, revoked, and looked up. Only hashes are kept; the token itself is shown once."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.may_hear import Listener
from ari_app.store.account_tables import AccountRow
from ari_app.store.acting import tell
from ari_app.store.api_tables import ApiTokenRow
from ari_app.store.database import Store
from ari_app.store.tables import EngineerRow, Role
from ari_app.web.api.scopes import parsed

#: Secret scanners know a token by such a beginning.
BEGIN = "mld_"
PREFIX_LETTERS = 12
LONGEST_DAYS = 366
DEFAULT_DAYS = 90
_LONGEST_TOKEN = 200
_WRITE_AT_MOST_EVERY = timedelta(minutes=1)
#: Compared with when no token has this beginning, so that it takes as long.
_NOBODY = hashlib.sha256(secrets.token_bytes(32)).hexdigest()


@dataclass(frozen=True, slots=True)
class TokenView:
    """For people; `account` is whose it is."""

    id: int
    name: str
    prefix: str
    account: str
    scopes: tuple[str, ...]
    made_by: str
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A program that showed a token that holds. `secret` is the token itself: keep it nowhere."""

    token_id: int
    prefix: str
    account_id: int
    username: str
    role: Role
    engineer_id: int | None
    scopes: tuple[str, ...]
    expires_at: datetime
    secret: str
    #: Name and line of that engineer of the rota.
    engineer: str = ""
    line: int = 1

    @property
    def actor(self) -> Actor:
        """By the name of the rota where there is one: what is done by key, page and program is the same person's."""
        return Actor(self.engineer or self.username, self.role, self.engineer_id)

    @property
    def listener(self) -> Listener:
        """For what callers said: see `ari_app.desk.may_hear`."""
        return Listener(self.role, self.engineer, self.line)


class Tokens:
    """Tokens in the database of the line."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def create(
        self, account: str, name: str, scopes: Sequence[str], made_by: str, days: int = DEFAULT_DAYS
    ) -> tuple[TokenView, str]:
        """The token is the second value, shown once. Raises ValueError for an unknown account or scope, no name, or days
        outside 1 to 366."""
        wanted, chosen = name.strip(), parsed(scopes)
        if not wanted or len(wanted) > 100:
            raise ValueError("a token needs a name of at most 100 letters, so that people know what it is for")
        if not 1 <= days <= LONGEST_DAYS:
            raise ValueError(f"{days} days is no term for a token: choose 1 to {LONGEST_DAYS}")
        token, now = BEGIN + secrets.token_urlsafe(32), self._clock.now()
        async with self._store.session() as session:
            named = select(AccountRow).where(AccountRow.username == account.strip().casefold())
            owner = (await session.exec(named)).first()
            if owner is None:
                raise ValueError(f"there is no account {account!r}; make it with `meldlijn account create`")
            row = ApiTokenRow(
                account_id=owner.id or 0,
                name=wanted,
                prefix=_prefix(token),
                token_hash=_hash(token),
                scopes=[scope.value for scope in chosen],
                made_by=made_by,
                made_at=now,
                expires_at=now + timedelta(days=days),
            )
            session.add(row)
            await session.flush()
            tell(f"{wanted} ({row.prefix}) van {owner.username}: {', '.join(row.scopes)}")
        return _view(row, owner.username), token

    async def all(self, account: str | None = None) -> list[TokenView]:
        """Newest first; `account` None: of everybody."""
        found = select(ApiTokenRow, AccountRow.username).join(
            AccountRow, col(AccountRow.id) == col(ApiTokenRow.account_id)
        )
        if account is not None:
            found = found.where(AccountRow.username == account.strip().casefold())
        async with self._store.reading() as session:
            rows = (await session.exec(found.order_by(col(ApiTokenRow.id).desc()))).all()
        return [_view(row, owner) for row, owner in rows]

    async def revoke(self, prefix: str, by: str, account: str | None = None) -> TokenView:
        """It opens nothing from the next request on. `account`: only when it is of that account. Raises ValueError."""
        found = select(ApiTokenRow, AccountRow.username).join(
            AccountRow, col(AccountRow.id) == col(ApiTokenRow.account_id)
        )
        async with self._store.session() as session:
            pair = (await session.exec(found.where(ApiTokenRow.prefix == prefix))).first()
            if pair is None or account not in (None, pair[1]):
                raise ValueError(f"there is no token {prefix!r}; `meldlijn token list` shows those that there are")
            row, owner = pair
            if row.revoked_at is not None:
                raise ValueError(f"the token {prefix!r} was revoked already")
            row.revoked_at, row.revoked_by = self._clock.now(), by
            session.add(row)
            tell(f"{row.name} ({row.prefix}) van {owner}")
        return _view(row, owner)

    async def holder(self, token: str) -> Holder | None:
        """Whose token this is; None: unknown, expired or revoked. Takes as long for each of them."""
        now = self._clock.now()
        found = (
            select(ApiTokenRow, AccountRow, EngineerRow)
            .join(AccountRow, col(AccountRow.id) == col(ApiTokenRow.account_id))
            .join(EngineerRow, col(AccountRow.engineer_id) == col(EngineerRow.id), isouter=True)
            .where(ApiTokenRow.prefix == _prefix(token), col(AccountRow.is_disabled).is_(False))
        )
        async with self._store.reading() as session:
            known = (await session.exec(found)).first()
        is_right = hmac.compare_digest(known[0].token_hash if known else _NOBODY, _hash(token[:_LONGEST_TOKEN]))
        if known is None or not is_right or known[0].revoked_at is not None or known[0].expires_at <= now:
            return None
        row, owner, engineer = known
        if row.last_used_at is None or now - row.last_used_at >= _WRITE_AT_MOST_EVERY:
            await self._note_use(row, now)
        return Holder(
            token_id=row.id or 0,
            prefix=row.prefix,
            account_id=owner.id or 0,
            username=owner.username,
            role=Role(owner.role),
            engineer_id=owner.engineer_id,
            scopes=tuple(row.scopes),
            expires_at=row.expires_at,
            secret=token,
            engineer=engineer.name if engineer else "",
            line=engineer.line if engineer else 1,
        )

    async def _note_use(self, row: ApiTokenRow, now: datetime) -> None:
        async with self._store.session() as session:
            await session.exec(update(ApiTokenRow).where(col(ApiTokenRow.id) == row.id).values(last_used_at=now))


def _prefix(token: str) -> str:
    return token[:PREFIX_LETTERS]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _view(row: ApiTokenRow, account: str) -> TokenView:
    return TokenView(
        id=row.id or 0,
        name=row.name,
        prefix=row.prefix,
        account=account,
        scopes=tuple(row.scopes),
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
