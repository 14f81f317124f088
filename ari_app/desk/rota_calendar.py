"""The rota as a calendar file (iCalendar, RFC 5545), and shifts from such a file. No phone number goes out or comes in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event
from icalendar.error import InvalidCalendar

from routing.rota import Duty

LARGEST_FILE = 1024 * 1024
MOST_SHIFTS = 2000
_SUMMARY = re.compile(r"(?:dienst\s+(?P<position>\d)\s*:\s*)?(?P<name>\S.*)", re.IGNORECASE | re.DOTALL)


class CalendarMistakes(ValueError):
    """The file can't be taken in; the message has a line for each event with what is wrong with it."""


@dataclass(frozen=True, slots=True)
class ShiftInFile:
    """As the file names it; the instants are aware UTC."""

    name: str
    position: int
    starts_at: datetime
    ends_at: datetime


def to_calendar(shifts: Iterable[Duty], now: datetime, name: str = "Rooster Meldlijn") -> bytes:
    """What calendar programs subscribe to. An event keeps its UID as long as its shift keeps start, position and engineer."""
    calendar = Calendar()
    calendar.add("prodid", "-//Meldlijn//Rooster//NL")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    for shift in shifts:
        event = Event()
        event.add("uid", f"{shift.starts_at:%Y%m%dT%H%M%SZ}-{shift.position}-{shift.engineer.id}@meldlijn")
        event.add("dtstamp", now)
        event.add("dtstart", shift.starts_at)
        event.add("dtend", shift.ends_at)
        event.add("summary", f"Dienst {shift.position}: {shift.engineer.name}")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def from_calendar(file: bytes, zone: ZoneInfo) -> list[ShiftInFile]:
    """Each event is a shift: the summary is the engineer's name, with "Dienst 2: " before it for another position than 1.

    A time without zone, and a whole day, is local to `zone`; cancelled events are left out. Raises CalendarMistakes.
    """
    if len(file) > LARGEST_FILE:
        raise CalendarMistakes(f"the file has {len(file)} bytes: at most {LARGEST_FILE}. Export a shorter period.")
    try:
        calendar = Calendar.from_ical(file)
    except (ValueError, InvalidCalendar, IndexError, KeyError) as broken:
        raise CalendarMistakes(f"this is no calendar file: {broken}. Export it as iCalendar (.ics).") from broken
    events = [event for event in calendar.walk("VEVENT") if str(event.get("STATUS", "")).upper() != "CANCELLED"]
    if not events or len(events) > MOST_SHIFTS:
        raise CalendarMistakes(f"the file has {len(events)} events: give 1 to {MOST_SHIFTS}.")
    shifts, mistakes = [], []
    for number, event in enumerate(events, 1):
        try:
            shifts.append(_shift(event, zone))
        except ValueError as mistake:
            mistakes.append(f"event {number} ({str(event.get('SUMMARY', 'no summary'))[:60]!r}): {mistake}")
    mistakes += _overlaps(shifts, zone)
    if mistakes:
        raise CalendarMistakes("nothing was imported.\n" + "\n".join(mistakes))
    return shifts


def _shift(event: Component, zone: ZoneInfo) -> ShiftInFile:
    if event.errors:
        raise ValueError("; ".join(f"{name} can't be read ({why})" for name, why in event.errors))
    if any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
        raise ValueError("it repeats: export each shift as an event of its own")
    said = _SUMMARY.fullmatch(str(event.get("SUMMARY", "")).strip())
    if said is None:
        raise ValueError("it has no summary: write the engineer's name, or `Dienst 2: ` and the name")
    if "DTSTART" not in event or not ("DTEND" in event or "DURATION" in event):
        raise ValueError("it has no beginning or no end: give DTSTART and DTEND")
    begin = _instant(event["DTSTART"], zone)
    end = _instant(event["DTEND"], zone) if "DTEND" in event else begin + _length(event)
    if end <= begin:
        raise ValueError(f"it ends at {end:%Y-%m-%d %H:%M} UTC, not after its beginning")
    return ShiftInFile(said["name"].strip(), int(said["position"] or 1), begin, end)


def _length(event: Component) -> timedelta:
    length = getattr(event["DURATION"], "dt", None)
    if not isinstance(length, timedelta):
        raise ValueError("its DURATION is no length of time")
    return length


def _instant(moment: object, zone: ZoneInfo) -> datetime:
    value, named = getattr(moment, "dt", None), getattr(moment, "params", {}).get("TZID")
    if isinstance(value, datetime):
        if value.tzinfo is None and named:
            raise ValueError(f"its time zone {named!r} is unknown: use a name such as Europe/Amsterdam")
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone).astimezone(UTC)
    raise ValueError(f"{value!r} is no date and no time")


def _overlaps(shifts: Iterable[ShiftInFile], zone: ZoneInfo) -> list[str]:
    in_order = sorted(shifts, key=lambda shift: (shift.position, shift.starts_at))
    return [
        f"{one.name} and {other.name} both have position {one.position} at {other.starts_at.astimezone(zone):%Y-%m-%d %H:%M}: "
        "shorten one of them"
        for one, other in pairwise(in_order)
        if one.position == other.position and other.starts_at < one.ends_at and one != other
    ]
