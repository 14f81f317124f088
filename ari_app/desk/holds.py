"""Legal holds: what is on hold is touched by neither retention nor a request to erase, until it is lifted or its day is over."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.refusal import Refused, needs
from ari_app.store.acting import tell
from ari_app.store.database import Store
from ari_app.store.hold_tables import HoldRow
from ari_app.store.message_tables import MessageChoiceRow
from ari_app.store.newest import newest
from ari_app.store.tables import CallRow, Customer, Role, TicketRow
from routing.caller import normal_form

RULE = "R-113"
#: More than any line has.
MOST = 100_000


@dataclass(frozen=True, slots=True)
class OnHold:
    """Exactly one of them: a customer, a ticket ("T-1001"), or a person by number."""

    customer_id: int | None = None
    ticket: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class HoldView:
    """`whom` is for people: a customer's name, a ticket's number or a phone number. `until`: the last local day, None: until
    somebody lifts it."""

    id: int
    whom: str
    on: OnHold
    until: date | None
    why: str
    placed_by: str
    placed_at: datetime
    is_in_force: bool
    lifted_at: datetime | None
    lifted_by: str
    why_lifted: str


class Holds:
    """All commands are an administrator's, raise Refused, and then change nothing."""

    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    @property
    def today(self) -> date:
        """By the line's own time."""
        return self._clock.now().astimezone(self._zone).date()

    async def place(self, on: OnHold, by: Actor, why: str, until: date | None = None) -> int:
        """From now on; gives its number."""
        must_administer(by)
        reason = needs(why, "de reden is ingevuld", RULE)
        if until is not None and until < self.today:
            raise Refused(f"Kan met een laatste dag vanaf vandaag; {until:%d-%m-%Y} is al voorbij", RULE)
        if sum((on.customer_id is not None, bool(on.ticket), bool(on.number))) != 1:
            raise Refused("Kan nadat één klant, één ticket of één telefoonnummer is gekozen", RULE)
        async with self._store.session() as session:
            row = HoldRow(
                customer_id=await _customer(session, on),
                ticket_id=await _ticket(session, on),
                number=_number(on),
                until=until,
                why=reason,
                placed_by=by.name,
                placed_at=self._clock.now(),
            )
            session.add(row)
            await session.flush()
            tell(f"bewaarplicht {row.id}")
            return row.id or 0

    async def lift(self, hold_id: int, by: Actor, why: str) -> None:
        must_administer(by)
        reason = needs(why, "de reden is ingevuld", RULE)
        async with self._store.session() as session:
            row = await session.get(HoldRow, hold_id, with_for_update=True)
            if row is None or row.lifted_at is not None:
                raise Refused(f"Bewaarplicht {hold_id} bestaat niet of is al opgeheven", RULE)
            row.lifted_at, row.lifted_by, row.why_lifted = self._clock.now(), by.name, reason
            tell(f"bewaarplicht {hold_id}")

    async def must_not_cover(self, session: AsyncSession, customer_id: int, numbers: Collection[str]) -> None:
        """Before it is no longer known who of a customer calls from these numbers (E.164). Raises Refused while that
        customer or one of the numbers is on hold."""
        theirs = or_(col(HoldRow.customer_id) == customer_id, col(HoldRow.number).in_(numbers))
        first = select(HoldRow.id).where(in_force(self.today), theirs).order_by(col(HoldRow.id)).limit(1)
        held = (await session.exec(first)).first()
        if held is not None:
            raise Refused(f"Kan nadat bewaarplicht {held} is opgeheven: tot dan blijft staan wie dit is", RULE)

    async def one(self, hold_id: int) -> HoldView | None:
        """None: there is no such hold."""
        return next((hold for hold in await self.newest(1, hold_id + 1) if hold.id == hold_id), None)

    async def all(self, limit: int) -> list[HoldView]:
        """Those in force first, then the newest."""
        return sorted(await self.newest(MOST), key=lambda one: not one.is_in_force)[:limit]

    async def newest(self, limit: int, below: int | None = None, *, only_in_force: bool = False) -> list[HoldView]:
        """Newest first, from below the hold with this number on."""
        found = select(HoldRow).where(in_force(self.today)) if only_in_force else select(HoldRow)
        async with self._store.reading() as session:
            rows = (await session.exec(newest(found, HoldRow.id, limit, below))).all()
            names = dict((await session.exec(select(Customer.id, Customer.name))).all())
        return [_view(row, names, self.today) for row in rows]


def must_administer(by: Actor) -> None:
    """Raises Refused."""
    if by.role is not Role.ADMINISTRATOR:
        raise Refused("Kan door een beheerder", RULE)


def is_on_hold(today: date) -> sa.ColumnElement[bool]:
    """Of a ticket: the ticket itself, its customer or its caller is on hold on this local day. Never null."""
    called = select(CallRow.ticket_id).where(col(CallRow.caller_number).in_(held_numbers(today)))
    asked = select(MessageChoiceRow.ticket_id).where(col(MessageChoiceRow.call_back_number).in_(held_numbers(today)))
    tickets = select(HoldRow.ticket_id).where(in_force(today), col(HoldRow.ticket_id).is_not(None))
    customers = select(HoldRow.customer_id).where(in_force(today), col(HoldRow.customer_id).is_not(None))
    of_customer = col(TicketRow.customer_id).is_not(None) & col(TicketRow.customer_id).in_(customers)
    return or_(col(TicketRow.id).in_(tickets), of_customer, col(TicketRow.id).in_(called), col(TicketRow.id).in_(asked))


@asynccontextmanager
async def staying_on_hold(session: AsyncSession, ticket_id: int, today: date) -> AsyncIterator[None]:
    """Around a change of whom a ticket is about. Raises Refused when a hold reached it before, and none does after."""
    # Also the end of a command that is only tried: a page need not know of holds to show what is possible.
    await session.flush()
    on_hold = select(TicketRow.id).where(TicketRow.id == ticket_id, is_on_hold(today))
    before = (await session.exec(on_hold)).first()
    yield
    if before is None:
        return
    await session.flush()
    if (await session.exec(on_hold)).first() is None:
        number = ticket_number(ticket_id)
        raise Refused(
            f"Kan nadat er een bewaarplicht op {number} zelf ligt: door deze wijziging verliest zij haar", RULE
        )


def held_numbers(today: date) -> "SelectOfScalar[str] | SelectOfScalar[None]":
    """E.164, of persons."""
    return select(HoldRow.number).where(in_force(today), col(HoldRow.number).is_not(None))


def in_force(today: date) -> sa.ColumnElement[bool]:
    """Of a hold."""
    return col(HoldRow.lifted_at).is_(None) & or_(col(HoldRow.until).is_(None), col(HoldRow.until) >= today)


async def _customer(session: AsyncSession, on: OnHold) -> int | None:
    if on.customer_id is not None and await session.get(Customer, on.customer_id) is None:
        raise Refused(f"Klant {on.customer_id} is niet bekend", RULE)
    return on.customer_id


async def _ticket(session: AsyncSession, on: OnHold) -> int | None:
    if not on.ticket:
        return None
    row_id = ticket_row_id(on.ticket)
    if row_id is None or await session.get(TicketRow, row_id) is None:
        raise Refused(f"Ticket {on.ticket!r} bestaat niet", RULE)
    return row_id


def _number(on: OnHold) -> str | None:
    if not on.number:
        return None
    number = normal_form(on.number)
    if number is None:
        raise Refused(f"{on.number!r} is geen telefoonnummer: schrijf het als +31612345678 of 06 12345678", RULE)
    return number


def _view(row: HoldRow, names: dict[int | None, str], today: date) -> HoldView:
    ticket = ticket_number(row.ticket_id) if row.ticket_id is not None else ""
    customer = names.get(row.customer_id, "") if row.customer_id is not None else ""
    return HoldView(
        id=row.id or 0,
        whom=ticket or customer or row.number or "",
        on=OnHold(row.customer_id, ticket, row.number or ""),
        until=row.until,
        why=row.why,
        placed_by=row.placed_by,
        placed_at=row.placed_at,
        is_in_force=row.lifted_at is None and (row.until is None or row.until >= today),
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        why_lifted=row.why_lifted,
    )
