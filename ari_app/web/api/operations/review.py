"""The review inbox: what waits for a decision, and one report with all that a decision needs. Decisions are ticket commands."""

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, Field

from ari_app.desk.may_hear import MayHear
from ari_app.desk.review_queue import Order
from ari_app.desk.review_views import ReviewQueue, ReviewView
from ari_app.desk.ticket_lines import TicketLine
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.problems import Problem
from ari_app.web.api.values import Limit, Query, TicketNumber

review = Group("review")


class QueueWanted(Query):
    """`order`: as the agreement says, or the first deadline first."""

    order: Order = "agreement"
    limit: Annotated[Limit, Field(description="So many lines; `numbers` has all of them.")] = 50


class LastReview(BaseModel):
    """The command undo-review on this ticket takes it back. `decided`: an outcome, or "merged:" and a ticket. `mark` is what
    it asks for as `seen`."""

    ticket: str
    decided: str
    mark: str


@review.get("/review")
async def read_review_queue(asked: Asked, query: QueueWanted) -> ReviewQueue:
    """What waits for a person's decision, in the order to take it; on the strip what runs out of time (A-16)."""
    found = await asked.desk.review.queue(query.order, query.limit, asked.by.name)
    rows, strip = (tuple(_as_seen(asked, row) for row in part) for part in (found.rows, found.strip))
    return replace(found, rows=rows, strip=strip)


@review.get("/review/{number}")
async def read_review(asked: Asked, number: TicketNumber) -> ReviewView:
    """One report: proposal with margin, every outcome with its deadline, facts, question to ask, tickets to merge into.
    `last_word.mark` is what the commands review and merge ask for as `seen`."""
    found = await asked.desk.review.report(number)
    if found is None:
        raise Problem("not-found", f"There is no ticket {number}.")
    return MayHear(asked.settings.access.hear_roles).report_seen_by(asked.holder.listener, found)


@review.get("/me/last-review")
async def read_own_last_review(asked: Asked) -> LastReview | None:
    """Your last decision that can still be taken back; null: there is none."""
    last = await asked.desk.review.last_of(asked.by.name)
    return None if last is None else LastReview(ticket=last.number, decided=last.outcome, mark=last.mark)


def _as_seen(asked: Asked, row: TicketLine) -> TicketLine:
    why = MayHear(asked.settings.access.hear_roles).why_not(asked.holder.listener, row)
    return replace(row, voicemail=None, summary="", hidden_because=why) if why else row
