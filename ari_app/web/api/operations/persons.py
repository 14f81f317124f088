"""Requests of people about their data, and what is on hold: for administrators (R-113)."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from ari_app.desk.holds import HoldView, OnHold
from ari_app.desk.people import Gone
from ari_app.desk.person_reading import Held, Match
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.paging import page, place
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import ADMINISTRATORS, Scope
from ari_app.web.api.values import Body, Day, Id, Page, Paged, PhoneNumber, Query, ShortText, Text, TicketNumber
from routing.caller import normal_form

persons = Group("persons and holds")

ZIP = "application/zip"


class WhoIsMeant(Query):
    who: Annotated[ShortText, Field(description="A number, or a part of a name of at least three letters.")]


class OneNumber(Query):
    number: PhoneNumber


class ToExport(Body):
    number: PhoneNumber


class ToErase(Body):
    number: PhoneNumber
    why: Annotated[Text, Field(description="The request, such as its date and by which way.")]


class NewHold(Body):
    """Exactly one of customer, ticket and number."""

    customer_id: Id | None = None
    ticket: TicketNumber | None = None
    number: PhoneNumber | None = None
    why: Text
    until: Annotated[Day | None, Field(description="The last day; null: until somebody lifts it.")] = None


class WhyLifted(Body):
    why: Text


class HoldsWanted(Paged):
    """`after`: the `next` of the page before."""

    in_force: Annotated[bool, Field(description="Only those that count today.")] = False


@persons.get("/persons", Scope.ADMIN, roles=ADMINISTRATORS)
async def find_persons(asked: Asked, query: WhoIsMeant) -> list[Match]:
    """Contacts, and callers who said that name in a message; at most fifty."""
    return await asked.desk.people.find(query.who, asked.by)


@persons.get("/persons/held", Scope.ADMIN, roles=ADMINISTRATORS)
async def read_held(asked: Asked, query: OneNumber) -> Held:
    """What is held on a number, ticket by ticket, and what erasing would do to each."""
    found = await asked.desk.people.held(_e164(query.number), asked.by)
    if found is None:
        raise Problem("not-found", "Nothing is held on this number.")
    return found


@persons.post("/persons/export", Scope.ADMIN, roles=ADMINISTRATORS, is_secret=True, media_type=ZIP)
async def export_person(asked: Asked, body: ToExport) -> web.StreamResponse:
    """All that is held on a number as a zip: JSON, recordings, attachments. Each ticket says who took it (R-114)."""
    made = await asked.desk.people.export(_e164(body.number), asked.by)
    headers = {"Content-Disposition": 'attachment; filename="person.zip"', "Cache-Control": "no-store"}
    return web.Response(body=made, content_type=ZIP, headers=headers)


@persons.post("/persons/erase", Scope.ADMIN, roles=ADMINISTRATORS)
async def erase_person(asked: Asked, body: ToErase) -> Gone:
    """Sound, text, number and attachments go from every finished ticket that is not on hold. There is no way back."""
    return await asked.desk.people.erase(_e164(body.number), asked.by, body.why)


@persons.get("/holds", Scope.ADMIN, roles=ADMINISTRATORS)
async def list_holds(asked: Asked, query: HoldsWanted) -> Page[HoldView]:
    """The newest first, those that are over among them."""
    below = place(query.after, "holds")
    found = await asked.desk.people.holds.newest(query.limit + 1, below, only_in_force=query.in_force)
    return page(asked, "holds", [(one.id, one) for one in found], query.limit)


@persons.post("/holds", Scope.ADMIN, status=201, roles=ADMINISTRATORS)
async def place_hold(asked: Asked, body: NewHold) -> HoldView:
    """From now on neither retention nor erasing touches it."""
    on = OnHold(body.customer_id, body.ticket or "", body.number or "")
    made = await asked.desk.people.holds.place(on, asked.by, body.why, body.until)
    return await _hold(asked, made)


@persons.post("/holds/{hold_id}/lift", Scope.ADMIN, roles=ADMINISTRATORS)
async def lift_hold(asked: Asked, hold_id: Id, body: WhyLifted) -> HoldView:
    """Retention and requests to erase count again from now on."""
    await _hold(asked, hold_id)
    await asked.desk.people.holds.lift(hold_id, asked.by, body.why)
    return await _hold(asked, hold_id)


def _e164(number: str) -> str:
    found = normal_form(number)
    if found is None:
        raise Problem("invalid", f"{number!r} is no phone number: write it as +31612345678.")
    return found


async def _hold(asked: Asked, hold_id: int) -> HoldView:
    found = await asked.desk.people.holds.one(hold_id)
    if found is None:
        raise Problem("not-found", f"There is no hold {hold_id}.")
    return found
