"""Calling the caller of a ticket back under the service's number: asked by command, page or key, taken by one service."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.change import Change
from ari_app.desk.commands.progress import note
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.refusal import Refused
from ari_app.desk.rows_of import RowsOf
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.in_call_tables import CallBackRow, CallBackState
from ari_app.store.message_tables import MessageChoiceRow
from ari_app.store.tables import CallRow, Customer, EngineerRow, TicketRow
from sla.ticket import STATES, EventType

RULE = "R-040"
#: Of one ticket, on its page.
MOST_SHOWN = 5
_E164 = re.compile(r"\+[1-9]\d{7,14}")


@dataclass(frozen=True, slots=True)
class Phone:
    """Who of us is rung first: a desk phone (`number` "") or an engineer."""

    who: str
    number: str = ""
    engineer_id: int | None = None


@dataclass(frozen=True, slots=True)
class CallBack:
    """One call to make. `number` is the one on the ticket, and no other."""

    id: int
    ticket: str
    phone: Phone
    number: str
    customer: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class CallBackOutcome:
    """`began_at` and `ended_at`: when the two talked, None when they did not; `why` in Dutch."""

    why: str
    began_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallBackView:
    """For people: who is or was rung first, and `why` once it is over."""

    phone: str
    asked_by: str
    asked_at: datetime
    state: CallBackState
    why: str


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A call back whose service died."""

    id: int
    ticket: str
    phone: str
    asked_by: str


_AT_WORK = select(EngineerRow).where(col(EngineerRow.left_at).is_(None)).order_by(col(EngineerRow.id))


class CallBacks:
    """`desk_phones` by name, as the settings of the line have them. `line` names this line among those on the database."""

    def __init__(self, store: Store, clock: Clock, desk_phones: frozenset[str], line: str = "") -> None:
        self._store = store
        self._clock = clock
        self._desk_phones = desk_phones
        self._line = line

    async def ask(self, ticket: str, phone: str, by: Actor) -> int:
        """`phone`: a desk phone or an engineer's name. Gives the id to ask for the outcome. Raises Refused."""
        by.must_be_ours(RULE)
        async with self._store.session() as session:
            row_id = ticket_row_id(ticket)
            if row_id is None or await session.get(TicketRow, row_id) is None:
                raise Refused(f"Melding {ticket!r} bestaat niet", "R-111")
            await _number_of(session, row_id)
            await self._phone(session, phone)
            row = CallBackRow(ticket_id=row_id, phone=phone, asked_by=by.name, asked_at=self._clock.now())
            session.add(row)
            await session.flush()
            return row.id or 0

    async def take(self) -> CallBack | None:
        """The oldest that nobody took yet; it is ours alone from now on."""
        async with self._store.session() as session:
            waiting = select(CallBackRow.id).where(col(CallBackRow.taken_at).is_(None)).order_by(col(CallBackRow.id))
            row_id = (await session.exec(waiting.limit(1))).first()
            if row_id is None:
                return None
            mine = (
                sa.update(CallBackRow)
                .where(col(CallBackRow.id) == row_id, col(CallBackRow.taken_at).is_(None))
                .values(taken_at=self._clock.now(), taken_by=self._line, state=CallBackState.TAKEN)
            )
            connection = await session.connection()
            if (await connection.execute(mine)).rowcount != 1:
                return None
            row = await session.get_one(CallBackRow, row_id)
            ticket = await session.get_one(TicketRow, row.ticket_id)
            customer = None if ticket.customer_id is None else await session.get(Customer, ticket.customer_id)
            try:
                number, phone = await _number_of(session, row.ticket_id), await self._phone(session, row.phone)
            except Refused as changed_since:
                row.state, row.why = CallBackState.NOT_REACHED, str(changed_since)
                session.add(row)
                return None
            name = customer.name if customer else ""
            return CallBack(row_id, ticket_number(row.ticket_id), phone, number, name, row.asked_by)

    async def phones(self) -> tuple[str, ...]:
        """Whom `ask` can have rung first: the phones of the desk, then the engineers by name."""
        async with self._store.reading() as session:
            return self.phones_with(one.name for one in await session.exec(_AT_WORK))

    def phones_with(self, engineers: Iterable[str]) -> tuple[str, ...]:
        """The same for who knows the engineers."""
        return (*sorted(self._desk_phones), *engineers)

    async def of_ticket(self, ticket: str) -> tuple[CallBackView, ...]:
        """The latest first."""
        async with self._store.reading() as session:
            return await read_call_backs(await RowsOf.ticket(session, ticket_row_id(ticket) or 0))

    async def number_on(self, ticket: str) -> str:
        """Where the caller of this ticket can be called back, in E.164. Raises Refused."""
        async with self._store.reading() as session:
            return await _number_of(session, ticket_row_id(ticket) or 0)

    async def broken_off(self) -> tuple[BrokenOff, ...]:
        """Calls that a service of this line took, of which nobody wrote down what became."""
        mine = select(CallBackRow).where(
            col(CallBackRow.state) == CallBackState.TAKEN, col(CallBackRow.taken_by) == self._line
        )
        async with self._store.reading() as session:
            rows = (await session.exec(mine)).all()
        return tuple(BrokenOff(row.id or 0, ticket_number(row.ticket_id), row.phone, row.asked_by) for row in rows)

    async def outcome(self, call_back_id: int) -> tuple[CallBackState, str]:
        """The state, and why in Dutch once it is over."""
        async with self._store.reading() as session:
            row = await session.get_one(CallBackRow, call_back_id)
            return row.state, row.why

    async def _phone(self, session: AsyncSession, name: str) -> Phone:
        if name in self._desk_phones:
            return Phone(name)
        engineers = (await session.exec(_AT_WORK)).all()
        for engineer in engineers:
            if engineer.name.casefold() == name.strip().casefold():
                return Phone(engineer.name, engineer.number, engineer.id)
        known = ", ".join([*sorted(self._desk_phones), *(engineer.name for engineer in engineers)])
        raise Refused(f"Kan met een toestel dat bekend is: {name!r} niet, wel {known}", RULE)


async def read_call_backs(rows: RowsOf) -> tuple[CallBackView, ...]:
    """The latest first."""
    found = await rows.all(CallBackRow)
    return tuple(CallBackView(row.phone, row.asked_by, row.asked_at, row.state, row.why) for row in found[:MOST_SHOWN])


def number_to_call(ticket: TicketView) -> str | None:
    """Where its caller can be called back, in E.164; None: there is no such number on it."""
    return _callable(ticket.call_back_number or ticket.caller_number)


async def record_call_back(change: Change, call_back_id: int, outcome: CallBackOutcome) -> None:
    """What became of it stands in its row and on the ticket. Again changes nothing."""
    row = await change.session.get_one(CallBackRow, call_back_id)
    if row.state in (CallBackState.TALKED, CallBackState.NOT_REACHED):
        return
    row.state = CallBackState.TALKED if outcome.began_at else CallBackState.NOT_REACHED
    row.why = outcome.why
    change.session.add(row)
    await note_call_back(change, outcome)


async def note_call_back(change: Change, outcome: CallBackOutcome) -> None:
    """A talk is a first response (R-040, A-04); in every case the ticket says what happened."""
    if outcome.began_at and (change.ticket.state, EventType.CALL_BRIDGED) in STATES:
        change.happen(change.event(EventType.CALL_BRIDGED, outcome.began_at), RULE, "Teruggebeld.")
    await note(change, outcome.why)


async def _number_of(session: AsyncSession, ticket_id: int) -> str:
    """Where the caller asked to be called back, else the number that called."""
    choice = await session.get(MessageChoiceRow, ticket_id)
    called_from = select(CallRow.caller_number).where(CallRow.ticket_id == ticket_id).order_by(col(CallRow.id)).limit(1)
    number = choice.call_back_number if choice else None
    number = _callable(number or (await session.exec(called_from)).first())
    if number is None:
        raise Refused("Kan alleen naar het nummer op de melding, en deze heeft er geen", RULE)
    return number


def _callable(number: str | None) -> str | None:
    return number if number and _E164.fullmatch(number) else None
