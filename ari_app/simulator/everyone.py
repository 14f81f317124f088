"""`--from any --at any`: one number of each kind of caller, and the moments of a year at which something changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import col, select

from ari_app.desk import Desk
from ari_app.desk.proposed_days import proposed_days
from ari_app.desk.rota_reading import read_duties
from ari_app.store.tables import PhoneNumber
from routing.rota import holes
from sla.agreed_hours import AgreedHours

YEAR = timedelta(days=366)
SECOND = timedelta(seconds=1)
#: Of an ordinary week, from the first day on.
WEEK = 7
#: More kinds than this differ in their names only.
MOST_NUMBERS = 200
#: A rota that ends would fill the table with the rest of the year.
MOST_HOLES, MOST_HAND_OVERS = 7, 14
NIGHT, NOON = time(3), time(12, 15)


@dataclass(frozen=True, slots=True)
class Moment:
    """`why` says what happens at `at`."""

    at: datetime
    why: str


async def kinds_of_callers(desk: Desk, at: datetime) -> list[tuple[str, str]]:
    """(what kind, number): one of each level, with and without an SLA, excluded or asked for a PIN; and who is no customer."""
    kinds = {"anonymous": "", "unknown": "+31880000000", "short code": "112", "from abroad": "+32470000000"}
    async with desk.store.reading() as session:
        numbers = (
            await session.exec(select(PhoneNumber.e164).order_by(col(PhoneNumber.e164)).limit(MOST_NUMBERS))
        ).all()
    for number in numbers:
        caller = await desk.who_is(number, at)
        words = [caller.level, "SLA" if caller.has_sla else "no SLA", *(["excluded"] if caller.excluded else [])]
        kinds.setdefault(", ".join(words), number)
    return list(kinds.items())


async def moments_of_a_year(desk: Desk, begin: datetime) -> list[Moment]:
    """Edges of all windows on the days that matter, and holes in the rota; in order of time, each instant once."""
    async with desk.store.looking() as session:
        terms = await desk.days.read(session)
        duties = await read_duties(session, begin, begin + YEAR)
    hours, zone = terms.hours, terms.agreement.zone
    first = begin.astimezone(zone).date()
    found = [
        moment
        for day, name in _days(first, hours)
        for moment in _moments_of(datetime.combine(day, time(), zone), name, hours)
    ]
    calamity = hours.calamity.windows(begin, begin + YEAR)
    for hole in holes(duties, calamity, wanted=1)[:MOST_HOLES]:
        found += [Moment(hole.starts_at, "a hole in the rota"), Moment(hole.ends_at - SECOND, "last second of a hole")]
    edges = sorted({edge for duty in duties for edge in (duty.starts_at, duty.ends_at) if edge >= begin})
    found += [Moment(edge, "a duty begins or ends") for edge in edges[:MOST_HAND_OVERS]]
    return sorted({moment.at.astimezone(UTC): moment for moment in reversed(found)}.values(), key=lambda one: one.at)


def _days(first: date, hours: AgreedHours) -> Iterator[tuple[date, str]]:
    year = [first + timedelta(days=ahead) for ahead in range(YEAR.days)]
    for day in year[:WEEK]:
        yield day, f"{day:%A}"
    named = {one.day: one.name for number in {year[0].year, year[-1].year} for one in proposed_days(number)}
    for day in year:
        if day in hours.holidays or day in named:
            yield day, f"{named.get(day, 'holiday')}{'' if day in hours.holidays else ' (not approved)'}"
        elif _changes_clocks(day, hours):
            yield day, "the clocks change"


def _changes_clocks(day: date, hours: AgreedHours) -> bool:
    zone = hours.service.calendar.zone
    noon, before = (datetime.combine(one, time(12), zone) for one in (day, day - timedelta(days=1)))
    return noon.utcoffset() != before.utcoffset()


def _moments_of(midnight: datetime, name: str, hours: AgreedHours) -> Iterator[Moment]:
    day, zone = midnight.date(), midnight.tzinfo
    for at in (NIGHT, NOON):
        yield Moment(datetime.combine(day, at, zone), f"{name}, {at:%H:%M}")
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    for window, opened in (("phone", hours.phone), ("calamity", hours.calamity), ("service", hours.service)):
        for opens, closes in opened.windows(midnight, end):
            yield Moment(opens - SECOND, f"{name}, a second before {window} hours")
            yield Moment(opens, f"{name}, {window} hours begin")
            yield Moment(closes - SECOND, f"{name}, last second of {window} hours")
            yield Moment(closes, f"{name}, {window} hours are over")
