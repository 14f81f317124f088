"""The simulator: what would happen if somebody called at a moment. Nobody is called, and nothing is kept."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.explanation import CallNotExplained, CallToExplain, Explains
from ari_app.web import simulator_words as told
from ari_app.web import words
from ari_app.web.languages import _
from ari_app.web.rendering import TEMPLATES
from ari_app.web.simulator_others import ANONYMOUS, UNKNOWN, Option, address, chips, others
from ari_app.web.simulator_words import Outcome
from ari_app.web.tape import tape
from ari_app.web.words import AMSTERDAM
from routing.caller import normal_form

#: More would be a list to scroll in; others are asked for by number in the address.
MOST_NUMBERS = 300
MOST_SURPRISES = 5
#: Nobody knows the rota or the holidays of a moment farther away.
FARTHEST = timedelta(days=3 * 366)
_DIGITS = "0123456789*#"
_LONGEST_KEYS, _LONGEST_NUMBER = 20, 80


class SimulatorPage:
    """`GET /simulator?from=&number=&day=&time=&keys=&engineers=&desk=`: the address is the question, so that it can be shared."""

    def __init__(self, desk: Desk, clock: Clock, explains: Explains | None) -> None:
        """`explains` None: this service can't; the page says so."""
        self._desk = desk
        self._clock = clock
        self._explains = explains

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/simulator", self.show, name="simulator")]

    async def show(self, request: web.Request) -> web.Response:
        options = await self._options(_asked_number(request.query))
        at, note = _moment(request.query, self._clock.now().astimezone(AMSTERDAM))
        question = self._question(request.query, options, at)
        context: dict[str, Any] = {
            "page": "simulator",
            "options": options,
            "question": question,
            "local": question.at.astimezone(AMSTERDAM),
            "note": note,
            "earliest": (self._clock.now() - FARTHEST).astimezone(AMSTERDAM).date() + timedelta(days=1),
            "latest": (self._clock.now() + FARTHEST).astimezone(AMSTERDAM).date() - timedelta(days=1),
            "chips": await chips(self._desk, question, self._clock.now()),
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
        near = await others(self._desk, question, options)
        answer, *found = await explains([question, *(other for _text, other in near)])
        outcome = told.outcome(answer)
        surprises = [(text, told.outcome(one), address(other)) for (text, other), one in zip(near, found, strict=True)]
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
        strange = [Option(UNKNOWN, _("een onbekend nummer")), Option(ANONYMOUS, _("een anonieme beller"))]
        if asked and all(one.number != asked for one in (*known, *strange)):
            strange.append(Option(asked, words.phone(asked) if asked.startswith("+") else asked))
        return [*known, *strange]

    def _question(self, query: Mapping[str, str], options: Sequence[Option], at: datetime) -> CallToExplain:
        """What is missing or can't be read is filled in: the first number, nobody answers."""
        keys = "".join(key for key in query.get("keys", "") if key in _DIGITS)[:_LONGEST_KEYS]
        engineers, desk = query.get("engineers", ""), query.get("desk", "")
        return CallToExplain(
            _raw(_asked_number(query) or options[0].number),
            at,
            keys,
            engineers if engineers in told.ENGINEERS_DO else "no-answer",
            desk if desk in told.DESK_DOES else "no-answer",
        )


def _asked_number(query: Mapping[str, str]) -> str:
    """What somebody typed goes before what they chose. In E.164 where it is a number: then it may be one that we know."""
    typed = query.get("number", "").strip()[:_LONGEST_NUMBER]
    return (normal_form(typed) or typed) if typed else query.get("from", "").strip()[:_LONGEST_NUMBER]


def _different(outcome: Outcome, found: Sequence[tuple[str, Outcome, str]]) -> list[tuple[str, Outcome, str]]:
    """Those that end otherwise, each outcome once."""
    shown: dict[str, tuple[str, Outcome, str]] = {}
    for one in found:
        if one[1].short != outcome.short:
            shown.setdefault(one[1].short, one)
    return list(shown.values())[:MOST_SURPRISES]


def _raw(number: str) -> str:
    return "" if number == ANONYMOUS else number


def _moment(query: Mapping[str, str], now: datetime) -> tuple[datetime, str]:
    """Local, and what has to be said about it; now for what can't be read."""
    day, at = query.get("day", ""), query.get("time", "")
    try:
        asked = datetime.combine(date.fromisoformat(day), time.fromisoformat(at).replace(tzinfo=None), AMSTERDAM)
    except ValueError:
        return now, _("Die datum of tijd is niet te lezen: dit is nu.") if day or at else ""
    if abs(asked - now) > FARTHEST:
        return now, _("Zo ver weg kent niemand het rooster of de feestdagen (hoogstens drie jaar): dit is nu.")
    real = asked.astimezone(UTC).astimezone(AMSTERDAM)
    return real, _about_the_clock(asked, real)


def _about_the_clock(asked: datetime, real: datetime) -> str:
    if asked.replace(tzinfo=None) != real.replace(tzinfo=None):
        said = {"asked": format(asked, "%H:%M"), "real": format(real, "%H:%M")}
        return _("%(asked)s bestaat die nacht niet, want de zomertijd begint: dit is %(real)s.", **said)
    if real.utcoffset() != real.replace(fold=1).utcoffset():
        return _("%(asked)s komt die nacht twee keer voor: dit is de eerste keer.", asked=format(asked, "%H:%M"))
    return ""
