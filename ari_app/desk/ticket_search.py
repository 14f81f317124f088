"""Finding tickets by what they are, a page at a time, and the messages and decisions that belong to them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import events_that_hold
from ari_app.desk.reading import read_tickets
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.tables import TicketEventRow, TicketRow, TicketSource, VoicemailRow, VoicemailState
from sla.terms import Category, Kind
from sla.ticket import EventType, TicketState


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that is given must hold. `since` is included, `until` is not; both are about when it was reported."""

    state: TicketState | None = None
    kind: Kind | None = None
    source: TicketSource | None = None
    category: Category | None = None
    needs_review: bool | None = None
    customer_id: int | None = None
    assignee_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


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

    async def tickets(self, wanted: Wanted, limit: int, below: int | None = None) -> list[tuple[int, TicketView]]:
        """Newest first, each with its row, from below row `below` on."""
        return await self._read(_matching(select(TicketRow), wanted), limit, below)

    async def with_message(
        self, wanted: Wanted, state: VoicemailState | None, limit: int, below: int | None = None
    ) -> list[tuple[int, TicketView]]:
        """The same, of those that have a voicemail, in that state."""
        found = select(TicketRow).join(VoicemailRow, col(VoicemailRow.ticket_id) == col(TicketRow.id))
        if state is not None:
            found = found.where(VoicemailRow.state == state)
        return await self._read(_matching(found, wanted), limit, below)

    async def decided(self, limit: int, below: int | None = None) -> list[DecidedView]:
        """Newest first, those that were corrected left out."""
        found = events_that_hold().where(TicketEventRow.type == EventType.CATEGORY_CONFIRMED)
        if below is not None:
            found = found.where(col(TicketEventRow.id) < below)
        newest = found.order_by(None).order_by(col(TicketEventRow.id).desc()).limit(limit)
        async with self._store.reading() as session:
            return [_decided(row) for row in await session.exec(newest)]

    async def _read(
        self, found: SelectOfScalar[TicketRow], limit: int, below: int | None
    ) -> list[tuple[int, TicketView]]:
        if below is not None:
            found = found.where(col(TicketRow.id) < below)
        async with self._store.reading() as session:
            rows = (await session.exec(found.order_by(col(TicketRow.id).desc()).limit(limit))).all()
            views = await read_tickets(session, rows, await self._days.read(session), self._clock.now())
        return [(row.id or 0, view) for row, view in zip(rows, views, strict=True)]


def _matching(found: SelectOfScalar[TicketRow], wanted: Wanted) -> SelectOfScalar[TicketRow]:
    given: dict[str, Any] = {one.name: getattr(wanted, one.name) for one in fields(wanted)}
    since, until = given.pop("since"), given.pop("until")
    for name, value in given.items():
        if value is not None:
            found = found.where(getattr(TicketRow, name) == value)
    if since is not None:
        found = found.where(TicketRow.reported_at >= since)
    return found if until is None else found.where(TicketRow.reported_at < until)


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
