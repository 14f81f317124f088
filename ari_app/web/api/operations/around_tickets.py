"""What stands around a ticket: found by words, what was noticed and told about it, and what can be done with it now."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ari_app.desk.actor import WORKING
from ari_app.desk.costs import ChangeMeter
from ari_app.desk.finding import Search
from ari_app.desk.opened_ticket import NoticedView, SentView
from ari_app.desk.views import TicketView
from ari_app.web.actions import COMMANDS, all_fields, offered_on, trials
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.tickets import no_ticket
from ari_app.web.api.values import Id, Limit, Query, ShortText, TicketNumber
from sla.terms import Category
from sla.ticket import TicketState

around_tickets = Group("around tickets")


class Searched(Query):
    """What is left out does not matter. `before`: from below that ticket on."""

    text: Annotated[ShortText, Field(description="Words, a number of a ticket, or a phone number.")] = ""
    state: TicketState | Literal["", "open", "finished"] = ""
    customer_id: Id | None = None
    level: ShortText = ""
    category: Annotated[
        Category | Literal["", "none"], Field(description="Confirmed, or proposed as long as nobody confirmed one.")
    ] = ""
    engineer_line: Annotated[int | None, Field(ge=1, le=3)] = None
    assignee: Id | Literal["", "nobody"] = ""
    before: TicketNumber | None = None
    limit: Limit = 40


class FoundTickets(BaseModel):
    """`has_older`: give the last number as `before` for more."""

    items: tuple[TicketView, ...]
    has_older: bool


class Around(BaseModel):
    """`cannot_plan` "": its clocks can be computed. `newer` and `older`: the tickets beside it."""

    cannot_plan: str
    noticed: tuple[NoticedView, ...]
    sent: tuple[SentView, ...]
    meter: ChangeMeter | None
    newer: str | None
    older: str | None


class Possible(BaseModel):
    """`why_not` is Dutch, the condition; "": it can be done now. `rule`: the one that says so."""

    command: str
    why_not: str
    rule: str


@around_tickets.get("/search")
async def search_tickets(asked: Asked, query: Searched) -> FoundTickets:
    """Tickets by words, customer, state, level, category, line and assignee, newest first."""
    may_hear = asked.holder.role in asked.settings.access.hear_roles
    wanted = Search(**query.model_dump(exclude={"limit"}), in_messages=may_hear)
    found = await asked.desk.ticket_search.tickets(wanted, query.limit + 1)
    seen = tuple(asked.as_seen(view) for _, view in found[: query.limit])
    return FoundTickets(items=seen, has_older=len(found) > query.limit)


@around_tickets.get("/tickets/{number}/around")
async def read_around(asked: Asked, number: TicketNumber) -> Around:
    """What was noticed about its clocks, what was told to whom, and the customer's changes of this month."""
    async with asked.desk.for_pages.opened(number, asked.by) as opened:
        if opened is None:
            raise no_ticket(number)
    return Around(**{name: getattr(opened.around, name) for name in Around.model_fields})


@around_tickets.get("/tickets/{number}/commands", roles=WORKING)
async def list_possible_commands(asked: Asked, number: TicketNumber) -> list[Possible]:
    """Every command, with what the desk would say to it now; what has nothing to choose from is left out."""
    now = asked.clock.now()
    async with asked.desk.for_pages.opened(number, asked.by) as opened:
        if opened is None:
            raise no_ticket(number)
        fields = all_fields(offered_on(opened.view, opened.engineers, opened.around.levels, now))
        refusals = await opened.refusals(trials(fields, now))
    return [
        Possible(command=name, why_not=str(refused or ""), rule=refused.rule if refused else "")
        for name, refused in sorted(refusals.items())
        if name in COMMANDS
    ]
