"""Questions near the one that was asked: chips of the edges that people are surprised by, and one thing different."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from urllib.parse import urlencode

from ari_app.desk import Desk
from ari_app.desk.explanation import CallToExplain
from ari_app.web.languages import _
from ari_app.web.words import AMSTERDAM
from sla.agreed_hours import AgreedHours

UNKNOWN, ANONYMOUS = "+31880000000", "anoniem"
#: Nobody waits for a page that looks at every customer.
MOST_LOOKED_AT = 40
A_YEAR = 370


@dataclass(frozen=True, slots=True)
class Option:
    """A number that somebody may call from."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Chip:
    """Another question, one press away."""

    text: str
    address: str


async def chips(desk: Desk, question: CallToExplain, now: datetime) -> list[Chip]:
    """The edges that people are surprised by, from now on."""
    holes = [one for one in await desk.rota_warnings.check() if one.kind == "nobody"]
    moments = [
        *_around_saturday(desk.days.hours, now),
        *([(_("in het gat"), max(now, holes[0].starts_at))] if holes else []),
        (_("'s nachts"), _on(_day(now, 1), time(3))),
        *_special_days(desk.days.hours, now),
    ]
    return [
        Chip(_("een onbekend nummer"), address(replace(question, number=UNKNOWN))),
        Chip(_("anoniem"), address(replace(question, number=""))),
        *(Chip(text, address(replace(question, at=at))) for text, at in moments),
    ]


async def others(desk: Desk, question: CallToExplain, options: Sequence[Option]) -> list[tuple[str, CallToExplain]]:
    """The same question with one thing different: another moment of that day, another caller, other people."""
    found = [
        (_("om %(time)s", time=format(edge.astimezone(AMSTERDAM), "%H:%M")), replace(question, at=edge))
        for edge in _edges(desk.days.hours, question.at.astimezone(AMSTERDAM))
    ]
    caller = await desk.who_is(question.number or None, question.at)
    for option in options[:MOST_LOOKED_AT]:
        other = await desk.who_is(option.number, question.at)
        if other.is_known and other.has_sla is not caller.has_sla:
            text = _("zonder SLA") if caller.has_sla else _("met een SLA")
            found.append((f"{text}: {option.name}", replace(question, number=option.number)))
            break
    found.append((_("een onbekend nummer"), replace(question, number=UNKNOWN)))
    if question.engineers != "accept":
        found.append((_("een engineer drukt op 1"), replace(question, engineers="accept")))
    if question.desk != "answer":
        found.append((_("de balie neemt op"), replace(question, desk="answer")))
    return [(text, one) for text, one in found if one != question]


def address(one: CallToExplain) -> str:
    """Of the page that answers it."""
    local = one.at.astimezone(AMSTERDAM)
    asked = {
        "from": one.number or ANONYMOUS,
        "day": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "keys": one.keys,
        "engineers": one.engineers,
        "desk": one.desk,
    }
    return f"/simulator?{urlencode(asked)}"


def _around_saturday(hours: AgreedHours, now: datetime) -> Iterator[tuple[str, datetime]]:
    windows = hours.calamity.windows(now, now + timedelta(days=8))
    weekend = next((one for one in windows if one[0].astimezone(AMSTERDAM).weekday() >= 5), None)
    if weekend:
        yield _("zaterdag, net open"), weekend[0]
        yield _("zaterdag, net dicht"), weekend[1]


def _special_days(hours: AgreedHours, now: datetime) -> Iterator[tuple[str, datetime]]:
    """At 09:10: the next holiday that was approved, and both changes of the clock."""
    at = time(9, 10)
    noons = [_on(_day(now, ahead), time(12)) for ahead in range(A_YEAR)]
    holiday = next((noon for noon in noons[1:] if noon.date() in hours.holidays), None)
    if holiday:
        yield _("op een feestdag"), _on(holiday, at)
    shifts = [(after, _shift(before, after)) for before, after in pairwise(noons)]
    yield _("op de dag van de zomertijd"), _on(next(day for day, shift in shifts if shift > timedelta()), at)
    yield _("op de dag van de wintertijd"), _on(next(day for day, shift in shifts if shift < timedelta()), at)


def _shift(before: datetime, after: datetime) -> timedelta:
    return (after.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())


def _day(now: datetime, ahead: int) -> datetime:
    return now.astimezone(AMSTERDAM) + timedelta(days=ahead)


def _on(day: datetime, at: time) -> datetime:
    return datetime.combine(day.date(), at, AMSTERDAM)


def _edges(hours: AgreedHours, at: datetime) -> list[datetime]:
    """Of that local day, when the phone or the calamity line opens or closes."""
    begin = _on(at, time())
    end = begin + timedelta(days=1)
    windows = [*hours.phone.windows(begin, end), *hours.calamity.windows(begin, end)]
    return sorted({edge for window in windows for edge in window if begin < edge < end and edge != at})
