"""What the live board shows beside the calls: who is on duty now and next, queues, clocks that run out, and what is not well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.planning import Terms
from ari_app.desk.reading import read_tickets
from ari_app.desk.review_queue import read_load
from ari_app.desk.rota_reading import engineers_on_duty
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.rota_tables import HandshakeRow, HandshakeState
from ari_app.store.self_call_tables import SelfCallRow
from ari_app.store.tables import SlaClockRow, TicketEventRow, TicketRow, VoicemailRow, VoicemailState
from ari_app.store.work_tables import DecisionRow
from routing.rota import Engineer
from sla.agreed_hours import AgreedHours
from sla.ticket import TicketState

#: More clocks than this are wallpaper.
MOST_CLOCKS = 5
#: Of those at most so many are late already: what can still be kept must stay in view.
MOST_LATE = 2
#: Undelivered for longer than this is a fault, and not merely under way.
UNDELIVERED_AFTER = timedelta(minutes=10)
#: A self-call or a message given up longer ago than this says nothing about today.
RECENT = timedelta(days=1)
AHEAD = timedelta(days=10)

_FINISHED = (TicketState.RESOLVED, TicketState.CLOSED)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """`confirmed_at`: when this engineer took the duty; None: not, or not asked."""

    engineer: Engineer
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DutyBoard:
    """`until`: when calamity hours end, None outside them. `next_at`: when they begin again, and who is first then."""

    present: tuple[OnDuty, ...]
    until: datetime | None
    next_at: datetime | None
    next: tuple[Engineer, ...]


@dataclass(frozen=True, slots=True)
class Queues:
    """`to_review` tickets wait in the inbox for a person since `oldest_at`; `to_hear` messages wait for their text.

    `mark` is another one as soon as a line of the review queue can be another one.
    """

    to_review: int
    oldest_at: datetime | None
    to_hear: int
    mark: str


@dataclass(frozen=True, slots=True)
class Health:
    """`self_call_at` None: the line did not call itself lately. `undelivered` wait too long, `given_up` were given up today."""

    self_call_at: datetime | None
    self_call_is_well: bool
    undelivered: int
    given_up: int
    cannot_be_heard: int


@dataclass(frozen=True, slots=True)
class BoardView:
    """All of it at `at`. `clocks` are tickets with the clock that runs out first; `late` counts all that are late."""

    at: datetime
    duty: DutyBoard
    queues: Queues
    clocks: tuple[TicketView, ...]
    late: int
    health: Health


class Board:
    """Reads only."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock) -> None:
        self._store = store
        self._days = days
        self._clock = clock

    async def read(self) -> BoardView:
        """Everything at this moment, in one consistent view of the rows."""
        now = self._clock.now()
        async with self._store.reading() as session:
            terms = await self._days.read(session)
            clocks, late = await _clocks(session, terms, now)
            return BoardView(
                at=now,
                duty=await _duty(session, terms.hours, now),
                queues=await _queues(session),
                clocks=tuple(clocks),
                late=late,
                health=await _health(session, now),
            )


async def _duty(session: AsyncSession, hours: AgreedHours, now: datetime) -> DutyBoard:
    windows = hours.calamity.windows(now, now + AHEAD)
    running = windows[0] if windows and windows[0][0] <= now else None
    later = next((window for window in windows if window is not running), None)
    present = await engineers_on_duty(session, now)
    taken = select(HandshakeRow).where(
        col(HandshakeRow.state) == HandshakeState.TAKEN,
        col(HandshakeRow.starts_at) <= now,
        col(HandshakeRow.ends_at) > now,
    )
    confirmed = {row.engineer_id: row.taken_at for row in await session.exec(taken)}
    return DutyBoard(
        present=tuple(OnDuty(one, confirmed.get(one.id)) for one in present),
        until=running[1] if running else None,
        next_at=later[0] if later else None,
        next=await engineers_on_duty(session, later[0]) if later else (),
    )


async def _queues(session: AsyncSession) -> Queues:
    count, oldest = await read_load(session)
    pending = select(func.count()).where(col(VoicemailRow.state) == VoicemailState.PENDING)
    to_hear = (await session.exec(pending)).one()
    newest = [
        (await session.exec(select(func.max(row.id)))).one() or 0 for row in (TicketRow, TicketEventRow, DecisionRow)
    ]
    return Queues(count, oldest, to_hear, "-".join(str(one) for one in (count, to_hear, *newest)))


async def _clocks(session: AsyncSession, terms: Terms, now: datetime) -> tuple[list[TicketView], int]:
    """By the clocks as last written, of those due at the same moment the lowest number first; each ticket is then judged as
    it stands now."""
    runs = (
        col(SlaClockRow.stopped_at).is_(None),
        col(SlaClockRow.due_at).is_not(None),
        col(TicketRow.id) == col(SlaClockRow.ticket_id),
        col(TicketRow.state).not_in(_FINISHED),
    )
    is_late = col(SlaClockRow.due_at) <= now
    late = (await session.exec(select(func.count(sa.distinct(col(SlaClockRow.ticket_id)))).where(*runs, is_late))).one()
    first, number = func.min(SlaClockRow.due_at), col(SlaClockRow.ticket_id)
    by_ticket = select(SlaClockRow.ticket_id).where(*runs).group_by(number)
    to_come = (await session.exec(by_ticket.having(first > now).order_by(first, number).limit(MOST_CLOCKS))).all()
    room = max(MOST_LATE, MOST_CLOCKS - len(to_come))
    overdue = (await session.exec(by_ticket.where(is_late).order_by(first.desc(), number).limit(room))).all()
    ids = [*overdue, *to_come[: MOST_CLOCKS - len(overdue)]]
    by_number = select(TicketRow).where(col(TicketRow.id).in_(ids)).order_by(col(TicketRow.id))
    rows: Sequence[TicketRow] = (await session.exec(by_number)).all()
    views = [one for one in await read_tickets(session, rows, terms, now) if one.next_deadline is not None]
    return sorted(views, key=lambda one: one.next_deadline.due_at or now if one.next_deadline else now), late


async def _health(session: AsyncSession, now: datetime) -> Health:
    newest = select(SelfCallRow).where(SelfCallRow.started_at > now - RECENT).order_by(col(SelfCallRow.id).desc())
    own = (await session.exec(newest.limit(1))).first()
    waits = select(func.count()).where(
        col(OutboxRow.delivered_at).is_(None),
        col(OutboxRow.dead_at).is_(None),
        col(OutboxRow.created_at) < now - UNDELIVERED_AFTER,
    )
    dead = select(func.count()).where(col(OutboxRow.dead_at) > now - RECENT)
    failed = (
        select(func.count())
        .select_from(VoicemailRow)
        .join(TicketRow, col(TicketRow.id) == col(VoicemailRow.ticket_id))
        .where(col(VoicemailRow.state) == VoicemailState.FAILED, col(TicketRow.state).not_in(_FINISHED))
    )
    return Health(
        self_call_at=own.started_at if own else None,
        self_call_is_well=bool(own and own.is_well),
        undelivered=(await session.exec(waits)).one(),
        given_up=(await session.exec(dead)).one(),
        cannot_be_heard=(await session.exec(failed)).one(),
    )
