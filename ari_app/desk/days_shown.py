"""What people see of a date: its hours, why they are so, and who decided it. In Dutch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from ari_app.desk.planning import Terms
from ari_app.desk.proposed_days import ProposedAs, ProposedDay
from ari_app.store.calendar_tables import HolidayRow, PhoneHoursRow, ServiceHoursRow
from sla.calendar import DayWindow, clock_time
from sla.clauses import Clause

BY_HAND = "by hand"
IN_SETTINGS = "meldlijn.toml"
#: Where each kind of hours stands, and the reading of holidays.
_SERVICE, _CALAMITY, _PHONE, _HOLIDAYS = "R-016, R-044", "R-050", "R-075a", "A-08"
DayRow: TypeAlias = HolidayRow | PhoneHoursRow | ServiceHoursRow


@dataclass(frozen=True, slots=True)
class HolidayView:
    """A date that is proposed, approved or both. `kind` None: the library does not name it; `approved_by` None: nobody did."""

    day: date
    name: str
    kind: ProposedAs | None
    source: str
    approved_by: str | None
    approved_at: datetime | None
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class DayView:
    """Local windows of one date as ("08:30", "17:30"), closing time excluded. `why` and `warnings` are Dutch, for people:
    of this date, and of what nobody decided yet."""

    day: date
    service: tuple[tuple[str, str], ...]
    calamity: tuple[tuple[str, str], ...]
    phone: tuple[tuple[str, str], ...]
    why: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    #: Of the windows, and of what `why` and `warnings` name.
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class DayEffect:
    """What hours of its own would make of a date: its windows `before` and `after`, in the form of a DayView. `tickets`: open ones
    with a clock that may run then, whose deadlines are planned anew; `is_outside`: the desk would answer while no clock runs."""

    day: date
    kind: Literal["phone", "service"]
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    tickets: tuple[str, ...]
    is_outside: bool


def holiday_views(
    year: int, proposed: Sequence[ProposedDay], rows: Sequence[HolidayRow], terms: Terms
) -> list[HolidayView]:
    """Those proposed and those that hold, in order of date; `rows` hold."""
    named, approved = {one.day: one for one in proposed}, {row.day: row for row in rows}
    in_force = {day for day in terms.hours.holidays if day.year == year}
    clauses = terms.agreement.clauses_in(_HOLIDAYS)
    return [
        replace(_beside(day, named.get(day), approved.get(day), day in in_force), clauses=clauses)
        for day in sorted({*named, *in_force})
    ]


def day_view(
    day: date, terms: Terms, holiday: HolidayRow | None, own_service: ServiceHoursRow | None, own: PhoneHoursRow | None
) -> DayView:
    """The rows are those that hold for this date; `own` of the phone hours."""
    hours = terms.hours
    service, calamity, phone = (each.calendar.day(day) for each in (hours.service, hours.calamity, hours.phone))
    why: list[str] = []
    if holiday:
        why.append(f"{holiday.name}: {_decided(holiday, terms)}. {_effect(terms)} (A-08).")
    elif day in hours.holidays:
        why.append(f"Feestdag volgens meldlijn.toml. {_effect(terms)} (A-08).")
    if own_service:
        why.append(f"Eigen servicetijden: {own_service.reason}; {_decided(own_service, terms)} (R-044).")
    if own:
        why.append(f"Eigen telefoontijden: {own.reason}; {_decided(own, terms)} (A-17).")
    if not hours.phone_fits_on(day):
        why.append("Let op: telefoontijden vallen buiten de servicetijden (A-17).")
    if service and not phone:
        why.append("De balie neemt niet op: bellers krijgen de voicemail.")
    warnings = hours.warnings_on(day)
    rules = (rule for windows, rule in ((service, _SERVICE), (calamity, _CALAMITY), (phone, _PHONE)) if windows)
    clauses = terms.agreement.clauses_in(*rules, *why, *warnings)
    return DayView(day, in_words(service), in_words(calamity), in_words(phone), tuple(why), warnings, clauses)


def in_words(windows: Iterable[DayWindow]) -> tuple[tuple[str, str], ...]:
    return tuple((clock_time(opens), clock_time(closes)) for opens, closes in windows)


def _beside(day: date, proposed: ProposedDay | None, row: HolidayRow | None, holds: bool) -> HolidayView:
    """A date that holds without a row stands in the settings, which know dates only."""
    kind, name = (proposed.kind, proposed.name) if proposed else (None, "")
    if row:
        return HolidayView(day, row.name, kind, row.source, row.approved_by, row.approved_at)
    source = proposed.source if proposed else IN_SETTINGS
    return HolidayView(day, name, kind, source, IN_SETTINGS if holds else None, None)


def _effect(terms: Terms) -> str:
    chosen = terms.agreement.settings
    desk = "De balie is gesloten" if chosen.holiday_closes_desk else "De balie is open"
    return f"{desk}, de klok {'staat stil' if chosen.holiday_stops_contract_clock else 'loopt door'}"


def _decided(row: DayRow, terms: Terms) -> str:
    return f"goedgekeurd door {row.approved_by} op {row.approved_at.astimezone(terms.agreement.zone):%d-%m-%Y}"
