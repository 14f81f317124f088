"""Swaps: one engineer asks another to take a shift. Until that one accepts, the rota stays as it is."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import DECIDING, Actor
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.rota import in_words, override_row
from ari_app.desk.rota_reading import RULE, engineer_named, read_duties, read_engineers
from ari_app.desk.telling import tell_once
from ari_app.store.database import Store
from ari_app.store.newest import newest
from ari_app.store.rota_tables import RotaChangeRow, SwapRow, SwapState
from routing.rota import Duty, Engineer, is_held, swapped


@dataclass(frozen=True, slots=True)
class Period:
    """[starts_at, ends_at) of one position, aware."""

    starts_at: datetime
    ends_at: datetime
    position: int = 1


@dataclass(frozen=True, slots=True)
class SwapView:
    """`given` is the giver's shift, `in_return` the taker's."""

    number: int
    state: SwapState
    given: Duty
    taker: Engineer
    in_return: Duty | None
    asked_by: str
    answered_by: str


class Swaps:
    """In all commands `by` must be one of us. They raise Refused and then change nothing."""

    def __init__(self, store: Store, zone: ZoneInfo, clock: Clock) -> None:
        self._store = store
        self._zone = zone
        self._clock = clock

    async def ask(self, giver: str, taker: str, given: Period, by: Actor, in_return: Period | None = None) -> SwapView:
        """Engineers by name; both must hold what they give."""
        by.must_be_ours(RULE)
        async with self._store.session() as session:
            one, other = await engineer_named(session, giver), await engineer_named(session, taker)
            if one.id == other.id:
                raise Refused("Kan nadat een andere engineer is gevraagd", RULE)
            _must_speak_for(by, one.id, f"{one.name} zelf of een supervisor dit vraagt")
            asked = _of(given, one), (_of(in_return, other) if in_return else None)
            await self._must_be_held(session, *asked)
            await self._must_be_new(session, asked[0], other)
            row = _row(asked[0], other, asked[1], needs(by.name, "bekend is wie dit vraagt", RULE), self._clock.now())
            session.add(row)
            await session.flush()
            text = f"{one.name} vraagt je om {self._span(asked[0])} over te nemen, plaats {given.position} (ruil {row.id})."
            await self._tell(session, by, "swap_asked", row, text)
            return self._view(row, {one.id: one, other.id: other})

    async def answer(self, number: int, is_accepted: bool, by: Actor) -> SwapView:
        """Accepted: both shifts change hands at once. Refused: all stays as it is."""
        by.must_be_ours(RULE)
        needs(by.name, "bekend is wie dit antwoordt", RULE)
        async with self._store.session() as session:
            row, view = await self._open(session, number)
            _must_speak_for(by, row.taker_id, f"{view.taker.name} zelf of een supervisor antwoordt")
            if is_accepted:
                if view.taker.has_left:
                    raise Refused(f"Kan niet meer: {view.taker.name} is vertrokken", RULE)
                await self._must_be_held(session, view.given, view.in_return)
                session.add_all(override_row(one) for one in swapped(view.given, view.taker, view.in_return))
            row.state = SwapState.ACCEPTED if is_accepted else SwapState.REFUSED
            row.answered_by, row.answered_at = by.name, self._clock.now()
            does = "neemt je dienst over" if is_accepted else "neemt je dienst niet over"
            text = f"{view.taker.name} {does}: {self._span(view.given)} (ruil {number})."
            await self._tell(session, by, f"swap_{row.state}", row, text)
            return replace(view, state=row.state, answered_by=by.name)

    async def withdraw(self, number: int, by: Actor) -> SwapView:
        """Who asked takes the question back; all stays as it is."""
        by.must_be_ours(RULE)
        needs(by.name, "bekend is wie dit intrekt", RULE)
        async with self._store.session() as session:
            row, view = await self._open(session, number)
            giver = view.given.engineer.name
            _must_speak_for(by, row.giver_id, f"{giver} zelf of een supervisor dit intrekt")
            row.state, row.answered_by, row.answered_at = SwapState.WITHDRAWN, by.name, self._clock.now()
            text = f"{giver} houdt {self._span(view.given)} zelf: de vraag om te ruilen is ingetrokken (ruil {number})."
            await self._tell(session, by, "swap_withdrawn", row, text)
            return replace(view, state=row.state, answered_by=by.name)

    async def list(self, limit: int = 50, below: int | None = None) -> list[SwapView]:
        """Newest first, from below the one with this id on."""
        async with self._store.reading() as session:
            people = await read_engineers(session)
            rows = await session.exec(newest(select(SwapRow), SwapRow.id, limit, below))
            return [self._view(row, people) for row in rows]

    async def _must_be_held(self, session: AsyncSession, *shifts: Duty | None) -> None:
        for shift in shifts:
            if shift is None:
                continue
            if not self._clock.now() < shift.ends_at or shift.ends_at <= shift.starts_at:
                raise Refused("Kan alleen voor een dienst die nog niet voorbij is, met een einde na het begin", RULE)
            if not is_held(await read_duties(session, shift.starts_at, shift.ends_at), shift):
                who = f"{shift.engineer.name} heeft plaats {shift.position} niet al die tijd"
                raise Refused(f"Kan nadat de dienst klopt: {who}; kijk in het rooster en vraag opnieuw", RULE)

    async def _must_be_new(self, session: AsyncSession, given: Duty, taker: Engineer) -> None:
        same = select(SwapRow.id).where(
            SwapRow.state == SwapState.ASKED,
            SwapRow.giver_id == given.engineer.id,
            SwapRow.taker_id == taker.id,
            SwapRow.position == given.position,
            SwapRow.starts_at < given.ends_at,
            SwapRow.ends_at > given.starts_at,
        )
        for number in await session.exec(same):
            raise Refused(f"Dit is al gevraagd aan {taker.name}: ruil {number} wacht op antwoord", RULE)

    async def _open(self, session: AsyncSession, number: int) -> tuple[SwapRow, SwapView]:
        """The swap that waits for an answer. Raises Refused."""
        row = await session.get(SwapRow, number, with_for_update=True)
        if row is None:
            raise Refused(f"Er is geen ruil {number}", RULE)
        view = self._view(row, await read_engineers(session))
        if view.state is SwapState.EXPIRED:
            raise Refused(f"Kan niet meer: de dienst van ruil {number} is voorbij", RULE)
        if view.state is not SwapState.ASKED:
            done = "ingetrokken" if view.state is SwapState.WITHDRAWN else "beantwoord"
            raise Refused(f"Ruil {number} is al {done} door {row.answered_by}", RULE)
        return row, view

    async def _tell(self, session: AsyncSession, by: Actor, what: str, row: SwapRow, text: str) -> None:
        """On record, and to the one of both who did not do it."""
        now, is_answer = self._clock.now(), what in ("swap_accepted", "swap_refused")
        who, stage = (row.giver_id, "answered") if is_answer else (row.taker_id, what.removeprefix("swap_"))
        given = self._view(row, await read_engineers(session)).given
        detail: dict[str, Any] = {"swap": row.id, "taker": row.taker_id, **in_words(given)}
        session.add(RotaChangeRow(at=now, actor=by.name, what=what, detail=detail))
        await tell_once(session, f"swap:{row.id}:{stage}", what, f"engineer:{who}", text, now)

    def _span(self, duty: Duty) -> str:
        begin, end = (edge.astimezone(self._zone) for edge in (duty.starts_at, duty.ends_at))
        until = f"{end:%H:%M}" if begin.date() == end.date() else f"{end:%d-%m-%Y %H:%M}"
        return f"de dienst van {begin:%d-%m-%Y %H:%M} tot {until}"

    def _view(self, row: SwapRow, people: dict[int, Engineer]) -> SwapView:
        giver, taker, back = people[row.giver_id], people[row.taker_id], None
        if row.return_position and row.return_starts_at and row.return_ends_at:
            back = Duty(taker, row.return_starts_at, row.return_ends_at, row.return_position)
        given = Duty(giver, row.starts_at, row.ends_at, row.position)
        is_late = row.state is SwapState.ASKED and given.ends_at <= self._clock.now()
        state = SwapState.EXPIRED if is_late else row.state
        return SwapView(row.id or 0, state, given, taker, back, row.asked_by, row.answered_by)


def _must_speak_for(by: Actor, engineer_id: int, who: str) -> None:
    """An engineer gives and takes no shift of somebody else. Raises Refused."""
    if by.role not in DECIDING and by.engineer_id != engineer_id:
        raise Refused(f"Kan nadat {who}", RULE)


def _of(period: Period, engineer: Engineer) -> Duty:
    return Duty(engineer, period.starts_at.astimezone(UTC), period.ends_at.astimezone(UTC), period.position)


def _row(given: Duty, taker: Engineer, in_return: Duty | None, asked_by: str, now: datetime) -> SwapRow:
    return SwapRow(
        giver_id=given.engineer.id,
        taker_id=taker.id,
        position=given.position,
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        return_position=in_return.position if in_return else None,
        return_starts_at=in_return.starts_at if in_return else None,
        return_ends_at=in_return.ends_at if in_return else None,
        asked_by=asked_by,
        asked_at=now,
    )
