"""What a person does about a call from the pages: take up an urgent message, and call the customer back."""

from typing import Any

from aiohttp import web

from ari_app.desk import Desk
from ari_app.desk.refusal import Refused
from ari_app.web.acting import acting, own_name
from ari_app.web.rendering import TEMPLATES


class Calling:
    """`POST /tickets/{number}/claim` and `POST /tickets/{number}/call-back`, and what the page of a ticket shows of both."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def of_ticket(self, request: web.Request, number: str) -> dict[str, Any]:
        """For the template of a ticket. `call_back_number` None: there is nobody to call back."""
        try:
            call_back_number: str | None = await self._desk.call_backs.number_on(number)
        except Refused:
            call_back_number = None
        return {
            "urgent": await self._desk.urgent.of_ticket(number),
            "call_backs": await self._desk.call_backs.of_ticket(number),
            "call_back_number": call_back_number,
            "phones": await self._desk.call_backs.phones(),
            "own_phone": await own_name(request, self._desk),
        }

    async def claim(self, request: web.Request) -> web.Response:
        """Of two who press at once one has it; the other reads who."""
        number = request.match_info["number"]
        try:
            await self._desk.urgent.claim(number, await acting(request, self._desk), "page")
        except Refused as refused:
            return _refused(request, number, refused)
        raise web.HTTPSeeOther(f"/tickets/{number}#bellen")

    async def call_back(self, request: web.Request) -> web.Response:
        """The line rings the chosen phone within seconds, and then the number on the ticket and no other."""
        number, form = request.match_info["number"], await request.post()
        try:
            await self._desk.call_backs.ask(number, str(form.get("phone", "")), await acting(request, self._desk))
        except Refused as refused:
            return _refused(request, number, refused)
        raise web.HTTPSeeOther(f"/tickets/{number}#bellen")


def _refused(request: web.Request, number: str, why: Refused) -> web.Response:
    context = {"number": number, "why": str(why)}
    return request.app[TEMPLATES].page(request, "refused.html", context, status=409)
