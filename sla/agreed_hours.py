"""The three kinds of hours of the agreement: service (R-044), calamity (R-050) and phone (R-075a), with holidays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from sla.agreement import Agreement
from sla.calendar import Calendar, DayWindow, joined, parse_overrides
from sla.hours import Hours

#: The list of a year is decided about a quarter before it begins: planned work and rotas need it.
APPROVE_AHEAD = timedelta(days=90)
Window = Literal["phone", "calamity", "service", "closed"]


@dataclass(frozen=True, slots=True)
class OwnHours:
    """Service hours that a person gave one date, in place of those of its weekday; no windows: none that day (R-044).
    `reason` and `approved_by` are told with every clock that ran by them."""

    windows: tuple[DayWindow, ...]
    reason: str
    approved_by: str


@dataclass(frozen=True)
class AgreedHours:
    """`extended` is service and calamity hours together. `warnings` are Dutch sentences for the supervisor, about the
    settings; `warnings_on` adds those about dates. `holidays` are the dates that a person approved, `own_service` those
    with service hours of their own."""

    service: Hours
    calamity: Hours
    phone: Hours
    extended: Hours
    warnings: tuple[str, ...] = ()
    holidays: frozenset[date] = frozenset()
    own_service: Mapping[date, OwnHours] = field(default_factory=dict)

    def warnings_on(self, today: date) -> tuple[str, ...]:
        """All that a supervisor must see on this local date."""
        doubts = (self.own_hours_warning(today), self.holiday_warning(today))
        return (*self.warnings, *(doubt for doubt in doubts if doubt))

    def own_hours_warning(self, today: date) -> str | None:
        """None when phone hours lie within service hours on each date from `today` on that has hours of its own (A-17)."""
        own = sorted({*self.own_service, *(self.phone.calendar.overrides or {})})
        outside = [day for day in own if day >= today and not self.phone_fits_on(day)]
        if not outside:
            return None
        days = ", ".join(f"{day:%d-%m-%Y}" for day in outside)
        return f"Telefoontijden vallen buiten de servicetijden op {days}: pas de tijden van die dag aan (A-17, R-075b)."

    def phone_fits_on(self, day: date) -> bool:
        """Whether phone hours lie within service hours on this local date (A-17)."""
        return lies_inside(self.phone.calendar.day(day), self.service.calendar.day(day))

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
    agreement: Agreement,
    holidays: Iterable[date] = (),
    phone_overrides: Mapping[str, object] | None = None,
    own_service: Mapping[date, OwnHours] | None = None,
) -> AgreedHours:
    """Holidays are dates that a person approved; what they do is settings `holiday_closes_desk` and
    `holiday_stops_contract_clock` (A-08). `phone_overrides` gives a date its own phone hours, such as
    `{"2026-12-24": [["08:30", "12:00"]]}`, `own_service` its own service hours; both win from weekday and holiday, and
    neither changes the other. Calamity hours are open on holidays: the agreement names no exception."""
    settings, zone, approved = agreement.settings, agreement.zone, frozenset(holidays)
    stops = approved if settings.holiday_stops_contract_clock else frozenset()
    closes = approved if settings.holiday_closes_desk else frozenset()
    phone_weekly = settings.phone_hours or agreement.service_hours
    own = own_service or {}
    windows = {day: one.windows for day, one in own.items()}
    return AgreedHours(
        service=Hours(Calendar(zone, agreement.service_hours, stops, windows)),
        calamity=Hours(Calendar(zone, agreement.calamity_hours)),
        phone=Hours(Calendar(zone, phone_weekly, closes, parse_overrides(phone_overrides or {}))),
        extended=Hours(_extended(agreement, stops, windows)),
        warnings=_warnings(agreement, phone_weekly),
        holidays=approved,
        own_service=own,
    )


def lies_inside(inner: tuple[DayWindow, ...], outer: tuple[DayWindow, ...]) -> bool:
    """Each window of one day within a window of the other: phone hours within service hours (A-17)."""
    return all(any(o[0] <= i[0] and i[1] <= o[1] for o in outer) for i in inner)


def _extended(agreement: Agreement, holidays: frozenset[date], own: Mapping[date, tuple[DayWindow, ...]]) -> Calendar:
    """A holiday that stops the contract clock leaves the calamity hours of that day; hours of its own come beside them."""
    days = zip(agreement.service_hours, agreement.calamity_hours, strict=True)
    weekly = tuple(joined((*service, *calamity)) for service, calamity in days)
    changed: dict[date, tuple[DayWindow, ...]] = {**dict.fromkeys(holidays, ()), **own}
    with_calamity = {on: joined((*found, *agreement.calamity_hours[on.weekday()])) for on, found in changed.items()}
    return Calendar(agreement.zone, weekly, frozenset(), with_calamity)


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
