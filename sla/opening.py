"""Opening times as numbers: UTC epoch seconds, sorted windows [open, close), prefix sums, bisect. Whole seconds only.

Theory of operation. The windows of whole years are laid end to end on one line of service time: `full[i]` is the
service time up to the closing of window i, `shut[i]` what lies between an instant in window i and its position on that
line. A position is found by bisect over `opens`; going back from a position to an instant is bisect over `full`.
Service time between two instants is the difference of two positions; a deadline is the instant at position(start) +
budget. No loop over days.

Years are laid when somebody asks for them, a whole table at a time: a table is never changed, only replaced, so
threads may share it. The line covers 1971 to 2200; a question outside it is an error that says so.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta

from sla.calendar import Calendar

FIRST_YEAR, LAST_YEAR = 1971, 2200


class NeverDue(ValueError):
    """The hours end before the budget is used up: the calendar stays closed for good, or the budget is centuries."""


class _Line:
    """Windows of the local years `first` up to and including `last`, and the instants that they cover."""

    def __init__(self, calendar: Calendar, first: int, last: int) -> None:
        self.first, self.last = first, last
        self.begin, self.end = _new_year(first), _new_year(last + 1)
        self.opens: list[int] = []
        self.closes: list[int] = []
        # A local year begins up to 14 hours beside the UTC year: lay a day more at both ends and cut.
        day, stop = date(first, 1, 1) - timedelta(days=2), date(last + 1, 1, 3)
        while day < stop:
            for opens, closes in calendar.instants(day):
                self._lay(max(opens, self.begin), min(closes, self.end))
            day += timedelta(days=1)
        self.shut: list[int] = []
        self.full: list[int] = []
        total = 0
        for opens, closes in zip(self.opens, self.closes, strict=True):
            self.shut.append(opens - total)
            total += closes - opens
            self.full.append(total)

    @classmethod
    def unlaid(cls, first: int, last: int) -> "_Line":
        """Covers no instant: the first question lays these years."""
        line = cls.__new__(cls)
        line.first, line.last, line.begin, line.end = first, last, 0, 0
        line.opens, line.closes, line.shut, line.full = [], [], [], []
        return line

    def _lay(self, opens: int, closes: int) -> None:
        if self.closes:
            opens = max(opens, self.closes[-1])
        if opens >= closes:
            return
        if self.closes and opens == self.closes[-1]:
            self.closes[-1] = closes
        else:
            self.opens.append(opens)
            self.closes.append(closes)

    def position(self, at: int) -> int:
        i = bisect_right(self.opens, at) - 1
        if i < 0:
            return 0
        spent = at - self.shut[i]
        return spent if spent < self.full[i] else self.full[i]


class Opening:
    """Questions about opening times in epoch seconds. Any year from 1971 to 2200 may be asked, in any order."""

    def __init__(self, calendar: Calendar, anchor: int) -> None:
        """The first question lays 2 years before to 3 years after `anchor`; other years are laid when asked for."""
        self._calendar = calendar
        year = _year(anchor)
        self._line = _Line.unlaid(max(FIRST_YEAR, year - 2), min(LAST_YEAR, year + 3))

    def is_open(self, at: int) -> bool:
        """Half-open: the opening instant is open, the closing instant is closed."""
        line = self._covering(at)
        i = bisect_right(line.opens, at) - 1
        return i >= 0 and at < line.closes[i]

    def between(self, begin: int, end: int) -> int:
        """Open seconds in [begin, end). ValueError when `end` lies before `begin`."""
        line = self._line
        if not (line.begin <= begin <= end < line.end):
            if end < begin:
                raise ValueError(f"between({begin}, {end}): the end lies before the begin; swap them")
            self._covering(begin)
            line = self._covering(end)
        # Both positions by hand: this is asked for every stretch of every clock.
        opens, shut, full = line.opens, line.shut, line.full
        last = bisect_right(opens, end) - 1
        if last < 0:
            return 0
        first = bisect_right(opens, begin, 0, last + 1) - 1
        until, total = end - shut[last], full[last]
        if until > total:
            until = total
        if first < 0:
            return until
        since, total = begin - shut[first], full[first]
        return until - (since if since < total else total)

    def due(self, start: int, budget: int) -> int:
        """The first instant at which `budget` open seconds have passed since `start`; may be a closing instant
        (R-045, G5). A budget of 0 is due at `start`, open or not. NeverDue when the hours end before."""
        if budget <= 0:
            return self._nothing(start, budget)
        line = self._covering(start)
        goal = line.position(start) + budget
        while goal > (line.full[-1] if line.full else 0):
            missing = goal - line.position(start)
            line = self._longer(line, start, missing)
            goal = line.position(start) + budget
        i = bisect_left(line.full, goal)
        return line.shut[i] + goal

    def met_until(self, start: int, budget: int) -> int:
        """The last instant at which no more than `budget` open seconds have passed: after a deadline at closing time
        this is the next opening. NeverDue when more will never pass."""
        if budget < 0:
            return self._nothing(start, budget)
        line = self._covering(start)
        goal = line.position(start) + budget
        while goal >= (line.full[-1] if line.full else 0):
            line = self._longer(line, start, budget)
            goal = line.position(start) + budget
        i = bisect_right(line.full, goal)
        return max(start, line.shut[i] + goal)

    def next_opening(self, at: int) -> int:
        """`at` itself when open, otherwise the next opening instant. NeverDue when it stays closed for good."""
        return self.met_until(at, 0)

    def windows(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Open windows inside [begin, end), cut at both ends, in order."""
        if end <= begin:
            return []
        self._covering(begin)
        line = self._covering(end)
        found = range(bisect_right(line.closes, begin), bisect_left(line.opens, end))
        return [(max(line.opens[i], begin), min(line.closes[i], end)) for i in found]

    def _nothing(self, start: int, budget: int) -> int:
        if budget < 0:
            raise ValueError(f"a budget of {budget} seconds is impossible: give 0 or more")
        return start

    def _covering(self, at: int) -> _Line:
        line = self._line
        if line.begin <= at < line.end:
            return line
        year = _year(at)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(f"the year {year} lies outside {FIRST_YEAR}-{LAST_YEAR}: check the date")
        self._line = _Line(self._calendar, min(line.first, year), max(line.last, year))
        return self._line

    def _longer(self, line: _Line, start: int, missing: int) -> _Line:
        """Lays more years after the last, doubling, so that a long budget needs few steps."""
        last = self._calendar.last_override()
        ends = LAST_YEAR if self._calendar.opens_weekly else max(line.first, last.year if last else 0)
        if line.last >= min(LAST_YEAR, ends):
            raise NeverDue(
                f"{missing} open seconds after {_show(start)} never come: "
                f"the opening times end in {line.last}; check the calendar or the target"
            )
        self._line = _Line(self._calendar, line.first, min(LAST_YEAR, line.last + max(1, line.last - line.first)))
        return self._line


def _year(at: int) -> int:
    try:
        return datetime.fromtimestamp(at, UTC).year
    except (OverflowError, ValueError, OSError) as cause:
        raise ValueError(f"{at} epoch seconds is no usable instant: check the date") from cause


def _new_year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _show(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
