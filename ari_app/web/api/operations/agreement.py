"""What the agreement says, asked by hand: when something is due, what a rule's text is, what a call would be like."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ari_app.desk.actor import WORKING
from ari_app.desk.explanation import CallNotExplained, CallToExplain, Explanation
from ari_app.desk.reading import deadline_view
from ari_app.desk.views import DeadlineView
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.problems import Problem, mistakes_of_the_sender
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Instant, PhoneNumber
from sla.clauses import Clause
from sla.plan import plan
from sla.terms import Category, Kind
from sla.terms import Scope as Covered
from sla.ticket import EventType, TicketEvent, TicketFacts

agreement = Group("agreement")


class Supposed(Body):
    """A ticket that nobody filed."""

    level: Annotated[str, Field(max_length=32, pattern=r"^[a-z0-9_]+$", examples=["premium"])]
    kind: Kind = Kind.INCIDENT
    category: Annotated[Category | None, Field(description="Without it: nobody has judged it yet.")] = None
    reported_at: Instant
    plan_recorded_at: Instant | None = None
    remote_impossible_at: Instant | None = None


class Due(BaseModel):
    agreement: str
    clocks: tuple[DeadlineView, ...]


class SupposedCall(Body):
    """`keys`: one for each moment at which the line waits for one; # also ends a message. A PIN of four digits or more
    counts as right, a shorter one as wrong: that of the customer is never compared."""

    number: Annotated[PhoneNumber | Literal["anonymous"], Field(description="The caller's number, or anonymous.")]
    at: Annotated[Instant | None, Field(description="Without it now.")] = None
    keys: Annotated[str, Field(max_length=64, pattern=r"^[0-9*#A-D]*$")] = ""
    engineers: Literal["no-answer", "accept", "decline", "busy", "voicemail-box"] = "no-answer"
    desk: Literal["no-answer", "answer"] = "no-answer"


class Agreement(BaseModel):
    """The agreement in force; `levels` and `rules` are what tickets and answers name."""

    version: str
    levels: list[str]
    rules: list[Clause]


@agreement.get("/agreement")
async def read_agreement(asked: Asked) -> Agreement:
    """Which agreement holds, its levels, and where each rule stands in its text."""
    terms = asked.desk.days.terms.agreement
    return Agreement(version=terms.version, levels=list(terms.levels), rules=list(terms.clauses.values()))


@agreement.post("/sla/due", Scope.READ, can_be_refused=False, roles=WORKING)
async def due(asked: Asked, body: Supposed) -> Due:
    """Every clock of such a ticket: due, the last moment that keeps the promise, and the arithmetic."""
    hours, terms = await asked.desk.opening_days.hours(), asked.desk.days.terms.agreement
    if body.level not in terms.levels:
        raise Problem("invalid", f"There is no level {body.level!r}. Choose one of {', '.join(terms.levels)}.")
    happened = {EventType.PLAN_RECORDED: body.plan_recorded_at, EventType.REMOTE_IMPOSSIBLE: body.remote_impossible_at}
    events = tuple(TicketEvent(at, at, what) for what, at in happened.items() if at is not None)
    facts = TicketFacts(body.kind, body.level, body.category, Covered.IN_SCOPE, body.reported_at, terms.version, events)
    at = max([body.reported_at, *(event.at for event in events)])
    with mistakes_of_the_sender():
        planned = plan(facts, terms, hours, at)
    return Due(agreement=terms.version, clocks=tuple(deadline_view(one, terms) for one in planned.deadlines))


@agreement.post("/explain-call", Scope.READ, can_be_refused=False)
async def explain_call(asked: Asked, body: SupposedCall) -> Explanation:
    """What a call would be like, by virtual phones on the data of this line: what is said, who rings, clocks, costs."""
    if asked.explains is None:
        raise Problem("unavailable", "This service can't explain calls. Ask a line in service.")
    number = "" if body.number == "anonymous" else body.number
    question = CallToExplain(number, body.at or asked.clock.now(), body.keys, body.engineers, body.desk)
    try:
        (told,) = await asked.explains([question])
    except CallNotExplained as why:
        raise Problem("unavailable", f"This call can't be explained: {why}") from why
    return told
