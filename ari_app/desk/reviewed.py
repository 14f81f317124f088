"""Who decided last about a report, told by its decisions and events: so that two people never decide unseen. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ari_app.desk.outcomes import Outcome, outcome_nl
from ari_app.store.tables import TicketEventRow
from ari_app.store.work_tables import DecisionRow
from sla.ticket import EventType

#: What a decision of the inbox is kept under, and its being undone.
REVIEW, UNDONE = "review", "review_undone"
#: Events by which the desk's other commands decide what a report is, or that nothing more is done.
_SETTLING = (EventType.CATEGORY_CONFIRMED, EventType.CLOSED, EventType.RESOLVED)


@dataclass(frozen=True, slots=True)
class LastWord:
    """`what` is Dutch. `mark` is another one after every decision, so a page can tell which one it showed."""

    mark: str
    by: str = ""
    at: datetime | None = None
    what: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision of the inbox that can be taken back: `outcome` as it is kept, `mark` is what `undo_review` asks for as `seen`."""

    number: str
    outcome: str
    mark: str


def mark_of(decision: DecisionRow) -> str:
    """Another one for every decision."""
    return str(decision.id)


def standing_review(decisions: Iterable[DecisionRow]) -> DecisionRow | None:
    """The last one that was not undone; decisions in order of taking, of any kind."""
    standing = _standing(decisions)
    return standing[-1] if standing else None


def passed_by(decisions: Sequence[DecisionRow]) -> str:
    """Who could not judge it and left it to somebody else; "" nobody, or it is judged since."""
    review = standing_review(decisions)
    return review.actor if review is not None and review.after == Outcome.CANNOT_JUDGE else ""


def last_word(decisions: Sequence[DecisionRow], events: Sequence[TicketEventRow]) -> LastWord:
    """Of decisions in order of taking and events that hold; who could not judge had no last word."""
    review = next((one for one in reversed(_standing(decisions)) if one.after != Outcome.CANNOT_JUDGE), None)
    event = max((one for one in events if one.type in _SETTLING), key=lambda one: one.id or 0, default=None)
    mark = f"{(review.id if review else 0) or 0}-{(event.id if event else 0) or 0}"
    if review is not None:
        return LastWord(mark, review.actor, review.at, outcome_nl(review.after), review.why)
    if event is not None:
        category = event.detail.get("category")
        return LastWord(
            mark, event.actor, event.recorded_at, f"CAT {category}" if category else "afgesloten", event.why
        )
    return LastWord(mark)


def _standing(decisions: Iterable[DecisionRow]) -> list[DecisionRow]:
    standing: list[DecisionRow] = []
    for decision in decisions:
        if decision.what == REVIEW:
            standing.append(decision)
        elif decision.what == UNDONE and standing:
            standing.pop()
    return standing
