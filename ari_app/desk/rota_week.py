"""One week of the rota in calamity hours, as people look at it, and how the hours of a quarter are shared."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.rota_reading import read_duties, read_engineers
from ari_app.desk.rota_warnings import can_be_rung
from ari_app.store.database import Store
from ari_app.store.rota_tables import HandshakeRow, HandshakeState
from routing.rota import Duty, Engineer, LineUp, line_ups
from sla.agreed_hours import AgreedHours

DAYS = 7


@dataclass(frozen=True, slots=True)
class Turn:
    """A piece of calamity hours in which the order stays the same. `confirmed_at`: when the first took the duty.
    `can_be_rung`: the first has numbers that the line may dial."""

    line_up: LineUp
    confirmed_at: datetime | None
    can_be_rung: bool

    @property
    def is_hole(self) -> bool:
        return not self.line_up.engineers


@dataclass(frozen=True, slots=True)
class RotaDay:
    """`windows` are its calamity hours; the desk answers from `desk_from` until `desk_until`, None: not on this day."""

    day: date
    windows: tuple[tuple[datetime, datetime], ...]
    turns: tuple[Turn, ...]
    desk_from: datetime | None
    desk_until: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """Of the calamity hours of a quarter: how long this engineer is first, and how long on duty at any place."""

    engineer: Engineer
    first: timedelta
    total: timedelta


@dataclass(frozen=True, slots=True)
class WeekView:
    """`shares` of the quarter that the week begins in, the most hours first; of who left only when there were some."""

    days: tuple[RotaDay, ...]
    shares: tuple[Share, ...]
    quarter: int

    @property
    def holes(self) -> list[LineUp]:
        """In order of time."""
        return [turn.line_up for day in self.days for turn in day.turns if turn.is_hole]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody for a hole. `why_not`: Dutch, "" for who can; `says`: what speaks for or against it."""

    engineer: Engineer
    says: str
    why_not: str = ""


class RotaWeeks:
    """Reads only. `countries`: where an engineer may have a phone."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock, countries: frozenset[str]) -> None:
        self._countries = countries
        self._store = store
        self._days = days
        self._clock = clock

    async def week(self, monday: date) -> WeekView:
        """The seven days from this local date on."""
        async with self._store.reading() as session:
            terms = await self._days.read(session)
            hours, zone = terms.hours, terms.agreement.zone
            first, last = _quarter(monday)
            begin, end = _midnight(min(first, monday), zone), _midnight(max(last, monday + timedelta(days=DAYS)), zone)
            duties = await read_duties(session, begin, end)
            people = (await read_engineers(session)).values()
            taken = await _taken(session, _midnight(monday, zone))
        dates = [monday + timedelta(days=ahead) for ahead in range(DAYS)]
        days = tuple(_day(on, hours, zone, duties, self._turn_of(taken)) for on in dates)
        windows = hours.calamity.windows(_midnight(first, zone), _midnight(last, zone))
        return WeekView(days, _shares(people, duties, windows), (monday.month - 1) // 3 + 1)

    async def candidates(self, starts_at: datetime, ends_at: datetime, shares: Sequence[Share]) -> list[Candidate]:
        """For [starts_at, ends_at), who has the fewest hours as first stands first, and who can't stands last."""
        async with self._store.reading() as session:
            duties = await read_duties(session, starts_at, ends_at)
        pieces = line_ups(duties, starts_at, ends_at)
        there = {one.id for piece in pieces for one in piece.engineers[1:]}
        firsts = set.intersection(*({one.id for one in piece.engineers[:1]} for piece in pieces))
        here = [share for share in shares if not share.engineer.has_left]
        found = [self._candidate(share, share.engineer.id in firsts, share.engineer.id in there) for share in here]
        return sorted(reversed(found), key=lambda one: bool(one.why_not))

    def _turn_of(self, taken: list[HandshakeRow]) -> Callable[[LineUp], Turn]:
        def turn(piece: LineUp) -> Turn:
            rings = not piece.engineers or can_be_rung(piece.engineers[0], self._countries)
            return Turn(piece, _confirmed(piece, taken), rings)

        return turn

    def _candidate(self, share: Share, is_first: bool, is_there: bool) -> Candidate:
        hours = f"{_hours(share.first)} als eerste dit kwartaal"
        if not can_be_rung(share.engineer, self._countries):
            return Candidate(share.engineer, hours, "kan niet: geen telefoonnummer dat werkt")
        if is_first:
            return Candidate(share.engineer, hours, "kan niet: heeft dan al de eerste plaats")
        return Candidate(share.engineer, f"staat dan al verderop in de rij, {hours}" if is_there else f"vrij, {hours}")


def _day(
    on: date, hours: AgreedHours, zone: ZoneInfo, duties: Sequence[Duty], turn: Callable[[LineUp], Turn]
) -> RotaDay:
    begin, end = _midnight(on, zone), _midnight(on + timedelta(days=1), zone)
    windows = tuple(hours.calamity.windows(begin, end))
    pieces = [piece for opens, closes in windows for piece in line_ups(duties, opens, closes)]
    desk = hours.phone.windows(begin, end)
    return RotaDay(
        on,
        windows,
        tuple(map(turn, pieces)),
        desk[0][0] if desk else None,
        desk[-1][1] if desk else None,
    )


def _confirmed(piece: LineUp, taken: list[HandshakeRow]) -> datetime | None:
    for row in taken:
        is_theirs = bool(piece.engineers) and row.engineer_id == piece.engineers[0].id
        if is_theirs and row.starts_at < piece.ends_at and row.ends_at > piece.starts_at:
            return row.taken_at
    return None


async def _taken(session: AsyncSession, since: datetime) -> list[HandshakeRow]:
    rows = select(HandshakeRow).where(
        col(HandshakeRow.state) == HandshakeState.TAKEN, col(HandshakeRow.ends_at) > since
    )
    return list(await session.exec(rows))


def _shares(
    people: Iterable[Engineer], duties: Sequence[Duty], windows: Sequence[tuple[datetime, datetime]]
) -> tuple[Share, ...]:
    first: dict[int, timedelta] = defaultdict(timedelta)
    total: dict[int, timedelta] = defaultdict(timedelta)
    for opens, closes in windows:
        for piece in line_ups(_touching(duties, opens, closes), opens, closes):
            length = piece.ends_at - piece.starts_at
            for place, engineer in enumerate(piece.engineers):
                total[engineer.id] += length
                first[engineer.id] += timedelta() if place else length
    found = [Share(one, first[one.id], total[one.id]) for one in people if not one.has_left or total[one.id]]
    return tuple(sorted(found, key=lambda share: (-share.first, -share.total, share.engineer.name)))


def _touching(duties: Sequence[Duty], opens: datetime, closes: datetime) -> list[Duty]:
    return [duty for duty in duties if duty.starts_at < closes and duty.ends_at > opens]


def _hours(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:.1f}".replace(".0", "").replace(".", ",") + " u"


def _quarter(day: date) -> tuple[date, date]:
    """Its first day, and that of the next."""
    month = (day.month - 1) // 3 * 3 + 1
    following = date(day.year + (month == 10), month + 3 if month < 10 else 1, 1)
    return date(day.year, month, 1), following


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
