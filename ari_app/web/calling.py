"""What a person does about a call from the pages: take up an urgent message, and call the customer back."""

from typing import Any

from aiohttp import web

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.refusal import Refused
from ari_app.store.tables import Role
from ari_app.web.accounts import VISITOR
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
            "own_phone": await self._own_name(request),
        }

    async def claim(self, request: web.Request) -> web.Response:
        """Of two who press at once one has it; the other reads who."""
        number = request.match_info["number"]
        try:
            await self._desk.urgent.claim(number, await self._actor(request), "page")
        except Refused as refused:
            return _refused(request, number, refused)
        raise web.HTTPSeeOther(f"/tickets/{number}#bellen")

    async def call_back(self, request: web.Request) -> web.Response:
        """The line rings the chosen phone within seconds, and then the number on the ticket and no other."""
        number, form = request.match_info["number"], await request.post()
        try:
            await self._desk.call_backs.ask(number, str(form.get("phone", "")), await self._actor(request))
        except Refused as refused:
            return _refused(request, number, refused)
        raise web.HTTPSeeOther(f"/tickets/{number}#bellen")

    async def _actor(self, request: web.Request) -> Actor:
        """By the name of the rota where the account says whose it is: a claim by key and one by page are the same person's."""
        visitor = request[VISITOR]
        name = await self._own_name(request) or visitor.username
        return Actor(name, Role(visitor.role), visitor.engineer_id)

    async def _own_name(self, request: web.Request) -> str:
        engineer_id = request[VISITOR].engineer_id
        if engineer_id is None:
            return ""
        return next((one.name for one in await self._desk.rota.engineers() if one.id == engineer_id), "")


def _refused(request: web.Request, number: str, why: Refused) -> web.Response:
    context = {"number": number, "why": str(why)}
    return request.app[TEMPLATES].page(request, "refused.html", context, status=409)
