"""Finding tickets by what they are, a page at a time, and the messages and decisions that belong to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.finding import Search, conditions
from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import Terms, events_that_hold
from ari_app.desk.reading import read_tickets
from ari_app.desk.ticket_lines import TicketLine, read_lines
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.newest import newest
from ari_app.store.tables import TicketEventRow, TicketRow, VoicemailRow, VoicemailState
from sla.ticket import EventType


@dataclass(frozen=True, slots=True)
class DecidedView:
    """A category that a person confirmed, beside what the machine proposed (R-085). `proposed` "": nothing."""

    event_id: int
    ticket: str
    at: datetime
    by: str
    category: str
    proposed: str
    before: str
    why: str


class TicketSearch:
    """Reads only."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock) -> None:
        self._store = store
        self._days = days
        self._clock = clock

    async def tickets(self, search: Search, limit: int, below: int | None = None) -> list[tuple[int, TicketView]]:
        """Newest first, each with its row, from below row `below` on. A fixed number of questions to the database."""
        return await self._read(select(TicketRow).where(*conditions(search)), limit, below)

    async def with_message(
        self, search: Search, state: VoicemailState | None, limit: int, below: int | None = None
    ) -> list[tuple[int, TicketView]]:
        """The same, of those that have a voicemail, in that state."""
        found = select(TicketRow).join(VoicemailRow, col(VoicemailRow.ticket_id) == col(TicketRow.id))
        if state is not None:
            found = found.where(VoicemailRow.state == state)
        return await self._read(found.where(*conditions(search)), limit, below)

    async def decided(self, limit: int, below: int | None = None) -> list[DecidedView]:
        """Newest first, those that were corrected left out."""
        found = events_that_hold().where(TicketEventRow.type == EventType.CATEGORY_CONFIRMED)
        wanted = newest(found.order_by(None), TicketEventRow.id, limit, below)
        async with self._store.reading() as session:
            return [_decided(row) for row in await session.exec(wanted)]

    async def _read(
        self, found: SelectOfScalar[TicketRow], limit: int, below: int | None
    ) -> list[tuple[int, TicketView]]:
        async with self._store.reading() as session:
            rows = (await session.exec(newest(found, TicketRow.id, limit, below))).all()
            views = await read_tickets(session, rows, await self._days.read(session), self._clock.now())
        return [(row.id or 0, view) for row, view in zip(rows, views, strict=True)]


async def find_lines(
    session: AsyncSession, search: Search, limit: int, terms: Terms, now: datetime
) -> tuple[TicketLine, ...]:
    """Newest first; `search.before` tells where the page before ended."""
    wanted = select(TicketRow.id).where(*conditions(search)).order_by(col(TicketRow.id).desc()).limit(limit)
    ids = [row_id for row_id in await session.exec(wanted) if row_id is not None]
    lines = await read_lines(session, ids, terms, now)
    return tuple(lines[row_id] for row_id in ids)


def _decided(row: TicketEventRow) -> DecidedView:
    said = row.detail
    return DecidedView(
        event_id=row.id or 0,
        ticket=ticket_number(row.ticket_id),
        at=row.at,
        by=row.actor,
        category=said.get("category", ""),
        proposed=said.get("proposed", ""),
        before=said.get("before", ""),
        why=row.why,
    )
