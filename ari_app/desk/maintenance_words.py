"""A notice of planned maintenance with its five items (R-106), and how it is said and written. Dutch; pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """The five items (R-106): contact person, time frame, expected duration, services, reason. No `customers`: those who
    have one of the services, or everybody when nobody does."""

    contact: str
    starts_at: datetime
    ends_at: datetime
    expected_minutes: int
    services: tuple[str, ...]
    reason: str
    customers: tuple[int, ...] = ()


def in_words(notice: Notice, zone: ZoneInfo) -> str:
    """All five items in a few spoken sentences."""
    return (
        f"Op {_frame(notice, zone)} is er gepland onderhoud aan {_services(notice)}. "
        f"Het werk duurt naar verwachting {notice.expected_minutes} minuten. Reden: {notice.reason.rstrip('.')}. "
        f"Vragen? {notice.contact}."
    )


def as_mail(notice: Notice, zone: ZoneInfo) -> tuple[str, str]:
    """Subject and text."""
    day = _day(notice.starts_at.astimezone(zone))
    text = (
        f"Beste klant,\n\nOp {_frame(notice, zone)} doen wij gepland onderhoud.\n\n"
        f"Diensten: {_services(notice)}\n"
        f"Tijdvak: {_frame(notice, zone)}\n"
        f"Verwachte duur: {notice.expected_minutes} minuten\n"
        f"Reden: {notice.reason}\n"
        f"Contactpersoon: {notice.contact}\n\n"
        "In dit tijdvak kunnen deze diensten geheel of gedeeltelijk niet beschikbaar zijn."
    )
    return f"Gepland onderhoud op {day}: {_services(notice)}", text


def as_cancellation(notice: Notice, zone: ZoneInfo, why: str) -> tuple[str, str]:
    """Subject and text, for who got the notice."""
    text = (
        f"Beste klant,\n\nHet onderhoud aan {_services(notice)} op {_frame(notice, zone)}, waarover wij je mailden, gaat "
        f"niet door.\n\nReden: {why}\nContactpersoon: {notice.contact}"
    )
    return f"Gaat niet door: onderhoud op {_day(notice.starts_at.astimezone(zone))}", text


def _frame(notice: Notice, zone: ZoneInfo) -> str:
    begin, end = notice.starts_at.astimezone(zone), notice.ends_at.astimezone(zone)
    until = f"{end:%H:%M}" if end.date() == begin.date() else f"{_day(end)} {end:%H:%M}"
    return f"{_day(begin)} van {begin:%H:%M} tot {until}"


def _services(notice: Notice) -> str:
    return " en ".join((", ".join(notice.services[:-1]), notice.services[-1])).removeprefix(" en ")


def _day(at: datetime) -> str:
    return f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]}"
