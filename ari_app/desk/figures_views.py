"""The figures of a period, as values."""

from dataclasses import dataclass
from datetime import date, datetime

from sla.terms import Category, ClockKind


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
    """Of one month: each call stands in one of the last five. `joined`: added to the ticket of a known outage."""

    month: date
    total: int
    desk: int
    engineer: int
    message: int
    joined: int
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
    `outside`: tickets that nothing is promised for, `no_reports`: those that a person found to be none, or merged with another;
    no figure of promises counts either. `too_low`: the newest CAT III that was proposed lower, by number."""

    first: date
    last: date
    counted_at: datetime
    kept: tuple[Kept, ...]
    calls: tuple[Calls, ...]
    decided: tuple[Decided, ...]
    accepted: tuple[tuple[int, int], ...]
    tickets: int
    outside: int
    no_reports: int
    too_low: tuple[str, ...]

    @property
    def months(self) -> list[date]:
        return months_between(self.first, self.last)


def months_between(first: date, last: date) -> list[date]:
    """Both included; first days of months."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [months_before(last, ahead) for ahead in range(count, -1, -1)]


def months_before(month: date, count: int) -> date:
    """Below zero: after it."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
