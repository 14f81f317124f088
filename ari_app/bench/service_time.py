"""The clock of the agreement: deadlines and elapsed time per report, and what telling a whole ticket again costs.

Beside it, in the same run: businesstimedelta, which walks over days, and a table of minutes in numpy, which answers for
many reports at once but knows no seconds.
"""

import gc
import random
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ari_app.bench.figure import BenchFailed, Figure, compared
from ari_app.config import read_agreement
from sla.agreed_hours import agreed_hours
from sla.agreement import Agreement
from sla.clock import ClockEvent, Pause, Resume, Start, Stop, read_clock
from sla.hours import epoch_seconds, from_epoch
from sla.opening import Opening
from sla.plan import plan, read_clocks
from sla.terms import Category, Kind, PauseReason, Scope
from sla.ticket import EventType, TicketEvent, TicketFacts
from sla.ticket_clock import clock_case

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "service-time"
_VERSION = "voip-4.10-2023-11"
_BUDGET = 8 * 3600
_REPORTS, _SLOW_REPORTS, _ROUNDS, _SECONDS = 20_000, 300, 25, 3.0
#: Midnight in UTC of Monday 2 March 2026, and 300 days later: both changes of the clock lie between.
_FIRST = 1_772_409_600
_LAST = _FIRST + 300 * 86_400


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """Nothing is written to `scratch`. Microseconds; the best of many rounds, because the machine does other things too."""
    agreement = read_agreement(_VERSION)
    hours = agreed_hours(agreement)
    opening = hours.service.epoch
    dice = random.Random(2026)
    starts = [dice.randrange(_FIRST, _LAST) // 60 * 60 for _ in range(_REPORTS)]
    ends = [start + 5 * 86_400 for start in starts]
    table = _Minutes(opening)
    slow_due, slow_between = _businesstimedelta(agreement, starts[:_SLOW_REPORTS], ends)
    due = _each(lambda: [opening.due(start, _BUDGET) for start in starts], len(starts))
    between = _each(lambda: [opening.between(*pair) for pair in zip(starts, ends, strict=True)], len(starts))
    first, last = np.array(starts), np.array(ends)
    if [opening.due(start, _BUDGET) for start in starts] != table.due(first).tolist():
        raise BenchFailed("The table of minutes gives other deadlines, so that its speed says nothing.")
    yield compared(NAME, "due", due, "µs", "businesstimedelta", slow_due)
    yield compared(NAME, "due", due, "µs", "numpy gather, all at once", _each(lambda: table.due(first), len(starts)))
    yield compared(NAME, "between", between, "µs", "businesstimedelta", slow_between)
    gathered = _each(lambda: table.between(first, last), len(starts))
    yield compared(NAME, "between", between, "µs", "numpy gather, all at once", gathered)
    told = _clock_events()
    replay = _each(lambda: [read_clock(told, opening, _BUDGET, told[-1].at) for _ in range(200)], 200)
    yield Figure(NAME, f"replay of one clock with {len(told)} events", replay, "µs")
    ticket = _ticket()
    now = ticket.events[-1].at + timedelta(days=1)
    at = epoch_seconds(now)
    clocks = len(read_clocks(clock_case(ticket, agreement, hours, now), at))
    again = _each(lambda: [read_clocks(clock_case(ticket, agreement, hours, now), at) for _ in range(100)], 100)
    whole = _each(lambda: [plan(ticket, agreement, hours, now) for _ in range(100)], 100)
    events = len(ticket.events)
    yield Figure(NAME, f"replay of a ticket with {events} events: {clocks} clocks, net and gross", again, "µs")
    yield Figure(NAME, "its whole plan: replay, deadlines, alerts, when to look again", whole, "µs")
    told_too = _each(
        lambda: [[one.why for one in plan(ticket, agreement, hours, now).deadlines] for _ in range(100)], 100
    )
    yield Figure(NAME, "the same with its sentences", told_too, "µs")


class _Minutes:
    """Service minutes before each minute, and the minute at which each service minute ends: two tables to look up in."""

    def __init__(self, opening: Opening) -> None:
        self.first = _FIRST // 60
        size = (_LAST - _FIRST) // 60 + 30 * 1440
        is_open = np.zeros(size, dtype=bool)
        for opens, closes in opening.windows(_FIRST, _FIRST + size * 60):
            is_open[opens // 60 - self.first : closes // 60 - self.first] = True
        self.before = np.concatenate([[0], np.cumsum(is_open)])
        self.ends = np.flatnonzero(is_open) + 1

    def due(self, starts: "NDArray[Any]") -> "NDArray[Any]":
        found: NDArray[Any] = (self.ends[self.before[starts // 60 - self.first] + _BUDGET // 60 - 1] + self.first) * 60
        return found

    def between(self, begins: "NDArray[Any]", ends: "NDArray[Any]") -> "NDArray[Any]":
        found: NDArray[Any] = (self.before[ends // 60 - self.first] - self.before[begins // 60 - self.first]) * 60
        return found


def _businesstimedelta(agreement: Agreement, starts: Sequence[int], ends: Sequence[int]) -> tuple[float, float]:
    try:
        # By name: they are there for development only, and nothing but this bench may need them.
        others, zones = import_module("businesstimedelta"), import_module("pytz")
    except ImportError as missing:
        raise BenchFailed(
            "businesstimedelta is not there: run `make setup-test`, it comes with the tests."
        ) from missing
    zone = zones.timezone(agreement.zone.key)
    rule = others.WorkDayRule(start_time=time(8, 30), end_time=time(17, 30), working_days=[0, 1, 2, 3, 4], tz=zone)
    local = [from_epoch(start).astimezone(zone) for start in starts]
    until = [from_epoch(end).astimezone(zone) for end in ends[: len(starts)]]
    budget = others.BusinessTimeDelta(rule, hours=8)
    due = _each(lambda: [start + budget for start in local], len(local))
    between = _each(lambda: [rule.difference(*pair) for pair in zip(local, until, strict=True)], len(local))
    return due, between


def _clock_events() -> list[ClockEvent]:
    """Two weeks: a start, nine pauses with their ends, a stop."""
    pauses = [
        event
        for day in range(9)
        for event in (
            Pause(_FIRST + day * 86_400 + 36_000, "waiting"),
            Resume(_FIRST + day * 86_400 + 50_000, "waiting"),
        )
    ]
    return [Start(_FIRST + 30_000), *pauses, Stop(_FIRST + 10 * 86_400)]


def _ticket() -> TicketFacts:
    """An incident that waits for its customer on eight days, with everything else that may happen to it."""
    begin = from_epoch(_FIRST + 9 * 3600)
    waits = [
        (day * 24 + hour, what, {"reason": PauseReason.WAITING_CUSTOMER})
        for day in range(1, 8)
        for hour, what in ((1, EventType.PAUSED), (4, EventType.RESUMED))
    ]
    told: list[tuple[int, EventType, dict[str, Any]]] = [
        (1, EventType.CATEGORY_CONFIRMED, {"category": Category.I}),
        (2, EventType.FIRST_RESPONSE, {}),
        (3, EventType.PLAN_RECORDED, {}),
        *waits,
        (200, EventType.RESOLVED, {}),
        (210, EventType.REOPENED, {}),
        (220, EventType.RESOLVED, {}),
    ]
    events = tuple(_event(begin + timedelta(hours=after), what, given) for after, what, given in told)
    return TicketFacts(Kind.INCIDENT, "premium", Category.II, Scope.IN_SCOPE, begin, _VERSION, events)


def _event(at: datetime, what: EventType, given: dict[str, Any]) -> TicketEvent:
    return TicketEvent(at, at, what, **given)


def _each(work: Callable[[], object], count: int) -> float:
    """Microseconds for each of `count` answers, without the garbage collector, as timeit does it. For seconds, because
    a neighbour of a virtual machine slows it down for a second at a time."""
    rounds: list[float] = []
    gc.collect()
    gc.disable()
    until = perf_counter() + _SECONDS
    try:
        while len(rounds) < _ROUNDS or perf_counter() < until:
            began = perf_counter()
            work()
            rounds.append(perf_counter() - began)
    finally:
        gc.enable()
    return min(rounds) / count * 1e6
