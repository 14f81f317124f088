"""What a person does about a call from the pages: take up an urgent message, and call the customer back."""

from typing import Any

from aiohttp import web

from ari_app.desk import Desk
from ari_app.desk.call_backs import number_to_call
from ari_app.desk.opened_ticket import OpenedTicket
from ari_app.desk.refusal import Refused
from ari_app.web.accounts import VISITOR
from ari_app.web.acting import acting
from ari_app.web.dutch import sentence
from ari_app.web.forms import form_of
from ari_app.web.rendering import TEMPLATES


class Calling:
    """`POST /tickets/{number}/claim` and `POST /tickets/{number}/call-back`, and what the page of a ticket shows of both."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def shown(self, request: web.Request, ticket: OpenedTicket) -> dict[str, Any]:
        """For the template of a ticket. `call_back_number` None: there is nobody to call back."""
        return {
            "urgent": ticket.urgent,
            "call_backs": ticket.call_backs,
            "call_back_number": number_to_call(ticket.view),
            "phones": self._desk.call_backs.phones_with(one.name for one in ticket.engineers),
            "own_phone": request[VISITOR].engineer,
        }

    async def claim(self, request: web.Request) -> web.Response:
        """Of two who press at once one has it; the other reads who."""
        number = request.match_info["number"]
        try:
            await self._desk.urgent.claim(number, acting(request), "page")
        except Refused as refused:
            return _refused(request, number, refused)
        raise web.HTTPSeeOther(f"/tickets/{number}#bellen")

    async def call_back(self, request: web.Request) -> web.Response:
        """The line rings the chosen phone within seconds, and then the number on the ticket and no other."""
        number, form = request.match_info["number"], await form_of(request)
        try:
            await self._desk.call_backs.ask(number, str(form.get("phone", "")), acting(request))
        except Refused as refused:
            return _refused(request, number, refused)
        raise web.HTTPSeeOther(f"/tickets/{number}#bellen")


def _refused(request: web.Request, number: str, why: Refused) -> web.Response:
    context = {"number": number, "why": sentence(why)}
    return request.app[TEMPLATES].page(request, "refused.html", context, status=409)
