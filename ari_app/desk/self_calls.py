"""What came of the calls that the line places to itself: their ticket is no work, and who must know of a failure is told."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.planning import event_row, replan
from ari_app.desk.telling import SUPERVISOR, tell_once
from ari_app.store.database import Store
from ari_app.store.self_call_tables import SelfCallRow
from ari_app.store.tables import CallRow, SlaClockRow, TicketRow, VoicemailRow, VoicemailState
from sla.terms import Scope
from sla.ticket import EventType, TicketEvent, TicketState

WHY = "Proefoproep van de lijn zelf: geen werk, geen klok."


@dataclass(frozen=True, slots=True)
class SelfCallStep:
    """`what` and `detail` are Dutch, for people."""

    what: str
    is_well: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SelfCallView:
    """`ticket`: "" when the line made none, or none that bears our words."""

    started_at: datetime
    ended_at: datetime
    steps: tuple[SelfCallStep, ...]
    ticket: str = ""

    @property
    def is_well(self) -> bool:
        return bool(self.steps) and all(step.is_well for step in self.steps)

    @property
    def why(self) -> str:
        return "; ".join(f"{step.what}: {step.detail}" for step in self.steps if not step.is_well)

    def to_json(self) -> dict[str, Any]:
        return {"ok": self.is_well, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Received:
    """A call that our line filed. `state` None: it has no message."""

    ticket: str
    recording: Path | None
    state: VoicemailState | None
    text: str


class SelfCalls:
    """Looks for our own call among the calls, and keeps what came of it."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock, recordings: Path) -> None:
        self._store = store
        self._days = days
        self._clock = clock
        self._recordings = recordings

    async def received(self, shown_number: str, since: datetime) -> list[Received]:
        """Calls with this number on display that came in since then, the newest first."""
        ours = (
            select(CallRow, VoicemailRow)
            .join(VoicemailRow, col(VoicemailRow.ticket_id) == CallRow.ticket_id, isouter=True)
            .where(CallRow.caller_number == shown_number, CallRow.received_at >= since)
            .order_by(col(CallRow.id).desc())
        )
        async with self._store.reading() as session:
            rows = (await session.exec(ours)).all()
        return [self._received(call, message) for call, message in rows]

    async def keep(self, found: SelfCallView) -> None:
        """Adds the row; marks the ticket as a test; a failure is told to the supervisor, once a day."""
        now = self._clock.now()
        row_id = ticket_row_id(found.ticket) if found.ticket else None
        async with self._store.session() as session:
            if row_id is not None:
                await self._mark(session, row_id, now)
            steps = [asdict(step) for step in found.steps]
            session.add(
                SelfCallRow(
                    started_at=found.started_at,
                    ended_at=found.ended_at,
                    is_well=found.is_well,
                    steps=steps,
                    ticket_id=row_id,
                )
            )
            if not found.is_well:
                text = f"De lijn belde zichzelf en dat ging mis. {found.why}."
                key = f"self-call:{found.started_at.date().isoformat()}"
                await tell_once(session, key, "self_call_failed", SUPERVISOR, text, now)

    async def last(self) -> SelfCallView | None:
        """None: the line never called itself."""
        async with self._store.reading() as session:
            newest = select(SelfCallRow).order_by(col(SelfCallRow.id).desc()).limit(1)
            row = (await session.exec(newest)).first()
        if row is None:
            return None
        number = ticket_number(row.ticket_id) if row.ticket_id else ""
        return SelfCallView(row.started_at, row.ended_at, _steps(row.steps), number)

    def _received(self, call: CallRow, message: VoicemailRow | None) -> Received:
        number = ticket_number(call.ticket_id)
        if message is None:
            return Received(number, None, None, "")
        text = str((message.transcript or {}).get("text", ""))
        return Received(number, self._recordings / message.recording, message.state, text)

    async def _mark(self, session: AsyncSession, ticket_id: int, now: datetime) -> None:
        ticket = await session.get_one(TicketRow, ticket_id)
        if ticket.state is TicketState.CLOSED:
            return
        ticket.summary, ticket.scope, ticket.needs_review = "Proefoproep van de lijn", Scope.NOT_SUPPORTED, False
        ticket.state = TicketState.CLOSED
        closed = event_row(ticket, TicketEvent(now, now, EventType.CLOSED), "")
        closed.why = WHY
        session.add(closed)
        await session.flush()
        await replan(session, ticket, await self._days.read(session), now)
        await session.exec(delete(SlaClockRow).where(col(SlaClockRow.ticket_id) == ticket_id))
        ticket.next_look_at = None


def _steps(rows: Sequence[dict[str, Any]]) -> tuple[SelfCallStep, ...]:
    return tuple(SelfCallStep(**row) for row in rows)
