"""What the figures say, in Dutch: each plot is titled with its finding, and is drawn in its own units."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from ari_app.desk.figures_views import FiguresView, Kept
from ari_app.web.labels import CLOCKS as CLOCKS
from ari_app.web.labels import level as level
from ari_app.web.languages import Words, _
from ari_app.web.words import grouped, month, month_and_year
from sla.terms import Category, ClockKind

#: Below this a percentage says nothing.
LEAST = 20
CALLS = Words(
    {
        "total": "in totaal",
        "desk": "gesproken met de balie",
        "engineer": "aangenomen door een engineer",
        "message": "bericht ingesproken",
        "joined": "bij een bekende storing gevoegd",
        "missed": "gemist",
    }
)
OUTCOMES = ("cat3", "cat2", "cat1", "service_request")
_NAMES = Words({"cat3": "CAT III", "cat2": "CAT II", "cat1": "CAT I", "service_request": "Aanvraag", "user_change": "Formulier",
          "no_report": "Geen melding", "other": "Overig", "unclear": "Onduidelijk"})  # fmt: skip
#: The drawing of the trend: left, right, top, bottom.
LEFT, RIGHT, TOP, BOTTOM = 70, 1080, 18, 208
#: The drawing of the waits.
W_LEFT, W_RIGHT, W_TOP, W_BOTTOM = 10, 342, 56, 176
BAR_SECONDS, MOST_BARS = 5, 24


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    value: str
    says: str


@dataclass(frozen=True, slots=True)
class Row:
    """Net and gross as "97,2%", or "–" where too few were judged; `net_share` 0..100 for the bar, which is empty then."""

    clock: str
    level: str
    category: Category | None
    judged: int
    net: str
    gross: str
    net_share: float
    late: int


@dataclass(frozen=True, slots=True)
class Line:
    """One level over the months; a month without tickets has no point."""

    name: str
    look: int
    points: tuple[tuple[float, float], ...]
    last: str
    label_y: float
    table: tuple[str, ...]

    @property
    def path(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Trend:
    """`grid`: (y, "90%")."""

    finding: str
    lines: tuple[Line, ...]
    months: tuple[tuple[float, str], ...]
    grid: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """`shade` 0..9; `is_danger`: CAT III that was proposed lower."""

    count: int
    shade: int
    is_danger: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    finding: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Waits:
    finding: str
    total: int
    bars: tuple[Bar, ...]
    #: (x, "helft binnen 21 s", height of the words)
    marks: tuple[tuple[float, str, int], ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class CallsTold:
    """`parts`: (name, count, x, width, look) of the bar of all calls, 1000 wide."""

    finding: str
    parts: tuple[tuple[str, int, float, float, str], ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]


def outcome(name: str) -> str:
    return _NAMES.get(name, name)


def share(part: int, whole: int) -> float | None:
    """0..100 with one decimal; None for too few to say."""
    return round(100 * part / whole, 1) if whole >= LEAST else None


def percent(part: int, whole: int) -> str:
    """One decimal with a comma; "–" for too few to say."""
    found = share(part, whole)
    return "–" if found is None else _share(found)


def number(value: int) -> str:
    """1.204"""
    return grouped(f"{value:,}")


def span(figures: FiguresView) -> str:
    """ "dec 2025 t/m nov 2026", or one month."""
    first, last = month_and_year(figures.first), month_and_year(figures.last)
    return last if first == last else _("%(first)s t/m %(last)s", first=first, last=last)


def tiles(figures: FiguresView) -> list[Tile]:
    """The four numbers to begin with."""
    found = [_kept_tile(figures, clock, name) for clock, name in (
        (ClockKind.FIRST_RESPONSE, _("Eerste reactie")), (ClockKind.RESOLUTION, _("Oplossing")))]  # fmt: skip
    right = sum(one.count for one in figures.decided if one.proposal == one.decision)
    all_decided = sum(one.count for one in figures.decided)
    found.append(
        Tile(
            _("Voorstel klopt"),
            percent(right, all_decided),
            _("%(right)s van %(all_decided)s zonder wijziging", right=number(right), all_decided=number(all_decided)),
        )
    )
    total, missed = sum(one.total for one in figures.calls), sum(one.missed for one in figures.calls)
    found.append(
        Tile(
            _("Oproepen gemist"),
            percent(missed, total),
            _("%(missed)s van %(total)s: geen mens, geen bericht", missed=number(missed), total=number(total)),
        )
    )
    return found


def _kept_tile(figures: FiguresView, clock: ClockKind, name: str) -> Tile:
    judged, net, gross = _sum(one for one in figures.kept if one.clock is clock)
    says = _(
        "bruto %(gross)s · %(net)s van %(judged)s", gross=percent(gross, judged), net=number(net), judged=number(judged)
    )
    return Tile(_("%(name)s op tijd, netto", name=name), percent(net, judged), says)


def _sum(kept: Iterable[Kept]) -> tuple[int, int, int]:
    """Judged, on time net, on time gross."""
    found = [(one.judged, one.judged - one.net_late, one.judged - one.gross_late) for one in kept]
    judged, net, gross = (sum(column) for column in zip(*found, strict=True)) if found else (0, 0, 0)
    return judged, net, gross


def by_promise(kept: Sequence[Kept]) -> list[Kept]:
    """Added up over their months, of which the first is named; by clock, level and category, the gravest first."""
    order = {clock: place for place, clock in enumerate(CLOCKS)}
    found: dict[tuple[ClockKind, str, Category | None], Kept] = {}
    for one in kept:
        sofar = found.get((one.clock, one.level, one.category))
        found[one.clock, one.level, one.category] = _added(sofar, one) if sofar else one
    return sorted(
        found.values(),
        key=lambda one: (order[one.clock], _level_order(one.level), -(one.category.gravity if one.category else 0)),
    )


def _added(one: Kept, other: Kept) -> Kept:
    return replace(
        one,
        judged=one.judged + other.judged,
        net_late=one.net_late + other.net_late,
        gross_late=one.gross_late + other.gross_late,
    )


def rows(figures: FiguresView) -> list[Row]:
    """By clock, level and category, the gravest first."""
    return [_row(one, one.judged - one.net_late, one.judged - one.gross_late) for one in by_promise(figures.kept)]


def _row(one: Kept, net: int, gross: int) -> Row:
    return Row(
        CLOCKS[one.clock],
        level(one.level),
        one.category,
        one.judged,
        percent(net, one.judged),
        percent(gross, one.judged),
        share(net, one.judged) or 0.0,
        one.net_late,
    )


def _level_order(of_level: str) -> tuple[int, str]:
    return {"premium": 0, "standard": 1, "level_0": 9}.get(of_level, 5), of_level


def trend(figures: FiguresView) -> Trend | None:
    """First response, net, by month of reporting and level; a month with too few to say has no point. None: no level has two."""
    first = [one for one in figures.kept if one.clock is ClockKind.FIRST_RESPONSE]
    levels = sorted({one.level for one in first}, key=_level_order)
    shares = {name: _shares(figures.months, [one for one in first if one.level == name]) for name in levels}
    shares = {name: found for name, found in shares.items() if any(share is not None for share in found)}
    if not any(len(found) - found.count(None) > 1 for found in shares.values()):
        return None
    lowest = min(share for found in shares.values() for share in found if share is not None)
    bottom = min(95.0, lowest // 5 * 5)
    y = _scale(bottom, 100.0, BOTTOM, TOP)
    x = _scale(0, len(figures.months) - 1, LEFT, RIGHT)
    lines, taken = [], list[float]()
    for look, (name, found) in enumerate(shares.items(), 1):
        points = tuple((x(place), y(share)) for place, share in enumerate(found) if share is not None)
        label_y = points[-1][1] + 4
        while any(abs(label_y - other) < 16 for other in taken):
            label_y += 16
        taken.append(label_y)
        last = next(share for share in reversed(found) if share is not None)
        table = tuple("–" if share is None else _share(share) for share in found)
        lines.append(Line(level(name), min(look, 3), points, _share(last), label_y, table))
    middle = (bottom + 100) / 2
    grid = tuple((y(value), f"{grouped(f'{value:g}')}%") for value in (bottom, middle, 100.0))
    names = tuple((x(place), month(one)) for place, one in enumerate(figures.months))
    return Trend(_trend_finding(figures.months, shares), tuple(lines), names, grid)


def _shares(months: Sequence[date], kept: Sequence[Kept]) -> list[float | None]:
    found: list[float | None] = []
    for one in months:
        judged, net, _ = _sum(each for each in kept if each.month == one)
        found.append(share(net, judged))
    return found


def _trend_finding(months: Sequence[date], shares: dict[str, list[float | None]]) -> str:
    lowest, name, at = min(
        (share, name, place) for name, found in shares.items() for place, share in enumerate(found) if share is not None
    )
    if lowest >= 100:
        return _("Elke maand kwam elke eerste reactie op tijd")
    return _(
        "De laagste maand was %(month)s voor %(level)s: %(share)s op tijd",
        month=month(months[at]),
        level=level(name),
        share=_share(lowest),
    )


def _share(value: float) -> str:
    return f"{grouped(f'{value:.1f}')}%"


def matrix(figures: FiguresView) -> Matrix | None:
    """Rows: what people decided; columns: what the machine proposed."""
    total = sum(one.count for one in figures.decided)
    if total < LEAST:
        return None
    counts = {(one.decision, one.proposal): one.count for one in figures.decided}
    columns, lines = (
        (*OUTCOMES, *sorted(there - set(OUTCOMES)))
        for there in ({one.proposal for one in figures.decided}, {one.decision for one in figures.decided})
    )
    most = max(counts.values())
    found = []
    for decision in lines:
        cells = []
        for proposal in columns:
            count = counts.get((decision, proposal), 0)
            is_lower = decision == "cat3" and proposal != "cat3" and count > 0
            cells.append(Cell(count, -(-9 * count // most), is_lower))
        found.append((outcome(decision), tuple(cells)))
    low = sum(count for (decision, proposal), count in counts.items() if decision == "cat3" and proposal != "cat3")
    finding = (
        _("%(low)s keer te laag ingeschat bij CAT III", low=number(low))
        if low
        else _("Geen CAT III werd te laag ingeschat")
    )
    return Matrix(finding, tuple(outcome(one) for one in columns), tuple(found), total)


def waits(figures: FiguresView) -> Waits | None:
    """Seconds until an engineer pressed 1, in bars of five; the last one holds the rest."""
    total = sum(count for _, count in figures.accepted)
    if total < LEAST:
        return None
    bars = [0] * min(MOST_BARS, max(taken for taken, _ in figures.accepted) // BAR_SECONDS + 1)
    for taken, count in figures.accepted:
        bars[min(taken // BAR_SECONDS, len(bars) - 1)] += count
    half, most = _within(figures.accepted, total, 0.5), _within(figures.accepted, total, 0.9)
    x, y = _scale(0, len(bars) * BAR_SECONDS, W_LEFT, W_RIGHT), _scale(0, max(bars), W_BOTTOM, W_TOP)
    drawn = tuple(
        Bar(round(x(place * BAR_SECONDS) + 1, 1), y(count), round(x(BAR_SECONDS) - W_LEFT - 2, 1), round(W_BOTTOM - y(count), 1),
            f"{place * BAR_SECONDS}–{(place + 1) * BAR_SECONDS} s", count)
        for place, count in enumerate(bars)
    )  # fmt: skip
    end = len(bars) * BAR_SECONDS
    marks = (
        (x(min(half, end)), _("helft binnen %(half)s s", half=half), 20),
        (x(min(most, end)), _("9 van 10 binnen %(most)s s", most=most), 42),
    )
    ticks = tuple((x(second), f"{second}") for second in range(0, end + 1, max(BAR_SECONDS, end // 5 // 5 * 5)))
    return Waits(
        _("Negen van de tien oproepen binnen %(most)s seconden aangenomen", most=most), total, drawn, marks, ticks
    )


def _within(accepted: Sequence[tuple[int, int]], total: int, share: float) -> int:
    """The least second within which so large a share was taken."""
    sums = accumulate(count for _, count in accepted)
    return next(taken for (taken, _), sofar in zip(accepted, sums, strict=True) if sofar >= share * total)


def calls(figures: FiguresView) -> CallsTold | None:
    """What became of all calls."""
    names = ("desk", "engineer", "message", "joined", "missed")
    counts = [sum(getattr(one, name) for one in figures.calls) for name in names]
    total = sum(counts)
    if not total:
        return None
    parts, x = [], 0.0
    for name, count in zip(names, counts, strict=True):
        width = round(1000 * count / total, 1)
        parts.append((CALLS[name], count, x, width, name))
        x = round(x + width, 1)
    helped = counts[0] + counts[1]
    finding = _(
        "%(helped)s van %(total)s bellers kregen meteen een mens, %(none)s niets",
        helped=number(helped),
        total=number(total),
        none=number(counts[-1]),
    )
    table = tuple((month(one.month), (one.total, *(getattr(one, name) for name in names))) for one in figures.calls)
    return CallsTold(finding, tuple(parts), table)


def _scale(low: float, high: float, at_low: float, at_high: float) -> Callable[[float], float]:
    reach = (high - low) or 1
    return lambda value: round(at_low + (at_high - at_low) * (value - low) / reach, 1)
