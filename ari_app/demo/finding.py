"""Waits for the ticket that comes of a call."""

import asyncio
import time

from ari_app.desk import Desk
from ari_app.desk.views import TicketView


async def finished_ticket(desk: Desk, sip_call_id: str, within: float) -> TicketView | None:
    """The ticket of a call once its message has a text; after `within` seconds as it then is, None if there is none."""
    deadline = time.monotonic() + within
    while True:
        ticket = await desk.ticket_of_call(sip_call_id)
        if (ticket and not is_pending(ticket)) or time.monotonic() > deadline:
            return ticket
        await asyncio.sleep(0.2)


def is_pending(ticket: TicketView) -> bool:
    return ticket.voicemail is not None and ticket.voicemail.state == "pending"
