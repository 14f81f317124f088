"""Figures of a period: promises kept, calls, and what the machine proposed against what people decided. Counted by the database."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from ari_app.clock import Clock
from ari_app.store.database import Store
from ari_app.store.tables import CallLegRow, CallRow, SlaClockRow, TicketRow, VoicemailRow
from sla.terms import Category, ClockKind, Kind, Scope

log = structlog.get_logger()

Period = Literal["month", "quarter", "year"]
MONTHS: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12}
#: Counting again takes the processor from calls; nobody decides by the last minute of a year.
GOOD_FOR = timedelta(minutes=1)
#: An answer of up to so long ago is shown, with its moment, while it is counted again for whoever asks next.
SHOWN_FOR = timedelta(minutes=15)
#: Seconds until a count behind a page begins: it takes a core, and the page that asked is written first.
AFTER_THE_PAGE = 0.3
MOST_KEPT = 32


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises of one clock, judged: ended, or broken already. Net leaves confirmed excuses and waits out, gross not (A-07)."""

    month: date
    clock: ClockKind
    level: str
    category: Category | None
    judged: int
    net_late: int
    gross_late: int


@dataclass(frozen=True, slots=True)
class Calls:
    """Of one month: each call stands in one of the last four."""

    month: date
    total: int
    desk: int
    engineer: int
    message: int
    missed: int


@dataclass(frozen=True, slots=True)
class Decided:
    """So many messages for which the machine proposed `proposal` and people decided `decision`, in the machine's words."""

    proposal: str
    decision: str
    count: int


@dataclass(frozen=True, slots=True)
class FiguresView:
    """Local months from `first` up to and including `last`. `accepted`: seconds from the first ring to key 1, how often.
    `outside`: tickets that nothing is promised for, which no figure of promises counts."""

    first: date
    last: date
    counted_at: datetime
    kept: tuple[Kept, ...]
    calls: tuple[Calls, ...]
    decided: tuple[Decided, ...]
    accepted: tuple[tuple[int, int], ...]
    tickets: int
    outside: int

    @property
    def months(self) -> list[date]:
        return _months(self.first, self.last)


class Figures:
    """Reads only. An answer is counted once however many ask, and again when it is a minute old: nobody waits for that while
    there is one to show."""

    def __init__(self, store: Store, zone: ZoneInfo, clock: Clock) -> None:
        self._store = store
        self._zone = zone
        self._clock = clock
        self._counting = asyncio.Lock()
        self._kept: dict[tuple[Period, int | None], FiguresView] = {}
        self._behind: set[asyncio.Task[None]] = set()

    async def read(self, period: Period, customer_id: int | None = None) -> FiguresView:
        """Of the running local month and those before it that make up the period; of one customer, or of all."""
        there = self._kept.get((period, customer_id))
        age = self._clock.now() - there.counted_at if there is not None else None
        if there is None or age is None or age >= SHOWN_FOR:
            return await self._count(period, customer_id)
        if age >= GOOD_FOR and not self._behind:
            task = asyncio.create_task(self._count_behind(period, customer_id), name="figures")
            self._behind.add(task)
            task.add_done_callback(self._behind.discard)
        return there

    async def rest(self) -> None:
        """Waits until nothing is counted any more; before the database is closed."""
        await asyncio.gather(*self._behind)

    async def _count_behind(self, period: Period, customer_id: int | None) -> None:
        await asyncio.sleep(AFTER_THE_PAGE)
        try:
            await self._count(period, customer_id)
        except (SQLAlchemyError, OSError) as failure:
            # Who asks when the answer is too old to be shown gets the failure itself.
            log.warning("Figures could not be counted", action="figures_not_counted", why=type(failure).__name__)

    async def _count(self, period: Period, customer_id: int | None) -> FiguresView:
        async with self._counting:
            now, asked = self._clock.now(), (period, customer_id)
            there = self._kept.get(asked)
            if there is not None and now - there.counted_at < GOOD_FOR:
                return there
            last = now.astimezone(self._zone).date().replace(day=1)
            first = _months_before(last, MONTHS[period] - 1)
            counted = await self._store.aside(_counting(first, last, now, self._zone, customer_id))
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[asked] = counted
            return counted


def _counting(
    first: date, last: date, now: datetime, zone: ZoneInfo, customer_id: int | None
) -> Callable[[sa.Connection], FiguresView]:
    months = _months(first, last)
    edges = [datetime.combine(month, time(), zone) for month in [*months, _months_before(last, -1)]]

    def count(connection: sa.Connection) -> FiguresView:
        mine = [col(TicketRow.reported_at) >= edges[0], col(TicketRow.reported_at) < edges[-1]]
        if customer_id is not None:
            mine.append(col(TicketRow.customer_id) == customer_id)
        tickets, outside = connection.execute(
            sa.select(sa.func.count(), _count_if(col(TicketRow.scope) != Scope.IN_SCOPE)).where(*mine)
        ).one()
        month = _month_of(col(TicketRow.reported_at), edges)
        return FiguresView(
            first=first,
            last=last,
            counted_at=now,
            kept=tuple(_kept(connection, mine, month, months)),
            calls=tuple(_calls(connection, mine, month, months)),
            decided=tuple(_decided(connection, mine)),
            accepted=tuple(_accepted(connection, mine)),
            tickets=tickets,
            outside=outside or 0,
        )

    return count


def _kept(connection: sa.Connection, mine: Sequence[Any], month: Any, months: Sequence[date]) -> list[Kept]:
    net, clocks = col(SlaClockRow.breached_at), SlaClockRow
    gross = sa.func.coalesce(col(clocks.gross_breached_at), net)
    asked = (
        sa.select(month, col(clocks.clock), col(TicketRow.level), col(TicketRow.category), sa.func.count(),
                  sa.func.count(net), sa.func.count(gross))
        .join(TicketRow, col(TicketRow.id) == col(clocks.ticket_id))
        .where(*mine, col(TicketRow.scope) == Scope.IN_SCOPE, col(clocks.target_seconds).is_not(None))
        .where(sa.or_(col(clocks.stopped_at).is_not(None), net.is_not(None)))
        .group_by(month, col(clocks.clock), col(TicketRow.level), col(TicketRow.category))
    )  # fmt: skip
    return [Kept(months[number], *rest) for number, *rest in connection.execute(asked)]


def _calls(connection: sa.Connection, mine: Sequence[Any], month: Any, months: Sequence[date]) -> list[Calls]:
    talked, said = col(CallRow.talk_started_at).is_not(None), col(VoicemailRow.id).is_not(None)
    took = sa.exists().where(col(CallLegRow.call_row_id) == col(CallRow.id), col(CallLegRow.result) == "accepted")
    asked = (
        sa.select(month, sa.func.count(), _count_if(talked & ~took), _count_if(talked & took),
                  _count_if(~talked & said), _count_if(~talked & ~said))
        .select_from(CallRow)
        .join(TicketRow, col(TicketRow.id) == col(CallRow.ticket_id))
        .join(VoicemailRow, col(VoicemailRow.ticket_id) == col(CallRow.ticket_id), isouter=True)
        .where(*mine)
        .group_by(month)
    )  # fmt: skip
    found = {number: Calls(months[number], *counts) for number, *counts in connection.execute(asked)}
    return [found.get(number, Calls(one, 0, 0, 0, 0, 0)) for number, one in enumerate(months)]


def _decided(connection: sa.Connection, mine: Sequence[Any]) -> list[Decided]:
    asked = (
        sa.select(col(TicketRow.proposal), col(TicketRow.kind), col(TicketRow.category), sa.func.count())
        .where(*mine, col(TicketRow.proposal).is_not(None), col(TicketRow.needs_review).is_(False))
        .group_by(col(TicketRow.proposal), col(TicketRow.kind), col(TicketRow.category))
    )
    found: dict[tuple[str, str], int] = {}
    for proposal, kind, category, count in connection.execute(asked):
        decision = _decision(kind, category)
        if proposal and decision:
            found[proposal, decision] = found.get((proposal, decision), 0) + count
    return [Decided(proposal, decision, count) for (proposal, decision), count in found.items()]


def _decision(kind: Kind, category: Category | None) -> str:
    """In the words of a proposal; "" where nobody decided anything that a message is about."""
    if kind in (Kind.SERVICE_REQUEST, Kind.USER_CHANGE):
        return kind.value
    return {Category.I: "cat1", Category.II: "cat2", Category.III: "cat3"}[category] if category else ""


def _accepted(connection: sa.Connection, mine: Sequence[Any]) -> list[tuple[int, int]]:
    """From the first engineer's phone that rang for a caller."""
    rang = (
        sa.select(col(CallLegRow.call_row_id), sa.func.min(col(CallLegRow.rang_at)).label("at"))
        .where(col(CallLegRow.engineer_id).is_not(None))
        .group_by(col(CallLegRow.call_row_id))
        .subquery()
    )
    talk = col(CallRow.talk_started_at)
    if connection.dialect.name == "sqlite":
        seconds = (sa.func.julianday(talk) - sa.func.julianday(rang.c.at)) * 86_400
    else:
        seconds = sa.extract("epoch", talk - rang.c.at)
    whole = sa.cast(sa.func.round(seconds), sa.Integer)
    took = sa.exists().where(col(CallLegRow.call_row_id) == col(CallRow.id), col(CallLegRow.result) == "accepted")
    asked = (
        sa.select(whole, sa.func.count())
        .select_from(CallRow)
        .join(TicketRow, col(TicketRow.id) == col(CallRow.ticket_id))
        .join(rang, rang.c.call_row_id == col(CallRow.id))
        .where(*mine, talk.is_not(None), took)
        .group_by(whole)
        .order_by(whole)
    )
    return [(max(0, taken), count) for taken, count in connection.execute(asked)]


def _month_of(at: Any, edges: Sequence[datetime]) -> Any:
    """Which month an instant lies in, from 0."""
    return sa.case(*((at < edge, sa.literal_column(str(number))) for number, edge in enumerate(edges[1:])))


def _count_if(condition: Any) -> Any:
    return sa.func.count(sa.case((condition, 1)))


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return [_months_before(last, ahead) for ahead in range(count, -1, -1)]


def _months_before(month: date, count: int) -> date:
    """Below zero: after it."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
