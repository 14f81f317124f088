"""The button under a message that could not become text."""

from aiohttp import web

from ari_app.desk import Desk
from ari_app.desk.hear_again import Which
from ari_app.store.work_queue import Haste


class HearAgainButton:
    """`POST /tickets/{number}/hear-again`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def press(self, request: web.Request) -> web.Response:
        """What is parked is tried again; else the message is heard once more. Then back to the ticket."""
        number = request.match_info["number"]
        ticket = await self._desk.ticket(number)
        if ticket is None:
            raise web.HTTPNotFound
        if any(one.state == "parked" for one in ticket.unheard):
            await self._desk.hear_again.try_again([ticket.number])
        elif ticket.voicemail is not None and not ticket.unheard:
            voicemails, _gone = await self._desk.hear_again.choose(Which((ticket.number,)))
            await self._desk.hear_again.ask(voicemails, Haste.NONE)
        raise web.HTTPSeeOther(f"/tickets/{ticket.number}")
