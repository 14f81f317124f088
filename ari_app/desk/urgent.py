"""Urgent messages that nobody took up: who is told, one after another, until somebody claims it.

Theory of operation. A message carries the moment of its next step. Who looks takes the messages whose moment has passed,
locked until the end of the transaction, and writes what to tell and the next moment together: any number of services side
by side tell each step once, and a killed one leaves all of a step or nothing. A claim is one conditional update, so that
of two people at once exactly one has it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.config import UrgentSettings
from ari_app.desk.actor import Actor
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.refusal import Refused
from ari_app.desk.rota_reading import engineers_on_duty
from ari_app.desk.telling import SUPERVISOR, tell_once
from ari_app.store.database import Store
from ari_app.store.engineer_call_tables import EngineerCallRow, Purpose
from ari_app.store.message_tables import UrgentMessageRow
from ari_app.store.statements import Asks, add, ask, columns_of
from ari_app.store.tables import TicketRow
from ari_app.store.work_tables import DecisionRow
from sla.agreed_hours import AgreedHours
from sla.ticket import TicketState

KIND = "urgent"
#: Only our own people act on a report.
RULE = "R-100"


#: Who works on a ticket, or closed it, has it in hand: the next look ends it.
_WAITING = (
    sa.select(columns_of(UrgentMessageRow))
    .join(TicketRow, col(TicketRow.id) == col(UrgentMessageRow.ticket_id))
    .where(col(UrgentMessageRow.ended_at).is_(None), col(TicketRow.state) == TicketState.NEW)
    .order_by(col(UrgentMessageRow.since))
)


@dataclass(frozen=True, slots=True)
class UrgentView:
    """An urgent message. `claimed_by` None: it still waits for somebody; `why` is Dutch; `steps` notices went out."""

    ticket: str
    why: str
    since: datetime
    steps: int
    next_step_at: datetime
    claimed_by: str | None
    claimed_at: datetime | None
    #: From when on nobody is told any more.
    ended_at: datetime | None = None


class UrgentMessages:
    """What the line, its pages and the command line ask about urgent messages."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock, settings: UrgentSettings) -> None:
        self._store = store
        self._days = days
        self._clock = clock
        self._settings = settings
        self._zone = days.terms.agreement.zone

    async def tell(self, limit: int) -> int:
        """Takes the next step of at most `limit` messages whose moment has come; gives how many."""
        now = self._clock.now()
        async with self._store.session() as session:
            if not self._is_time(now, (await self._days.read(session)).hours):
                return 0
            due = (await session.exec(_due(now, limit))).all()
            for message in due:
                await self._step(session, message, now)
        return len(due)

    async def claim(self, number: str, by: Actor, way: str) -> None:
        """`by` takes the message up; nobody else is told any more. `way`: "page", "cli" or "key". Claiming it twice is fine.

        Raises Refused when somebody else has it, naming who and since when.
        """
        by.must_be_ours(RULE)
        row_id, now = ticket_row_id(number), self._clock.now()
        taking = update(UrgentMessageRow).where(
            col(UrgentMessageRow.ticket_id) == row_id, col(UrgentMessageRow.claimed_at).is_(None)
        )
        values = {"claimed_by": by.name, "claimed_at": now, "claimed_by_way_of": way, "ended_at": now}
        async with self._store.session() as session:
            is_ours = (await session.exec(taking.values(values))).rowcount == 1
            if not is_ours:
                return await self._refuse_unless_ours(session, number, by)
            why = "Dringend bericht opgepakt."
            session.add(
                DecisionRow(ticket_id=row_id or 0, at=now, actor=by.name, what="claimed", after=by.name, why=why)
            )
        return None

    async def of_ticket(self, number: str) -> UrgentView | None:
        """None: this ticket has no urgent message. One that is over without a claim was taken in hand otherwise."""
        row_id = ticket_row_id(number)
        async with self._store.reading() as session:
            row = None if row_id is None else await session.get(UrgentMessageRow, row_id)
        return None if row is None else urgent_view(row)

    async def waiting(self) -> list[UrgentView]:
        """Those that nobody claimed, longest waiting first."""
        async with self._store.looking() as transaction:
            return await read_waiting(transaction)

    def _is_time(self, now: datetime, hours: AgreedHours) -> bool:
        """At night a message waits for the morning, unless the line is set to wake people at any hour."""
        return self._settings.hours == "any" or hours.is_calamity_time(now) or hours.is_phone_time(now)

    async def _step(self, session: AsyncSession, message: UrgentMessageRow, now: datetime) -> None:
        ticket = await session.get_one(TicketRow, message.ticket_id)
        if ticket.state is not TicketState.NEW:  # somebody works on it without a claim
            message.ended_at = now
            return
        on_duty = [engineer.id for engineer in await engineers_on_duty(session, now)]
        untold = [engineer for engineer in on_duty if engineer not in message.told]
        told = [f"engineer:{one}" for one in untold[:1]] or [*(f"engineer:{one}" for one in on_duty), SUPERVISOR]
        message.steps += 1
        for to in told:
            key = f"{ticket_number(ticket.id)}:{KIND}:{message.steps}:{to}"
            await tell_once(session, key, KIND, to, _text(ticket, message), now)
        if self._settings.rings:
            session.add_all(
                EngineerCallRow(engineer_id=one, purpose=Purpose.URGENT, ticket_id=message.ticket_id, asked_at=now)
                for one in untold[:1] or on_duty
            )
        message.told = [*message.told, *untold[:1]]
        message.next_step_at = now + timedelta(minutes=self._settings.every_minutes)

    async def _refuse_unless_ours(self, session: AsyncSession, number: str, by: Actor) -> None:
        row_id = ticket_row_id(number)
        found = None if row_id is None else await session.get(UrgentMessageRow, row_id)
        if found is None or found.claimed_at is None:
            raise Refused(f"Melding {number!r} heeft geen dringend bericht", RULE)
        if found.claimed_by != by.name:
            at = found.claimed_at.astimezone(self._zone)
            raise Refused(f"Al opgepakt door {found.claimed_by} om {at:%H:%M}", RULE)


async def read_waiting(session: Asks) -> list[UrgentView]:
    """As `UrgentMessages.waiting`, for who reads more in that transaction."""
    return [urgent_view(row) for row in await ask(session, _WAITING)]


async def mark_urgent(session: Asks, ticket_id: int, why: str, now: datetime) -> None:
    """From now on people are told, unless that was so already."""
    if not await ask(session, _OF_TICKET, ticket_id=ticket_id):
        await add(session, UrgentMessageRow, dict(ticket_id=ticket_id, why=why, since=now, next_step_at=now))


_OF_TICKET = sa.select(col(UrgentMessageRow.ticket_id)).where(
    col(UrgentMessageRow.ticket_id) == sa.bindparam("ticket_id", type_=sa.Integer)
)


def _due(now: datetime, limit: int) -> SelectOfScalar[UrgentMessageRow]:
    waiting = select(UrgentMessageRow).where(
        col(UrgentMessageRow.ended_at).is_(None), col(UrgentMessageRow.next_step_at) <= now
    )
    return waiting.order_by(col(UrgentMessageRow.next_step_at)).limit(limit).with_for_update(skip_locked=True)


def _text(ticket: TicketRow, message: UrgentMessageRow) -> str:
    return f"Dringend bericht {ticket_number(ticket.id)}: {ticket.summary}. {message.why} Wie pakt het op?"


def urgent_view(row: UrgentMessageRow) -> UrgentView:
    """Without its ticket's facts."""
    return UrgentView(
        ticket_number(row.ticket_id),
        row.why,
        row.since,
        row.steps,
        row.next_step_at,
        row.claimed_by,
        row.claimed_at,
        row.ended_at,
    )
