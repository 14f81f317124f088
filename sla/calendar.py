"""A calendar as people write it: local opening times per weekday, holidays and exceptions per date, one time zone."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

#: Opening and closing as seconds after local midnight, half-open; 86400 is the next local midnight.
DayWindow: TypeAlias = tuple[int, int]
T = TypeVar("T")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_SECONDS = 86_400
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?|24:00(?::00)?")


@dataclass(frozen=True)
class Calendar:
    """`weekly` has seven entries, Monday first. A holiday has no windows; `overrides` beat weekday and holiday."""

    zone: ZoneInfo
    weekly: tuple[tuple[DayWindow, ...], ...]
    holidays: frozenset[date] = frozenset()
    overrides: Mapping[date, tuple[DayWindow, ...]] | None = None

    def day(self, on: date) -> tuple[DayWindow, ...]:
        """Local windows of one date, in order and not touching."""
        if self.overrides is not None and on in self.overrides:
            return self.overrides[on]
        return () if on in self.holidays else self.weekly[on.weekday()]

    def instants(self, on: date) -> list[tuple[int, int]]:
        """UTC epoch seconds of one date's windows. A local time skipped by DST moves an hour later, a local time that
        comes twice is its first occurrence. A window that vanishes in the skipped hour is left out."""
        windows = self.day(on)
        if not windows:
            return []
        midnight = _instant(self.zone, on)
        if _instant(self.zone, on + timedelta(days=1)) - midnight == DAY_SECONDS:
            return [(midnight + opens, midnight + closes) for opens, closes in windows]
        # Only on the two days a year on which the clock changes.
        edges = [(_instant(self.zone, on, opens), _instant(self.zone, on, closes)) for opens, closes in windows]
        return [(opens, closes) for opens, closes in edges if opens < closes]

    @property
    def opens_weekly(self) -> bool:
        """False when only overrides open it, so that one day it stays closed for good."""
        return any(self.weekly)

    def last_override(self) -> date | None:
        """The last date with its own opening times, if any."""
        return max((on for on, windows in (self.overrides or {}).items() if windows), default=None)


@lru_cache(maxsize=10_000)
def _instant(zone: ZoneInfo, on: date, seconds: int = 0) -> int:
    """Kept, because all calendars of one zone ask for the same midnights."""
    local = datetime.combine(on, time(), zone) + timedelta(seconds=seconds)
    return int(local.astimezone(UTC).timestamp())


def parse_calendar(spec: Mapping[str, object], zone: str | None = None) -> Calendar:
    """From `{"tz", "weekly": {"mon": [["08:30", "17:30"]]}, "holidays": [...], "overrides": {date: windows}}`.
    A weekday key may be a range ("mon-fri"). ValueError names every mistake at once."""
    mistakes: list[str] = []
    tz = _collect(mistakes, lambda: parse_zone(spec.get("tz", zone)))
    weekly = _collect(mistakes, lambda: parse_weekly(spec.get("weekly", {})))
    holidays = _collect(mistakes, lambda: frozenset(parse_date(on) for on in _items(spec.get("holidays", []))))
    overrides = _collect(mistakes, lambda: parse_overrides(spec.get("overrides", {})))
    if tz is None or weekly is None or holidays is None or overrides is None:
        raise ValueError("; ".join(mistakes))
    return Calendar(tz, weekly, holidays, overrides)


def parse_weekly(spec: object) -> tuple[tuple[DayWindow, ...], ...]:
    """Seven days of windows, Monday first, from keys such as "mon" or "sat-sun". ValueError names the mistakes."""
    if not isinstance(spec, Mapping):
        raise ValueError(f"weekly is {spec!r}: give weekdays with their windows, such as mon = [['08:30', '17:30']]")
    week: list[tuple[DayWindow, ...] | None] = [None] * 7
    mistakes: list[str] = []
    for key, windows in spec.items():
        days = _collect(mistakes, partial(_day_range, key))
        parsed = _collect(mistakes, partial(parse_windows, windows, str(key)))
        for day in days or ():
            if week[day] is not None:
                mistakes.append(f"{DAYS[day]} is given twice")
            week[day] = parsed or ()
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return tuple(day or () for day in week)


def parse_overrides(spec: object) -> dict[date, tuple[DayWindow, ...]]:
    """Windows per date; an empty list closes that date."""
    if not isinstance(spec, Mapping):
        raise ValueError(f"overrides is {spec!r}: give dates with their windows")
    return {parse_date(on): parse_windows(windows, str(on)) for on, windows in spec.items()}


def parse_windows(spec: object, where: str) -> tuple[DayWindow, ...]:
    """Sorted, with overlapping or touching windows joined: time can't count twice."""
    return joined(_window(pair, where) for pair in _items(spec))


def joined(windows: Iterable[DayWindow]) -> tuple[DayWindow, ...]:
    """In order, none overlapping or touching another."""
    found: list[DayWindow] = []
    for opens, closes in sorted(windows):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return tuple(found)


def clock_time(seconds: int) -> str:
    """What `parse_windows` reads: "08:30", and "24:00" for the next midnight."""
    hour, rest = divmod(seconds, 3600)
    return f"{hour:02}:{rest // 60:02}" + (f":{rest % 60:02}" if rest % 60 else "")


def parse_zone(name: object) -> ZoneInfo:
    """ValueError for anything but an IANA zone name."""
    try:
        return ZoneInfo(name if isinstance(name, str) else "")
    except (ValueError, OSError, KeyError) as cause:
        raise ValueError(f"time zone {name!r} is unknown: use an IANA name such as 'Europe/Amsterdam'") from cause


def parse_date(on: object) -> date:
    """From a date or "2026-12-25"."""
    if isinstance(on, date) and not isinstance(on, datetime):
        return on
    try:
        return date.fromisoformat(on if isinstance(on, str) else "")
    except ValueError as cause:
        raise ValueError(f"{on!r} is no date: write it as '2026-12-25'") from cause


def _window(pair: object, where: str) -> DayWindow:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise ValueError(f"{where}: {pair!r} is no window: write ['08:30', '17:30']")
    opens, closes = (_clock_time(value, where) for value in pair)
    if opens >= closes:
        raise ValueError(f"{where}: window {pair!r} closes before it opens: split it at midnight ('24:00')")
    return opens, closes


def _clock_time(value: object, where: str) -> int:
    found = _CLOCK_TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{where}: {value!r} is no clock time: write it as '08:30', at most '24:00'")
    if found[1] is None:
        return DAY_SECONDS
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)


def _day_range(key: object) -> range:
    first, _, last = str(key).partition("-")
    last = last or first
    if first not in DAYS or last not in DAYS or DAYS.index(first) > DAYS.index(last):
        raise ValueError(f"{key!r} is no weekday: use {', '.join(DAYS)} or a range such as 'mon-fri'")
    return range(DAYS.index(first), DAYS.index(last) + 1)


def _items(spec: object) -> Iterable[object]:
    if not isinstance(spec, list | tuple | set | frozenset):
        raise ValueError(f"{spec!r} is no list")
    return spec


def _collect(mistakes: list[str], parse: Callable[[], T]) -> T | None:
    try:
        return parse()
    except ValueError as mistake:
        mistakes.append(str(mistake))
        return None
