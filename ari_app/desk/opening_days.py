"""Holidays and dates with phone hours of their own: approved, revoked and shown. Each decision keeps who and when.

A day that has begun keeps its holiday or its lack of one: clocks have run on it, and what was judged by them stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias, TypeVar

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.proposed_days import ProposedAs, ProposedDay, proposed_days
from ari_app.desk.refusal import Refused, needs
from ari_app.store.calendar_tables import HolidayRow, PhoneHoursRow
from ari_app.store.database import Store
from ari_app.store.tables import SlaClockRow, TicketRow
from sla.agreed_hours import AgreedHours, lies_inside
from sla.calendar import DayWindow, parse_windows
from sla.clauses import Clause
from sla.ticket import TicketState

BY_HAND = "by hand"
IN_SETTINGS = "meldlijn.toml"
#: Where each kind of hours stands, and the reading of holidays.
_SERVICE, _CALAMITY, _PHONE, _HOLIDAYS = "R-016, R-044", "R-050", "R-075a", "A-08"
LAST_DAY_SHOWN = date(2199, 12, 31)
DayKind = Literal["holiday", "phone_hours"]
DayRow: TypeAlias = HolidayRow | PhoneHoursRow
Row = TypeVar("Row", HolidayRow, PhoneHoursRow)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A local date to approve. `source`: who named it."""

    day: date
    name: str
    source: str = BY_HAND


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


class OpeningDays:
    """In all commands `by` must be a supervisor and dates are local. They raise Refused and then change nothing."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock) -> None:
        self._store = store
        self._days = days
        self._clock = clock
        self._zone = days.terms.agreement.zone

    async def approve(self, days: Sequence[Holiday], by: Actor) -> list[date]:
        """Gives the dates that were not approved before, in order; the others stay as they are."""
        who, now = self._decider(by), self._clock.now()
        for holiday in days:
            self._must_be_to_come(holiday.day)
            needs(holiday.name, "de feestdag een naam heeft", "A-08")
        async with self._store.session() as session:
            known = {row.day for row in await _that_hold(session, HolidayRow, date.min, date.max)}
            new = {holiday.day: holiday for holiday in days if holiday.day not in known}
            session.add_all(
                HolidayRow(day=one.day, name=one.name.strip(), source=one.source, approved_by=who, approved_at=now)
                for one in new.values()
            )
            await self._judge_again(session, new, now)
        return sorted(new)

    async def override(self, day: date, windows: Sequence[Sequence[str]], reason: str, by: Actor) -> None:
        """Phone hours of one date, such as `[("08:30", "12:00")]`; none: closed all day. Replaces what held before.

        Raises ValueError for windows that can't be read.
        """
        who, now = self._decider(by), self._clock.now()
        why = needs(reason, "een reden is opgegeven", "A-17")
        parsed = parse_windows([tuple(window) for window in windows], day.isoformat())
        if day < self._today():
            raise Refused(f"Kan voor vandaag en later: {day:%d-%m-%Y} is voorbij", "A-17")
        async with self._store.session() as session:
            _revoke(await _that_hold(session, PhoneHoursRow, day, day), who, now)
            await session.flush()  # the old row makes room before the new one comes
            written = [list(window) for window in _in_words(parsed)]
            session.add(PhoneHoursRow(day=day, windows=written, reason=why, approved_by=who, approved_at=now))

    async def revoke(self, day: date, by: Actor, only: DayKind | None = None) -> list[str]:
        """Takes back what was approved for a date and gives it in words. The rows stay, with who and when."""
        who, now = self._decider(by), self._clock.now()
        async with self._store.session() as session:
            await self._days.read(session)
            holidays = [] if only == "phone_hours" else await _that_hold(session, HolidayRow, day, day)
            phone = [] if only == "holiday" else await _that_hold(session, PhoneHoursRow, day, day)
            if holidays:
                self._must_be_to_come(day)
            if not holidays and not phone:
                raise Refused(self._nothing_on(day), "A-08")
            _revoke([*holidays, *phone], who, now)
            await self._judge_again(session, [row.day for row in holidays], now)
        return [f"feestdag {row.name}" for row in holidays] + [f"telefoontijden ({row.reason})" for row in phone]

    async def proposal(self, year: int) -> list[HolidayView]:
        """What the library names for a year beside what was approved, in order of date. Raises ValueError for its year."""
        proposed = {one.day: one for one in proposed_days(year)}
        async with self._store.reading() as session:
            terms = await self._days.read(session)
            rows = await _that_hold(session, HolidayRow, date(year, 1, 1), date(year, 12, 31))
        approved = {row.day: row for row in rows}
        in_force = {day for day in terms.hours.holidays if day.year == year}
        clauses = terms.agreement.clauses_in(_HOLIDAYS)
        return [
            replace(_beside(day, proposed.get(day), approved.get(day), day in in_force), clauses=clauses)
            for day in sorted({*proposed, *in_force})
        ]

    async def hours(self) -> AgreedHours:
        """The agreed hours as they are now."""
        async with self._store.reading() as session:
            return (await self._days.read(session)).hours

    async def in_force(self) -> AgreedHours:
        """The hours with all days that are approved."""
        async with self._store.reading() as session:
            return (await self._days.read(session)).hours

    async def show(self, first: date | None = None, days: int = 14) -> list[DayView]:
        """Every date from `first` (None: today) on, with its hours and why they are so."""
        begin = first or self._today()
        if not date(1971, 1, 1) <= begin <= LAST_DAY_SHOWN - timedelta(days=days):
            raise ValueError(f"{begin} is too far away: choose a date from 1971 to 2199")
        dates = [begin + timedelta(days=number) for number in range(days)]
        async with self._store.reading() as session:
            await self._days.read(session)
            holidays = {row.day: row for row in await _that_hold(session, HolidayRow, dates[0], dates[-1])}
            phone = {row.day: row for row in await _that_hold(session, PhoneHoursRow, dates[0], dates[-1])}
        return [self._view(day, holidays.get(day), phone.get(day)) for day in dates]

    def _view(self, day: date, holiday: HolidayRow | None, own: PhoneHoursRow | None) -> DayView:
        hours = self._days.hours
        service, calamity, phone = (each.calendar.day(day) for each in (hours.service, hours.calamity, hours.phone))
        why: list[str] = []
        if holiday:
            why.append(f"{holiday.name}: {self._decided(holiday)}. {self._effect()} (A-08).")
        elif day in hours.holidays:
            why.append(f"Feestdag volgens meldlijn.toml. {self._effect()} (A-08).")
        if own:
            why.append(f"Eigen telefoontijden: {own.reason}; {self._decided(own)} (A-17).")
        if own and not lies_inside(phone, service):
            why.append("Let op: telefoontijden vallen buiten de servicetijden (A-17).")
        if service and not phone:
            why.append("De balie neemt niet op: bellers krijgen de voicemail.")
        warnings = hours.warnings_on(day)
        rules = (rule for windows, rule in ((service, _SERVICE), (calamity, _CALAMITY), (phone, _PHONE)) if windows)
        clauses = self._days.terms.agreement.clauses_in(*rules, *why, *warnings)
        return DayView(day, _in_words(service), _in_words(calamity), _in_words(phone), tuple(why), warnings, clauses)

    def _effect(self) -> str:
        chosen = self._days.terms.agreement.settings
        desk = "De balie is gesloten" if chosen.holiday_closes_desk else "De balie is open"
        return f"{desk}, de klok {'staat stil' if chosen.holiday_stops_contract_clock else 'loopt door'}"

    def _decided(self, row: DayRow) -> str:
        return f"goedgekeurd door {row.approved_by} op {row.approved_at.astimezone(self._zone):%d-%m-%Y}"

    def _decider(self, by: Actor) -> str:
        by.must_supervise("A-08")
        return needs(by.name, "bekend is wie dit beslist", "A-08")

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _must_be_to_come(self, day: date) -> None:
        if day <= self._today():
            raise Refused(
                f"Kan alleen voor een dag die nog moet beginnen: op {day:%d-%m-%Y} liepen al klokken. "
                "Sluit de balie van vandaag met eigen telefoontijden",
                "A-08",
            )

    def _nothing_on(self, day: date) -> str:
        if day in self._days.hours.holidays:
            return f"Haal {day.isoformat()} weg uit holidays in meldlijn.toml: daar staat deze feestdag"
        return f"Voor {day:%d-%m-%Y} is niets goedgekeurd dat kan worden ingetrokken"

    async def _judge_again(self, session: AsyncSession, days: Iterable[date], now: datetime) -> None:
        """Open tickets with a clock that ends on or after the first of these days: the watch looks at them at once.

        Phone hours change no clock, and neither does a holiday that only closes the desk.
        """
        first, terms = min(days, default=None), self._days.terms
        versions = [terms.agreement, *(version.agreement for version in terms.older.values())]
        if first is None or not any(version.settings.holiday_stops_contract_clock for version in versions):
            return
        begins = datetime.combine(first, time(), self._zone).astimezone(UTC)
        touched = select(SlaClockRow.ticket_id).where(
            col(SlaClockRow.due_at) >= begins, col(SlaClockRow.stopped_at).is_(None)
        )
        is_open = col(TicketRow.state).not_in((TicketState.RESOLVED, TicketState.CLOSED))
        looks = update(TicketRow).where(is_open, col(TicketRow.id).in_(touched)).values(next_look_at=now)
        await session.exec(looks.execution_options(synchronize_session=False))


def _beside(day: date, proposed: ProposedDay | None, row: HolidayRow | None, holds: bool) -> HolidayView:
    """A date that holds without a row stands in the settings, which know dates only."""
    kind, name = (proposed.kind, proposed.name) if proposed else (None, "")
    if row:
        return HolidayView(day, row.name, kind, row.source, row.approved_by, row.approved_at)
    source = proposed.source if proposed else IN_SETTINGS
    return HolidayView(day, name, kind, source, IN_SETTINGS if holds else None, None)


async def _that_hold(session: AsyncSession, table: type[Row], first: date, last: date) -> list[Row]:
    """Of these dates, the last one included, in order."""
    days = select(table).where(col(table.revoked_at).is_(None), col(table.day).between(first, last))
    return list((await session.exec(days.order_by(col(table.day)))).all())


def _revoke(rows: Iterable[DayRow], who: str, now: datetime) -> None:
    for row in rows:
        row.revoked_at, row.revoked_by = now, who


def _in_words(windows: Iterable[DayWindow]) -> tuple[tuple[str, str], ...]:
    return tuple((_clock_time(opens), _clock_time(closes)) for opens, closes in windows)


def _clock_time(seconds: int) -> str:
    """What `parse_windows` reads: "08:30", and "24:00" for the next midnight."""
    hour, rest = divmod(seconds, 3600)
    return f"{hour:02}:{rest // 60:02}" + (f":{rest % 60:02}" if rest % 60 else "")
