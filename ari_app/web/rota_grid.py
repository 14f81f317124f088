"""The week of the rota on a time axis: which quarters of an hour a block covers. It only places; the times are the desk's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ari_app.desk.rota_week import RotaDay, Turn, WeekView
from ari_app.web import words
from ari_app.web.languages import _

#: One row of the grid.
STEP = timedelta(minutes=15)
#: What the axis shows when the week has no calamity hours at all.
_OTHERWISE = (time(8), time(12))


@dataclass(frozen=True, slots=True)
class Block:
    """`row` counts from 0 at the top of the axis, `rows` quarters long. `turn` None: nobody is rung then, as `says` tells."""

    row: int
    rows: int
    turn: Turn | None
    says: str
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    day: date
    name: str
    hours: str
    is_today: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """`first` is the local time of row 0; `marks` are (row, "08:30") of each whole or half hour to name."""

    first: time
    rows: int
    marks: tuple[tuple[int, str], ...]
    columns: tuple[Column, ...]


def grid(week: WeekView, now: datetime) -> Grid:
    """The axis reaches from the first opening of the week to half an hour behind the last closing."""
    edges = [_local(edge) for day in week.days for window in day.windows for edge in window]
    opens = min((_minutes(edge) for edge in edges), default=_OTHERWISE[0].hour * 60)
    closes = max((_minutes(edge) for edge in edges), default=_OTHERWISE[1].hour * 60)
    first, last = opens // 30 * 30, min(-(-closes // 30) * 30 + 30, 24 * 60)
    marks = tuple(((at - first) // 15, f"{at // 60:02d}:{at % 60:02d}") for at in range(first, last, 60))
    columns = tuple(_column(day, first, last, now) for day in week.days)
    return Grid(time(first // 60, first % 60), (last - first) // 15, marks, columns)


def _column(day: RotaDay, first: int, last: int, now: datetime) -> Column:
    spans = [f"{_local(opens):%H:%M}–{_local(closes):%H:%M}" for opens, closes in day.windows]
    is_today = now.astimezone(words.AMSTERDAM).date() == day.day
    blocks = (*_turns(day, first, now), *_rest(day, first, last))
    return Column(day.day, words.day(day.day), ", ".join(spans) or _("geen"), is_today, blocks)


def _turns(day: RotaDay, first: int, now: datetime) -> Iterable[Block]:
    for turn in day.turns:
        begin, end = (_minutes(_local(edge)) for edge in (turn.line_up.starts_at, turn.line_up.ends_at))
        row = (begin - first) // 15
        yield Block(row, max(1, -(-(end or 1440) // 15) - -(-first // 15) - row), turn, "", turn.line_up.ends_at <= now)


def _rest(day: RotaDay, first: int, last: int) -> Iterable[Block]:
    """What a caller gets outside calamity hours, from one edge to the next."""
    at = first
    for opens, closes in [(_minutes(_local(a)), _minutes(_local(b))) for a, b in day.windows] + [(last, last)]:
        if opens > at:
            yield Block((at - first) // 15, (opens - at) // 15, None, _answers(day, at))
        at = max(at, closes)


def _answers(day: RotaDay, minute: int) -> str:
    if (
        day.desk_from
        and day.desk_until
        and _minutes(_local(day.desk_from)) <= minute < _minutes(_local(day.desk_until))
    ):
        return _("De balie neemt op tot %(until)s", until=format(_local(day.desk_until), "%H:%M"))
    return _("Dicht, voicemail")


def _local(at: datetime) -> datetime:
    return at.astimezone(words.AMSTERDAM)


def _minutes(at: datetime) -> int:
    return at.hour * 60 + at.minute
