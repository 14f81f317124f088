"""Calls of the line to engineers of ours: to have a duty or an urgent message taken up by key. Taken by one service each.

An engineer who calls in proves nothing, because a caller id can be forged. So a key counts only in a call that we make, to
a number of the rota.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.costs_of_call import THE_LINE
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.rota_reading import read_engineers
from ari_app.store.database import Store
from ari_app.store.engineer_call_tables import EngineerCallRow, Purpose
from ari_app.store.message_tables import UrgentMessageRow
from ari_app.store.tables import Customer, TicketRow, VoicemailRow
from ari_app.store.work_tables import DecisionRow
from routing.rota import Engineer

#: Whoever forges the number of an engineer makes that phone ring so often in this time, and not once more.
_AT_MOST = {Purpose.DUTY: (3, timedelta(hours=1)), Purpose.URGENT: (1, timedelta(minutes=1))}
#: Asked for longer ago, such as before the line was off: nobody waits for that call any more.
STALE = timedelta(minutes=10)
#: So long the page of a duty tells of a call: a duty can be taken that long before it begins.
TOLD_FOR = timedelta(hours=12)
BROKEN_OFF = "De dienst werd herstart tijdens deze oproep."


@dataclass(frozen=True, slots=True)
class EngineerCall:
    """One call to make, on the phones of the engineer in turn. `about` is Dutch, to be spoken; `recording`: the message."""

    id: int
    purpose: Purpose
    engineer: Engineer
    ticket: str = ""
    about: str = ""
    recording: Path | None = None


class TriedState(StrEnum):
    """WAITS: the line is about to ring; TAKEN_UP: key 1 was pressed; FAILED: nobody pressed it."""

    WAITS = "waits"
    TAKEN_UP = "taken_up"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the last call to an engineer. `why` is Dutch, "" while it waits."""

    state: TriedState
    at: datetime
    why: str


class EngineerCalls:
    """`line` names this line among those on the same database; `recordings` is its folder."""

    def __init__(self, store: Store, clock: Clock, line: str, recordings: Path) -> None:
        self._store = store
        self._clock = clock
        self._line = line
        self._recordings = recordings

    async def ask(self, engineer_id: int, purpose: Purpose, ticket: str = "") -> bool:
        """The engineer is rung within seconds. False: that was asked too often lately. `ticket`: of an urgent message."""
        now, ticket_id = self._clock.now(), ticket_row_id(ticket) if ticket else None
        async with self._store.session() as session:
            if await _is_too_often(session, engineer_id, purpose, now):
                return False
            session.add(EngineerCallRow(engineer_id=engineer_id, purpose=purpose, ticket_id=ticket_id, asked_at=now))
        return True

    async def may_ask(self, engineer_id: int, purpose: Purpose) -> bool:
        """What `ask` would give. Writes nothing."""
        async with self._store.reading() as session:
            return not await _is_too_often(session, engineer_id, purpose, self._clock.now())

    async def last(self, engineer_id: int, purpose: Purpose) -> Tried | None:
        """The newest of the last twelve hours; one that no service took in time will not come any more."""
        now = self._clock.now()
        newest = select(EngineerCallRow).where(
            EngineerCallRow.engineer_id == engineer_id,
            EngineerCallRow.purpose == purpose,
            EngineerCallRow.asked_at > now - TOLD_FOR,
        )
        async with self._store.reading() as session:
            row = (await session.exec(newest.order_by(col(EngineerCallRow.id).desc()).limit(1))).first()
        if row is None:
            return None
        if row.ended_at is None and row.asked_at > now - STALE:
            return Tried(TriedState.WAITS, row.asked_at, "")
        state = TriedState.TAKEN_UP if row.is_taken_up else TriedState.FAILED
        return Tried(state, row.asked_at, row.why or "De lijn belde niet.")

    async def take(self) -> EngineerCall | None:
        """The oldest that nobody took; it is ours alone from now on."""
        now = self._clock.now()
        async with self._store.reading() as session:
            waiting = select(EngineerCallRow.id).where(col(EngineerCallRow.taken_at).is_(None))
            row_id = (await session.exec(waiting.order_by(col(EngineerCallRow.id)).limit(1))).first()
        if row_id is None:
            return None
        async with self._store.session() as session:
            mine = (
                sa.update(EngineerCallRow)
                .where(col(EngineerCallRow.id) == row_id, col(EngineerCallRow.taken_at).is_(None))
                .values(taken_at=now, taken_by=self._line)
            )
            if (await (await session.connection()).execute(mine)).rowcount != 1:
                return None
            row = await session.get_one(EngineerCallRow, row_id)
            if row.asked_at < now - STALE:
                row.ended_at, row.why = now, "Te lang geleden gevraagd: niet meer gebeld."
                return None
            return await self._call(session, row)

    async def ended(self, call_id: int, why: str, *, is_taken_up: bool) -> None:
        """What became of it; that of an urgent message stands on its ticket."""
        async with self._store.session() as session:
            await self._end(session, await session.get_one(EngineerCallRow, call_id), why, is_taken_up=is_taken_up)

    async def end_broken_off(self, still_on: frozenset[int] = frozenset()) -> int:
        """Calls that a service of this line took and never ended are over, but for those of `still_on`; gives how many."""
        open_ones = select(EngineerCallRow).where(
            col(EngineerCallRow.taken_by) == self._line, col(EngineerCallRow.ended_at).is_(None)
        )
        async with self._store.session() as session:
            rows = [row for row in (await session.exec(open_ones)).all() if row.id not in still_on]
            for row in rows:
                await self._end(session, row, BROKEN_OFF, is_taken_up=False)
        return len(rows)

    async def _end(self, session: AsyncSession, row: EngineerCallRow, why: str, *, is_taken_up: bool) -> None:
        now = self._clock.now()
        row.ended_at, row.why, row.is_taken_up = now, why, is_taken_up
        session.add(row)
        if row.ticket_id is not None:
            session.add(DecisionRow(ticket_id=row.ticket_id, at=now, actor=THE_LINE, what="rung", why=why))

    async def _call(self, session: AsyncSession, row: EngineerCallRow) -> EngineerCall:
        engineer = (await read_engineers(session))[row.engineer_id]
        if row.ticket_id is None:
            return EngineerCall(row.id or 0, row.purpose, engineer)
        number = ticket_number(row.ticket_id)
        about, recording = await self._message(session, row.ticket_id)
        return EngineerCall(row.id or 0, row.purpose, engineer, number, about, recording)

    async def _message(self, session: AsyncSession, ticket_id: int) -> tuple[str, Path | None]:
        ticket = await session.get_one(TicketRow, ticket_id)
        customer = None if ticket.customer_id is None else await session.get(Customer, ticket.customer_id)
        urgent = await session.get(UrgentMessageRow, ticket_id)
        said = (await session.exec(select(VoicemailRow).where(VoicemailRow.ticket_id == ticket_id))).first()
        who = customer.name if customer else ticket.summary
        about = f"Dringend bericht van {who}. {urgent.why if urgent else ''}".strip()
        return about, self._recordings / said.recording if said else None


async def _is_too_often(session: AsyncSession, engineer_id: int, purpose: Purpose, now: datetime) -> bool:
    most, within = _AT_MOST[purpose]
    lately = select(func.count()).where(
        col(EngineerCallRow.engineer_id) == engineer_id,
        col(EngineerCallRow.purpose) == purpose,
        col(EngineerCallRow.asked_at) > now - within,
    )
    return (await session.exec(lately)).one() >= most
