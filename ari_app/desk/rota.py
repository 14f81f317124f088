"""The rota: patterns, overrides and phones of engineers, each change with who made it and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.rota_calendar import to_calendar
from ari_app.desk.rota_reading import RULE, at_work, engineer_named, engineers_on_duty, read_duties, read_engineers
from ari_app.store.database import Store
from ari_app.store.newest import newest
from ari_app.store.rota_tables import EngineerPhoneRow, RotaChangeRow, RotationRow
from ari_app.store.tables import DutyRow, EngineerRow
from routing.caller import normal_form
from routing.dialling import NotDialled, number_to_dial
from routing.rota import Duty, Engineer, shifts
from routing.rotation import Rotation

LAST_POSITION = 9
LONGEST_OVERRIDE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class OverrideView:
    """`number` is what `remove_override` asks for."""

    number: int
    duty: Duty


class Rota:
    """In all commands `by` must be a supervisor. They raise Refused and then change nothing. Instants are aware."""

    def __init__(
        self, store: Store, zone: ZoneInfo, clock: Clock, countries: frozenset[str] = frozenset({"NL"})
    ) -> None:
        """`countries`: where an engineer may have a phone."""
        self._store = store
        self._countries = countries
        self.zone = zone
        self._clock = clock

    async def duties_between(self, starts_at: datetime, ends_at: datetime) -> tuple[Duty, ...]:
        """Who holds which position in [starts_at, ends_at), in order of time; never two for one position at once."""
        async with self._store.looking() as session:
            return shifts(await read_duties(session, starts_at, ends_at), starts_at, ends_at)

    async def on_duty(self, at: datetime) -> tuple[Engineer, ...]:
        """Whose phones ring at `at`, first one first."""
        async with self._store.looking() as session:
            return await engineers_on_duty(session, at)

    async def engineers(self) -> tuple[Engineer, ...]:
        """Who works here."""
        return at_work(await self.everybody())

    async def everybody(self) -> tuple[Engineer, ...]:
        """Also who left: the past names them."""
        async with self._store.looking() as session:
            return tuple((await read_engineers(session)).values())

    async def engineer(self, name: str) -> Engineer:
        """By full name, whatever its case. Raises Refused for who left, and with the names that there are."""
        async with self._store.looking() as session:
            return await engineer_named(session, name)

    async def calendar(self, engineer: str | None, ahead: timedelta) -> bytes:
        """As a calendar file, from a month ago on; `engineer` by name, None: all of them. Raises Refused."""
        now = self._clock.now()
        only = None if engineer is None else await self.engineer(engineer)
        begin = now - timedelta(days=30)
        # A shift that is cut there would be another event at each look.
        whole = [one for one in await self.duties_between(begin, now + ahead) if one.starts_at > begin]
        return to_calendar([one for one in whole if only is None or one.engineer.id == only.id], now)

    async def set_pattern(
        self, position: int, engineers: Sequence[str], first_day: date, hand_over_at: time, by: Actor, weeks: int = 1
    ) -> Rotation:
        """Engineers by name take the position in turn from `first_day` on; what was planned for it before ends there.

        Overrides stay.
        `first_day` and `hand_over_at` are local.
        """
        self._must_decide(by)
        _must_be_a_position(position)
        if not engineers or not 1 <= weeks <= 52:
            raise Refused("Kan nadat minstens één engineer en 1 tot 52 weken per beurt zijn gekozen", RULE)
        async with self._store.session() as session:
            people = tuple([await engineer_named(session, name) for name in engineers])
            pattern = Rotation(position, people, first_day, hand_over_at, self.zone, weeks)
            await _end_plans(session, position, pattern.hand_over(0))
            session.add(
                RotationRow(
                    position=position,
                    engineer_ids=[engineer.id for engineer in people],
                    first_day=first_day,
                    hand_over_at=hand_over_at,
                    zone=self.zone.key,
                    weeks=weeks,
                    made_by=by.name,
                    made_at=self._clock.now(),
                )
            )
            names = [engineer.name for engineer in people]
            self._note(session, by, "pattern", position=position, engineers=names, first_day=first_day.isoformat())
        return pattern

    async def override(self, duty: Sequence[Duty], why: str, by: Actor, what: str = "override") -> list[Duty]:
        """These engineers take these positions, whatever the pattern says; gives those that were not there yet."""
        self._must_decide(by)
        reason = needs(why, "een reden is opgegeven", RULE)
        wanted = [self._checked(one) for one in duty]
        async with self._store.session() as session:
            for one in wanted:
                await engineer_named(session, one.engineer.name)
            new = [one for one in dict.fromkeys(wanted) if not await _is_there(session, one)]
            session.add_all(override_row(one) for one in new)
            for one in new:
                self._note(session, by, what, reason, **in_words(one))
        return new

    async def overrides(self) -> list[OverrideView]:
        """Those that are not over, in order of time."""
        running = select(DutyRow).where(col(DutyRow.is_override), col(DutyRow.ends_at) > self._clock.now())
        async with self._store.reading() as session:
            people = await read_engineers(session)
            rows = (await session.exec(running.order_by(col(DutyRow.starts_at), col(DutyRow.id)))).all()
        return [OverrideView(row.id or 0, _duty(row, people)) for row in rows]

    async def remove_override(self, number: int, why: str, by: Actor) -> Duty:
        """From now on the pattern holds again; what is past of it stays."""
        self._must_decide(by)
        reason, now = needs(why, "een reden is opgegeven", RULE), self._clock.now()
        async with self._store.session() as session:
            row = await session.get(DutyRow, number)
            if row is None or not row.is_override or row.ends_at <= now:
                raise Refused(f"Er loopt geen uitzondering met nummer {number} in het rooster", RULE)
            removed = _duty(row, await read_engineers(session))
            if row.starts_at < now:
                row.ends_at = now
            else:
                await session.delete(row)
            self._note(session, by, "override_removed", reason, **in_words(removed))
        return removed

    async def set_phones(self, engineer: str, numbers: Sequence[str], by: Actor) -> Engineer:
        """In ringing order, in any way of writing."""
        self._must_decide(by)
        normal = [normal_form(number) for number in numbers]
        if not normal or None in normal or len(set(normal)) < len(normal):
            raise Refused(f"Kan nadat elk nummer een telefoonnummer is en geen twee gelijk zijn: {list(numbers)}", RULE)
        first, *more = [self._dialable(number) for number in normal if number]
        async with self._store.session() as session:
            found = await engineer_named(session, engineer)
            (await session.get_one(EngineerRow, found.id)).number = first
            await session.exec(delete(EngineerPhoneRow).where(col(EngineerPhoneRow.engineer_id) == found.id))
            session.add_all(
                EngineerPhoneRow(engineer_id=found.id, place=place, e164=number) for place, number in enumerate(more, 2)
            )
            self._note(session, by, "phones", engineer=found.name, count=len(normal))
        return Engineer(found.id, found.name, (first, *more), found.line)

    async def changes(self, limit: int, below: int | None = None) -> list[RotaChangeRow]:
        """Newest first, from below the one with this id on."""
        wanted = newest(select(RotaChangeRow), RotaChangeRow.id, limit, below)
        async with self._store.reading() as session:
            return list((await session.exec(wanted)).all())

    def _dialable(self, number: str) -> str:
        try:
            return number_to_dial(number, self._countries)
        except NotDialled as why:
            raise Refused(f"Kan alleen met nummers die de lijn mag bellen. {why}", RULE) from why

    def _must_decide(self, by: Actor) -> None:
        by.must_supervise(RULE)
        needs(by.name, "bekend is wie dit beslist", RULE)

    def _checked(self, duty: Duty) -> Duty:
        """In UTC, as an override."""
        _must_be_a_position(duty.position)
        if duty.ends_at <= duty.starts_at or duty.ends_at - duty.starts_at > LONGEST_OVERRIDE:
            raise Refused("Kan nadat het einde na het begin ligt, en hoogstens een jaar later", RULE)
        if duty.ends_at <= self._clock.now():
            raise Refused(
                f"Kan alleen voor later: {duty.ends_at.astimezone(self.zone):%d-%m-%Y %H:%M} is voorbij", RULE
            )
        begin, end = duty.starts_at.astimezone(UTC), duty.ends_at.astimezone(UTC)
        return Duty(duty.engineer, begin, end, duty.position, is_override=True)

    def _note(self, session: AsyncSession, by: Actor, what: str, why: str = "", **detail: Any) -> None:
        session.add(RotaChangeRow(at=self._clock.now(), actor=by.name, what=what, why=why, detail=detail))


def override_row(duty: Duty) -> DutyRow:
    return DutyRow(
        engineer_id=duty.engineer.id,
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        position=duty.position,
        is_override=True,
    )


def in_words(duty: Duty) -> dict[str, Any]:
    """For the record of changes."""
    begin, end = duty.starts_at.isoformat(), duty.ends_at.isoformat()
    return {"engineer": duty.engineer.name, "position": duty.position, "starts_at": begin, "ends_at": end}


def _must_be_a_position(position: int) -> None:
    if not 1 <= position <= LAST_POSITION:
        raise Refused(f"Kan voor plaats 1 (belt het eerst) tot {LAST_POSITION}, niet {position}", RULE)


def _duty(row: DutyRow, people: dict[int, Engineer]) -> Duty:
    return Duty(people[row.engineer_id], row.starts_at, row.ends_at, row.position, row.is_override)


async def _end_plans(session: AsyncSession, position: int, at: datetime) -> None:
    for pattern in await session.exec(select(RotationRow).where(RotationRow.position == position)):
        pattern.ends_at = at if pattern.ends_at is None else min(at, pattern.ends_at)
    planned = select(DutyRow).where(DutyRow.position == position, col(DutyRow.is_override).is_(False))
    for row in await session.exec(planned.where(col(DutyRow.ends_at) > at)):
        if row.starts_at < at:
            row.ends_at = at
        else:
            await session.delete(row)


async def _is_there(session: AsyncSession, duty: Duty) -> bool:
    same = select(DutyRow.id).where(
        DutyRow.engineer_id == duty.engineer.id,
        DutyRow.starts_at == duty.starts_at,
        DutyRow.ends_at == duty.ends_at,
        DutyRow.position == duty.position,
        col(DutyRow.is_override),
    )
    return (await session.exec(same)).first() is not None
