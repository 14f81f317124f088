"""A ticket as the agreement sees it: its facts, its events, and the table of its states."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sla.terms import Category, Kind, PauseReason, Scope


class TicketState(StrEnum):
    """Where a ticket stands for people. The clocks do not look at it; they look at the events."""

    NEW = "new"
    WAITING = "waiting"
    IN_PROGRESS = "in_progress"
    PLANNED = "planned"
    RESOLVED = "resolved"
    CLOSED = "closed"


class EventType(StrEnum):
    """What can happen to a ticket, and what it does to the clocks.

    | event | clocks | rule |
    |---|---|---|
    | incomplete / complete | all clocks wait, gross goes on | R-048, R-049, A-09 |
    | clarifying_confirmed | a supervisor confirms that the time since the report was spent on clarifying | R-048 |
    | call_bridged | first and request response met, when the setting says so | R-040, A-04 |
    | first_response | first and request response met; may start resolution | R-040, A-06 |
    | answered | request response met: a person replied | R-012, R-037 |
    | plan_recorded, plan_executed | starts resolution, by setting | R-043, A-06 |
    | remote_impossible / arrived | starts / stops time on site | R-059, A-13 |
    | resolved / reopened | stops resolution / goes on | R-043 |
    | paused / resumed (reason) | waiting counts at once, an excuse once confirmed | R-047, A-07 |
    | excuse_confirmed (reason) | a supervisor accepts the excuses of that reason so far | A-07 |
    | category_confirmed (category) | new target against all elapsed time | R-085 |
    | level_changed (level) | the level that was right from the start | R-071 |
    | scope_changed (scope) | whether anything is promised at all | R-081, R-103 |
    | became_a_calamity / not_a_calamity | hours, when calamity hours count by setting | R-055, A-05 |
    | closed | none | - |
    """

    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    CLARIFYING_CONFIRMED = "clarifying_confirmed"
    CALL_BRIDGED = "call_bridged"
    FIRST_RESPONSE = "first_response"
    ANSWERED = "answered"
    PLAN_RECORDED = "plan_recorded"
    PLAN_EXECUTED = "plan_executed"
    REMOTE_IMPOSSIBLE = "remote_impossible"
    ARRIVED = "arrived"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXCUSE_CONFIRMED = "excuse_confirmed"
    CATEGORY_CONFIRMED = "category_confirmed"
    LEVEL_CHANGED = "level_changed"
    SCOPE_CHANGED = "scope_changed"
    BECAME_A_CALAMITY = "became_a_calamity"
    NOT_A_CALAMITY = "not_a_calamity"
    CLOSED = "closed"


#: Events that can't do without their own value, and the name of its field.
PAYLOADS: Final[Mapping[EventType, str]] = MappingProxyType(
    {
        EventType.PAUSED: "reason",
        EventType.RESUMED: "reason",
        EventType.EXCUSE_CONFIRMED: "reason",
        EventType.CATEGORY_CONFIRMED: "category",
        EventType.LEVEL_CHANGED: "level",
        EventType.SCOPE_CHANGED: "scope",
    }
)


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """`at` is when it was so, `recorded_at` when somebody wrote it down. ValueError when its own value is missing."""

    at: datetime
    recorded_at: datetime
    type: EventType
    reason: PauseReason | None = None
    category: Category | None = None
    level: str | None = None
    scope: Scope | None = None

    def __post_init__(self) -> None:
        needs = PAYLOADS.get(self.type)
        if needs is not None and getattr(self, needs) is None:
            raise ValueError(f"event {self.type} at {self.at.isoformat()} has no {needs}: give one")


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What the plan needs. `kind`, `level`, `category` and `scope` are those of now, or those of the report: the last
    event about one of them wins. `category` None = nobody has judged it yet. `level` None = none named (R-071)."""

    kind: Kind
    level: str | None
    category: Category | None
    scope: Scope
    reported_at: datetime
    agreement_version: str
    events: tuple[TicketEvent, ...] = ()
    #: What the machine made of a message. Until a person judges it can make a promise stricter, never milder (A-19).
    proposed_category: Category | None = None


_S, _E = TicketState, EventType
_STAYS = (
    _E.CLARIFYING_CONFIRMED,
    _E.EXCUSE_CONFIRMED,
    _E.CATEGORY_CONFIRMED,
    _E.LEVEL_CHANGED,
    _E.SCOPE_CHANGED,
    _E.BECAME_A_CALAMITY,
    _E.NOT_A_CALAMITY,
)
_OPEN = (_S.NEW, _S.WAITING, _S.IN_PROGRESS, _S.PLANNED)
_AT_WORK = (_S.IN_PROGRESS, _S.PLANNED)

#: State x event -> state. A pair that is not here is refused. Judgements may be corrected in every state (R-085).
STATES: Final[Mapping[tuple[TicketState, EventType], TicketState]] = MappingProxyType(
    {(state, event): state for state in TicketState for event in _STAYS}
    | {(state, event): _S.WAITING for state in _OPEN for event in (_E.INCOMPLETE, _E.PAUSED)}
    | {(_S.WAITING, event): _S.IN_PROGRESS for event in (_E.COMPLETE, _E.RESUMED)}
    | {(state, event): state for state in (_S.NEW, *_AT_WORK) for event in (_E.COMPLETE, _E.RESUMED)}
    | {(state, event): _S.IN_PROGRESS for state in (_S.NEW, _S.WAITING) for event in (_E.CALL_BRIDGED, _E.ANSWERED)}
    | {(state, event): state for state in _AT_WORK for event in (_E.CALL_BRIDGED, _E.ANSWERED, _E.FIRST_RESPONSE)}
    | {(state, _E.FIRST_RESPONSE): _S.IN_PROGRESS for state in (_S.NEW, _S.WAITING)}
    | {(state, event): _S.PLANNED for state in _OPEN for event in (_E.PLAN_RECORDED, _E.PLAN_EXECUTED)}
    | {(state, event): state for state in _OPEN for event in (_E.REMOTE_IMPOSSIBLE, _E.ARRIVED)}
    | {(state, _E.RESOLVED): _S.RESOLVED for state in _OPEN}
    | {(state, _E.CLOSED): _S.CLOSED for state in (*_OPEN, _S.RESOLVED)}
    | {(state, _E.REOPENED): _S.IN_PROGRESS for state in (_S.RESOLVED, _S.CLOSED)}
)


def next_state(state: TicketState, event: EventType) -> TicketState:
    """ValueError names the events that are possible in that state."""
    if (state, event) not in STATES:
        possible = sorted(allowed for known, allowed in STATES if known is state)
        raise ValueError(f"{event} is not possible for a ticket that is {state}: possible are {', '.join(possible)}")
    return STATES[state, event]
