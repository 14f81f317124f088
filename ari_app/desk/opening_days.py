"""Holidays, and dates with service or phone hours of their own: approved, revoked and shown. Each decision keeps who and when.

A day that has begun keeps its holiday, its service hours, or its lack of them: clocks have run on it, and what was judged
by them stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeVar

from sqlmodel import and_, col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk.actor import Actor
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.days_shown import BY_HAND, DayEffect, DayRow, DayView, HolidayView, day_view, holiday_views, in_words
from ari_app.desk.numbers import ticket_number
from ari_app.desk.proposed_days import proposed_days
from ari_app.desk.refusal import Refused, needs
from ari_app.store.calendar_tables import HolidayRow, PhoneHoursRow, ServiceHoursRow
from ari_app.store.database import Store
from ari_app.store.tables import SlaClockRow, TicketRow
from sla.agreed_hours import AgreedHours
from sla.calendar import DayWindow, joined, parse_windows
from sla.ticket import TicketState

LAST_DAY_SHOWN = date(2199, 12, 31)
DayKind = Literal["holiday", "phone_hours", "service_hours"]
Row = TypeVar("Row", HolidayRow, PhoneHoursRow, ServiceHoursRow)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A local date to approve. `source`: who named it."""

    day: date
    name: str
    source: str = BY_HAND


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
            self._must_be_to_come(holiday.day, "A-08")
            needs(holiday.name, "de feestdag een naam heeft", "A-08")
        async with self._store.session() as session:
            known = {row.day for row in await _that_hold(session, HolidayRow, date.min, date.max)}
            new = {holiday.day: holiday for holiday in days if holiday.day not in known}
            session.add_all(
                HolidayRow(day=one.day, name=one.name.strip(), source=one.source, approved_by=who, approved_at=now)
                for one in new.values()
            )
            await self._judge_again_for(session, new, now)
        return sorted(new)

    async def override(self, day: date, windows: Sequence[Sequence[str]], reason: str, by: Actor) -> None:
        """Phone hours of one date, such as `[("08:30", "12:00")]`; none: closed all day. Replaces what held before.

        Raises ValueError for windows that can't be read.
        """
        who, now = self._decider(by), self._clock.now()
        why, parsed = needs(reason, "een reden is opgegeven", "A-17"), _parsed(windows, day)
        if day < self._today():
            raise Refused(f"Kan voor vandaag en later: {day:%d-%m-%Y} is voorbij", "A-17")
        async with self._store.session() as session:
            await _make_room(session, PhoneHoursRow, day, who, now)
            written = _written(parsed)
            session.add(PhoneHoursRow(day=day, windows=written, reason=why, approved_by=who, approved_at=now))

    async def override_service(self, day: date, windows: Sequence[Sequence[str]], reason: str, by: Actor) -> None:
        """Service hours of one date that is still to come, in the same form: clocks run in them, and in nothing else that
        day. Phone hours stay as they are.

        Raises ValueError for windows that can't be read.
        """
        who, now = self._decider(by), self._clock.now()
        why, parsed = needs(reason, "een reden is opgegeven", "R-044"), _parsed(windows, day)
        self._must_be_to_come(day, "R-044")
        async with self._store.session() as session:
            await _make_room(session, ServiceHoursRow, day, who, now)
            written = _written(parsed)
            session.add(ServiceHoursRow(day=day, windows=written, reason=why, approved_by=who, approved_at=now))
            await self._judge_again(session, day, now)

    async def effect(self, day: date, windows: Sequence[Sequence[str]], kind: Literal["phone", "service"]) -> DayEffect:
        """What `override` or `override_service` would change. Saves nothing; raises as they do."""
        parsed = _parsed(windows, day)
        if kind == "service":
            self._must_be_to_come(day, "R-044")
        elif day < self._today():
            raise Refused(f"Kan voor vandaag en later: {day:%d-%m-%Y} is voorbij", "A-17")
        (shown,) = await self.show(day, 1)
        service = parsed if kind == "service" else _parsed(shown.service, day)
        phone = parsed if kind == "phone" else _parsed(shown.phone, day)
        async with self._store.reading() as session:
            ids = (await session.exec(self._open_with_a_clock_on(day))).all() if kind == "service" else []
        return DayEffect(
            day=day,
            kind=kind,
            before=shown.service if kind == "service" else shown.phone,
            after=in_words(parsed),
            tickets=tuple(ticket_number(one) for one in ids),
            is_outside=joined([*service, *phone]) != service,
        )

    async def revoke(self, day: date, by: Actor, only: DayKind | None = None) -> list[str]:
        """Takes back what was approved for a date and gives it in words. The rows stay, with who and when."""
        who, now = self._decider(by), self._clock.now()
        async with self._store.session() as session:
            await self._days.read(session)
            holidays = await _that_hold(session, HolidayRow, day, day) if only in {None, "holiday"} else []
            service = await _that_hold(session, ServiceHoursRow, day, day) if only in {None, "service_hours"} else []
            phone = await _that_hold(session, PhoneHoursRow, day, day) if only in {None, "phone_hours"} else []
            if holidays or service:
                self._must_be_to_come(day, "A-08" if holidays else "R-044")
            if not holidays and not service and not phone:
                raise Refused(self._nothing_on(day), "A-08")
            _revoke([*holidays, *service, *phone], who, now)
            await self._judge_again_for(session, [row.day for row in holidays], now)
            if service:
                await self._judge_again(session, day, now)
        return [
            *(f"feestdag {row.name}" for row in holidays),
            *(f"servicetijden ({row.reason})" for row in service),
            *(f"telefoontijden ({row.reason})" for row in phone),
        ]

    async def proposal(self, year: int) -> list[HolidayView]:
        """What the library names for a year beside what was approved, in order of date. Raises ValueError for its year."""
        proposed = proposed_days(year)
        async with self._store.reading() as session:
            terms = await self._days.read(session)
            rows = await _that_hold(session, HolidayRow, date(year, 1, 1), date(year, 12, 31))
        return holiday_views(year, proposed, rows, terms)

    async def hours(self) -> AgreedHours:
        """The agreed hours as they are now, with all days that are approved."""
        async with self._store.reading() as session:
            return (await self._days.read(session)).hours

    async def show(self, first: date | None = None, days: int = 14, settings: Settings | None = None) -> list[DayView]:
        """Every date from `first` (None: today) on, with its hours and why they are so; under other `settings` than the line
        runs with, to see what they would change. Raises ConfigurationError when those can't be used."""
        begin = first or self._today()
        if not date(1971, 1, 1) <= begin <= LAST_DAY_SHOWN - timedelta(days=days):
            raise ValueError(f"{begin} is too far away: choose a date from 1971 to 2199")
        dates = [begin + timedelta(days=number) for number in range(days)]
        in_force = self._days if settings is None else DaysInForce(settings)
        async with self._store.reading() as session:
            terms = await in_force.read(session)
            holidays = {row.day: row for row in await _that_hold(session, HolidayRow, dates[0], dates[-1])}
            service = {row.day: row for row in await _that_hold(session, ServiceHoursRow, dates[0], dates[-1])}
            phone = {row.day: row for row in await _that_hold(session, PhoneHoursRow, dates[0], dates[-1])}
        return [day_view(day, terms, holidays.get(day), service.get(day), phone.get(day)) for day in dates]

    def _decider(self, by: Actor) -> str:
        by.must_supervise("A-08")
        return needs(by.name, "bekend is wie dit beslist", "A-08")

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _must_be_to_come(self, day: date, rule: str) -> None:
        if day <= self._today():
            raise Refused(
                f"Kan alleen voor een dag die nog moet beginnen: op {day:%d-%m-%Y} liepen al klokken. "
                "Sluit de balie van vandaag met eigen telefoontijden",
                rule,
            )

    def _nothing_on(self, day: date) -> str:
        if day in self._days.hours.holidays:
            return f"Haal {day.isoformat()} weg uit holidays in meldlijn.toml: daar staat deze feestdag"
        return f"Voor {day:%d-%m-%Y} is niets goedgekeurd dat kan worden ingetrokken"

    async def _judge_again_for(self, session: AsyncSession, holidays: Iterable[date], now: datetime) -> None:
        """A holiday that only closes the desk changes no clock."""
        first, terms = min(holidays, default=None), self._days.terms
        versions = [terms.agreement, *(version.agreement for version in terms.older.values())]
        if first is not None and any(version.settings.holiday_stops_contract_clock for version in versions):
            await self._judge_again(session, first, now)

    async def _judge_again(self, session: AsyncSession, first: date, now: datetime) -> None:
        """Open tickets with a clock that may end on or after this day: the watch looks at them at once. A paused clock
        has no end, but its arithmetic names one."""
        looks = update(TicketRow).where(col(TicketRow.id).in_(self._open_with_a_clock_on(first)))
        await session.exec(looks.values(next_look_at=now).execution_options(synchronize_session=False))

    def _open_with_a_clock_on(self, first: date) -> SelectOfScalar[int] | SelectOfScalar[None]:
        """Their ids, in order."""
        begins = datetime.combine(first, time(), self._zone).astimezone(UTC)
        may_end_then = or_(
            col(SlaClockRow.met_until) >= begins,
            and_(col(SlaClockRow.met_until).is_(None), col(SlaClockRow.state) == "paused"),
        )
        touched = select(SlaClockRow.ticket_id).where(may_end_then, col(SlaClockRow.stopped_at).is_(None))
        is_open = col(TicketRow.state).not_in((TicketState.RESOLVED, TicketState.CLOSED))
        return select(TicketRow.id).where(is_open, col(TicketRow.id).in_(touched)).order_by(col(TicketRow.id))


async def _that_hold(session: AsyncSession, table: type[Row], first: date, last: date) -> list[Row]:
    """Of these dates, the last one included, in order."""
    days = select(table).where(col(table.revoked_at).is_(None), col(table.day).between(first, last))
    return list((await session.exec(days.order_by(col(table.day)))).all())


async def _make_room(session: AsyncSession, table: type[Row], day: date, who: str, now: datetime) -> None:
    """What held for a date ends before the new row comes: an index allows one."""
    _revoke(await _that_hold(session, table, day, day), who, now)
    await session.flush()


def _revoke(rows: Iterable[DayRow], who: str, now: datetime) -> None:
    for row in rows:
        row.revoked_at, row.revoked_by = now, who


def _parsed(windows: Sequence[Sequence[str]], day: date) -> tuple[DayWindow, ...]:
    return parse_windows([tuple(window) for window in windows], day.isoformat())


def _written(windows: Iterable[DayWindow]) -> list[list[str]]:
    return [list(window) for window in in_words(windows)]
