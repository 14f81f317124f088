"""The arithmetic of a clock in Dutch, line by line, for the people who have to believe it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sla.agreed_hours import OwnHours
from sla.agreement import Level, Promise
from sla.calendar import clock_time
from sla.hours import from_epoch
from sla.terms import Category

_DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_DUTCH_MARKS = str.maketrans(".,", ",.")
_DATED_BEYOND = timedelta(days=6)
_SHOWN = 6


def window_lines(windows: Sequence[tuple[int, int]], zone: ZoneInfo) -> tuple[str, ...]:
    """ "ma 16:00-17:30 = 1 u 30" for each window of epoch seconds; beyond six days with the date; a long row is
    shortened in the middle with the sum of what is left out."""
    if not windows:
        return ()
    is_long = timedelta(seconds=windows[-1][1] - windows[0][0]) > _DATED_BEYOND
    if len(windows) <= _SHOWN + 1:
        return tuple(_window(window, zone, is_long) for window in windows)
    half = _SHOWN // 2
    hidden = windows[half:-half]
    rest = f"... {len(hidden)} vensters = {spoken(sum(closes - opens for opens, closes in hidden))}"
    shown = [_window(window, zone, is_long) for window in (*windows[:half], *windows[-half:])]
    return (*shown[:half], rest, *shown[half:])


def spoken(seconds: int) -> str:
    """ "1 u 30", "45 min" or "8 u"; seconds only where they matter: "15 min 01 s"."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    tail = f" {left:02d} s" if left else ""
    if not hours:
        return f"{minutes} min{tail}"
    return f"{hours} u{f' {minutes:02d}' if minutes or left else ''}{tail}"


def promise_line(level: Level, category: Category | None, promise: Promise) -> str:
    """ "Premium, CAT I, R-013": which cell of the table."""
    name = level.name.removeprefix("SLA VOIP ")
    return ", ".join([name, *([f"CAT {category}"] if category else []), promise.source.rule])


def own_hours_line(day: date, own: OwnHours) -> str:
    """ "Andere servicetijden op do 24-12-2026: 08:30-12:00, Kerstavond; goedgekeurd door Fenna Fictief (R-044)." """
    on = f"{_DAYS[day.weekday()]} {day:%d-%m-%Y}"
    windows = " en ".join(f"{clock_time(opens)}-{clock_time(closes)}" for opens, closes in own.windows)
    what = f"Andere servicetijden op {on}: {windows}, " if windows else f"Geen servicetijd op {on}: "
    return f"{what}{own.reason}; goedgekeurd door {own.approved_by} (R-044)."


def moment(at: int, zone: ZoneInfo) -> str:
    """ "di 03-03-2026 15:00" in local time."""
    local = from_epoch(at).astimezone(zone)
    return f"{_DAYS[local.weekday()]} {local:%d-%m-%Y %H:%M}{f':{local:%S}' if local.second else ''}"


def _window(window: tuple[int, int], zone: ZoneInfo, is_dated: bool) -> str:
    opens, closes = (from_epoch(edge).astimezone(zone) for edge in window)
    day = f"{_DAYS[opens.weekday()]} {opens:%d-%m} " if is_dated else f"{_DAYS[opens.weekday()]} "
    end = "24:00" if closes.date() > opens.date() and _time(closes) == "00:00" else _time(closes)
    return f"{day}{_time(opens)}-{end} = {spoken(window[1] - window[0])}"


def _time(local: datetime) -> str:
    text = f"{local.hour:02d}:{local.minute:02d}"
    return f"{text}:{local.second:02d}" if local.second else text


def in_euro(amount: Decimal) -> str:
    """In Dutch: "€ 1.204,50"."""
    return f"€ {amount:,.2f}".translate(_DUTCH_MARKS)
