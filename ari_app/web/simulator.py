"""The simulator: what would happen if somebody called at a moment. Nobody is called, and nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.explanation import CallNotExplained, CallToExplain, Explains
from ari_app.web import simulator_words as told
from ari_app.web.languages import _
from ari_app.web.rendering import TEMPLATES
from ari_app.web.simulator_words import Outcome
from ari_app.web.tape import tape
from ari_app.web.words import AMSTERDAM

UNKNOWN, ANONYMOUS = "+31880000000", "anoniem"
#: More would be a list to scroll in; others are asked for by number in the address.
MOST_NUMBERS = 300
MOST_SURPRISES = 5
#: Nobody knows the rota or the holidays of a moment farther away.
FARTHEST = timedelta(days=3 * 366)
_DIGITS = "0123456789*#"
_LONGEST_KEYS = 20


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


class SimulatorPage:
    """`GET /simulator?from=&day=&time=&keys=&engineers=&desk=`: the address is the question, so that it can be shared."""

    def __init__(self, desk: Desk, clock: Clock, explains: Explains | None) -> None:
        """`explains` None: this service can't; the page says so."""
        self._desk = desk
        self._clock = clock
        self._explains = explains

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/simulator", self.show, name="simulator")]

    async def show(self, request: web.Request) -> web.Response:
        options = await self._options(request.query.get("from", ""))
        question = self._question(request, options)
        context: dict[str, Any] = {
            "page": "simulator",
            "options": options,
            "question": question,
            "local": question.at.astimezone(AMSTERDAM),
            "chips": await self._chips(question),
            "answer": None,
            "failed": "",
            "engineers_do": told.ENGINEERS_DO,
            "desk_does": told.DESK_DOES,
        }
        if self._explains is None:
            context["failed"] = _("Deze dienst kan geen gesprekken naspelen. Gebruik meldlijn explain-call.")
            return request.app[TEMPLATES].page(request, "simulator.html", context)
        try:
            context |= await self._answer(question, self._explains, options)
        except CallNotExplained as why:
            context["failed"] = str(why)
        return request.app[TEMPLATES].page(request, "simulator.html", context)

    async def _answer(self, question: CallToExplain, explains: Explains, options: Sequence[Option]) -> dict[str, Any]:
        others = await self._others(question, options)
        answer, *found = await explains([question, *(other for _, other in others)])
        outcome = told.outcome(answer)
        surprises = [
            (text, told.outcome(one), _address(other)) for (text, other), one in zip(others, found, strict=True)
        ]
        day = question.at.astimezone(AMSTERDAM).date()
        week = await self._desk.rota_weeks.week(day - timedelta(days=day.weekday()))
        return {
            "answer": answer,
            "outcome": outcome,
            "script": told.script(answer),
            "surprises": _different(outcome, surprises),
            "tape": tape(week.days[day.weekday()], self._desk.days.hours, question.at),
            "clauses": self._desk.days.terms.agreement.clauses_in(*answer.reasons()),
        }

    async def _options(self, asked: str) -> list[Option]:
        """Every number that we know, and those that we don't."""
        known = [
            Option(number, f"{customer.name}{f' ({contact})' if contact else ''}")
            for customer in await self._desk.directory.customers()
            for number, contact in customer.numbers
        ][:MOST_NUMBERS]
        others = [Option(UNKNOWN, _("een onbekend nummer")), Option(ANONYMOUS, _("een anonieme beller"))]
        if asked and all(one.number != asked for one in (*known, *others)):
            others.append(Option(asked, asked))
        return [*known, *others]

    def _question(self, request: web.Request, options: Sequence[Option]) -> CallToExplain:
        """What is missing or can't be read is filled in: the first number, now, nobody answers."""
        query, now = request.query, self._clock.now().astimezone(AMSTERDAM)
        try:
            day, at = date.fromisoformat(query.get("day", "")), time.fromisoformat(query.get("time", ""))
            moment = datetime.combine(day, at.replace(tzinfo=None), AMSTERDAM)
        except ValueError:
            moment = now
        if abs(moment - now) > FARTHEST:
            moment = now
        keys = "".join(key for key in query.get("keys", "") if key in _DIGITS)[:_LONGEST_KEYS]
        engineers, desk = query.get("engineers", ""), query.get("desk", "")
        return CallToExplain(
            _raw(query.get("from") or options[0].number),
            moment,
            keys,
            engineers if engineers in told.ENGINEERS_DO else "no-answer",
            desk if desk in told.DESK_DOES else "no-answer",
        )

    async def _chips(self, question: CallToExplain) -> list[Chip]:
        """The edges that people are surprised by."""
        now, hours = self._clock.now(), self._desk.days.hours
        found = [
            (_("een onbekend nummer"), replace(question, number=UNKNOWN)),
            (_("anoniem"), replace(question, number="")),
        ]
        windows = hours.calamity.windows(now, now + timedelta(days=8))
        weekend = next((one for one in windows if one[0].astimezone(AMSTERDAM).weekday() >= 5), None)
        if weekend:
            found += [(_("zaterdag, net open"), replace(question, at=weekend[0]))]
            found += [(_("zaterdag, net dicht"), replace(question, at=weekend[1]))]
        holes = [one for one in await self._desk.rota_warnings.check() if one.kind == "nobody"]
        found += [(_("in het gat"), replace(question, at=max(now, holes[0].starts_at)))] if holes else []
        found += [(_("'s nachts"), replace(question, at=_local(now, time(3))))]
        found += [(_("op de dag van de zomertijd"), replace(question, at=_clocks_change(now)))]
        return [Chip(text, _address(one)) for text, one in found]

    async def _others(self, question: CallToExplain, options: Sequence[Option]) -> list[tuple[str, CallToExplain]]:
        """The same question with one thing different: another moment of that day, another caller, other people."""
        at = question.at.astimezone(AMSTERDAM)
        edges = self._edges(at)
        found = [
            (_("om %(time)s", time=format(edge.astimezone(AMSTERDAM), "%H:%M")), replace(question, at=edge))
            for edge in edges
        ]
        caller = await self._desk.who_is(question.number or None, question.at)
        for option in options:
            other = await self._desk.who_is(option.number, question.at)
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

    def _edges(self, at: datetime) -> list[datetime]:
        """Of that local day, when the phone or the calamity line opens or closes."""
        hours, begin = self._desk.days.hours, datetime.combine(at.date(), time(), AMSTERDAM)
        end = begin + timedelta(days=1)
        windows = [*hours.phone.windows(begin, end), *hours.calamity.windows(begin, end)]
        return sorted({edge for window in windows for edge in window if begin < edge < end and edge != at})


def _different(outcome: Outcome, found: Sequence[tuple[str, Outcome, str]]) -> list[tuple[str, Outcome, str]]:
    """Those that end otherwise, each outcome once."""
    shown: dict[str, tuple[str, Outcome, str]] = {}
    for text, other, address in found:
        if other.short != outcome.short:
            shown.setdefault(other.short, (text, other, address))
    return list(shown.values())[:MOST_SURPRISES]


def _raw(number: str) -> str:
    return "" if number == ANONYMOUS else number


def _local(now: datetime, at: time) -> datetime:
    return datetime.combine(now.astimezone(AMSTERDAM).date() + timedelta(days=1), at, AMSTERDAM)


def _clocks_change(now: datetime) -> datetime:
    """09:10 on the next day on which the clock changes."""
    first = now.astimezone(AMSTERDAM).date()
    noons = [datetime.combine(first + timedelta(days=ahead), time(12), AMSTERDAM) for ahead in range(370)]
    changed = next(after for before, after in pairwise(noons) if before.utcoffset() != after.utcoffset())
    return datetime.combine(changed.date(), time(9, 10), AMSTERDAM)


def _address(one: CallToExplain) -> str:
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
