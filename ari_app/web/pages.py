"""The list of tickets: which ones, told by the address, so that a list can be kept, shared and gone back to."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal
from urllib.parse import urlencode

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.finding import NOBODY, Search
from ari_app.web import deadlines
from ari_app.web.accounts import VISITOR
from ari_app.web.rendering import TEMPLATES
from ari_app.web.seeing import MAY_HEAR, line_as_seen
from sla.terms import Category
from sla.ticket import TicketState

ROWS = 40
NOTICES = 8
TICKET_NUMBER = r"T-[0-9]{1,12}"
_LONGEST_TEXT = 100
_ID = re.compile(r"[0-9]{1,9}")


class Pages:
    """`GET /`: the list of tickets."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    async def tickets(self, request: web.Request) -> web.Response:
        """Newest first, forty at a time; `before` is the last number of the page before."""
        may_hear = request[VISITOR].role in request.app[MAY_HEAR].roles
        search = search_of(request.query)
        is_start = search.before is None and not search.is_narrow
        wanted = replace(search, in_messages=may_hear)
        listed = await self._desk.for_pages.listed(wanted, ROWS + 1, NOTICES + 1 if is_start else 0)
        shown = [line_as_seen(request, line) for line in listed.lines[:ROWS]]
        last = shown[-1].number if shown else ""
        context = {
            "page": "tickets",
            "tickets": shown,
            "first": deadlines.come_first(shown, self._clock.now(), self._desk.days.hours),
            "urgent": listed.urgent,
            "notices": listed.notices[:NOTICES],
            "more_notices": len(listed.notices) > NOTICES,
            "search": search,
            "before": search.before,
            "older": _address(request.query, before=last) if len(listed.lines) > ROWS else None,
            "newest": _address(request.query, before=""),
            "customers": listed.customers,
            "engineers": listed.engineers,
            "levels": [(one.key, one.name) for one in self._desk.days.terms.agreement.levels.values()],
            "states": list(TicketState),
        }
        return request.app[TEMPLATES].page(request, "tickets.html", context)


def search_of(query: Mapping[str, str]) -> Search:
    """What the address asks for; what can't be read is as if it was not asked. Without a state: the open ones."""
    line, assignee = query.get("line", ""), query.get("assignee", "")
    customer, before = query.get("customer", ""), query.get("before", "")
    return Search(
        text=query.get("q", "").strip()[:_LONGEST_TEXT],
        state=_state(query.get("state", "")),
        customer_id=int(customer) if _ID.fullmatch(customer) else None,
        level=query.get("level", "")[:32],
        category=_category(query.get("category", "")),
        engineer_line=int(line) if line in ("1", "2", "3") else None,
        assignee="nobody" if assignee == NOBODY else int(assignee) if _ID.fullmatch(assignee) else "",
        before=before if re.fullmatch(TICKET_NUMBER, before) else None,
    )


def _state(asked: str) -> TicketState | Literal["", "open", "finished"]:
    if asked in list(TicketState):
        return TicketState(asked)
    return "" if asked == "all" else "finished" if asked == "finished" else "open"


def _category(asked: str) -> Category | Literal["", "none"]:
    if asked in list(Category):
        return Category(asked)
    return "none" if asked == "none" else ""


def _address(query: Mapping[str, str], **different: str) -> str:
    """The same list with something different; what is empty is left out."""
    asked = {name: value for name, value in {**query, **different}.items() if value}
    return f"/?{urlencode(asked)}" if asked else "/"
