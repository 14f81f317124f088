"""What people and programs look for among tickets, as conditions for the database. Reading them is in ticket_search.py."""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import and_, col, or_, select

from ari_app.desk.change import FINISHED
from ari_app.desk.numbers import ticket_row_id
from ari_app.desk.views import PROPOSED_AS
from ari_app.store.tables import CallRow, Customer, TicketRow, TicketSource
from sla.terms import Category, Kind
from sla.ticket import TicketState

NOBODY = "nobody"
#: More words than this do not make a search more exact, only slower.
MOST_WORDS = 6
#: What a person types when looking for a number that called: digits with what people put between them.
_NUMBER = re.compile(r"\+?[\d\s().-]{6,20}")


@dataclass(frozen=True, slots=True)
class Search:
    """What is left empty does not matter, all else must hold. `before`: from below that ticket on ("T-1001")."""

    text: str = ""
    #: "open", "finished", or one state.
    state: TicketState | Literal["", "open", "finished"] = ""
    customer_id: int | None = None
    level: str = ""
    #: As confirmed, or as proposed while nobody has confirmed one; "none": neither.
    category: Category | Literal["", "none"] = ""
    #: As a person confirmed it, whatever was proposed.
    confirmed: Category | None = None
    kind: Kind | None = None
    source: TicketSource | None = None
    needs_review: bool | None = None
    engineer_line: int | None = None
    #: Id of an engineer, or NOBODY.
    assignee: int | Literal["", "nobody"] = ""
    before: str | None = None
    #: When it was reported: `since` is included, `until` is not.
    since: datetime | None = None
    until: datetime | None = None
    #: Whether `text` may find what callers said; not for who may not read it (R-113).
    in_messages: bool = True

    @property
    def is_narrow(self) -> bool:
        """Something is asked for beside the state and the place to begin."""
        return any(getattr(self, one.name) not in ("", None) for one in fields(self) if one.name not in _NO_FILTER)


_NO_FILTER = ("state", "before", "in_messages")


def conditions(search: Search) -> list[sa.ColumnElement[bool]]:
    """Of rows of tickets."""
    found = [*_state(search), *_category(search), *_words(search)]
    equal: list[tuple[Any, object]] = [
        (TicketRow.customer_id, search.customer_id),
        (TicketRow.level, search.level or None),
        (TicketRow.category, search.confirmed),
        (TicketRow.kind, search.kind),
        (TicketRow.source, search.source),
        (TicketRow.needs_review, search.needs_review),
        (TicketRow.engineer_line, search.engineer_line),
    ]
    found += [column == value for column, value in equal if value is not None]
    if search.assignee != "":
        whose = None if search.assignee == NOBODY else search.assignee
        found.append(col(TicketRow.assignee_id) == whose)
    if search.before is not None:
        found.append(col(TicketRow.id) < (ticket_row_id(search.before) or 0))
    if search.since is not None:
        found.append(col(TicketRow.reported_at) >= search.since)
    if search.until is not None:
        found.append(col(TicketRow.reported_at) < search.until)
    return found


def _state(search: Search) -> list[sa.ColumnElement[bool]]:
    open_now = [state for state in TicketState if state not in FINISHED]
    match search.state:
        case "":
            return []
        case "open":
            return [col(TicketRow.state).in_(open_now)]
        case "finished":
            return [col(TicketRow.state).in_(FINISHED)]
        case state:
            return [col(TicketRow.state) == state]


def _category(search: Search) -> list[sa.ColumnElement[bool]]:
    nobody_judged = col(TicketRow.category).is_(None)
    if not search.category:
        return []
    if search.category == "none":
        proposed = sa.func.coalesce(col(TicketRow.proposal), "")
        return [nobody_judged, proposed.not_in(list(PROPOSED_AS))]
    proposal = next(name for name, category in PROPOSED_AS.items() if category is search.category)
    return [or_(col(TicketRow.category) == search.category, and_(nobody_judged, col(TicketRow.proposal) == proposal))]


def _words(search: Search) -> list[sa.ColumnElement[bool]]:
    """Every word must be in the summary or in the customer's name; a number of a ticket or of a phone is itself."""
    asked = search.text.strip()
    if not asked:
        return []
    row_id = ticket_row_id(asked)
    if row_id is not None and len(asked) < 9:
        return [col(TicketRow.id) == row_id]
    if _NUMBER.fullmatch(asked):
        digits = re.sub(r"\D", "", asked).removeprefix("31").lstrip("0")
        called = select(CallRow.ticket_id).where(col(CallRow.caller_number).contains(digits))
        return [col(TicketRow.id).in_(called)]
    return [_word(word, search) for word in asked.split()[:MOST_WORDS]]


def _word(word: str, search: Search) -> sa.ColumnElement[bool]:
    named = select(Customer.id).where(col(Customer.name).icontains(word, autoescape=True))
    return or_(_in_summary(word, search), col(TicketRow.customer_id).in_(named))


def _in_summary(word: str, search: Search) -> sa.ColumnElement[bool]:
    found = col(TicketRow.summary).icontains(word, autoescape=True)
    return found if search.in_messages else and_(found, col(TicketRow.source) != TicketSource.VOICEMAIL)
