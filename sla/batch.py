"""Clock cases as JSON objects: the door for checking the clock against other systems' figures."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sla.calendar import parse_calendar
from sla.clock import ClockEvent, Pause, Reading, Reopen, Resume, SetCalendar, SetTarget, Start, Stop, read_clock
from sla.hours import Hours, epoch_seconds, from_epoch

_MISSING = object()


def run_batch(data: object) -> Iterator[dict[str, object]]:
    """One result per case, in order: `{"id", "due", "met_until", "elapsed_seconds", "breached", "breached_ever"}`.

    Instants are ISO 8601 with the offset of the case's calendar, null where there is none. Without `as_of` a clock is
    read at its last event (for a stopped clock: the same as at the stop). A malformed case gives no result; after the
    good ones a ValueError names every malformed case and field. Malformed calendars stop everything at once."""
    if not isinstance(data, Mapping):
        raise ValueError("the batch is no object: give {'calendars': {...}, 'cases': [...]}")
    calendars = _calendars(data)
    cases = data.get("cases")
    if not isinstance(cases, list):
        raise ValueError("cases: give a list of cases")
    mistakes: list[str] = []
    seen: set[str] = set()
    for number, case in enumerate(cases):
        try:
            yield _Case(case, number, calendars, seen).result()
        except ValueError as mistake:
            mistakes.append(str(mistake))
    if mistakes:
        raise ValueError("\n".join([f"{len(mistakes)} of {len(cases)} cases can't be read:", *mistakes]))


def _calendars(data: Mapping[str, object]) -> dict[str, Hours]:
    specs = data.get("calendars")
    if not isinstance(specs, Mapping) or not specs:
        raise ValueError("calendars: give an object with at least one calendar by name")
    found: dict[str, Hours] = {}
    mistakes: list[str] = []
    for name, spec in specs.items():
        try:
            if not isinstance(spec, Mapping):
                raise ValueError("give an object with tz and weekly")
            found[str(name)] = Hours(parse_calendar(spec))
        except ValueError as mistake:
            mistakes.append(f"calendar {name}: {mistake}")
    if mistakes:
        raise ValueError("\n".join(mistakes))
    return found


class _Case:
    """Reads one case; every ValueError names the case's id and the field."""

    def __init__(self, case: Any, number: int, calendars: dict[str, Hours], seen: set[str]) -> None:
        self.id = f"number {number + 1}"
        if not isinstance(case, Mapping):
            raise self._wrong("case", case, "give an object")
        if not isinstance(case.get("id"), str) or not case["id"]:
            raise self._wrong("id", case.get("id"), "give a text")
        self.id = case["id"]
        if self.id in seen:
            raise self._wrong("id", self.id, "give every case its own id")
        seen.add(self.id)
        self.case: Mapping[str, Any] = case
        self.calendars = calendars

    def result(self) -> dict[str, object]:
        hours = self._calendar("calendar", self.case.get("calendar"))
        target = self._target("target_", self.case, "")
        events = self._events()
        last = max((event.at for event in events), default=0)
        as_of = self.case.get("as_of")
        until = last if as_of is None else self._instant("as_of", as_of)
        try:
            reading = read_clock(events, hours.epoch, target, until)
        except ValueError as cause:
            raise ValueError(f"case {self.id}: {cause}") from cause
        return self._shown(reading, hours.calendar.zone)

    def _shown(self, reading: Reading, zone: ZoneInfo) -> dict[str, object]:
        return {
            "id": self.id,
            "due": _iso(reading.due, zone),
            "met_until": _iso(reading.met_until, zone),
            "elapsed_seconds": reading.elapsed,
            "breached": reading.breached,
            "breached_ever": reading.breached_ever,
        }

    def _events(self) -> list[ClockEvent]:
        events = self.case.get("events")
        if not isinstance(events, list):
            raise self._wrong("events", events, "give a list of events")
        return [self._event(f"events[{i}]", event) for i, event in enumerate(events)]

    def _event(self, field: str, event: Any) -> ClockEvent:
        if not isinstance(event, Mapping):
            raise self._wrong(field, event, "give an object with at and type")
        at = self._instant(f"{field}.at", event.get("at"))
        match event.get("type"):
            case "start":
                return Start(at)
            case "stop":
                return Stop(at)
            case "pause":
                return Pause(at, self._reason(field, event))
            case "resume":
                return Resume(at, self._reason(field, event))
            case "reopen":
                policy = self._choice(field, event, "policy", "reopen", ("continue", "restart"))
                return Reopen(at, restart=policy == "restart")
            case "set_target":
                prefix = "target_" if {"target_hours", "target_seconds"} & set(event) else ""
                return SetTarget(at, self._target(prefix, event, f"{field}."))
            case "set_calendar":
                hours = self._calendar(f"{field}.calendar", event.get("calendar"))
                mode = self._choice(field, event, "mode", "calendar_change", ("retroactive", "forward"))
                return SetCalendar(at, hours.epoch, retroactive=mode == "retroactive")
        known = "start, pause, resume, stop, reopen, set_target or set_calendar"
        raise self._wrong(f"{field}.type", event.get("type"), f"choose {known}")

    def _calendar(self, field: str, name: Any) -> Hours:
        if not isinstance(name, str) or name not in self.calendars:
            raise self._wrong(field, name, f"choose one of {', '.join(self.calendars)}")
        return self.calendars[name]

    def _reason(self, field: str, event: Mapping[str, Any]) -> str:
        reason = event.get("reason")
        if not isinstance(reason, str) or not reason:
            raise self._wrong(f"{field}.reason", reason, "every pause has a reason: give a text")
        return reason

    def _choice(self, field: str, event: Mapping[str, Any], key: str, policy: str, allowed: tuple[str, ...]) -> str:
        """The event's own word, otherwise the case's policy such as "reopen=continue"."""
        word = event.get(key)
        if word is None:
            policies = dict(part.strip().partition("=")[::2] for part in str(self.case.get("policy") or "").split(","))
            word = policies.get(policy)
        if word not in allowed:
            raise self._wrong(f"{field}.{key}", word, f"choose {' or '.join(allowed)}")
        return str(word)

    def _target(self, prefix: str, source: Mapping[str, Any], field: str) -> int | None:
        """From seconds or hours; when both are given they must agree. null = no target."""
        hours_key, seconds_key = f"{prefix}hours", f"{prefix}seconds"
        hours, seconds = source.get(hours_key, _MISSING), source.get(seconds_key, _MISSING)
        if hours is _MISSING and seconds is _MISSING:
            raise self._wrong(f"{field}{hours_key}", None, f"give {hours_key} or {seconds_key}, null for no target")
        targets = [
            self._seconds(f"{field}{key}", value, unit)
            for key, value, unit in ((seconds_key, seconds, 1), (hours_key, hours, 3600))
            if value is not _MISSING
        ]
        if len(targets) == 2 and not _agree(*targets):
            raise self._wrong(f"{field}{seconds_key}", seconds, f"it contradicts {hours_key} = {hours!r}")
        # Hours such as 0.3333 are rounded to whole seconds; exact seconds come first when both are there.
        return None if targets[0] is None else round(targets[0])

    def _seconds(self, field: str, value: Any, unit: int) -> Fraction | None:
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and value == value
        if not is_number or not 0 <= value < 1e9:
            raise self._wrong(field, value, "give a number, 0 or more, or null for no target")
        return Fraction(str(value)) * unit

    def _instant(self, field: str, value: Any) -> int:
        try:
            return epoch_seconds(datetime.fromisoformat(value if isinstance(value, str) else ""))
        except ValueError as cause:
            hint = "give an instant with its offset, such as 2026-03-02T16:00:00+01:00"
            raise self._wrong(field, value, hint) from cause

    def _wrong(self, field: str, value: object, hint: str) -> ValueError:
        return ValueError(f"case {self.id}: {field} is {value!r}: {hint}")


def _agree(seconds: Fraction | None, hours: Fraction | None) -> bool:
    """Within a second: 0.3333 hours may stand for 1200 seconds."""
    if seconds is None or hours is None:
        return seconds is hours
    return abs(seconds - hours) <= 1


def _iso(at: int | None, zone: ZoneInfo) -> str | None:
    return None if at is None else from_epoch(at).astimezone(zone).isoformat()
