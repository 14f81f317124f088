"""Figures of a period: promises kept, calls, and what the machine proposed against what people decided. Counted by the database."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ari_app.clock import Clock
from ari_app.desk.figures_counting import counting
from ari_app.desk.figures_views import FiguresView, months_before
from ari_app.store.database import Store

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
class _Asked:
    """`last`: the first day of the last month."""

    period: Period
    customer_id: int | None
    last: date


class Figures:
    """Reads only. An answer is counted once however many ask, and again when it is a minute old: nobody waits for that while
    there is one to show."""

    def __init__(self, store: Store, zone: ZoneInfo, clock: Clock) -> None:
        self._store = store
        self._zone = zone
        self._clock = clock
        self._counting = asyncio.Lock()
        self._kept: dict[_Asked, FiguresView] = {}
        self._behind: set[asyncio.Task[None]] = set()

    async def read(self, period: Period, customer_id: int | None = None, until: date | None = None) -> FiguresView:
        """Of the local month in which `until` lies and those before it that make up the period; of one customer, or of all.
        `until` None, or a month that is still to come: the running one."""
        running = self._clock.now().astimezone(self._zone).date().replace(day=1)
        asked = _Asked(period, customer_id, min(until.replace(day=1), running) if until else running)
        there = self._kept.get(asked)
        age = self._clock.now() - there.counted_at if there is not None else None
        if there is None or age is None or age >= SHOWN_FOR:
            return await self._count(asked)
        if age >= GOOD_FOR and not self._behind:
            task = asyncio.create_task(self._count_behind(asked), name="figures")
            self._behind.add(task)
            task.add_done_callback(self._behind.discard)
        return there

    async def rest(self) -> None:
        """Waits until nothing is counted any more; before the database is closed."""
        await asyncio.gather(*self._behind)

    async def _count_behind(self, asked: _Asked) -> None:
        await asyncio.sleep(AFTER_THE_PAGE)
        try:
            await self._count(asked)
        except (SQLAlchemyError, OSError) as failure:
            # Who asks when the answer is too old to be shown gets the failure itself.
            log.warning("Figures could not be counted", action="figures_not_counted", why=type(failure).__name__)

    async def _count(self, asked: _Asked) -> FiguresView:
        async with self._counting:
            now = self._clock.now()
            there = self._kept.get(asked)
            if there is not None and now - there.counted_at < GOOD_FOR:
                return there
            first = months_before(asked.last, MONTHS[asked.period] - 1)
            counted = await self._store.aside(counting(first, asked.last, now, self._zone, asked.customer_id))
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[asked] = counted
            return counted
