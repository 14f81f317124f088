"""What a call would have been like: for people and as JSON."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

#: Where a call may end. Any other end leaves a caller with nothing.
GOOD_ENDS = frozenset({"desk", "on_duty", "voicemail", "duty", "announcement"})


@dataclass(frozen=True, slots=True)
class CallToExplain:
    """`number` as a carrier gives it, "" for an anonymous caller; `at` aware. `keys`: one for each question, as for
    `explain-call --dtmf`; what `engineers` and `desk` do is named there too."""

    number: str
    at: datetime
    keys: str = ""
    engineers: str = "no-answer"
    desk: str = "no-answer"


@dataclass(frozen=True, slots=True)
class Said:
    """`at`: seconds since the call came in. `to`: "caller", or the name of who was rung."""

    at: float
    to: str
    prompt: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """`keys`: what the caller pressed; "" for nothing."""

    at: float
    prompts: tuple[str, ...]
    keys: str


@dataclass(frozen=True, slots=True)
class Rung:
    """A phone that would ring, in this order."""

    at: float
    who: str
    number: str
    result: str
    why: str


@dataclass(frozen=True, slots=True)
class ClockToCome:
    """`due_at` None: nothing is promised, or it waits for something."""

    clock: str
    state: str
    due_at: datetime | None
    rule: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicketToCome:
    kind: str
    level: str
    agreement_version: str
    summary: str
    clocks: tuple[ClockToCome, ...]


@dataclass(frozen=True, slots=True)
class CostToCome:
    """Of the shortest work on it. `amount` in euro; None: the rate is still to be given."""

    activity: str
    minutes: int
    is_charged: bool
    amount: Decimal | None
    rule: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`route` is where the call was led, `ends_in` where it was over: with nobody at the phones a call that is led to
    `on_duty` ends in `voicemail`. `nobody_on_duty`: it met a hole in the rota. `error`: the script crashed."""

    number: str | None
    at: datetime
    customer: str
    level: str
    has_sla: bool
    route: str
    ends_in: str
    why: tuple[str, ...]
    said: tuple[Said, ...]
    questions: tuple[Question, ...]
    rings: tuple[Rung, ...]
    on_duty: tuple[str, ...]
    nobody_on_duty: bool
    ticket: TicketToCome | None
    costs: CostToCome | None
    seconds: float
    error: str | None

    @property
    def is_dead_end(self) -> bool:
        """The caller reached neither a person nor voicemail, or only because the script crashed."""
        return self.ends_in not in GOOD_ENDS or self.error is not None

    def reasons(self) -> list[str]:
        """Every rule and sentence that a rule is named in."""
        clocks = self.ticket.clocks if self.ticket else ()
        costs = (self.costs.rule, *self.costs.why) if self.costs else ()
        return [*self.why, *(text for clock in clocks for text in (clock.rule, *clock.why)), *costs]

    def to_json(self) -> dict[str, Any]:
        """Instants as ISO 8601, amounts as text."""
        return {**_plain(asdict(self)), "dead_end": self.is_dead_end}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, float):
        return round(value, 1)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


#: Explains calls, in the order of asking, without placing any. Raises CallNotExplained.
Explains = Callable[[Sequence[CallToExplain]], Awaitable[list[Explanation]]]


class CallNotExplained(Exception):
    """The explanation would be wrong; the message says why."""
