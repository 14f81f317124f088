"""The list of tickets and one ticket. Reading only; all wording is in the templates and their filters."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.web import deadlines, labels, reading, words
from ari_app.web.assets import Assets
from ari_app.web.auth import VISITOR
from sla.agreed_hours import AgreedHours

ROWS = 40
TICKET_NUMBER = r"T-[0-9]{1,12}"

_TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """`GET /` and `GET /tickets/{number}`."""

    def __init__(self, desk: Desk, clock: Clock, hours: AgreedHours) -> None:
        self._desk = desk
        self._clock = clock
        self._hours = hours

    async def tickets(self, request: web.Request) -> web.StreamResponse:
        """Newest first, forty at a time; `before` is the last number of the page before."""
        before = _known_number(request.query.get("before"))
        found = await self._desk.tickets(ROWS + 1, before)
        shown = found[:ROWS]
        context = {
            "page": "tickets",
            "tickets": shown,
            "first": deadlines.come_first(shown, self._clock.now(), self._hours),
            "before": before,
            "older": shown[-1].number if len(found) > ROWS else None,
        }
        return aiohttp_jinja2.render_template("tickets.html", request, context)

    async def ticket(self, request: web.Request) -> web.StreamResponse:
        found = await self._desk.ticket(request.match_info["number"])
        if found is None:
            raise web.HTTPNotFound
        return aiohttp_jinja2.render_template("ticket.html", request, {"page": "ticket", "ticket": found})

    async def common(self, request: web.Request) -> dict[str, Any]:
        """What every page shows; the login and error pages have no visitor and learn nothing."""
        visitor = request.get(VISITOR)
        if visitor is None:
            return {}
        return {"visitor": visitor, "now": self._clock.now(), "warnings": self._hours.warnings}


def set_up_templates(app: web.Application, pages: Pages, assets: Assets, clock: Clock, hours: AgreedHours) -> None:
    """Everything is escaped; a name that a template does not know is an error, not an empty place."""
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        context_processors=[pages.common],
        filters=_filters(clock, hours),
    )
    environment = aiohttp_jinja2.get_env(app)
    environment.globals.update({"asset": assets.url, "visitor": None, "now": None, "warnings": (), "page": ""})


def _filters(clock: Clock, hours: AgreedHours) -> dict[str, Callable[..., Any]]:
    return {
        "due": lambda deadline: deadlines.due(deadline, clock.now(), hours),
        "duration": words.duration,
        "moment": lambda at: words.moment(at, clock.now()),
        "full_moment": words.full_moment,
        "to_the_second": words.to_the_second,
        "position": words.position,
        "decimal": words.decimal,
        "phone": words.phone,
        "who": lambda ticket: labels.who(ticket, words.phone(ticket.caller_number)),
        "came_in": labels.came_in,
        "level": labels.level,
        "clock_name": _named(labels.CLOCKS),
        "kind_name": _named(labels.KINDS),
        "state_name": _named(labels.STATES),
        "route_name": _named(labels.ROUTES),
        "leg_result": _named(labels.LEG_RESULTS),
        "step_name": _named(labels.STEPS),
        "ending": _named(labels.ENDINGS),
        "lines": lambda voicemail: reading.lines(voicemail.words, voicemail.evidence),
        "marks": reading.marks,
        "bars": reading.bars,
        "telling_line": reading.telling_line,
        "confidence_class": reading.confidence_class,
        "mean_confidence": reading.mean_confidence,
    }


def _named(names: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda key: names.get(key, str(key))


def _known_number(number: str | None) -> str | None:
    return number if number and re.fullmatch(TICKET_NUMBER, number) else None
