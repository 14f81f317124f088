"""What is done about the call of a ticket: taken up, called back, heard again, listened to; and calls themselves."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from ari_app.desk.actor import WORKING
from ari_app.desk.call_backs import CallBackView
from ari_app.desk.call_list import CallList, CallView
from ari_app.desk.hear_again import ParkedView, Which
from ari_app.desk.may_hear import MayHear
from ari_app.desk.urgent import UrgentView
from ari_app.store.in_call_tables import CallBackState
from ari_app.store.work_queue import Haste
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.paging import page, place
from ari_app.web.api.operations.tickets import found_ticket
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Id, Page, Paged, ShortText, TicketNumber
from ari_app.web.listening import inside

calling = Group("calls")


class CallBackAsked(Body):
    phone: Annotated[ShortText, Field(description="A phone of the desk, or an engineer's full name: it rings first.")]


class AskedFor(BaseModel):
    """Ask for its outcome with this id."""

    id: int


class Outcome(BaseModel):
    """`why` in Dutch, once it is over."""

    state: CallBackState
    why: str


class CallsWanted(Paged):
    ticket: TicketNumber | None = None


@calling.get("/calls")
async def list_calls(asked: Asked, query: CallsWanted) -> Page[CallView]:
    """Calls that are over, newest first: route with its reasons, steps, phones that rang, the talk."""
    found = await CallList(asked.desk.store).calls(query.limit + 1, place(query.after, "calls"), query.ticket)
    return page(asked, "calls", [(one.id, one) for one in found], query.limit)


@calling.get("/calls/{call_id}")
async def read_call(asked: Asked, call_id: ShortText) -> CallView:
    """One call, by our own id of it or by its SIP Call-ID."""
    found = await CallList(asked.desk.store).call(call_id)
    if found is None:
        raise Problem("not-found", "There is no call of that id, or it is not over yet.")
    return found


@calling.get("/urgent")
async def list_urgent(asked: Asked) -> list[UrgentView]:
    """Urgent messages that nobody took up, longest waiting first."""
    return await asked.desk.urgent.waiting()


@calling.post("/tickets/{number}/claim", Scope.TICKETS_WRITE)
async def claim_urgent(asked: Asked, number: TicketNumber) -> UrgentView:
    """Take an urgent message up: nobody else is told any more. Doing it twice is fine."""
    await found_ticket(asked, number)
    await asked.desk.urgent.claim(number, asked.by, "api")
    taken = await asked.desk.urgent.of_ticket(number)
    assert taken is not None
    return taken


@calling.get("/tickets/{number}/call-backs")
async def list_call_backs(asked: Asked, number: TicketNumber) -> tuple[CallBackView, ...]:
    """The latest first, five at most."""
    await found_ticket(asked, number)
    return await asked.desk.call_backs.of_ticket(number)


@calling.post("/tickets/{number}/call-backs", Scope.TICKETS_WRITE, status=201)
async def ask_call_back(asked: Asked, number: TicketNumber, body: CallBackAsked) -> AskedFor:
    """Call the caller back: the line rings the phone within seconds, and then the number on the ticket and no other."""
    await found_ticket(asked, number)
    return AskedFor(id=await asked.desk.call_backs.ask(number, body.phone, asked.by))


@calling.get("/call-backs/{call_back_id}")
async def read_call_back(asked: Asked, call_back_id: Id) -> Outcome:
    """What became of a call back."""
    found = await CallList(asked.desk.store).call_back(call_back_id)
    if found is None:
        raise Problem("not-found", "There is no call back of that id.")
    return Outcome(state=found[0], why=found[1])


@calling.get("/phones")
async def list_phones(asked: Asked) -> tuple[str, ...]:
    """Whom a call back can ring first: the phones of the desk, then the engineers."""
    return await asked.desk.call_backs.phones()


@calling.post("/tickets/{number}/hear-again", Scope.TICKETS_WRITE)
async def hear_again(asked: Asked, number: TicketNumber) -> None:
    """Make text of the message once more: what is parked is tried again, what was heard is heard anew."""
    ticket = await found_ticket(asked, number)
    if any(one.state == "parked" for one in ticket.unheard):
        await asked.desk.hear_again.try_again([number])
    elif ticket.voicemail is not None and not ticket.unheard:
        voicemails, _gone = await asked.desk.hear_again.choose(Which((number,)))
        await asked.desk.hear_again.ask(voicemails, Haste.NONE)
    elif ticket.voicemail is None:
        raise Problem("not-found", f"{number} has no message.")


@calling.get("/voicemails/parked")
async def list_parked(asked: Asked) -> list[ParkedView]:
    """Sounds that could not be made to text and that only a person has tried again, longest parked first; 200 at most."""
    return await asked.desk.hear_again.parked(200)


@calling.get("/tickets/{number}/recording", Scope.RECORDINGS_READ, roles=WORKING, media_type="audio/wav")
async def play_recording(asked: Asked, number: TicketNumber) -> web.StreamResponse:
    """The sound of a ticket, or ranges of it. Every request is written down as a play (R-113, R-114)."""
    ticket = await found_ticket(asked, number)
    if ticket.voicemail is None:
        raise Problem("not-found", f"{number} has no recording.")
    if silent := MayHear(asked.settings.access.hear_roles).why_not(asked.holder.listener, ticket):
        raise Problem("not-allowed", silent)
    path = inside(asked.settings.recordings, ticket.voicemail.recording)
    if path is None:
        raise Problem("not-found", f"The recording of {number} is not there any more.")
    await asked.desk.log_play(number, asked.by.name, asked.clock.now())
    return web.FileResponse(path, headers={"Cache-Control": "no-store", "Content-Type": "audio/wav"})
