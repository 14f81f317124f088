"""From first response to closing, and back (R-040, R-043)."""

from datetime import datetime

from ari_app.desk.change import Change
from ari_app.desk.lines import refuse_lower_line
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.work_rows import open_visits
from sla.ticket import EventType


async def begin_work(change: Change, at: datetime | None = None) -> None:
    """One of us starts to solve it: this meets the first response (R-040, A-04). An engineer of a lower line does not (R-142)."""
    change.by.must_be_ours("R-040")
    if (own := await change.own_engineer()) is not None:
        refuse_lower_line(change, own, change.moment(at))
    change.happen(change.event(EventType.FIRST_RESPONSE, at), "R-040")


async def reply(change: Change, text: str, at: datetime | None = None) -> None:
    """A person answers a request; an automatic receipt is no answer (R-037, A-04)."""
    change.by.must_be_ours("R-037")
    answer = needs(text, "het antwoord is ingevuld", "R-037")
    change.happen(change.event(EventType.ANSWERED, at), "R-037", texts={"answer": answer})


async def record_plan(change: Change, plan: str, told_to: str, at: datetime | None = None) -> None:
    """The Resolution Plan, and who at the customer was told; by default this starts the resolution clock (R-043, A-06)."""
    change.by.must_be_ours("R-043")
    texts = {
        "plan": needs(plan, "het Resolution Plan is ingevuld", "A-06"),
        "told_to": needs(told_to, "is ingevuld aan wie bij de klant het plan is verteld", "A-06"),
    }
    change.happen(change.event(EventType.PLAN_RECORDED, at), "R-043", texts=texts)


async def plan_executed(change: Change, at: datetime | None = None) -> None:
    """The plan that was recorded is carried out (R-043, A-06)."""
    change.by.must_be_ours("R-043")
    if not change.has(EventType.PLAN_RECORDED):
        raise Refused("Kan nadat het Resolution Plan is vastgelegd", "A-06")
    change.happen(change.event(EventType.PLAN_EXECUTED, at), "R-043")


async def resolve(change: Change, solution: str, at: datetime | None = None) -> None:
    """It is solved; ends every clock."""
    change.by.must_be_ours("R-043")
    done = needs(solution, "is ingevuld wat de oplossing was", "R-043")
    change.happen(change.event(EventType.RESOLVED, at), "R-043", texts={"solution": done})


async def close(change: Change, why: str) -> None:
    """Nothing more will be done. Refused as long as a visit has no travel time (R-086)."""
    change.by.must_be_ours("R-085")
    if await open_visits(change):
        raise Refused("Kan nadat de reistijd van elk bezoek is ingevuld", "R-086")
    change.happen(change.event(EventType.CLOSED), "R-085", needs(why, "de reden van sluiten is ingevuld", "R-085"))


async def reopen(change: Change, why: str) -> None:
    """The resolution clock goes on or begins again: setting reopened_clock (R-043). Who left has it no longer: it is
    nobody's then, and everybody sees that."""
    reason = needs(why, "de reden van heropenen is ingevuld", "R-043")
    change.happen(change.event(EventType.REOPENED), "R-043", reason)
    had = change.ticket.assignee_id
    if had is not None and (left := await change.engineer(had)).left_at is not None:
        change.decide("assignee", left.name, "", f"{left.name} is vertrokken")
        change.ticket.assignee_id = None


async def note(change: Change, text: str) -> None:
    """A line in the history; customers may write one too (R-074)."""
    change.decide("note", "", "", needs(text, "de notitie is ingevuld", "R-074"))
