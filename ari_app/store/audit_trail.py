"""Writes down what a person does, in the very transaction that does it: no entry, no change; no change, no entry."""

import hashlib
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import ORMExecuteState, Session
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.about_rows import About, about_of
from ari_app.store.acting import Act, current_act
from ari_app.store.audit_tables import AuditRow
from ari_app.store.tables import EngineerRow

#: Held on PostgreSQL from the moment that the end of the chain is read until the commit. SQLite has one writer anyway.
CHAIN_LOCK = 4_120_310_486
#: Of the things that one deed was about.
MOST_NAMED = 5


@dataclass
class _Touched:
    """What a transaction writes: seen as it goes by."""

    something: bool = False
    ticket_id: int | None = None
    customer_id: int | None = None
    about: dict[About, None] = field(default_factory=dict)

    def watch(self, session: Session) -> None:
        event.listen(session, "after_flush", self._flushed)
        event.listen(session, "do_orm_execute", self._executed)

    def _flushed(self, session: Session, _context: Any) -> None:
        written = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
        # An entry itself is no deed: else who writes one in a request would get a second one.
        rows = [row for row in written if not isinstance(row, AuditRow)]
        self.something = self.something or bool(rows)
        for row in rows:
            if told := about_of(row, is_changed=row in session.dirty):
                self.about[told] = None
            self.ticket_id = self.ticket_id or _id_in(row, "ticket")
            self.customer_id = self.customer_id or _id_in(row, "customer")

    def _executed(self, state: ORMExecuteState) -> None:
        self.something = self.something or state.is_insert or state.is_update or state.is_delete


@asynccontextmanager
async def witnessed(session: AsyncSession) -> AsyncIterator[None]:
    """Around the work of one transaction. Where a person acts and something was written, one entry is added to it."""
    act = current_act()
    if act is None:
        yield
        return
    touched = _Touched()
    touched.watch(session.sync_session)
    yield
    await session.flush()
    if touched.something:
        if not act.is_told:
            act.detail = "; ".join(part for part in (act.detail, await _in_words(session, touched.about)) if part)
        await append(session, entry_of(act, touched.ticket_id, touched.customer_id))


async def _in_words(session: AsyncSession, about: Iterable[About]) -> str:
    """The first of them, and how many more."""
    told: dict[str, str] = {}
    for one in about:
        engineer = await session.get(EngineerRow, one.engineer_id) if one.engineer_id is not None else None
        what = f"{one.what} {engineer.name}" if engineer else one.what
        told[what] = told.get(what) or one.facts
    lines = [f"{what}: {facts}" if facts else what for what, facts in told.items()]
    more = [f"en nog {len(lines) - MOST_NAMED}"] if len(lines) > MOST_NAMED else []
    return "; ".join([*lines[:MOST_NAMED], *more])


def entry_of(act: Act, ticket_id: int | None = None, customer_id: int | None = None) -> AuditRow:
    """A row that is not in the chain yet."""
    return AuditRow(
        at=act.at.astimezone(UTC),
        who=act.who,
        role=act.role,
        what=act.what[:64],
        ticket_id=act.ticket_id or ticket_id,
        customer_id=act.customer_id or customer_id,
        origin=act.origin[:100],
        detail=act.detail[:500],
        chain="",
    )


async def append(session: AsyncSession, entry: AuditRow) -> None:
    """Adds an entry at the end of the chain, in the transaction of `session`."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    last = (await session.exec(select(AuditRow.chain).order_by(col(AuditRow.id).desc()).limit(1))).first()
    entry.chain = link(last or "", entry)
    session.add(entry)
    await session.flush()


def link(before: str, entry: AuditRow) -> str:
    """What `chain` of this entry must be, behind an entry whose `chain` is `before`."""
    at = entry.at.astimezone(UTC).isoformat()
    values = [before, at, entry.who, entry.role, entry.what, entry.ticket_id, entry.customer_id, entry.origin]
    return hashlib.sha256(json.dumps([*values, entry.detail], ensure_ascii=False).encode()).hexdigest()


def _id_in(row: Any, table: str) -> int | None:
    own = row.__tablename__ == table
    found = getattr(row, "id" if own else f"{table}_id", None)
    return found if isinstance(found, int) else None
