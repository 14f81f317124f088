"""Tickets whose clocks run, for the tests of the watch. Times are those of Amsterdam in the week of 2 March 2026."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.change import Change
from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import Terms, save_plan
from ari_app.store.database import Store
from ari_app.store.outbox_tables import NoticeRow, OutboxRow
from ari_app.store.tables import Role, TicketRow, TicketSource
from sla.terms import Category, Kind, PauseReason
from sla.ticket import EventType

_DAYS = {"mon": 2, "tue": 3, "wed": 4}
SUPERVISOR = Actor("sanne", Role.SUPERVISOR)
VERSION = "voip-4.10-2023-11"


def local(moment: str) -> datetime:
    """ "mon 13:00" or "tue 09:00:01"; closed from 17:30 to 08:30."""
    day, time = moment.split()
    return datetime.fromisoformat(f"2026-03-0{_DAYS[day]}T{time}").replace(tzinfo=ZoneInfo("Europe/Amsterdam"))


@dataclass
class SetClock:
    """Shows what the test says."""

    at: datetime = field(default_factory=lambda: local("mon 10:00"))

    def now(self) -> datetime:
        return self.at

    def pinned(self) -> "SetClock":
        return SetClock(self.at)


@dataclass
class Watched:
    """A desk with a clock to set and the commands of a supervisor."""

    desk: Desk
    store: Store
    clock: SetClock

    @property
    def terms(self) -> Terms:
        return self.desk.days.terms

    async def report(
        self, at: str, count: int = 1, category: Category | None = Category.II, filed: str | None = None
    ) -> list[int]:
        """Incidents of customers with Premium: 4 hours of service time to respond in category II, 8 in category I."""
        self.clock.at = local(filed or at)
        rows = [
            TicketRow(
                kind=Kind.INCIDENT,
                source=TicketSource.PHONE,
                level="premium",
                agreement_version=VERSION,
                category=category,
                summary="Toestel van de balie is stil",
                reported_at=local(at),
            )
            for _ in range(count)
        ]
        async with self.store.session() as session:
            session.add_all(rows)
            await session.flush()
            for row in rows:
                save_plan(session, row, [], self.terms, self.clock.now())
        return [row.id or 0 for row in rows]

    async def happens(
        self, at: str, ticket: int, type: EventType, reason: PauseReason | None = None, category: Category | None = None
    ) -> None:
        self.clock.at = local(at)
        await self.desk.change(ticket_number(ticket), SUPERVISOR, _happen, type, reason, category)

    async def watch(self, at: str) -> int:
        """Until nothing is due; gives how often a ticket was looked at."""
        self.clock.at = local(at)
        looked = 0
        while now_looked := await self.desk.look_again(20):
            looked += now_looked
        return looked

    async def notices(self) -> Sequence[NoticeRow]:
        async with self.store.reading() as session:
            return (await session.exec(select(NoticeRow).order_by(col(NoticeRow.since), col(NoticeRow.id)))).all()

    async def told(self) -> list[str]:
        """Kind and true instant of every notice, "breached mon 14:00:01"."""
        return [f"{notice.kind} {in_words(notice.since)}" for notice in await self.notices()]

    async def open(self) -> list[str]:
        return [f"{notice.kind} {in_words(notice.since)}" for notice in await self.desk.open_notices(100)]

    async def outbox(self) -> Sequence[OutboxRow]:
        async with self.store.reading() as session:
            return (await session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))).all()


async def _happen(change: Change, type: EventType, reason: PauseReason | None, category: Category | None) -> None:
    """An event of any type, without what its command asks for."""
    change.happen(change.event(type, reason=reason, category=category), "R-040")
    change.ticket.category = category or change.ticket.category


def in_words(at: datetime) -> str:
    """The reverse of `local`."""
    there = at.astimezone(ZoneInfo("Europe/Amsterdam"))
    return f"{there:%a} ".lower() + there.strftime("%H:%M:%S").removesuffix(":00")
