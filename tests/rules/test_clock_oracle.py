"""The clock against a slow one that only knows the conventions: it walks tick by tick and looks at the wall clock.

Calendars and histories are random, around both changes of the clock in Amsterdam. Edges of windows stay out of the
hour that is skipped or comes twice; those have sentences of their own in test_service_hours.py. R-042...R-049.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sla.calendar import Calendar
from sla.clock import (
    ClockEvent,
    Pause,
    Reading,
    Reopen,
    Resume,
    SetCalendar,
    SetTarget,
    Start,
    Stop,
    elapsed_at,
    history,
    read_clock,
    worked_windows,
)
from sla.hours import Hours
from sla.opening import NeverDue, Opening

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TICKS = 4000
#: Tick in seconds, and begins so that the walk covers a change of the clock: days around it, or minutes around it.
WALKS = [
    (tick, int(datetime.fromisoformat(begin).replace(tzinfo=AMSTERDAM).timestamp()))
    for tick, begin in [
        (60, "2026-03-28T06:00"), (60, "2026-10-24T06:00"), (60, "2027-12-31T00:00"), (60, "2026-03-06T08:00"),
        (1, "2026-03-29T01:30"), (1, "2026-10-25T01:30"), (1, "2026-10-25T02:30"),
    ]
]  # fmt: skip
SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Walk:
    tick: int
    begin: int
    first: Calendar
    second: Calendar
    target: int | None
    events: tuple[ClockEvent, ...]
    as_of: int
    #: The hours of first and second, as events name them.
    openings: tuple[Opening, Opening]

    @property
    def end(self) -> int:
        return self.begin + TICKS * self.tick


def wall_is_open(calendar: Calendar, at: int) -> bool:
    local = datetime.fromtimestamp(at, UTC).astimezone(calendar.zone)
    second = local.hour * 3600 + local.minute * 60 + local.second
    return any(opens <= second < closes for opens, closes in calendar.day(local.date()))


@st.composite
def calendars(draw: st.DrawFn, tick: int, begin: int) -> Calendar:
    edge = st.integers(0, 86400 // tick).map(lambda n: n * tick).filter(lambda s: not 7200 < s < 10800)
    pair = st.tuples(edge, edge).filter(lambda p: p[0] < p[1])

    def apart(pairs: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        found: list[tuple[int, int]] = []
        for opens, closes in sorted(pairs):
            if not found or opens > found[-1][1]:
                found.append((opens, closes))
        return tuple(found)

    day = st.one_of(
        st.just(((30600, 63000),)), st.just(((0, 86400),)), st.just(()), st.lists(pair, max_size=3).map(apart)
    )
    weekly = tuple(draw(st.lists(day, min_size=7, max_size=7)))
    first = datetime.fromtimestamp(begin, AMSTERDAM).date()
    dates: st.SearchStrategy[date] = st.integers(-1, 4).map(lambda n: first + timedelta(days=n))
    holidays = draw(st.frozensets(dates, max_size=2))
    overrides = draw(st.dictionaries(dates, day, max_size=2))
    return Calendar(AMSTERDAM, weekly, holidays, overrides)


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    tick, begin = draw(st.sampled_from(WALKS))
    first, second = draw(calendars(tick, begin)), draw(calendars(tick, begin))
    both = (Hours(first).epoch, Hours(second).epoch)
    moment = st.one_of(st.integers(0, TICKS), st.integers(0, 40).map(lambda n: n * 60)).map(lambda n: begin + n * tick)
    length = st.one_of(st.none(), st.just(0), st.integers(0, TICKS // 2).map(lambda n: n * tick))
    reason = st.sampled_from(["a", "b", "c"])

    event = st.one_of(
        st.builds(Start, moment),
        st.builds(Pause, moment, reason),
        st.builds(Resume, moment, reason),
        st.builds(Stop, moment),
        st.builds(Reopen, moment, st.booleans()),
        st.builds(SetTarget, moment, length),
        st.builds(SetCalendar, moment, st.sampled_from(both), st.booleans()),
    )
    events = (Start(draw(moment)), *draw(st.lists(event, max_size=9)))
    return Walk(tick, begin, first, second, draw(length), tuple(draw(st.permutations(events))), draw(moment), both)


class SlowClock:
    """The flags that the conventions speak of, and nothing clever."""

    def __init__(self, target: int | None) -> None:
        self.started = self.stopped = False
        self.reasons: set[str] = set()
        self.target = target
        self.elapsed = 0
        self.is_new_cycle = False

    @property
    def is_running(self) -> bool:
        return self.started and not self.stopped and not self.reasons

    def hear(self, event: ClockEvent) -> None:
        if isinstance(event, Start):
            self.started = True
        elif isinstance(event, Stop):
            self.stopped = True
        elif isinstance(event, Pause):
            self.reasons |= {event.reason}
        elif isinstance(event, Resume):
            self.reasons -= {event.reason}
        elif isinstance(event, SetTarget):
            self.target = event.target
        elif isinstance(event, Reopen):
            self.stopped = False
            self.is_new_cycle = event.restart and self.started
            self.elapsed = 0 if self.is_new_cycle else self.elapsed


def final_target_of(walk: Walk) -> int | None:
    targets = [event.target for event in sorted(walk.events, key=lambda e: e.at) if isinstance(event, SetTarget)]
    return targets[-1] if targets else walk.target


def calendar_at(walk: Walk, at: int) -> Calendar:
    """Looking back from the last change: one that reaches back beats everything before it."""
    for event in sorted(walk.events, key=lambda event: event.at)[::-1]:
        if isinstance(event, SetCalendar) and (event.retroactive or event.at <= at):
            return walk.first if event.hours is walk.openings[0] else walk.second
    return walk.first


def told_slowly(walk: Walk) -> Reading:
    """Only what the conventions say, one tick after the other."""
    clock, final = SlowClock(walk.target), final_target_of(walk)
    happens: dict[int, list[ClockEvent]] = {}
    for event in walk.events:
        happens.setdefault(event.at, []).append(event)
    due = met_until = breached_at = None
    elapsed_as_of = 0
    for at in range(walk.begin, walk.end + 1, walk.tick):
        for event in happens.get(at, ()):
            clock.hear(event)
            if clock.is_new_cycle:
                due, met_until, clock.is_new_cycle = None, None, False
        if due is None and clock.started and final is not None and clock.elapsed >= final:
            due = at
        if at <= walk.as_of:
            elapsed_as_of = clock.elapsed
        before = clock.elapsed
        if clock.is_running and wall_is_open(calendar_at(walk, at), at):
            clock.elapsed += walk.tick
        if final is not None and before <= final < clock.elapsed:
            met_until = at
        # Broken within this tick, unless the moment of looking comes first.
        reached = clock.elapsed if at < walk.as_of else before if at == walk.as_of else 0
        if breached_at is None and clock.target is not None and reached > clock.target:
            # The first second past the target; a target lowered below the elapsed time is broken at that moment.
            breached_at = at + (clock.target - before + 1 if before <= clock.target else 0)
    breached = final is not None and elapsed_as_of > final
    return Reading(due, met_until, elapsed_as_of, breached, breached_at is not None, breached_at)


@SETTINGS
@given(walks())
def test_the_clock_agrees_with_a_slow_one_that_walks_tick_by_tick(walk):
    """R-042, R-043, R-044, R-047, R-048, R-049, R-060"""
    slow = told_slowly(walk)

    fast = read_clock(walk.events, Hours(walk.first).epoch, walk.target, walk.as_of)

    assert (fast.elapsed, fast.breached, fast.breached_ever, fast.breached_at) == (
        slow.elapsed,
        slow.breached,
        slow.breached_ever,
        slow.breached_at,
    )
    # What lies beyond the end of the walk the slow clock can't know.
    assert (fast.due if fast.due is not None and fast.due <= walk.end else None) == slow.due
    assert (fast.met_until if fast.met_until is not None and fast.met_until <= walk.end else None) == slow.met_until


@SETTINGS
@given(walks())
def test_the_arithmetic_shown_adds_up_to_the_time_counted(walk):
    stretches = history(walk.events, Hours(walk.first).epoch, walk.target)
    until = walk.end

    windows = worked_windows(stretches, until)

    assert sum(closes - opens for opens, closes in windows) == elapsed_at(stretches, until)
    assert windows == sorted(windows)


@SETTINGS
@given(walks(), st.integers(0, TICKS))
def test_elapsed_time_never_runs_back_within_a_cycle(walk, ticks):
    events = [event for event in walk.events if not isinstance(event, Reopen)]
    opening = Hours(walk.first).epoch
    later = walk.as_of + ticks * walk.tick

    first, second = (read_clock(events, opening, walk.target, at).elapsed for at in (walk.as_of, later))

    assert 0 <= first <= second <= first + ticks * walk.tick


SPREAD = st.integers(
    int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2031, 1, 1, tzinfo=UTC).timestamp())
)


@SETTINGS
@given(st.sampled_from(WALKS).flatmap(lambda walk: calendars(*walk)), SPREAD, st.integers(1, 2_000_000))
@example(Calendar(AMSTERDAM, (((30600, 63000),),) * 5 + ((),) * 2), 1772467800, 32400)
def test_a_deadline_and_the_time_up_to_it_are_each_other_s_inverse(calendar, start, budget):
    """R-044, R-045"""
    opening = Hours(calendar).epoch
    try:
        due, met_until = opening.due(start, budget), opening.met_until(start, budget)
    except NeverDue:
        assert opening.between(start, start + 3_000_000_000) <= budget
        return

    assert opening.between(start, due) == opening.between(start, met_until) == budget
    assert opening.between(start, due - 1) == budget - 1
    assert opening.between(start, met_until + 1) == budget + 1
    assert opening.is_open(due - 1)
    assert opening.is_open(met_until)
    assert start < due <= met_until


@SETTINGS
@given(
    st.sampled_from(WALKS).flatmap(lambda walk: calendars(*walk)), SPREAD, st.integers(0, 10**7), st.integers(0, 10**7)
)
def test_service_time_adds_up_over_any_moment_in_between(calendar, begin, first, second):
    opening = Hours(calendar).epoch
    middle, end = begin + first, begin + first + second

    assert opening.between(begin, middle) + opening.between(middle, end) == opening.between(begin, end)
    assert sum(closes - opens for opens, closes in opening.windows(begin, end)) == opening.between(begin, end)
