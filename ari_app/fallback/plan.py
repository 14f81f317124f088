"""The plan that the dialplan follows without us: periods, and the phones to ring in them. Pure; the dialplan says how it is read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Literal

from routing.dialling import may_be_dialled
from routing.rota import Duty, Engineer, on_duty

#: One phone, or several that ring together: PJSIP/desk-1&PJSIP/desk-2.
_DESK_PHONES = re.compile(r"PJSIP/[A-Za-z0-9_-]+(&PJSIP/[A-Za-z0-9_-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """In [starts_at, ends_at) these phones ring, one after another; each has the form that its line in the file has."""

    starts_at: datetime
    ends_at: datetime
    kind: Literal["calamity", "phone"]
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """How the dialplan rings. Times in whole seconds; after `good_until` it rings nobody."""

    made_at: datetime
    good_until: datetime
    service_number: str
    ring_for: int
    accept_within: int
    desk_ring_for: int


def calamity_periods(
    duties: Sequence[Duty],
    windows: Iterable[tuple[datetime, datetime]],
    countries: frozenset[str] = frozenset({"NL"}),
) -> list[Period]:
    """The windows, cut where the duty changes hands; without anybody on duty a period is left out, and callers leave a message."""
    edges = sorted({edge for duty in duties for edge in (duty.starts_at, duty.ends_at)})
    periods = []
    for opens, closes in windows:
        cuts = [opens, *(edge for edge in edges if opens < edge < closes), closes]
        for begin, end in pairwise(cuts):
            if phones := _phones_of(on_duty(duties, begin), countries):
                periods.append(Period(begin, end, "calamity", phones))
    return periods


def desk_periods(phones: Sequence[str], together: bool, windows: Iterable[tuple[datetime, datetime]]) -> list[Period]:
    """`phones`: endpoints of the desk in ringing order. Raises ValueError for one that the dialplan must not dial."""
    turns = ("&".join(phones),) if together and phones else tuple(phones)
    for turn in turns:
        if not _DESK_PHONES.fullmatch(turn):
            raise ValueError(f"line.desk_endpoints has {turn!r}: write PJSIP/ and the name of a desk phone.")
    return [Period(begin, end, "phone", turns) for begin, end in windows] if turns else []


def write_plan(manner: Manner, periods: Iterable[Period]) -> str:
    """The file, its periods in order of time. The dialplan reads until the first that begins later, so none may overlap."""
    head = (
        _epoch(manner.made_at),
        _epoch(manner.good_until),
        manner.service_number,
        manner.ring_for,
        manner.accept_within,
        manner.desk_ring_for,
    )
    ordered = sorted(periods, key=lambda period: period.starts_at)
    rows = [(_epoch(period.starts_at), _epoch(period.ends_at), period.kind, *period.phones) for period in ordered]
    return "".join("|".join(map(str, row)) + "\n" for row in [head, *rows])


def good_until(plan: str) -> datetime | None:
    """Until when the dialplan follows this file; None: it is no plan."""
    fields = plan.partition("\n")[0].split("|")
    return datetime.fromtimestamp(int(fields[1]), UTC) if len(fields) == 6 and fields[1].isdigit() else None


def _phones_of(engineers: Iterable[Engineer], countries: frozenset[str]) -> tuple[str, ...]:
    """A number that may not be dialled is left out: that is decided here, not by who wrote the rota."""
    return tuple(
        f"{engineer.id}:{number.removeprefix('+')}"
        for engineer in engineers
        for number in engineer.numbers
        if may_be_dialled(number, countries)
    )


def _epoch(at: datetime) -> int:
    return int(at.timestamp())
