"""One clock of the agreement, told by its events and never by counters, so that any correction can be told too.

Theory of operation. Events may come in any order; they are sorted by `at`, ties keep their order. Between two events
nothing changes, so a history is a row of stretches, each with one state: running or not, one target, one set of hours,
one cycle. Elapsed time is the service time of the running stretches. A clock runs while it is started, not stopped,
and no pause reason is open. A verdict is `elapsed > target`, never `stopped after due`: when a target ends at closing
time, an answer at 18:00 came without any service time in between (G09).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from sla.opening import NeverDue, Opening


@dataclass(frozen=True, slots=True)
class Start:
    """A second start changes nothing."""

    at: int


@dataclass(frozen=True, slots=True)
class Pause:
    """May begin before the start and outlives a stop. Pausing twice for one reason is pausing once."""

    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Ends one reason; a reason that isn't open is ignored."""

    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Holds until a reopening, also when it lies before the start."""

    at: int


@dataclass(frozen=True, slots=True)
class Reopen:
    """Goes on with the elapsed time, or with `restart` begins a new cycle at 0. Closed time never counts."""

    at: int
    restart: bool = False


@dataclass(frozen=True, slots=True)
class SetTarget:
    """All elapsed time is measured against the new target in seconds; None = nothing is promised."""

    at: int
    target: int | None


@dataclass(frozen=True, slots=True)
class SetCalendar:
    """`retroactive` counts the whole life again with these hours; otherwise they count from `at`."""

    at: int
    hours: Opening
    retroactive: bool


ClockEvent: TypeAlias = Start | Pause | Resume | Stop | Reopen | SetTarget | SetCalendar


class Stretch(NamedTuple):
    """[begin, end) in epoch seconds with one state; `end` None = until something happens. Many are made, so this is a
    tuple: that costs a third of a frozen dataclass."""

    begin: int
    end: int | None
    is_running: bool
    hours: Opening
    target: int | None
    cycle: int
    #: Service seconds in it; 0 when it doesn't run or has no end yet.
    spent: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows. Instants in epoch seconds. `due` and `met_until` look at the last cycle and suppose that
    nothing more happens; the other fields tell the state at `as_of`."""

    #: First instant with elapsed >= target; None when that never comes.
    due: int | None
    #: Last instant with elapsed <= target; None when elapsed never gets past it.
    met_until: int | None
    elapsed: int
    breached: bool
    breached_ever: bool
    #: When elapsed first went past the target of that moment, up to `as_of`.
    breached_at: int | None


def read_clock(events: Iterable[ClockEvent], hours: Opening, target: int | None, as_of: int) -> Reading:
    """`target` in seconds of service time (None = no promise) until a SetTarget, `hours` until a SetCalendar."""
    return read_history(history(events, hours, target), as_of)


def read_history(stretches: Sequence[Stretch], as_of: int) -> Reading:
    """The same from a history, so that one history is enough for several questions."""
    elapsed = elapsed_at(stretches, as_of)
    final = stretches[-1].target
    breached_at = _first_breach(stretches, as_of)
    return Reading(
        due=due_of(stretches, final),
        met_until=met_until_of(stretches, final),
        elapsed=elapsed,
        breached=final is not None and elapsed > final,
        breached_ever=breached_at is not None,
        breached_at=breached_at,
    )


def history(events: Iterable[ClockEvent], hours: Opening, target: int | None) -> tuple[Stretch, ...]:
    """The stretches from the first start to the end of time; before a start there is one that doesn't run. Never
    empty. Cycle 0 is before the first start."""
    ordered = sorted(events, key=lambda event: event.at)
    calendars = _calendars(ordered, hours)
    state = _State(target)
    stretches: list[Stretch] = []
    for i, event in enumerate(ordered):
        state.apply(event)
        end = ordered[i + 1].at if i + 1 < len(ordered) else None
        if end == event.at:
            continue
        opening, is_running = _hours_at(calendars, event.at), state.is_running
        spent = opening.between(event.at, end) if is_running and end is not None else 0
        stretches.append(Stretch(event.at, end, is_running, opening, state.target, state.cycle, spent))
    return tuple(stretches) or (Stretch(0, None, False, hours, target, 0, 0),)


def elapsed_at(stretches: Sequence[Stretch], as_of: int) -> int:
    """Service seconds of the cycle that `as_of` lies in, up to `as_of`."""
    reached = [stretch for stretch in stretches if stretch.begin <= as_of]
    return sum(_spent(stretch, as_of) for stretch in reached if stretch.cycle == reached[-1].cycle)


def due_of(stretches: Sequence[Stretch], target: int | None) -> int | None:
    """First instant of the last cycle with elapsed >= `target` seconds; None when that never comes."""
    cycle = _last_cycle(stretches)
    if target is None or not cycle:
        return None
    if target == 0:
        return cycle[0].begin
    left = target
    for stretch in cycle:
        if not stretch.is_running:
            continue
        if stretch.end is None:
            return _or_never(stretch, "due", left)
        if stretch.spent >= left:
            return stretch.hours.due(stretch.begin, left)
        left -= stretch.spent
    return None


def met_until_of(stretches: Sequence[Stretch], target: int | None) -> int | None:
    """Last instant of the last cycle with elapsed <= `target` seconds; None when elapsed never gets past it."""
    if target is None:
        return None
    left = target
    for stretch in _last_cycle(stretches):
        if not stretch.is_running:
            continue
        if stretch.end is None:
            return _or_never(stretch, "met_until", left)
        if stretch.spent > left:
            return stretch.hours.met_until(stretch.begin, left)
        left -= stretch.spent
    return None


def worked_windows(stretches: Sequence[Stretch], until: int) -> list[tuple[int, int]]:
    """The service time of the last cycle up to `until`, window by window: the arithmetic behind elapsed."""
    return [
        window
        for stretch in _last_cycle(stretches)
        if stretch.is_running and stretch.begin < until
        for window in stretch.hours.windows(stretch.begin, _until(stretch, until))
    ]


class _State:
    """What the events so far amount to."""

    def __init__(self, target: int | None) -> None:
        self.target = target
        self.cycle = 0
        self.is_stopped = False
        self.reasons: set[str] = set()

    @property
    def is_running(self) -> bool:
        return self.cycle > 0 and not self.is_stopped and not self.reasons

    def apply(self, event: ClockEvent) -> None:
        match event:
            case Start():
                self.cycle = self.cycle or 1
            case Pause(reason=reason):
                self.reasons.add(reason)
            case Resume(reason=reason):
                self.reasons.discard(reason)
            case Stop():
                self.is_stopped = True
            case Reopen(restart=restart):
                self.is_stopped = False
                self.cycle += 1 if restart and self.cycle else 0
            case SetTarget(target=target):
                self.target = target
            case _:
                pass  # SetCalendar: hours reach back in time, so they are laid first, in _calendars


def _calendars(ordered: Sequence[ClockEvent], first: Opening) -> list[tuple[int | None, Opening]]:
    """Since when which hours count, in order of time; None = since ever."""
    used: list[tuple[int | None, Opening]] = [(None, first)]
    for event in ordered:
        if isinstance(event, SetCalendar):
            used = [(None, event.hours)] if event.retroactive else [*used, (event.at, event.hours)]
    return used


def _hours_at(calendars: Sequence[tuple[int | None, Opening]], at: int) -> Opening:
    if len(calendars) == 1:
        return calendars[0][1]
    return next(hours for since, hours in reversed(calendars) if since is None or since <= at)


def _or_never(stretch: Stretch, question: str, budget: int) -> int | None:
    try:
        ask = stretch.hours.due if question == "due" else stretch.hours.met_until
        return ask(stretch.begin, budget)
    except NeverDue:
        # Hours that end for good are an answer here, not a mistake: the target is never reached.
        return None


def _first_breach(stretches: Sequence[Stretch], as_of: int) -> int | None:
    """A target that was lowered below the elapsed time is broken at that moment, not back in time."""
    elapsed, cycle = 0, 0
    for stretch in stretches:
        if stretch.begin > as_of:
            return None
        elapsed = elapsed if stretch.cycle == cycle else 0
        cycle = stretch.cycle
        before, elapsed = elapsed, elapsed + _spent(stretch, as_of)
        if stretch.target is not None and elapsed > stretch.target:
            return stretch.begin if before > stretch.target else _passed(stretch, stretch.target - before)
    return None


def _passed(stretch: Stretch, left: int) -> int:
    return stretch.hours.met_until(stretch.begin, left)


def _spent(stretch: Stretch, as_of: int) -> int:
    if stretch.end is not None and stretch.end <= as_of:
        return stretch.spent
    if not stretch.is_running or as_of <= stretch.begin:
        return 0
    return stretch.hours.between(stretch.begin, as_of)


def _until(stretch: Stretch, at: int) -> int:
    return at if stretch.end is None else min(stretch.end, at)


def _last_cycle(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Without the time before the first start."""
    last = stretches[-1].cycle
    return [stretch for stretch in stretches if stretch.cycle == last and last > 0]
