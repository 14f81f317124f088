"""Was a demo call as described? Each expectation becomes a check with what was wanted and what was found."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ari_app.demo.calls import DemoCall
from ari_app.demo.outside import CALLER_HZ, PICKED_UP_HZ, PickedUp
from ari_app.demo.placing import Placed
from ari_app.desk.views import DeadlineView, TicketView
from ari_app.sip_phone.alaw import Pcm
from ari_app.sip_phone.listening import contains, level_of
from sla.terms import ClockKind

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
#: A tone of 8000 crosses A-law, two RTP streams and a bridge; half of it is certainly heard.
HEARD_LEVEL = 2000.0
RECOGNISED = 0.6


@dataclass(frozen=True)
class Check:
    what: str
    wanted: Any
    found: Any
    ok: bool


@dataclass(frozen=True)
class Judged:
    """A demo call with its ticket and its checks."""

    demo: DemoCall
    ticket: TicketView | None
    checks: tuple[Check, ...]

    @property
    def as_described(self) -> bool:
        return self.ticket is not None and all(check.ok for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """One entry of `calls` in the output of `meldlijn demo --json`."""
        ticket = self.ticket
        message = ticket.voicemail if ticket else None
        return {
            "name": self.demo.name,
            "story": self.demo.story,
            "as_described": self.as_described,
            "route": ticket.route if ticket else None,
            "why": list(ticket.why) if ticket else [],
            "ticket": ticket.number if ticket else None,
            "customer": ticket.customer_name if ticket else None,
            "level": ticket.level if ticket else None,
            "transcript": message.text if message else None,
            "category": ticket.proposed_category if ticket else None,
            "because": evidence_of(ticket) if ticket else [],
            "deadlines": [deadline_to_json(deadline) for deadline in ticket.deadlines] if ticket else [],
            "legs": [{"who": leg.who, "result": leg.result, "why": leg.why} for leg in ticket.legs] if ticket else [],
            "checks": [asdict(check) for check in self.checks],
        }


def deadline_to_json(deadline: DeadlineView) -> dict[str, Any]:
    due = deadline.due_at.astimezone(AMSTERDAM).isoformat() if deadline.due_at else None
    return {
        "clock": deadline.clock.value,
        "state": deadline.state,
        "due": due,
        "rule": deadline.rule,
        "why": list(deadline.why),
        "clauses": [asdict(clause) for clause in deadline.clauses],
    }


def evidence_of(ticket: TicketView) -> list[str]:
    """The words that led to the proposal, as they were heard."""
    message = ticket.voicemail
    if not message:
        return []
    return [
        " ".join(word.text for word in message.words[span.start_word : span.end_word])
        for span in message.evidence
        if not span.against
    ]


def judge(placed: Placed, ticket: TicketView | None, picked_up: list[PickedUp], prompt: Callable[[str], Pcm]) -> Judged:
    """`picked_up` are the phones that were picked up during this call; `prompt` gives the audio of a prompt by name."""
    if ticket is None:
        return Judged(placed.demo, None, (Check("ticket", "a ticket", None, ok=False),))
    checks = [_check(name, wanted, ticket, placed, prompt) for name, wanted in placed.demo.expects.items()]
    if placed.demo.talks:
        checks += _both_hear_each_other(placed, picked_up)
    return Judged(placed.demo, ticket, tuple(checks))


def _check(name: str, wanted: Any, ticket: TicketView, placed: Placed, prompt: Callable[[str], Pcm]) -> Check:
    if name == "heard":
        score = round(contains(placed.heard, prompt(wanted)).score, 2)
        return Check(f"the caller heard {wanted}", f"at least {RECOGNISED}", score, score >= RECOGNISED)
    found = _fact(name, ticket)
    return Check(name, wanted, found, found == wanted)


def _fact(name: str, ticket: TicketView) -> Any:
    first_response = _deadline(ticket, ClockKind.FIRST_RESPONSE)
    match name:
        case "legs":
            return [(leg.who, leg.result) for leg in ticket.legs]
        case "first_response":
            return first_response.state if first_response else None
        case "first_response_due":
            due = first_response.due_at if first_response else None
            return due.astimezone(AMSTERDAM).isoformat() if due else None
        case "recorded":
            return bool(ticket.voicemail and (ticket.voicemail.seconds or 0) > 1)
        case _:
            return getattr(ticket, name)


def _deadline(ticket: TicketView, clock: ClockKind) -> DeadlineView | None:
    return next((deadline for deadline in ticket.deadlines if deadline.clock == clock), None)


def _both_hear_each_other(placed: Placed, picked_up: list[PickedUp]) -> list[Check]:
    """The caller plays one tone, who picks up another: each must arrive at the other side."""
    at_caller = _loudest(placed.heard, PICKED_UP_HZ)
    at_other = max((_loudest(phone.heard, CALLER_HZ) for phone in picked_up), default=0.0)
    return [
        Check("the caller hears who picked up", f"level over {HEARD_LEVEL:.0f}", at_caller, at_caller > HEARD_LEVEL),
        Check("who picked up hears the caller", f"level over {HEARD_LEVEL:.0f}", at_other, at_other > HEARD_LEVEL),
    ]


def _loudest(heard: Pcm, hz: float) -> float:
    """Level of a tone in the half second in which it is loudest."""
    step = 4000
    pieces = [heard[at : at + step] for at in range(0, max(1, len(heard) - step), step)]
    return round(max((level_of(np.asarray(piece), hz) for piece in pieces if len(piece)), default=0.0))
