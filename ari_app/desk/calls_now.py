"""Calls in progress, as their reports tell so far. In memory: a call lives in one service, and so does what is seen of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ari_app.desk.report import CallReport, LegReport
from routing.caller import LEVEL_0

_RINGS, _ANSWERED, _ACCEPTED = "ringing", "answered", "accepted"
#: Prompts that ask who calls.
_ASKS_WHO = ("pin-customer-number", "pin-code", "pin-wrong", "calamity-checking")
#: Prompts that ask what the caller wants, or agrees to.
_ASKS_WHAT = ("calamity-what", "calamity-question", "calamity-no-sla-costs", "calamity-no-sla")


class CallStep(StrEnum):
    """How far a call is, in order of happening; no call has them all."""

    COMES_IN = "comes_in"
    GREETING = "greeting"
    WHO = "who"
    WHAT = "what"
    WAITS = "waits"
    RINGS = "rings"
    ASKED = "asked"
    TALKS = "talks"
    MESSAGE = "message"
    AFTERWARDS = "afterwards"


@dataclass(frozen=True, slots=True)
class RingingNow:
    """A phone that rings, or was picked up and not taken yet. `engineer_id` None: a phone of the desk."""

    who: str
    since: datetime
    engineer_id: int | None


@dataclass(frozen=True, slots=True)
class CallNow:
    """One call in progress. `way`: desk, on_duty, voicemail, closed or undecided; `tries`: so many PINs were wrong."""

    call_id: str
    number: str | None
    customer: str
    level: str
    since: datetime
    step: CallStep
    way: str
    ringing: tuple[RingingNow, ...] = ()
    talks_with: str = ""
    talks_since: datetime | None = None
    #: Seconds from the first ring to the talk.
    taken_after: float | None = None
    tries: int = 0
    is_urgent: bool = False


@dataclass
class CallsNow:
    """The calls of this service. A script goes on writing its report; here it is only read."""

    _reports: dict[str, CallReport] = field(default_factory=dict)
    _wakes: dict[str, Callable[[], None]] = field(default_factory=dict)
    _answers: dict[tuple[str, int], str] = field(default_factory=dict)

    @contextmanager
    def following(self, report: CallReport, wake: Callable[[], None] = lambda: None) -> Iterator[None]:
        """The call is in progress within the block. `wake` lets its script look at answers."""
        self._reports[report.call_id], self._wakes[report.call_id] = report, wake
        try:
            yield
        finally:
            self._reports.pop(report.call_id, None)
            self._wakes.pop(report.call_id, None)
            for key in [key for key in self._answers if key[0] == report.call_id]:
                del self._answers[key]

    def list(self) -> tuple[CallNow, ...]:
        """Those that came in first stand first."""
        return tuple(call_now(one) for one in sorted(self._reports.values(), key=lambda report: report.received_at))

    def ringing_for(self, engineer_id: int) -> CallNow | None:
        """The call for which a phone of this engineer rings, or was picked up and not taken yet."""
        rung = (one for one in self.list() if any(phone.engineer_id == engineer_id for phone in one.ringing))
        return next(rung, None)

    def talks_with(self, engineer_id: int) -> CallNow | None:
        """The call in which this engineer talks now."""
        for report in self._reports.values():
            legs = (leg for leg in report.legs if leg.engineer_id == engineer_id and leg.ended_at is None)
            if any(leg.result == _ACCEPTED for leg in legs):
                return call_now(report)
        return None

    def answer(self, engineer_id: int, what: str) -> bool:
        """`what`: declined, or not_now (not in this call any more). False: no phone of theirs rings any more.

        Nobody takes a call in this way: whoever picked up may be a voicemail box, which presses no key.
        """
        call = self.ringing_for(engineer_id)
        if call is None or call.step is not CallStep.RINGS:
            return False
        self._answers[call.call_id, engineer_id] = what
        self._wakes[call.call_id]()
        return True

    def answer_of(self, call_id: str, engineer_id: int) -> str:
        """What this engineer answered on the page to this call; "": nothing."""
        return self._answers.get((call_id, engineer_id), "")

    def forget_answer(self, call_id: str, engineer_id: int) -> None:
        """Before a phone rings: an answer is to the phone that rings, not to the next one."""
        self._answers.pop((call_id, engineer_id), None)

    def engaged(self) -> dict[int, str]:
        """By id of an engineer: "rings" or "talks"."""
        found: dict[int, str] = {}
        for report in self._reports.values():
            for leg in report.legs:
                if leg.engineer_id is not None and leg.ended_at is None:
                    found[leg.engineer_id] = "rings" if leg.result == _RINGS else "talks"
        return found


def call_now(report: CallReport) -> CallNow:
    """What can be said of a call from its report so far."""
    caller = report.caller
    ringing = tuple(RingingNow(leg.who, leg.rang_at, leg.engineer_id) for leg in report.legs if _is_asked(leg))
    step, rang_at = _step(report, ringing), min((leg.rang_at for leg in report.legs), default=None)
    talks = step is CallStep.TALKS
    began = report.talk_started_at
    return CallNow(
        call_id=report.call_id,
        number=report.caller_number,
        customer=caller.customer_name if caller else "",
        level=caller.level if caller else LEVEL_0,
        since=report.received_at,
        step=step,
        way=_way(report),
        ringing=() if talks else ringing,
        talks_with=(report.talked_with or "") if talks else "",
        talks_since=began if talks else None,
        taken_after=(began - rang_at).total_seconds() if talks and began and rang_at else None,
        tries=sum(one.what == "pin" and one.detail.startswith("wrong") for one in report.steps),
        is_urgent=report.is_urgent,
    )


def _way(report: CallReport) -> str:
    """Where the call was led at first: who found nobody is still on the way of the phones that rang."""
    if report.legs:
        return "desk" if report.legs[0].engineer_id is None else "on_duty"
    return report.route


def _step(report: CallReport, ringing: tuple[RingingNow, ...]) -> CallStep:
    if report.talk_ended_at is not None and report.route != "voicemail":
        return CallStep.AFTERWARDS
    if report.talk_started_at is not None and report.talk_ended_at is None:
        return CallStep.TALKS
    if report.recording is not None or report.route == "voicemail":
        return CallStep.MESSAGE
    if ringing:
        return CallStep.RINGS if any(leg.result == _RINGS for leg in report.legs) else CallStep.ASKED
    if report.route in ("desk", "on_duty"):
        return CallStep.WAITS
    if report.answered_at is None:
        return CallStep.COMES_IN
    return _question(report)


def _question(report: CallReport) -> CallStep:
    said = next((one.detail for one in reversed(report.steps) if one.what == "prompt"), "")
    if said in _ASKS_WHO:
        return CallStep.WHO
    return CallStep.WHAT if said in _ASKS_WHAT else CallStep.GREETING


def _is_asked(leg: LegReport) -> bool:
    return leg.ended_at is None and leg.result in (_RINGS, _ANSWERED, _ACCEPTED)
