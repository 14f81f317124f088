"""Tickets: found, opened, read; the order to take them; the messages, and what was decided about them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from ari_app.desk.finding import Search
from ari_app.desk.opening import NewTicket
from ari_app.desk.ticket_search import DecidedView
from ari_app.desk.ticket_version import version_of
from ari_app.desk.views import DeadlineView, QueueView, TicketView, VoicemailView
from ari_app.store.tables import TicketSource, VoicemailState
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.paging import page, place
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Cursor, Id, Instant, Limit, Page, Query, ShortText, Text, TicketNumber
from sla.terms import Category, Kind
from sla.ticket import TicketState

tickets = Group("tickets")


class TicketsWanted(Query):
    """All that is given must hold. `since` is included, `until` is not."""

    state: TicketState | None = None
    kind: Kind | None = None
    source: TicketSource | None = None
    category: Category | None = None
    needs_review: bool | None = None
    customer_id: Id | None = None
    assignee_id: Id | None = None
    since: Instant | None = None
    until: Instant | None = None
    limit: Limit = 50
    after: Cursor = ""

    def search(self) -> Search:
        return Search(
            state=self.state or "",
            kind=self.kind,
            source=self.source,
            confirmed=self.category,
            needs_review=self.needs_review,
            customer_id=self.customer_id,
            assignee="" if self.assignee_id is None else self.assignee_id,
            since=self.since,
            until=self.until,
        )


class MessagesWanted(TicketsWanted):
    message: VoicemailState | None = None


class DecisionsWanted(Query):
    limit: Limit = 50
    after: Cursor = ""


class NewReport(Body):
    """A report that came in by another way than a call. Adding and removing users goes by the form only (R-076)."""

    kind: Kind
    source: TicketSource
    summary: Annotated[Text, Field(min_length=1, description="What is the matter, in the reporter's words.")]
    customer_id: Annotated[Id | None, Field(description="Without it: unknown.")] = None
    reported_at: Annotated[Instant | None, Field(description="When it reached us; without it now.")] = None
    service_concerned: ShortText = ""
    engineer_line: Annotated[int, Field(ge=1, le=3, description="Which line of engineers it needs (R-142).")] = 1


class Message(BaseModel):
    """A voicemail with what was proposed and decided about it."""

    ticket: str
    customer_name: str
    caller_number: str | None
    category: Category | None
    proposal: str | None
    needs_review: bool
    why_proposed: str
    voicemail: VoicemailView
    #: Why words and evidence are left out, in Dutch; "": they are not.
    hidden_because: str


class Clocks(BaseModel):
    """As they stand now, each with its rule and its arithmetic."""

    ticket: str
    level: str
    kind: Kind
    clocks: tuple[DeadlineView, ...]


@tickets.get("/tickets")
async def list_tickets(asked: Asked, query: TicketsWanted) -> Page[TicketView]:
    """Tickets, newest first. History, hours and costs stand on the single ticket only."""
    found = await asked.desk.ticket_search.tickets(query.search(), query.limit + 1, place(query.after, "tickets"))
    return page(asked, "tickets", [(row_id, asked.as_seen(view)) for row_id, view in found], query.limit)


@tickets.post("/tickets", Scope.TICKETS_WRITE, status=201)
async def open_ticket(asked: Asked, body: NewReport) -> TicketView:
    """Open a ticket. Only we judge what is a calamity (R-055)."""
    number = await asked.desk.open_ticket(NewTicket(**dict(body)), asked.by)
    asked.headers["Location"] = f"/api/v1/tickets/{number}"
    return await ticket_now(asked, number)


@tickets.get("/tickets/{number}")
async def read_ticket(asked: Asked, number: TicketNumber) -> TicketView:
    """One ticket with all that belongs to it. Its ETag is what a change asks for as If-Match."""
    return await ticket_now(asked, number)


@tickets.get("/tickets/{number}/clocks")
async def explain_clocks(asked: Asked, number: TicketNumber) -> Clocks:
    """The clocks of a ticket, with the rule and the arithmetic of each."""
    view = await found_ticket(asked, number)
    return Clocks(ticket=view.number, level=view.level, kind=view.kind, clocks=view.deadlines)


@tickets.get("/queue")
async def read_queue(asked: Asked) -> QueueView:
    """Open tickets in the order to take them; on a strip on top those whose time runs out (A-16)."""
    queue = await asked.desk.queue()
    return QueueView(tuple(map(asked.as_seen, queue.strip)), tuple(map(asked.as_seen, queue.queue)))


@tickets.get("/voicemails")
async def list_voicemails(asked: Asked, query: MessagesWanted) -> Page[Message]:
    """Voicemails, newest first, with text, evidence, proposal and decision."""
    below = place(query.after, "voicemails")
    found = await asked.desk.ticket_search.with_message(query.search(), query.message, query.limit + 1, below)
    return page(asked, "voicemails", [(row_id, _message(asked.as_seen(view))) for row_id, view in found], query.limit)


@tickets.get("/decisions")
async def list_decisions(asked: Asked, query: DecisionsWanted) -> Page[DecidedView]:
    """Categories that people confirmed beside what the machine proposed, newest first (R-085)."""
    found = await asked.desk.ticket_search.decided(query.limit + 1, place(query.after, "decisions"))
    return page(asked, "decisions", [(one.event_id, one) for one in found], query.limit)


async def found_ticket(asked: Asked, number: str) -> TicketView:
    """Raises Problem when there is no such ticket."""
    view = await asked.desk.ticket(number)
    if view is None:
        raise no_ticket(number)
    return view


def no_ticket(number: str) -> Problem:
    """To raise."""
    return Problem("not-found", f"There is no ticket {number}.")


async def ticket_now(asked: Asked, number: str) -> TicketView:
    """With its version as ETag. Raises Problem."""
    view = await found_ticket(asked, number)
    asked.headers["ETag"] = f'"{version_of(view)}"'
    return asked.as_seen(view)


def _message(view: TicketView) -> Message:
    named: dict[str, Any] = {name: getattr(view, name) for name in Message.model_fields if name != "ticket"}
    return Message(ticket=view.number, **named)
