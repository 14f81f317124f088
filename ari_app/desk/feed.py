"""What happened to tickets, in order, from a place on: for an outside system that asks every now and then.

Theory of operation. Rows are only added, each table with ids of its own, so a place in the feed is the last id that was
told of each table. On PostgreSQL an id can become visible after a higher one, as long as transactions overlap: rows wait
there until they are `SETTLED` old, so that none is passed over. SQLite writes one transaction after the other.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from typing import Any

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk import happenings
from ari_app.desk.happenings import Happening
from ari_app.store.database import Store
from ari_app.store.outbox_tables import NoticeRow
from ari_app.store.tables import TicketEventRow, TicketRow
from ari_app.store.work_tables import ApprovalRow, CorrectionRow, DecisionRow, TimeEntryRow

SETTLED = timedelta(seconds=10)
START = ""


@dataclass(frozen=True, slots=True)
class _Source:
    """A table, the column with the moment of writing, and how a row is told."""

    table: type[SQLModel]
    written_at: str
    tell: Callable[[Any], Happening | None]


#: By the letter that ids and places have for it. A ticket comes before all that happens to it.
_SOURCES: Mapping[str, _Source] = {
    "t": _Source(TicketRow, "reported_at", happenings.of_ticket),
    "e": _Source(TicketEventRow, "recorded_at", happenings.of_event),
    "d": _Source(DecisionRow, "at", happenings.of_decision),
    "c": _Source(CorrectionRow, "at", happenings.of_correction),
    "a": _Source(ApprovalRow, "recorded_at", happenings.of_approval),
    "h": _Source(TimeEntryRow, "recorded_at", happenings.of_time_entry),
    "n": _Source(NoticeRow, "noticed_at", happenings.of_notice),
}


class UnknownPlace(ValueError):
    """This is no place in the feed: give one that the feed gave, or none to begin at the beginning."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """`after` is the place behind the last of them; ask again from there, whether there are more now or not."""

    happenings: tuple[Happening, ...]
    after: str
    is_all: bool


class Feed:
    """Reads only."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def read(self, after: str, limit: int) -> Stretch:
        """At most `limit` of what happened behind the place `after`; "" is the beginning. Raises UnknownPlace."""
        place = _parsed(after)
        rows = [
            [(getattr(row, source.written_at), letter, row) for row in found]
            for letter, source in _SOURCES.items()
            for found in [await self._rows(source, place.get(letter, 0), limit + 1)]
        ]
        told: list[Happening] = []
        order = list(_SOURCES)
        taken = 0
        in_order = merge(*rows, key=lambda entry: (entry[0], order.index(entry[1])))
        for _at, letter, row in in_order:
            if taken == limit:
                return Stretch(tuple(told), _written(place), is_all=False)
            place[letter], taken = row.id, taken + 1
            if (happening := _SOURCES[letter].tell(row)) is not None:
                told.append(happening)
        return Stretch(tuple(told), _written(place), is_all=True)

    async def newest(self) -> str:
        """The place behind all that happened so far: for who wants to hear what comes and has read the tickets itself."""
        place: dict[str, int] = {}
        async with self._store.reading() as session:
            for letter, source in _SOURCES.items():
                last = select(source.table).order_by(col(source.table.id).desc()).limit(1)  # type: ignore[attr-defined]
                if (row := (await session.exec(self._settled(last, source))).first()) is not None:
                    place[letter] = row.id
        return _written(place)

    async def happening(self, session: AsyncSession, id: str) -> Happening | None:
        """By its id; None: the row of it is not there any more."""
        letter, _, number = id.partition("-")
        row = await session.get(_SOURCES[letter].table, int(number))
        return None if row is None else _SOURCES[letter].tell(row)

    async def _rows(self, source: _Source, after: int, limit: int) -> list[Any]:
        row_id = col(source.table.id)  # type: ignore[attr-defined]
        behind = select(source.table).where(row_id > after).order_by(row_id).limit(limit)
        async with self._store.reading() as session:
            return list((await session.exec(self._settled(behind, source))).all())

    def _settled(self, rows: Any, source: _Source) -> Any:
        if self._store.is_sqlite:
            return rows
        return rows.where(getattr(source.table, source.written_at) <= self._settled_at())

    def _settled_at(self) -> datetime:
        return self._clock.now() - SETTLED


def _written(place: Mapping[str, int]) -> str:
    """Opaque to who keeps it."""
    return urlsafe_b64encode(json.dumps(place, sort_keys=True, separators=(",", ":")).encode()).decode().rstrip("=")


def _parsed(after: str) -> dict[str, int]:
    if after == START:
        return {}
    try:
        place: Any = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except ValueError as damage:
        raise UnknownPlace(f"{after[:80]!r} is no place in the feed") from damage
    is_one = isinstance(place, dict) and all(
        letter in _SOURCES and type(last) is int and 0 <= last < 2**31 for letter, last in place.items()
    )
    if not is_one:
        raise UnknownPlace(f"{after[:80]!r} is no place in the feed")
    return dict(place)
