"""Numbers as people say them in the language of the page: time left, moments, phone numbers. Local time lives here and nowhere deeper."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import phonenumbers

from ari_app.web.languages import DUTCH, _, mark, spoken, translated

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_MARKS = str.maketrans(",.", ".,")

_DAYS = tuple(map(mark, ("ma", "di", "wo", "do", "vr", "za", "zo")))
_MONTHS = tuple(map(mark, ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")))


def duration(seconds: float) -> str:
    """Rounded down to whole minutes, hours never become days: these are service hours. "15 min", "4 u 18"."""
    minutes = int(abs(seconds)) // 60
    if minutes == 0:
        return _("minder dan 1 min")
    if minutes < 60:
        return _("%(minutes)s min", minutes=minutes)
    return _("%(hours)s u %(minutes)s", hours=minutes // 60, minutes=format(minutes % 60, "02d"))


def moment(at: datetime, now: datetime) -> str:
    """Today "15:00", within six days "di 15:00", else "di 3 nov 15:00", in another year "di 3 nov 2025 15:00"."""
    local, today = at.astimezone(AMSTERDAM), now.astimezone(AMSTERDAM).date()
    clock = f"{local:%H:%M}"
    days = (local.date() - today).days
    if days == 0:
        return clock
    if abs(days) <= 6:
        return f"{weekday(local)} {clock}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{weekday(local)} {local.day} {_month_name(local)}{year} {clock}"


def grouped(number: str) -> str:
    """A number as Python writes it, such as "1,204.50", with the marks of the language: "1.204,50"."""
    return number.translate(_MARKS) if spoken() == DUTCH else number


def weekday(day: date) -> str:
    """Its short name: "ma"."""
    return translated(_DAYS[day.weekday()])


def _month_name(day: date) -> str:
    return translated(_MONTHS[day.month - 1])


def day_name(day: date) -> str:
    """For an axis: "di 10-11"."""
    return f"{weekday(day)} {day.day}-{day.month}"


def plain_day(at: datetime, now: datetime) -> str:
    """In a sentence: "vandaag", "gisteren", "morgen", "di 10 nov"; with the year when it is another one."""
    day, today = at.astimezone(AMSTERDAM).date(), now.astimezone(AMSTERDAM).date()
    near = {-1: _("gisteren"), 0: _("vandaag"), 1: _("morgen")}.get((day - today).days)
    if near:
        return near
    year = "" if day.year == today.year else f" {day.year}"
    return f"{weekday(day)} {day.day} {_month_name(day)}{year}"


def euro(amount: Decimal) -> str:
    """ "€ 1.204,50"."""
    return f"€ {grouped(f'{amount:,.2f}')}"


def file_size(size: int) -> str:
    """Of so many bytes: "340 kB", "1,2 MB"."""
    return f"{max(1, round(size / 1024))} kB" if size < 1024 * 1024 else f"{grouped(f'{size / 1024 / 1024:.1f}')} MB"


def full_moment(at: datetime) -> str:
    """Day, date and time: "di 10 nov 2026 08:57"."""
    local = at.astimezone(AMSTERDAM)
    return f"{weekday(local)} {local.day} {_month_name(local)} {local.year} {local:%H:%M}"


def day(on: date) -> str:
    """Weekday, day and month: "za 14 nov"."""
    return f"{weekday(on)} {on.day} {_month_name(on)}"


def date_of(on: date) -> str:
    """Of a contract or a term: "31 dec 2026"."""
    return f"{on.day} {_month_name(on)} {on.year}"


def full_day(on: date) -> str:
    """With its weekday: "do 31 dec 2026"."""
    return f"{weekday(on)} {date_of(on)}"


def month_of(told: str) -> str:
    """ "2026-11" as "nov 2026"."""
    first = date.fromisoformat(f"{told}-01")
    return f"{_month_name(first)} {first.year}"


def month(first: date) -> str:
    """Its short name: "nov"; in January with the year: "jan 2026"."""
    name = _month_name(first)
    return f"{name} {first.year}" if first.month == 1 else name


def month_and_year(first: date) -> str:
    """ "nov 2026" """
    return f"{_month_name(first)} {first.year}"


def hours(length: timedelta) -> str:
    """Hours with at most one decimal: "18,5 u"."""
    told = f"{length.total_seconds() / 3600:.1f}".removesuffix(".0")
    return _("%(hours)s u", hours=grouped(told))


def span(starts_at: datetime, ends_at: datetime) -> str:
    """Within one day "za 14 nov, 10:30–12:00", else both ends with their day."""
    begin, end = starts_at.astimezone(AMSTERDAM), ends_at.astimezone(AMSTERDAM)
    if begin.date() == end.date():
        return f"{day(begin.date())}, {begin:%H:%M}–{end:%H:%M}"
    first, last = (f"{day(at.date())} {at:%H:%M}" for at in (begin, end))
    return _("%(begin)s tot %(end)s", begin=first, end=last)


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
    """Two decimals: "0,86"."""
    return grouped(f"{value:.2f}")


def phone(number: str | None) -> str:
    """E.164 as a Dutch reader writes it; None means that the caller hid it."""
    if not number:
        return _("nummer onbekend")
    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number
    is_dutch = parsed.country_code == 31
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_dutch else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
