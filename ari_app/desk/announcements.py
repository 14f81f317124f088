"""Announcements: a known outage or planned maintenance, told to the callers whom it concerns.

Calls ask what was read last and never the database: an announcement is heard a few seconds after it was added, costs a
call nothing, and is still told while the database is away.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.refusal import Refused, needs
from ari_app.store.announcement_tables import AnnouncementRow
from ari_app.store.database import Store
from ari_app.store.newest import newest
from ari_app.store.tables import Customer, TicketRow
from sla.ticket import TicketState

#: Reports about a service in maintenance are linked to it.
RULE = "R-105"
#: A caller listens to a minute at most.
MOST_LETTERS = 600
_FINISHED = (TicketState.RESOLVED, TicketState.CLOSED)


@dataclass(frozen=True, slots=True)
class Announcement:
    """[starts_at, ends_at); `ends_at` None: until somebody ends it. No `customer_ids`: for everybody. `ticket`: that callers
    may join ("T-1001"), as long as it is open."""

    id: int
    text: str
    text_en: str
    customer_ids: frozenset[int]
    starts_at: datetime
    ends_at: datetime | None
    ticket: str | None
    made_by: str
    ended_by: str

    def concerns(self, customer_id: int | None, at: datetime) -> bool:
        is_on = self.starts_at <= at and (self.ends_at is None or at < self.ends_at)
        return is_on and (not self.customer_ids or customer_id in self.customer_ids)

    def said_in(self, language: str, own: str) -> tuple[str, str]:
        """The text for a caller of this language, and in which language it is: without an English text everybody hears the
        other one, which is in the line's `own`."""
        return (self.text_en, "en") if language == "en" and self.text_en else (self.text, own)


class Announcements:
    """All instants are aware. Who adds or ends one must be one of us."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: tuple[Announcement, ...] = ()

    def heard_by(self, customer_id: int | None, at: datetime) -> tuple[Announcement, ...]:
        """As last read, the oldest first. `customer_id` None: a caller whom we don't know."""
        return tuple(one for one in self._known if one.concerns(customer_id, at)) if self._known else ()

    async def read(self) -> tuple[Announcement, ...]:
        """Reads what holds now or later; `heard_by` answers from it from now on."""
        now = self._clock.now()
        still = or_(col(AnnouncementRow.ends_at).is_(None), col(AnnouncementRow.ends_at) > now)
        async with self._store.reading() as session:
            self._known = await _read(session, select(AnnouncementRow).where(still))
        return self._known

    async def all(self, limit: int, below: int | None = None) -> tuple[Announcement, ...]:
        """The newest first, those that are over among them; from below the one with this id on."""
        wanted = newest(select(AnnouncementRow), AnnouncementRow.id, limit, below)
        async with self._store.reading() as session:
            return tuple(reversed(await _read(session, wanted)))

    async def add(
        self,
        text: str,
        by: Actor,
        *,
        text_en: str = "",
        customers: Collection[str] = (),
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        ticket: str | None = None,
    ) -> int:
        """Gives its number. `customers` by name, none: everybody; `starts_at` None: now. Raises Refused."""
        by.must_be_ours(RULE)
        now = self._clock.now()
        begins = (starts_at or now).astimezone(UTC)
        if ends_at is not None and ends_at <= max(begins, now):
            raise Refused(f"Kan niet: het einde ({ends_at:%d-%m-%Y %H:%M}) ligt niet na het begin en na nu", RULE)
        async with self._store.session() as session:
            row = AnnouncementRow(
                text=_short(needs(text, "de tekst is ingevuld", RULE)),
                text_en=_short(text_en.strip()),
                customer_ids=[await _customer(session, name) for name in dict.fromkeys(customers)],
                starts_at=begins,
                ends_at=ends_at.astimezone(UTC) if ends_at else None,
                ticket_id=None if ticket is None else await _open_ticket(session, ticket),
                made_by=by.name,
                made_at=now,
            )
            session.add(row)
            await session.flush()
            return row.id or 0

    async def end(self, number: int, by: Actor) -> None:
        """Nobody hears it any more; the row stays. Raises Refused for one that is unknown or over."""
        by.must_be_ours(RULE)
        now = self._clock.now()
        async with self._store.session() as session:
            row = await session.get(AnnouncementRow, number, with_for_update=True)
            if row is None:
                raise Refused(f"Mededeling {number} bestaat niet", RULE)
            if row.ends_at is not None and row.ends_at <= now:
                raise Refused(f"Mededeling {number} is al voorbij", RULE)
            row.starts_at, row.ends_at, row.ended_by = min(row.starts_at, now), now, by.name


async def _read(session: AsyncSession, wanted: SelectOfScalar[AnnouncementRow]) -> tuple[Announcement, ...]:
    rows = sorted((await session.exec(wanted)).all(), key=lambda row: row.id or 0)
    tickets = {row.ticket_id for row in rows if row.ticket_id is not None}
    is_open = col(TicketRow.state).not_in(_FINISHED)
    found = await session.exec(select(TicketRow.id).where(col(TicketRow.id).in_(tickets), is_open)) if tickets else ()
    joinable = set(found)
    return tuple(_announcement(row, joinable) for row in rows)


def _announcement(row: AnnouncementRow, joinable: Collection[int | None]) -> Announcement:
    return Announcement(
        id=row.id or 0,
        text=row.text,
        text_en=row.text_en,
        customer_ids=frozenset(row.customer_ids),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        ticket=ticket_number(row.ticket_id) if row.ticket_id in joinable else None,
        made_by=row.made_by,
        ended_by=row.ended_by,
    )


async def _customer(session: AsyncSession, name: str) -> int:
    found = (await session.exec(select(Customer.id).where(Customer.name == name))).first()
    if found is None:
        raise Refused(f"Klant {name!r} bestaat niet: neem de naam zoals die in de klantgegevens staat", RULE)
    return found


async def _open_ticket(session: AsyncSession, number: str) -> int:
    row_id = ticket_row_id(number)
    row = None if row_id is None else await session.get(TicketRow, row_id)
    if row is None or row.state in _FINISHED:
        raise Refused(f"Melding {number!r} bestaat niet of is klaar: noem een open melding", RULE)
    return row.id or 0


def _short(text: str) -> str:
    if len(text) > MOST_LETTERS:
        raise Refused(f"Kan niet: de tekst heeft {len(text)} tekens, een beller luistert naar {MOST_LETTERS}", RULE)
    return text
