"""Numbers as people say them, in Dutch: time left, moments, phone numbers. Local time lives here and nowhere deeper."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import phonenumbers

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def duration(seconds: float) -> str:
    """Rounded down to whole minutes, hours never become days: these are service hours. "15 min", "4 u 18"."""
    minutes = int(abs(seconds)) // 60
    if minutes == 0:
        return "minder dan 1 min"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} u {minutes % 60:02d}"


def moment(at: datetime, now: datetime) -> str:
    """Today "15:00", within six days "di 15:00", else "di 3 nov 15:00", in another year "di 3 nov 2025 15:00"."""
    local, today = at.astimezone(AMSTERDAM), now.astimezone(AMSTERDAM).date()
    clock = f"{local:%H:%M}"
    days = (local.date() - today).days
    if days == 0:
        return clock
    if abs(days) <= 6:
        return f"{_DAYS[local.weekday()]} {clock}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year} {clock}"


def day_name(day: date) -> str:
    """For an axis: "di 10-11"."""
    return f"{_DAYS[day.weekday()]} {day.day}-{day.month}"


def plain_day(at: datetime, now: datetime) -> str:
    """In a sentence: "vandaag", "gisteren", "morgen", "di 10 nov"; with the year when it is another one."""
    day, today = at.astimezone(AMSTERDAM).date(), now.astimezone(AMSTERDAM).date()
    near = {-1: "gisteren", 0: "vandaag", 1: "morgen"}.get((day - today).days)
    if near:
        return near
    year = "" if day.year == today.year else f" {day.year}"
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"


def euro(amount: Decimal) -> str:
    """ "€ 1.204,50"."""
    whole = f"{amount:,.2f}"
    return "€ " + whole.translate(str.maketrans(",.", ".,"))


def file_size(size: int) -> str:
    """Of so many bytes: "340 kB", "1,2 MB"."""
    return (
        f"{max(1, round(size / 1024))} kB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB".replace(".", ",")
    )


def full_moment(at: datetime) -> str:
    """Day, date and time: "di 10 nov 2026 08:57"."""
    local = at.astimezone(AMSTERDAM)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year} {local:%H:%M}"


def day(on: date) -> str:
    """Weekday, day and month: "za 14 nov"."""
    return f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"


def month(first: date) -> str:
    """Its short name: "nov"; in January with the year: "jan 2026"."""
    name = _MONTHS[first.month - 1]
    return f"{name} {first.year}" if first.month == 1 else name


def hours(length: timedelta) -> str:
    """Hours with at most one decimal: "18,5 u"."""
    return f"{length.total_seconds() / 3600:.1f}".removesuffix(".0").replace(".", ",") + " u"


def span(starts_at: datetime, ends_at: datetime) -> str:
    """Within one day "za 14 nov, 10:30–12:00", else both ends with their day."""
    begin, end = starts_at.astimezone(AMSTERDAM), ends_at.astimezone(AMSTERDAM)
    if begin.date() == end.date():
        return f"{day(begin.date())}, {begin:%H:%M}–{end:%H:%M}"
    return f"{day(begin.date())} {begin:%H:%M} tot {day(end.date())} {end:%H:%M}"


def local_input(at: datetime) -> str:
    """As a field for date and time wants it: "2026-11-14T10:30"."""
    return f"{at.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}"


def hour(at: datetime) -> str:
    """Under the heading of its day: "08:57"."""
    return f"{at.astimezone(AMSTERDAM):%H:%M}"


def to_the_second(at: datetime) -> str:
    """For the steps of a call: "08:57:12"."""
    return f"{at.astimezone(AMSTERDAM):%H:%M:%S}"


def position(seconds: float) -> str:
    """A place in a recording: "0:07"."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def decimal(value: float) -> str:
    """Two decimals with a comma: "0,86"."""
    return f"{value:.2f}".replace(".", ",")


def phone(number: str | None) -> str:
    """E.164 as a Dutch reader writes it; None means that the caller hid it."""
    if not number:
        return "nummer onbekend"
    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number
    is_dutch = parsed.country_code == 31
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_dutch else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
