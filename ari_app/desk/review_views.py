"""What the review inbox shows: values, no rows, no wording of the pages."""

from dataclasses import dataclass
from datetime import datetime

from ari_app.desk.outcomes import Outcome
from ari_app.desk.reviewed import LastWord
from ari_app.desk.ticket_lines import TicketLine
from ari_app.desk.views import DeadlineView, TicketView
from sla.clauses import Clause
from sla.terms import Category


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """`rows` are the first of `numbers`, which are all of them in order. `oldest_waits_seconds` is service time. What nobody
    decided needs a review here, also when the machine is sure of itself (R-085)."""

    rows: tuple[TicketLine, ...]
    numbers: tuple[str, ...]
    #: Of all tickets whose time runs out or ran out, the first due first (A-16); may hold some with time enough.
    strip: tuple[TicketLine, ...]
    #: Decisions of today that were not undone.
    done_today: int
    oldest_waits_seconds: float
    #: Reports about which the customer was asked something: they come back with the answer.
    asked: int


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One thing that the report can be. `chance` 0..1, None: the machine told nothing of it. `deadline`: of the clocks that
    would run, the first due. `locked` is Dutch: why it can't be chosen; "": it can."""

    outcome: Outcome
    chance: float | None
    deadline: DeadlineView | None
    hides_danger: bool
    locked: str = ""


@dataclass(frozen=True, slots=True)
class FactView:
    """Something that is known of the report. `value` "": nothing is. `heard` are the words that it was heard in, from
    `start` seconds on; `sure` 0..1. `by`: who corrected it."""

    name: str
    value: str
    heard: str = ""
    start: float | None = None
    sure: float | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """An earlier open ticket of the same customer, to merge into. `assignee` "": nobody's."""

    number: str
    summary: str
    category: Category | None
    reported_at: datetime
    assignee: str
    engineer_line: int


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One report with all that a decision about it needs."""

    ticket: TicketView
    outcomes: tuple[OutcomeView, ...]
    #: What the machine proposes; None: nothing that can be confirmed.
    proposed: Outcome | None
    #: Between the proposal and the next: 0..1; None when nothing was assessed, or long ago.
    margin: float | None
    runner_up: str
    #: Where the agreement says what the proposal is.
    clauses: tuple[Clause, ...]
    #: The proposal says that a user comes or goes: it belongs on the form (R-076).
    is_user_change: bool
    facts: tuple[FactView, ...]
    #: Ready to send or to say; "": nothing is missing (R-048, R-049).
    question: str
    missing: tuple[str, ...]
    #: An answer was given already: then a question pauses, it does not make the report incomplete (A-09).
    has_response: bool
    #: The question that waits for an answer; "": none does.
    asked: str
    asked_at: datetime | None
    #: True: the whole report is incomplete; False: a question of later.
    asked_as_incomplete: bool
    open_tickets: tuple[OpenTicket, ...]
    last_word: LastWord
    waits_for_decision: bool
    passed_by: str
