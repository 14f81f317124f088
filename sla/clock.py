"""One clock of the agreement, told by its events and never by counters, so that any correction can be told too.

Theory of operation. Events may come in any order; they are sorted by `at`, ties keep their order. Between two events
nothing changes, so a history is a row of stretches, each with one state: running or not, one target, one set of hours,
one cycle. Elapsed time is the service time of the running stretches. A clock runs while it is started, not stopped, and
no pause reason is open. Waiting knows nothing of the rest: it is told by itself, as moments at which the clock stands
still, and cut out of the stretches that would run. A verdict is `elapsed > target`, never `stopped after due`: when a
target ends at closing time, an answer at 18:00 came without any service time in between (G09). A promise is kept up to
and including `met_until`; it is broken from the first whole second at which elapsed is more than the target, and not
before.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from sla.opening import NeverDue, Opening


class Start(NamedTuple):
    """A second start changes nothing."""

    at: int

    def apply(self, state: "_State") -> None:
        state.cycle = state.cycle or 1


class Pause(NamedTuple):
    """May begin before the start and outlives a stop. Pausing twice for one reason is pausing once."""

    at: int
    reason: str


class Resume(NamedTuple):
    """Ends one reason; a reason that isn't open is ignored."""

    at: int
    reason: str


class Stop(NamedTuple):
    """Holds until a reopening, also when it lies before the start."""

    at: int

    def apply(self, state: "_State") -> None:
        state.is_stopped = True


class Reopen(NamedTuple):
    """Goes on with the elapsed time, or with `restart` begins a new cycle at 0. Closed time never counts."""

    at: int
    restart: bool = False

    def apply(self, state: "_State") -> None:
        state.is_stopped = False
        state.cycle += 1 if self.restart and state.cycle else 0


class SetTarget(NamedTuple):
    """All elapsed time is measured against the new target in seconds; None = nothing is promised."""

    at: int
    target: int | None

    def apply(self, state: "_State") -> None:
        state.target = self.target


class SetCalendar(NamedTuple):
    """`retroactive` counts the whole life again with these hours; otherwise they count from `at`."""

    at: int
    hours: Opening
    retroactive: bool

    def apply(self, state: "_State") -> None:
        """Nothing: hours may reach back in time, so they are laid before all else, in _calendars."""


#: What is told of a clock but for waiting.
Fact: TypeAlias = Start | Stop | Reopen | SetTarget | SetCalendar
ClockEvent: TypeAlias = Fact | Pause | Resume
#: A second, a reason to wait, and whether the waiting begins or ends then. Plain, because a long ticket has many.
Wait: TypeAlias = tuple[int, str, bool]
#: [since, until) in epoch seconds in which a clock stands still.
Standstill: TypeAlias = tuple[int, int]
_NEVER = 1 << 62
_AT = attrgetter("at")


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


#: As Stretch._make, but without a function of Python between: a long ticket makes dozens.
_stretch: Callable[[tuple[object, ...]], Stretch] = partial(tuple.__new__, Stretch)


class Reading(NamedTuple):
    """What a clock shows. Instants in epoch seconds. `due` and `met_until` look at the last cycle and suppose that
    nothing more happens; the other fields tell the state at `as_of`."""

    #: First instant with elapsed >= target; None when that never comes.
    due: int | None
    #: Last instant with elapsed <= target; None when elapsed never gets past it.
    met_until: int | None
    elapsed: int
    breached: bool
    breached_ever: bool
    #: The first second at which elapsed was more than the target of that moment, up to `as_of`.
    breached_at: int | None


def read_clock(events: Iterable[ClockEvent], hours: Opening, target: int | None, as_of: int) -> Reading:
    """`target` in seconds of service time (None = no promise) until a SetTarget, `hours` until a SetCalendar."""
    return read_history(history(events, hours, target), as_of)


def read_history(stretches: Sequence[Stretch], as_of: int) -> Reading:
    """The same from a history, so that one history is enough for several questions."""
    final = stretches[-1].target
    elapsed, breached_at = _told_at(stretches, as_of)
    due, met_until = _run_out(stretches, final)
    breached = final is not None and elapsed > final
    return Reading(due, met_until, elapsed, breached, breached_at is not None, breached_at)


def history(events: Iterable[ClockEvent], hours: Opening, target: int | None) -> tuple[Stretch, ...]:
    """The stretches from the first event on to the end of time; before a start there is one that doesn't run. Never
    empty. Cycle 0 is before the first start."""
    facts: list[Fact] = []
    waits: list[Wait] = []
    for event in sorted(events, key=_AT):
        if isinstance(event, (Pause, Resume)):
            waits.append((event.at, event.reason, isinstance(event, Pause)))
        else:
            facts.append(event)
    return without(history_but_for_waits(facts, hours, target), standstills(waits))


def history_but_for_waits(facts: Sequence[Fact], hours: Opening, target: int | None) -> tuple[Stretch, ...]:
    """The same of facts that are in order of time."""
    calendars = _calendars(facts, hours)
    may_change = len(calendars) > 1
    opening, state = calendars[0][1], _State(target)
    stretches: list[Stretch] = []
    begin, held = facts[0].at if facts else 0, (False, opening, target, 0)
    for event in facts:
        event.apply(state)
        at = event.at
        if may_change:
            opening = _hours_at(calendars, at)
        then = (state.cycle > 0 and not state.is_stopped, opening, state.target, state.cycle)
        if then != held:
            if at > begin:
                stretches.append(_stretch((begin, at, *held, held[1].between(begin, at) if held[0] else 0)))
            begin, held = at, then
    stretches.append(_stretch((begin, None, *held, 0)))
    return tuple(stretches)


def standstills(waits: Iterable[Wait]) -> list[Standstill]:
    """Where at least one reason is open; `waits` in order of time. They don't overlap."""
    found: list[Standstill] = []
    reasons: set[str] = set()
    since = 0
    for at, reason, begins in waits:
        if begins:
            if not reasons:
                since = at
            reasons.add(reason)
        elif reason in reasons:
            reasons.discard(reason)
            if not reasons and at > since:
                found.append((since, at))
    return [*found, (since, _NEVER)] if reasons else found


def without(stretches: tuple[Stretch, ...], still: Sequence[Standstill]) -> tuple[Stretch, ...]:
    """The same history with the running stretches cut where the clock stands still. Where it stands still inside a
    stretch there is a gap; a stretch still begins and ends where it did."""
    if not still:
        return stretches
    first, last = still[0][0], still[-1][1]
    cut: list[Stretch] = []
    is_cut = False
    for stretch in stretches:
        begin, end, is_running, hours, target, cycle, _ = stretch
        until = _NEVER if end is None else end
        if not is_running or until <= first or last <= begin:
            cut.append(stretch)
            continue
        is_cut, between = True, hours.between
        for since, over in still:
            if since >= until:
                break
            if over <= begin:
                continue
            if since > begin:
                cut.append(_stretch((begin, since, True, hours, target, cycle, between(begin, since))))
                if over < until:
                    # Between two runs of one stretch nobody asks for the rest: nothing can change in it.
                    begin = over
                    continue
                begin = since
            begins_again = over if over < until else end
            cut.append(_stretch((begin, begins_again, False, hours, target, cycle, 0)))
            begin = until if begins_again is None else begins_again
        if begin < until:
            spent = 0 if end is None else between(begin, end)
            cut.append(_stretch((begin, end, True, hours, target, cycle, spent)))
    return tuple(cut) if is_cut else stretches


def elapsed_at(stretches: Sequence[Stretch], as_of: int) -> int:
    """Service seconds of the cycle that `as_of` lies in, up to `as_of`."""
    return _told_at(stretches, as_of)[0]


def due_of(stretches: Sequence[Stretch], target: int | None) -> int | None:
    """First instant of the last cycle with elapsed >= `target` seconds; None when that never comes."""
    return _run_out(stretches, target)[0]


def target_since(stretches: Sequence[Stretch]) -> int:
    """Since when the last cycle is held against its last target, without a break."""
    last = stretches[-1]
    since = last.begin
    for stretch in reversed(stretches):
        if stretch.target != last.target or stretch.cycle != last.cycle:
            break
        since = stretch.begin
    return since


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

    __slots__ = ("cycle", "is_stopped", "target")

    def __init__(self, target: int | None) -> None:
        self.target = target
        self.cycle = 0
        self.is_stopped = False


def _calendars(ordered: Sequence[Fact], first: Opening) -> list[tuple[int | None, Opening]]:
    """Since when which hours count, in order of time; None = since ever."""
    used: list[tuple[int | None, Opening]] = [(None, first)]
    for event in ordered:
        if type(event) is SetCalendar:
            used = [(None, event.hours)] if event.retroactive else [*used, (event.at, event.hours)]
    return used


def _hours_at(calendars: Sequence[tuple[int | None, Opening]], at: int) -> Opening:
    return next(hours for since, hours in reversed(calendars) if since is None or since <= at)


def _run_out(stretches: Sequence[Stretch], target: int | None) -> tuple[int | None, int | None]:
    """Of the last cycle: the first instant with elapsed >= `target`, the last with elapsed <= `target`; None = never."""
    last = stretches[-1].cycle
    if target is None or not last:
        return None, None
    left, due = target, None if target else _last_cycle(stretches)[0].begin
    for begin, end, is_running, hours, _, cycle, spent in stretches:
        if not is_running or cycle != last:
            continue
        if end is None:
            due = _or_never(hours.due, begin, left) if due is None else due
            return due, _or_never(hours.met_until, begin, left)
        if spent >= left and due is None:
            due = hours.due(begin, left)
        if spent > left:
            return due, hours.met_until(begin, left)
        left -= spent
    return due, None


def _or_never(ask: Callable[[int, int], int], begin: int, budget: int) -> int | None:
    try:
        return ask(begin, budget)
    except NeverDue:
        # Hours that end for good are an answer here, not a mistake: the target is never reached.
        return None


def _told_at(stretches: Sequence[Stretch], as_of: int) -> tuple[int, int | None]:
    """Elapsed time at `as_of`, and the first second up to then at which it was more than the target of that second. A
    target that was lowered below the elapsed time is broken at that moment, not back in time."""
    elapsed, cycle, breached_at = 0, 0, None
    for begin, end, is_running, hours, target, of_cycle, spent in stretches:
        if begin > as_of:
            break
        if of_cycle != cycle:
            elapsed, cycle = 0, of_cycle
        if is_running and (end is None or end > as_of):
            spent = hours.between(begin, as_of)
        if target is not None and elapsed + spent > target and breached_at is None:
            kept = target - elapsed
            breached_at = begin if kept < 0 else hours.met_until(begin, kept) + 1
        elapsed += spent
    return elapsed, breached_at


def _until(stretch: Stretch, at: int) -> int:
    return at if stretch.end is None else min(stretch.end, at)


def _last_cycle(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Without the time before the first start."""
    last = stretches[-1].cycle
    return [stretch for stretch in stretches if stretch.cycle == last] if last else []
