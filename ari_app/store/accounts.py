"""Who may sign in to the pages, and who is signed in. Passwords and tokens come in as hashes; nothing here makes them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, delete, select

from ari_app.store.database import Store
from ari_app.store.tables import AccountRow, Role, WebSessionRow


@dataclass(frozen=True, slots=True)
class Account:
    """`password_hash` is argon2id, in the format of the argon2 library."""

    id: int
    username: str
    password_hash: str
    role: Role


async def add_account(store: Store, username: str, password_hash: str, role: Role, at: datetime) -> Account:
    """Raises ValueError when the name is taken."""
    async with store.session() as session:
        if (await session.exec(select(AccountRow).where(AccountRow.username == username))).first():
            raise ValueError(f"There is an account {username!r} already. Choose another name, or set its password.")
        row = AccountRow(username=username, password_hash=password_hash, role=role, created_at=at)
        session.add(row)
        await session.flush()
        return _account(row)


async def set_password(store: Store, username: str, password_hash: str) -> None:
    """Everybody who is signed in under this name is signed out. Raises ValueError when there is no such account."""
    async with store.session() as session:
        row = (await session.exec(select(AccountRow).where(AccountRow.username == username))).first()
        if row is None:
            raise ValueError(f"There is no account {username!r}.")
        row.password_hash = password_hash
        session.add(row)
        await session.exec(delete(WebSessionRow).where(col(WebSessionRow.account_id) == row.id))


async def account_named(store: Store, username: str) -> Account | None:
    async with store.reading() as session:
        row = (await session.exec(select(AccountRow).where(AccountRow.username == username))).first()
        return _account(row) if row else None


async def sign_in(store: Store, account_id: int, token_hash: str, at: datetime, expires_at: datetime) -> None:
    """Also forgets sessions that have expired by `at`."""
    async with store.session() as session:
        await session.exec(delete(WebSessionRow).where(col(WebSessionRow.expires_at) <= at))
        session.add(WebSessionRow(token_hash=token_hash, account_id=account_id, created_at=at, expires_at=expires_at))


async def signed_in(store: Store, token_hash: str, at: datetime) -> Account | None:
    """Whose session this is; None when there is none or it has expired by `at`."""
    async with store.reading() as session:
        row = (
            await session.exec(
                select(AccountRow)
                .join(WebSessionRow, col(WebSessionRow.account_id) == AccountRow.id)
                .where(WebSessionRow.token_hash == token_hash, WebSessionRow.expires_at > at)
            )
        ).first()
        return _account(row) if row else None


async def sign_out(store: Store, token_hash: str) -> None:
    async with store.session() as session:
        await session.exec(delete(WebSessionRow).where(col(WebSessionRow.token_hash) == token_hash))


def _account(row: AccountRow) -> Account:
    assert row.id is not None
    return Account(row.id, row.username, row.password_hash, row.role)
