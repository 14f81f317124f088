"""Who is on duty at a moment, in the order in which their phones ring. Overrides win."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Engineer:
    """An engineer of ours (dienstdoende engineer). `numbers` in E.164, the first rings first; `line` 1, 2 or 3 (R-142).
    `has_left`: works here no longer, and is only named in what is past."""

    id: int
    name: str
    numbers: tuple[str, ...]
    line: int = 1
    has_left: bool = False

    @property
    def number(self) -> str:
        """The phone that rings first; "" without one."""
        return next(iter(self.numbers), "")


@dataclass(frozen=True, slots=True)
class Duty:
    """`engineer` is on duty in [starts_at, ends_at), aware UTC; position 1 rings first."""

    engineer: Engineer
    starts_at: datetime
    ends_at: datetime
    position: int = 1
    is_override: bool = False


def on_duty(duties: Iterable[Duty], at: datetime, untaken: Collection[int] = ()) -> tuple[Engineer, ...]:
    """The engineers to ring at `at`, first one first, nobody twice.

    Of several duties for one position an override wins, then the last of `duties`. The first in line whose id is in
    `untaken` did not take the duty: the second goes first.
    """
    holders = _holders(duties, at)
    order = list({holders[position].engineer.id: holders[position].engineer for position in sorted(holders)}.values())
    if len(order) > 1 and order[0].id in untaken:
        order[:2] = order[1], order[0]
    return tuple(order)


def shift_at(duties: Sequence[Duty], at: datetime) -> Duty | None:
    """The shift of who is first in line at `at`: from the hand-over to the next one. None: nobody is on duty."""
    holders = _holders(duties, at)
    if not holders:
        return None
    duty = holders[min(holders)]
    edges = sorted({edge for one in duties for edge in (one.starts_at, one.ends_at)} | {duty.starts_at, duty.ends_at})
    starts_at, ends_at = duty.starts_at, duty.ends_at
    for edge in edges:
        if duty.starts_at <= edge < duty.ends_at and not _is_first(duties, duty, edge):
            if edge > at:
                ends_at = edge
                break
            starts_at = next(later for later in edges if later > edge)
    return replace(duty, starts_at=starts_at, ends_at=ends_at)


def shifts(duties: Sequence[Duty], starts_at: datetime, ends_at: datetime) -> tuple[Duty, ...]:
    """Who holds which position in [starts_at, ends_at), cut to it: in order of time, no two for one position at once."""
    found: list[Duty] = []
    last: dict[int, tuple[Duty, int]] = {}  # the duty behind the last piece of a position, and where that piece stands
    for begin, end in _stretches(duties, starts_at, ends_at):
        for position, duty in sorted(_holders(duties, begin).items()):
            behind, place = last.get(position, (None, 0))
            if behind is duty and found[place].ends_at == begin:
                found[place] = replace(found[place], ends_at=end)
                continue
            last[position] = duty, len(found)
            found.append(replace(duty, starts_at=begin, ends_at=end))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class LineUp:
    """In [starts_at, ends_at) these engineers are on duty, first one first. `replaced`: who would be first without overrides."""

    starts_at: datetime
    ends_at: datetime
    engineers: tuple[Engineer, ...]
    is_override: bool = False
    replaced: Engineer | None = None


def line_ups(duties: Sequence[Duty], starts_at: datetime, ends_at: datetime) -> tuple[LineUp, ...]:
    """All of [starts_at, ends_at) in order of time, in pieces as long as the same people are on duty; also where nobody is."""
    planned = [duty for duty in duties if not duty.is_override]
    found: list[LineUp] = []
    for begin, end in _stretches(duties, starts_at, ends_at):
        engineers, before = on_duty(duties, begin), on_duty(planned, begin)
        holders = _holders(duties, begin)
        is_override = bool(holders) and holders[min(holders)].is_override
        replaced = before[0] if is_override and before and before[0] != engineers[0] else None
        last = found[-1] if found else None
        if last and (last.engineers, last.is_override, last.replaced) == (engineers, is_override, replaced):
            found[-1] = replace(last, ends_at=end)
        else:
            found.append(LineUp(begin, end, engineers, is_override, replaced))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Hole:
    """In [starts_at, ends_at) only so many engineers are on duty."""

    starts_at: datetime
    ends_at: datetime
    present: int


def holes(duties: Sequence[Duty], windows: Iterable[tuple[datetime, datetime]], wanted: int = 2) -> tuple[Hole, ...]:
    """Where in these windows fewer than `wanted` engineers are on duty, in order of time."""
    found: list[Hole] = []
    for opens, closes in windows:
        for begin, end in _stretches(duties, opens, closes):
            present = len(on_duty(duties, begin))
            if present >= wanted:
                continue
            if found and found[-1].ends_at == begin and found[-1].present == present:
                found[-1] = replace(found[-1], ends_at=end)
            else:
                found.append(Hole(begin, end, present))
    return tuple(found)


def swapped(given: Duty, taker: Engineer, in_return: Duty | None = None) -> tuple[Duty, ...]:
    """The overrides that a swap makes: the taker gets what is given, and the giver what the taker gives in return."""
    taken = replace(given, engineer=taker, is_override=True)
    if in_return is None:
        return (taken,)
    return taken, replace(in_return, engineer=given.engineer, is_override=True)


def is_held(duties: Sequence[Duty], wanted: Duty) -> bool:
    """Whether this engineer holds the position of `wanted` during all of its time."""
    return all(_holds(duties, wanted, begin) for begin, _end in _stretches(duties, wanted.starts_at, wanted.ends_at))


def _holders(duties: Iterable[Duty], at: datetime) -> dict[int, Duty]:
    """By position."""
    holders: dict[int, Duty] = {}
    for duty in duties:
        if duty.starts_at <= at < duty.ends_at:
            before = holders.get(duty.position)
            if before is None or duty.is_override >= before.is_override:
                holders[duty.position] = duty
    return holders


def _holds(duties: Sequence[Duty], wanted: Duty, at: datetime) -> bool:
    holder = _holders(duties, at).get(wanted.position)
    return holder is not None and holder.engineer.id == wanted.engineer.id


def _is_first(duties: Sequence[Duty], duty: Duty, at: datetime) -> bool:
    holders = _holders(duties, at)
    return holders[min(holders)] is duty


def _stretches(duties: Iterable[Duty], starts_at: datetime, ends_at: datetime) -> list[tuple[datetime, datetime]]:
    """The period in pieces within which nothing changes."""
    edges = {edge for duty in duties for edge in (duty.starts_at, duty.ends_at) if starts_at < edge < ends_at}
    cuts = [starts_at, *sorted(edges), ends_at]
    return [(begin, end) for begin, end in pairwise(cuts) if begin < end]
