"""What people see of a ticket: values for the command line and the pages. No rows, no database, no wording."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from ari_app.desk.work_views import WorkView
from sla.clauses import Clause
from sla.terms import Category, ClockKind, Kind, Scope

#: What the assessment proposes, in the words of the agreement; its other proposals are no category.
PROPOSED_AS = {"cat1": Category.I, "cat2": Category.II, "cat3": Category.III}


NO_WORK = WorkView()


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """One clock. `target_seconds` and `left_seconds` count service time only, both 0 when nothing is promised.

    `left_seconds` below zero: too late by so much service time. `state` is one of sla.plan.State ("none": no promise).
    """

    clock: ClockKind
    target_seconds: float
    due_at: datetime | None
    state: str
    left_seconds: float
    rule: str
    why: tuple[str, ...]
    #: Where the promise stands, and every other rule that `why` names: id, lines, document with version.
    clauses: tuple[Clause, ...] = ()
    #: Net: without confirmed excuses and waits. Gross: with them (A-07). Service time in seconds.
    elapsed_seconds: float = 0.0
    gross_elapsed_seconds: float = 0.0
    gross_due_at: datetime | None = None
    started_at: datetime | None = None
    #: The last moment that still keeps the promise; after a deadline at closing time, the next opening.
    met_until: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LegView:
    """One phone that rang. For `result` see `report.LegReport`."""

    who: str
    number: str
    rang_at: datetime
    ended_at: datetime | None
    result: str
    why: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that happened in the call."""

    at: datetime
    what: str
    detail: str


@dataclass(slots=True)
class WordView:
    """One heard word; seconds from the start of the recording, confidence 0..1. Not frozen, for a list makes thousands: a
    frozen one takes twice as long."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Words that speak for a category, or `against` it: words[start_word:end_word]."""

    start_word: int
    end_word: int
    category: Category
    phrase: str
    against: bool


@dataclass(frozen=True, slots=True)
class VoicemailView:
    """A recorded message. `state`: pending, transcribed, no_speech, empty or failed; `error` says why it failed.

    `sure` is 0..1, None as long as nothing was assessed. `peaks` are 0..1, equally spaced over the recording.
    `recording` is a file name relative to the recordings folder.
    """

    id: int
    state: str
    recording: str
    seconds: float | None
    words: tuple[WordView, ...]
    evidence: tuple[EvidenceView, ...]
    sure: float | None
    model: str
    is_demo_model: bool
    peaks: tuple[float, ...]
    error: str
    #: `Assessment.told`: who, how to reach, what is missing, the chances; None as long as nothing was assessed.
    told: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class UnheardView:
    """A sound that is not text yet and failed before. `kind`: message or note; `state`: waiting, retrying or parked; `why` is
    Dutch."""

    kind: str
    state: str
    why: str
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class OlderTextView:
    """A text that a later one took the place of."""

    text: str
    model: str
    proposal: str | None
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with all that belongs to it. `category` is what a person confirmed, None as long as nobody did.

    `proposed_category` is the machine's; None also when it thinks that the message is about no disturbance.
    """

    number: str
    state: str
    kind: Kind
    source: str
    customer_name: str
    level: str
    caller_number: str | None
    reported_at: datetime
    summary: str
    category: Category | None
    proposed_category: Category | None
    needs_review: bool
    why_proposed: str
    deadlines: tuple[DeadlineView, ...]
    route: str
    why: tuple[str, ...]
    legs: tuple[LegView, ...]
    steps: tuple[StepView, ...]
    voicemail: VoicemailView | None
    #: Of the clocks that run, the one that is due (or was due) first; None when no clock runs.
    next_deadline: DeadlineView | None
    line: str
    origin: str
    talked_with: str | None
    talk_started_at: datetime | None
    talk_ended_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    error: str | None
    #: What the machine made of the message, in its own words: cat1 ... cat3, service_request, other, unclear ...
    proposal: str | None = None
    scope: Scope = Scope.IN_SCOPE
    agreement_version: str = ""
    #: The category that the clocks count with now: confirmed, or else the strictest plausible (A-19).
    counted_category: Category | None = None
    #: 1, 2 or 3: the engineers' line that the work needs (`line` is the phone line).
    engineer_line: int = 1
    assignee: str = ""
    #: none, business or company; None = nobody has judged it.
    impediment: str | None = None
    is_crucial_place: bool | None = None
    has_alternative: bool | None = None
    service_concerned: str = ""
    #: What follows from the impediment: a proposal (R-083, A-19).
    category_by_impediment: Category | None = None
    is_exception: bool = False
    is_caused_by_customer: bool = False
    #: A clock that runs is at risk, overdue or breached: on the strip on top of the queue (A-16).
    is_at_risk: bool = False
    #: Dutch sentences for the supervisor.
    warnings: tuple[str, ...] = ()
    #: The caller calls it urgent; `claimed_by` took the message up, urgent by the caller or by what the machine heard.
    is_urgent: bool = False
    claimed_by: str = ""
    #: E.164, where the caller said by key to call back; None: the number that called.
    call_back_number: str | None = None
    #: Of the prompts, where the caller chose one; "": the language of the line.
    language: str = ""
    #: Sounds that could not be made to text yet.
    unheard: tuple[UnheardView, ...] = ()
    #: What retention took: audio, transcript, number.
    erased: tuple[str, ...] = ()
    #: The last one first; filled for one ticket, empty in lists.
    older_texts: tuple[OlderTextView, ...] = ()
    #: Filled for one ticket, empty in lists.
    work: WorkView = NO_WORK
    #: Of the rules that the route's `why` and the warnings name.
    clauses: tuple[Clause, ...] = ()
    #: Why sound and text were left out for who looks (see `may_hear`); "": they were not.
    hidden_because: str = ""


@dataclass(frozen=True, slots=True)
class QueueView:
    """Open tickets: those whose time runs out, over all levels, and then all others, in the order to take them."""

    strip: tuple[TicketView, ...]
    queue: tuple[TicketView, ...]


def to_json(value: Any) -> Any:
    """A view as plain values that json.dumps takes: instants as ISO 8601 in UTC, enums by value, money as text."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: to_json(item) for name, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
