"""What is wrong with the rota of the next two weeks: holes in calamity hours, and engineers who can't be rung."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.config import DutySettings
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.rota_reading import read_duties
from ari_app.desk.telling import SUPERVISOR, tell_once
from ari_app.store.database import Store
from routing.dialling import may_be_dialled
from routing.rota import Duty, Engineer, holes, on_duty, shifts

AHEAD = timedelta(days=14)
Window = tuple[datetime, datetime]


class RotaWarningKind(StrEnum):
    NOBODY = "nobody"
    NO_SECOND = "no_second"
    NO_NUMBER = "no_number"
    #: The first in line is of a lower line than the setting asks for (R-145).
    LOW_LINE = "low_line"
    #: Somebody is first in line on too many days in a row.
    LONG_RUN = "long_run"


#: Doubts and no faults: shown, and told to nobody.
ONLY_SHOWN = frozenset({RotaWarningKind.LOW_LINE, RotaWarningKind.LONG_RUN})


@dataclass(frozen=True, slots=True)
class RotaWarning:
    """`why` is Dutch, for people. `starts_at` is the first moment of it in calamity hours."""

    kind: RotaWarningKind
    starts_at: datetime
    ends_at: datetime
    why: str
    engineer: str = ""

    @property
    def key(self) -> str:
        """The same at each look, so that it is told once."""
        what = self.engineer or self.starts_at.isoformat()
        return f"rota:{self.kind}:{what}"[:160]


class RotaWarnings:
    """`countries`: where phones may be."""

    def __init__(
        self, store: Store, days: DaysInForce, clock: Clock, asked: DutySettings, countries: frozenset[str]
    ) -> None:
        self._store = store
        self._days = days
        self._clock = clock
        self._asked = asked
        self._countries = countries

    async def look(self) -> int:
        """The work of a tick: tells the supervisor what was not told before, and gives how many that were. Doubts are only
        shown: the agreement does not say of which line who is first must be (R-145), nor for how long."""
        async with self._store.session() as session:
            found = [one for one in await self._found(session) if one.kind not in ONLY_SHOWN]
            told = [
                await tell_once(session, one.key, f"rota_{one.kind}", SUPERVISOR, one.why, self._clock.now())
                for one in found
            ]
        return sum(told)

    async def check(self) -> list[RotaWarning]:
        """Of the next 14 days, holes first, each in order of time."""
        async with self._store.reading() as session:
            return await self._found(session)

    async def _found(self, session: AsyncSession) -> list[RotaWarning]:
        terms = await self._days.read(session)
        now, zone = self._clock.now(), terms.agreement.zone
        # From midnight on, so that a hole that has begun keeps its beginning.
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
        windows = [window for window in terms.hours.calamity.windows(midnight, now + AHEAD) if window[1] > now]
        if not windows:
            return []
        duties = await read_duties(session, windows[0][0], windows[-1][1])
        most, reach = self._asked.most_days_in_a_row, terms.hours.calamity
        days = reach.windows(midnight - timedelta(days=most), now + AHEAD) if most else []
        runs = _long_runs(await read_duties(session, days[0][0], days[-1][1]), days, most, zone) if days else []
        return [
            *_holes(duties, windows, zone),
            *_without_number(duties, windows, self._countries),
            *_low_line(duties, windows, self._asked.least_line),
            *runs,
        ]


def _holes(duties: Sequence[Duty], windows: Iterable[Window], zone: ZoneInfo) -> list[RotaWarning]:
    found = []
    for hole in holes(duties, windows):
        when = f"van {_local(hole.starts_at, zone)} tot {_local(hole.ends_at, zone)}, in calamiteitentijd"
        if hole.present:
            kind, why = RotaWarningKind.NO_SECOND, f"Er is geen tweede engineer {when}."
        else:
            kind, why = RotaWarningKind.NOBODY, f"Niemand heeft dienst {when}: bellers krijgen de voicemail."
        found.append(RotaWarning(kind, hole.starts_at, hole.ends_at, why))
    return found


def _without_number(duties: Sequence[Duty], windows: Iterable[Window], countries: frozenset[str]) -> list[RotaWarning]:
    found: dict[int, RotaWarning] = {}
    for shift in _shifts(duties, windows):
        engineer = shift.engineer
        if not can_be_rung(engineer, countries):
            why = f"{engineer.name} heeft dienst maar geen telefoonnummer dat werkt: stel het in met `meldlijn rota phones`."
            warning = RotaWarning(RotaWarningKind.NO_NUMBER, shift.starts_at, shift.ends_at, why, engineer.name)
            found.setdefault(engineer.id, warning)
    return list(found.values())


def _low_line(duties: Sequence[Duty], windows: Iterable[Window], least: int) -> list[RotaWarning]:
    found: dict[int, RotaWarning] = {}
    for shift in _shifts(duties, windows):
        first = on_duty(duties, shift.starts_at)[0]
        if first.line < least and first.id == shift.engineer.id:
            why = f"{first.name} heeft als eerste dienst, maar is van lijn {first.line}, onder lijn {least} (R-145)."
            warning = RotaWarning(RotaWarningKind.LOW_LINE, shift.starts_at, shift.ends_at, why, first.name)
            found.setdefault(first.id, warning)
    return list(found.values())


def _long_runs(duties: Sequence[Duty], windows: Iterable[Window], most: int, zone: ZoneInfo) -> list[RotaWarning]:
    """Of runs of days with calamity hours on which the same engineer is first."""
    runs: list[tuple[Engineer | None, list[Window]]] = []
    for _, of_day in groupby(windows, key=lambda window: window[0].astimezone(zone).date()):
        opens, closes = next(of_day)
        first = next(iter(on_duty(duties, opens)), None)
        if runs and runs[-1][0] == first:
            runs[-1][1].append((opens, closes))
        else:
            runs.append((first, [(opens, closes)]))
    found: dict[int, RotaWarning] = {}
    for who, days in runs:
        if who is None or len(days) <= most:
            continue
        since = f"{days[0][0].astimezone(zone):%d-%m-%Y}"
        why = f"{who.name} is meer dan {most} dagen achter elkaar als eerste aan de beurt, in elk geval vanaf {since}."
        found.setdefault(who.id, RotaWarning(RotaWarningKind.LONG_RUN, days[most][0], days[-1][1], why, who.name))
    return list(found.values())


def can_be_rung(engineer: Engineer, countries: frozenset[str]) -> bool:
    """Every number is one that the line would dial."""
    return bool(engineer.numbers) and all(may_be_dialled(number, countries) for number in engineer.numbers)


def _shifts(duties: Sequence[Duty], windows: Iterable[Window]) -> Iterable[Duty]:
    return (shift for opens, closes in windows for shift in shifts(duties, opens, closes))


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d-%m-%Y %H:%M}"
