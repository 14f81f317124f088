"""The list of tickets and one ticket. Reading only."""

import re

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.web import deadlines
from ari_app.web.calling import Calling
from ari_app.web.rendering import TEMPLATES
from ari_app.web.seeing import as_seen

ROWS = 40
NOTICES = 8
TICKET_NUMBER = r"T-[0-9]{1,12}"


class Pages:
    """`GET /` and `GET /tickets/{number}`."""

    def __init__(self, desk: Desk, clock: Clock, calling: Calling) -> None:
        self._desk = desk
        self._clock = clock
        self._calling = calling

    async def tickets(self, request: web.Request) -> web.Response:
        """Newest first, forty at a time; `before` is the last number of the page before."""
        before = _known_number(request.query.get("before"))
        found = await self._desk.tickets(ROWS + 1, before)
        shown = [as_seen(request, ticket) for ticket in found[:ROWS]]
        notices = await self._desk.open_notices(NOTICES + 1)
        context = {
            "page": "tickets",
            "tickets": shown,
            "first": deadlines.come_first(shown, self._clock.now(), self._desk.days.hours),
            "urgent": await self._desk.urgent.waiting(),
            "notices": notices[:NOTICES],
            "more_notices": len(notices) > NOTICES,
            "before": before,
            "older": shown[-1].number if len(found) > ROWS else None,
        }
        return request.app[TEMPLATES].page(request, "tickets.html", context)

    async def ticket(self, request: web.Request) -> web.Response:
        found = await self._desk.ticket(request.match_info["number"])
        if found is None:
            raise web.HTTPNotFound
        context = {
            "page": "ticket",
            "ticket": as_seen(request, found),
            **await self._calling.of_ticket(request, found.number),
        }
        return request.app[TEMPLATES].page(request, "ticket.html", context)


def _known_number(number: str | None) -> str | None:
    return number if number and re.fullmatch(TICKET_NUMBER, number) else None
