"""Swaps: one engineer asks another to take a shift. Until that one accepts, the rota stays as it is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
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
            row = _row(asked[0], other, asked[1], needs(by.name, "bekend is wie dit vraagt", RULE), self._clock.now())
            session.add(row)
            await session.flush()
            self._note(session, by, "swap_asked", row, asked[0])
            text = f"{one.name} vraagt u een dienst over te nemen: ruil {row.id}, plaats {given.position}."
            await tell_once(session, f"swap:{row.id}:asked", "swap_asked", f"engineer:{other.id}", text, row.asked_at)
            return _view(row, {one.id: one, other.id: other})

    async def answer(self, number: int, is_accepted: bool, by: Actor) -> SwapView:
        """Accepted: both shifts change hands at once. Refused: all stays as it is."""
        by.must_be_ours(RULE)
        needs(by.name, "bekend is wie dit antwoordt", RULE)
        async with self._store.session() as session:
            row = await session.get(SwapRow, number, with_for_update=True)
            if row is None:
                raise Refused(f"Er is geen ruil {number}", RULE)
            if row.state is not SwapState.ASKED:
                raise Refused(f"Ruil {number} is al beantwoord door {row.answered_by}", RULE)
            view = _view(row, await read_engineers(session))
            _must_speak_for(by, row.taker_id, f"{view.taker.name} zelf of een supervisor antwoordt")
            if is_accepted:
                await self._must_be_held(session, view.given, view.in_return)
                session.add_all(override_row(one) for one in swapped(view.given, view.taker, view.in_return))
            row.state = SwapState.ACCEPTED if is_accepted else SwapState.REFUSED
            row.answered_by, row.answered_at = by.name, self._clock.now()
            self._note(session, by, f"swap_{row.state}", row, view.given)
            text = f"{view.taker.name} {'neemt uw dienst over' if is_accepted else 'neemt uw dienst niet over'}: ruil {number}."
            to = f"engineer:{row.giver_id}"
            await tell_once(session, f"swap:{number}:answered", f"swap_{row.state}", to, text, row.answered_at)
            return _view(row, await read_engineers(session))

    async def list(self, limit: int = 50, below: int | None = None) -> list[SwapView]:
        """Newest first, from below the one with this id on."""
        async with self._store.reading() as session:
            people = await read_engineers(session)
            rows = await session.exec(newest(select(SwapRow), SwapRow.id, limit, below))
            return [_view(row, people) for row in rows]

    async def _must_be_held(self, session: AsyncSession, *shifts: Duty | None) -> None:
        for shift in shifts:
            if shift is None:
                continue
            if not self._clock.now() < shift.ends_at or shift.ends_at <= shift.starts_at:
                raise Refused("Kan alleen voor een dienst die nog niet voorbij is, met een einde na het begin", RULE)
            if not is_held(await read_duties(session, shift.starts_at, shift.ends_at), shift):
                who = f"{shift.engineer.name} heeft plaats {shift.position} niet al die tijd"
                raise Refused(f"Kan nadat de dienst klopt: {who}; kijk in het rooster en vraag opnieuw", RULE)

    def _note(self, session: AsyncSession, by: Actor, what: str, row: SwapRow, given: Duty) -> None:
        detail: dict[str, Any] = {"swap": row.id, "taker": row.taker_id, **in_words(given)}
        session.add(RotaChangeRow(at=self._clock.now(), actor=by.name, what=what, detail=detail))


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


def _view(row: SwapRow, people: dict[int, Engineer]) -> SwapView:
    giver, taker, back = people[row.giver_id], people[row.taker_id], None
    if row.return_position and row.return_starts_at and row.return_ends_at:
        back = Duty(taker, row.return_starts_at, row.return_ends_at, row.return_position)
    given = Duty(giver, row.starts_at, row.ends_at, row.position)
    return SwapView(row.id or 0, row.state, given, taker, back, row.asked_by, row.answered_by)
