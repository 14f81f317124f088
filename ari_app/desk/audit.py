"""Who did what, for the auditor: entries to look through, and whether all of them are still as they were written."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.store.acting import Act, current_act, tell
from ari_app.store.audit_tables import AuditRow
from ari_app.store.audit_trail import append, entry_of, link
from ari_app.store.database import Store
from ari_app.store.newest import newest
from ari_app.store.tables import Customer

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries. Everything that is not "" or None narrows it; [since, until)."""

    who: str = ""
    what: str = ""
    ticket: str = ""
    customer_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditView:
    """`what`: the name of a desk command, a route, or "login", "login_failed" and the like."""

    id: int
    at: datetime
    who: str
    role: str
    what: str
    #: "" where it was about none.
    ticket: str
    customer: str
    origin: str
    #: What it was about beside that, with old → new of what may be read; behind the first letters of a program's token.
    detail: str
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """`broken_at`: the first entry that does not follow from the one before it; None: all of them do.

    `end` is the last link. Entries cut off at the end are only found by who kept an earlier end elsewhere.
    """

    entries: int
    broken_at: int | None
    end: str


class AuditLog:
    """Of the lines on one database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self, act: Act, customer_id: int | None = None) -> None:
        """Something that a person did or tried and that changed no other row."""
        async with self._store.session() as session:
            await append(session, entry_of(act, customer_id=customer_id))

    async def note_here(self, detail: str) -> None:
        """What is being done now, with what it is about: for what changes a file and no row."""
        act = current_act()
        if act is not None:
            tell(detail)
            await self.note(act)

    async def entries(self, asked: Asked, limit: int, before: int | None = None) -> list[AuditView]:
        """Newest first, from below entry `before` on."""
        wanted = newest(_matching(asked), AuditRow.id, limit, before)
        async with self._store.reading() as session:
            return await _views(session, list((await session.exec(wanted)).all()))

    async def everything(self, asked: Asked) -> AsyncIterator[AuditView]:
        """All that match, newest first, read in pieces."""
        before: int | None = None
        while some := await self.entries(asked, AT_ONCE, before):
            for one in some:
                yield one
            before = some[-1].id

    async def kinds(self) -> list[str]:
        """Every `what` that there is, in alphabetical order."""
        async with self._store.reading() as session:
            return list((await session.exec(select(AuditRow.what).distinct().order_by(AuditRow.what))).all())

    async def check(self) -> ChainCheck:
        """Walks along the whole chain."""
        count, before = 0, ""
        async with self._store.reading() as session:
            async for row in await session.stream_scalars(select(AuditRow).order_by(col(AuditRow.id))):
                if row.chain != link(before, row):
                    return ChainCheck(count, row.id, before)
                count, before = count + 1, row.chain
        return ChainCheck(count, None, before)


def _matching(asked: Asked) -> SelectOfScalar[AuditRow]:
    found = select(AuditRow)
    if asked.who:
        found = found.where(AuditRow.who == asked.who)
    if asked.what:
        found = found.where(AuditRow.what == asked.what)
    if asked.ticket:
        found = found.where(AuditRow.ticket_id == (ticket_row_id(asked.ticket) or 0))
    if asked.customer_id is not None:
        found = found.where(AuditRow.customer_id == asked.customer_id)
    if asked.since:
        found = found.where(col(AuditRow.at) >= asked.since)
    return found.where(col(AuditRow.at) < asked.until) if asked.until else found


async def _views(session: AsyncSession, rows: list[AuditRow]) -> list[AuditView]:
    named = select(Customer).where(col(Customer.id).in_({row.customer_id for row in rows if row.customer_id}))
    names = {customer.id: customer.name for customer in await session.exec(named)}
    return [
        AuditView(
            id=row.id or 0,
            at=row.at,
            who=row.who,
            role=row.role,
            what=row.what,
            ticket=ticket_number(row.ticket_id) if row.ticket_id else "",
            customer=names.get(row.customer_id, ""),
            origin=row.origin,
            detail=row.detail,
            customer_id=row.customer_id,
        )
        for row in rows
    ]
