"""One day as a strip: who answers when, and where the moment of the question lies."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from ari_app.desk.rota_week import RotaDay
from ari_app.web.languages import _
from ari_app.web.words import AMSTERDAM
from sla.agreed_hours import AgreedHours

LEFT, WIDTH = 10, 940
#: The strip reaches so far beyond what is open.
AROUND = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """`look`: on, off or gap; `x` and `width` in the drawing's own units, a `width` of 0 is beyond its edge. `begin` and `end`
    as "08:30"; `is_now`: the asked moment lies in it."""

    look: str
    x: float
    width: float
    text: str
    begin: str
    end: str
    is_now: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def has_room(self) -> bool:
        return self.width > 7 * len(self.text)


@dataclass(frozen=True, slots=True)
class Tape:
    pieces: tuple[Piece, ...]
    #: (x, "08:30") of each edge, those too close to the one before left out.
    marks: tuple[tuple[float, str], ...]
    now_x: float
    now: str
    told: str


def tape(day: RotaDay, hours: AgreedHours, at: datetime) -> Tape:
    """From an hour before the first opening to an hour after the last closing, the asked moment in any case within."""
    midnight = datetime.combine(day.day, time(), AMSTERDAM)
    end = (midnight + timedelta(days=1)).astimezone(UTC)  # a day is not always 24 hours
    midnight, at = midnight.astimezone(UTC), at.astimezone(UTC)
    spans = _spans(day, hours, midnight, end)
    edges = [at, *(edge for begin, until, look, _ in spans if look != "off" for edge in (begin, until))]
    first, last = max(min(edges) - AROUND, midnight), min(max(edges) + AROUND, end)
    if first == at - AROUND and last == at + AROUND:
        first, last = midnight, end

    def x(moment: datetime) -> float:
        return round(LEFT + WIDTH * ((min(max(moment, first), last) - first) / (last - first)), 1)

    pieces = tuple(
        Piece(look, x(begin), round(x(until) - x(begin), 1), text, _clock(begin), _clock(until), begin <= at < until)
        for begin, until, look, text in spans
    )
    marks: list[tuple[float, str]] = []
    for begin, *_rest in spans[1:]:
        place = x(begin)
        if first < begin < last and (not marks or place - marks[-1][0] > 44):
            marks.append((place, _clock(begin)))
    told = "; ".join(
        _(
            "%(begin)s tot %(end)s %(what)s",
            begin=_clock(b),
            end=_clock(u),
            what=text,
        )
        for b, u, _look, text in spans
    )
    return Tape(pieces, tuple(marks), x(at), _clock(at), told)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(AMSTERDAM):%H:%M}"


def _spans(
    day: RotaDay, hours: AgreedHours, midnight: datetime, end: datetime
) -> list[tuple[datetime, datetime, str, str]]:
    """The whole day without gaps."""
    found = [
        (turn.line_up.starts_at, turn.line_up.ends_at, "gap", _("niemand: voicemail"))
        if turn.is_hole
        else (
            turn.line_up.starts_at,
            turn.line_up.ends_at,
            "on",
            _(", dan ").join(one.name for one in turn.line_up.engineers[:2]),
        )
        for turn in day.turns
    ]
    found += [(opens, closes, "on", _("de balie")) for opens, closes in hours.phone.windows(midnight, end)]
    whole: list[tuple[datetime, datetime, str, str]] = []
    at = midnight
    for begin, until, look, text in sorted(found):
        if begin > at:
            whole.append((at, begin, "off", _("dicht: voicemail")))
        if until > at:
            whole.append((max(at, begin), until, look, text))
            at = until
    if at < end:
        whole.append((at, end, "off", _("dicht: voicemail")))
    return whole
