"""Calls that are over, as they were reported: for who looks at calls and not at tickets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.reading import leg_view, step_view
from ari_app.desk.views import LegView, StepView
from ari_app.store.database import Store
from ari_app.store.in_call_tables import CallBackRow, CallBackState
from ari_app.store.newest import newest
from ari_app.store.tables import CallLegRow, CallRow


@dataclass(frozen=True, slots=True)
class CallView:
    """One call. `why` and the legs' reasons are Dutch; `origin` tells who reported it: the service, the dialplan, the spool."""

    id: int
    call_id: str
    sip_call_id: str
    ticket: str
    line: str
    caller_number: str | None
    route: str
    why: tuple[str, ...]
    steps: tuple[StepView, ...]
    legs: tuple[LegView, ...]
    received_at: datetime
    answered_at: datetime | None
    talked_with: str | None
    talk_started_at: datetime | None
    talk_ended_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    error: str | None
    origin: str


class CallList:
    """Reads only."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def calls(self, limit: int, below: int | None = None, ticket: str | None = None) -> list[CallView]:
        """Newest first, from below row `below` on; `ticket`: only of that one."""
        found = newest(select(CallRow), CallRow.id, limit, below)
        if ticket is not None:
            found = found.where(CallRow.ticket_id == (ticket_row_id(ticket) or 0))
        async with self._store.reading() as session:
            return await _views(session, (await session.exec(found)).all())

    async def call(self, call_id: str) -> CallView | None:
        """By our own id or by its SIP Call-ID; None: unknown, or not over yet."""
        is_it = or_(col(CallRow.call_id) == call_id, col(CallRow.sip_call_id) == call_id)
        async with self._store.reading() as session:
            found = await _views(session, (await session.exec(select(CallRow).where(is_it).limit(1))).all())
        return found[0] if found else None

    async def call_back(self, call_back_id: int) -> tuple[CallBackState, str] | None:
        """The state of a call back, and why in Dutch once it is over; None: there is none of that id."""
        async with self._store.reading() as session:
            row = await session.get(CallBackRow, call_back_id)
        return None if row is None else (row.state, row.why)


async def _views(session: AsyncSession, rows: Sequence[CallRow]) -> list[CallView]:
    of_them = select(CallLegRow).where(col(CallLegRow.call_row_id).in_([row.id for row in rows]))
    legs = (await session.exec(of_them.order_by(col(CallLegRow.rang_at), col(CallLegRow.id)))).all()
    return [_view(row, tuple(leg_view(leg) for leg in legs if leg.call_row_id == row.id)) for row in rows]


def _view(row: CallRow, legs: tuple[LegView, ...]) -> CallView:
    return CallView(
        id=row.id or 0,
        call_id=row.call_id,
        sip_call_id=row.sip_call_id,
        ticket=ticket_number(row.ticket_id),
        line=row.line,
        caller_number=row.caller_number,
        route=row.route,
        why=tuple(row.why),
        steps=tuple(step_view(step) for step in row.steps),
        legs=legs,
        received_at=row.received_at,
        answered_at=row.answered_at,
        talked_with=row.talked_with,
        talk_started_at=row.talk_started_at,
        talk_ended_at=row.talk_ended_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        error=row.error,
        origin=row.origin,
    )
