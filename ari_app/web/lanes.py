"""A clock drawn as one lane a day: what was counted, what is left, what does not count. In units of the drawing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ari_app.web.languages import Words, _
from ari_app.web.words import AMSTERDAM, day_name, duration, plain_day
from sla.outlook import Piece, PieceKind

WIDTH, LEFT, RIGHT = 360.0, 54.0, 356.0
#: More days than this are shown by the first and the last ones.
MOST_DAYS = 6
#: What a moment written under a lane takes.
_ROOM = 76
_LANE, _WITH_MARKS, _TOP, _LEGEND = 24, 38, 18, 20
_WORDS: Mapping[PieceKind, str] = Words({"counted": "telt", "excluded": "telt netto niet mee", "left": "is nog over"})
#: Their class in the drawing.
_CLASSES: dict[PieceKind, str] = {"open": "bg", "counted": "run", "excluded": "ex", "left": "todo"}


@dataclass(frozen=True, slots=True)
class Bar:
    """`css` is the class of the rectangle."""

    css: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the axis; `anchor` as SVG has it."""

    x: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Lane:
    """`skipped` is the number of days that are left out before this one."""

    y: int
    day: str
    bars: tuple[Bar, ...]
    now: Mark | None
    due: Mark | None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """`told` is the same in words; `excluded` the time that does not count, "" without any."""

    height: int
    opens: str
    closes: str
    lanes: tuple[Lane, ...]
    told: str
    has_left: bool
    excluded: str


def draw(pieces: Sequence[Piece], now: datetime, due: datetime | None) -> Drawing | None:
    """None: there is nothing to draw."""
    days = sorted({_day(one.begin) for one in pieces if one.kind != "open"})
    if not days:
        return None
    shown = days if len(days) <= MOST_DAYS else [*days[: MOST_DAYS // 2], *days[-MOST_DAYS // 2 :]]
    of_days = [one for one in pieces if _day(one.begin) in shown]
    first, last = min(_minutes(one)[0] for one in of_days), max(_minutes(one)[1] for one in of_days)
    lanes, y = [], _TOP
    for before, day in zip([None, *shown], shown, strict=False):
        lane = _lane(y, day, [one for one in of_days if _day(one.begin) == day], (first, last), (now, due))
        lanes.append(_after(lane, before, day, days))
        y += _WITH_MARKS if lane.now or lane.due else _LANE
    return Drawing(
        height=y + _LEGEND,
        opens=_time(first),
        closes=_time(last),
        lanes=tuple(lanes),
        told=_told(pieces, now),
        has_left=any(one.kind == "left" for one in pieces),
        excluded=_sum(one for one in pieces if one.kind == "excluded"),
    )


def _lane(
    y: int, day: date, pieces: Iterable[Piece], span: tuple[int, int], moments: tuple[datetime, datetime | None]
) -> Lane:
    bars = tuple(_bar(one, span) for one in pieces)
    now, due = (_mark(at, day, span) for at in moments)
    shown_now = Mark(now.x + 4, _("nu %(time)s", time=now.text), "start") if now else None
    is_before_due = now is not None and due is not None and 0 < due.x - now.x < _ROOM
    if now and (now.x > RIGHT - _ROOM or is_before_due):
        shown_now = Mark(now.x - 4, _("nu %(time)s", time=now.text), "end")
    return Lane(y, day_name(day), bars, shown_now, due if due != now else None)


def _after(lane: Lane, before: date | None, day: date, days: Sequence[date]) -> Lane:
    skipped = 0 if before is None else sum(before < one < day for one in days)
    return Lane(lane.y, lane.day, lane.bars, lane.now, lane.due, skipped)


def _bar(piece: Piece, span: tuple[int, int]) -> Bar:
    begin, end = _minutes(piece)
    x = _x(begin, span)
    return Bar(_CLASSES[piece.kind], x, round(max(1.0, _x(end, span) - x), 1))


def _mark(at: datetime | None, day: date, span: tuple[int, int]) -> Mark | None:
    """None when it is not on that day's axis. Midnight and closing time belong to the day that they end."""
    if at is None:
        return None
    local = at.astimezone(AMSTERDAM)
    minutes = int((local.replace(tzinfo=None) - datetime(day.year, day.month, day.day)).total_seconds()) // 60  # noqa: DTZ001
    return Mark(_x(minutes, span), f"{local:%H:%M}") if span[0] <= minutes <= span[1] else None


def _x(minutes: int, span: tuple[int, int]) -> float:
    first, last = span
    return round(LEFT + (RIGHT - LEFT) * (minutes - first) / max(1, last - first), 1)


def _day(at: datetime) -> date:
    return at.astimezone(AMSTERDAM).date()


def _minutes(piece: Piece) -> tuple[int, int]:
    """Since midnight as the wall clock shows it; an end at midnight is 1440."""
    begin, end = (one.astimezone(AMSTERDAM) for one in (piece.begin, piece.end))
    first, last = begin.hour * 60 + begin.minute, end.hour * 60 + end.minute
    return first, last if end.date() == begin.date() else 24 * 60


def _time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _sum(pieces: Iterable[Piece]) -> str:
    total = sum((one.end - one.begin for one in pieces), timedelta())
    return duration(total.total_seconds()) if total else ""


def _told(pieces: Sequence[Piece], now: datetime) -> str:
    parts = [one for one in pieces if one.kind != "open"]
    told = [
        _(
            "%(day)s %(counts)s %(begin)s tot %(end)s",
            day=plain_day(one.begin, now),
            counts=_WORDS[one.kind],
            begin=_clock(one.begin),
            end=_clock(one.end),
        )
        for one in sorted(parts, key=lambda one: one.begin)
    ]
    more = _("; en nog %(told)s stukken", told=len(told) - 12) if len(told) > 12 else ""
    return "; ".join(told[:12]) + more + "."


def _clock(at: datetime) -> str:
    return f"{at.astimezone(AMSTERDAM):%H:%M}"
