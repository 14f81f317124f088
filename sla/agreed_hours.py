"""The three kinds of hours of the agreement: service (R-044), calamity (R-050) and phone (R-075a), with holidays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sla.agreement import Agreement
from sla.calendar import Calendar, DayWindow, parse_overrides
from sla.hours import Hours

#: The list of a year is decided about a quarter before it begins: planned work and rotas need it.
APPROVE_AHEAD = timedelta(days=90)
Window = Literal["phone", "calamity", "service", "closed"]


@dataclass(frozen=True)
class AgreedHours:
    """`extended` is service and calamity hours together. `warnings` are Dutch sentences for the supervisor, about the
    settings; `warnings_on` adds those about the year. `holidays` are the dates that a person approved."""

    service: Hours
    calamity: Hours
    phone: Hours
    extended: Hours
    warnings: tuple[str, ...] = ()
    holidays: frozenset[date] = frozenset()

    def warnings_on(self, today: date) -> tuple[str, ...]:
        """All that a supervisor must see on this local date."""
        doubt = self.holiday_warning(today)
        return (*self.warnings, doubt) if doubt else self.warnings

    def holiday_warning(self, today: date) -> str | None:
        """None when at least one holiday of the coming year is approved (A-08)."""
        year = self.year_to_approve(today)
        if any(day.year == year for day in self.holidays):
            return None
        return f"Voor {year} zijn geen feestdagen goedgekeurd: elke maandag tot en met vrijdag telt mee (A-08)."

    def year_to_approve(self, today: date) -> int:
        """The year whose list must be decided: from 3 October on the next one."""
        return (today + APPROVE_AHEAD).year

    def is_phone_time(self, now: datetime) -> bool:
        """Somebody answers the phone: phone hours, not a holiday that closes the desk (R-075a, A-08)."""
        return self.phone.is_open(now)

    def is_calamity_time(self, now: datetime) -> bool:
        """Only the extra hours of the calamity service, not the service hours (R-050)."""
        return self.calamity.is_open(now)

    def is_service_time(self, now: datetime) -> bool:
        """The clocks of the agreement run (R-044)."""
        return self.service.is_open(now)

    def window_at(self, now: datetime) -> Window:
        """Which script a call gets; the window at the moment of answering governs (A-26)."""
        if self.is_phone_time(now):
            return "phone"
        if self.is_calamity_time(now):
            return "calamity"
        return "service" if self.is_service_time(now) else "closed"


def agreed_hours(
    agreement: Agreement, holidays: Iterable[date] = (), phone_overrides: Mapping[str, object] | None = None
) -> AgreedHours:
    """Holidays are dates that a person approved; what they do is settings `holiday_closes_desk` and
    `holiday_stops_contract_clock` (A-08). `phone_overrides` gives a date its own phone hours, such as
    `{"2026-12-24": [["08:30", "12:00"]]}`. Calamity hours are open on holidays: the agreement names no exception."""
    settings, zone, approved = agreement.settings, agreement.zone, frozenset(holidays)
    stops = approved if settings.holiday_stops_contract_clock else frozenset()
    closes = approved if settings.holiday_closes_desk else frozenset()
    phone_weekly = settings.phone_hours or agreement.service_hours
    return AgreedHours(
        service=Hours(Calendar(zone, agreement.service_hours, stops)),
        calamity=Hours(Calendar(zone, agreement.calamity_hours)),
        phone=Hours(Calendar(zone, phone_weekly, closes, parse_overrides(phone_overrides or {}))),
        extended=Hours(_extended(agreement, stops)),
        warnings=_warnings(agreement, phone_weekly),
        holidays=approved,
    )


def lies_inside(inner: tuple[DayWindow, ...], outer: tuple[DayWindow, ...]) -> bool:
    """Each window of one day within a window of the other: phone hours within service hours (A-17)."""
    return all(any(o[0] <= i[0] and i[1] <= o[1] for o in outer) for i in inner)


def _extended(agreement: Agreement, holidays: frozenset[date]) -> Calendar:
    """A holiday that stops the contract clock leaves the calamity hours of that day."""
    days = zip(agreement.service_hours, agreement.calamity_hours, strict=True)
    weekly = tuple(tuple(sorted((*service, *calamity))) for service, calamity in days)
    on_holidays = {on: agreement.calamity_hours[on.weekday()] for on in holidays}
    return Calendar(agreement.zone, weekly, frozenset(), on_holidays)


def _warnings(agreement: Agreement, phone: tuple[tuple[DayWindow, ...], ...]) -> tuple[str, ...]:
    found: list[str] = []
    if agreement.settings.phone_hours is None:
        found.append("Telefoontijden zijn niet ingesteld: de servicetijden gelden als telefoontijden (A-17, R-075a).")
    outside = [day for day in range(7) if not lies_inside(phone[day], agreement.service_hours[day])]
    if outside:
        names = ", ".join(_DAY_NAMES[day] for day in outside)
        found.append(f"Telefoontijden vallen buiten de servicetijden op {names}: pas phone_hours aan (A-17, R-075b).")
    return tuple(found)


_DAY_NAMES = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
