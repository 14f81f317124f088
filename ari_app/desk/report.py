"""What the script of a call fills in while the call lives. The runner files it once; the script itself writes nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from routing.caller import Caller

#: The route of a call in which an engineer took the duty: it is no report, and gets no ticket.
DUTY_ROUTE = "duty"
#: The origin of a report that tells the second half of a call: Asterisk took it over from a service that died.
RESCUED = "rescued"


@dataclass(slots=True)
class Step:
    """One thing that happened in the call, in the order of happening. `detail` never holds the digits of a PIN."""

    at: datetime
    what: str
    detail: str


@dataclass(slots=True)
class LegReport:
    """One phone that we rang.

    `result`: accepted, answered (desk), no_answer, busy, refused, unreachable, not_dialled (we did not ring it),
    not_accepted (picked up, nobody pressed 1), declined (pressed 2), not_now (pressed 3: not in this call any more),
    elsewhere (another phone was faster), caller_gone.
    """

    who: str
    number: str
    rang_at: datetime
    result: str = "ringing"
    ended_at: datetime | None = None
    sip_code: int | None = None
    why: str = ""
    engineer_id: int | None = None


@dataclass(slots=True)
class KeyedIn:
    """What an engineer decided with the keys of the phone; the desk makes a command of it when the call is filed.

    `what`: not_a_calamity, customer_caused, category (`value` 1, 2 or 3), second_line (`value`: who came), call_back,
    called_back (`value`: what became of it, in Dutch), minutes (`value`: a number).
    """

    at: datetime
    by: str
    engineer_id: int
    what: str
    value: str = ""


@dataclass(slots=True)
class Consent:
    """A caller without an SLA agreed to costs by key (A-10). `text` is what was heard, `up_to` in euro."""

    at: datetime
    keys: str
    prompt_version: str
    text: str
    up_to: Decimal


@dataclass(slots=True)
class CallReport:
    """One call. All instants are aware UTC. `recording` is a file name relative to the recordings folder."""

    call_id: str
    line: str
    caller_number: str | None
    caller_id_raw: str
    received_at: datetime
    caller: Caller | None = None
    route: str = "undecided"
    why: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    legs: list[LegReport] = field(default_factory=list)
    answered_at: datetime | None = None
    talked_with: str | None = None
    talk_started_at: datetime | None = None
    talk_ended_at: datetime | None = None
    recording: str | None = None
    ended_at: datetime | None = None
    ended_by: str = "line"
    error: str | None = None
    origin: str = "live"
    #: The Call-ID of the caller's SIP dialog: what the other end knows this call by.
    sip_call_id: str = ""
    consent: Consent | None = None
    keyed_in: list[KeyedIn] = field(default_factory=list)
    #: File names as `recording`: the talk itself, and what the engineer said to the ticket afterwards.
    talk_recording: str | None = None
    spoken_note: str | None = None
    #: Ids of the engineers on duty, when none of them took the call: they and the supervisor are told.
    not_taken_by: list[int] = field(default_factory=list)
    #: In calamity hours the caller found a hole in the rota, or a line in trouble that could ring nobody: the supervisor is told.
    found_nobody_on_duty: bool = False
    #: By key of the caller: the message goes first in the queue, and people are told until somebody claims it.
    is_urgent: bool = False
    #: E.164, typed or agreed to; None: the number that called.
    call_back_number: str | None = None
    #: Of the prompts that the caller chose; "": the language of the line.
    language: str = ""
    #: By key, in this call: then the contact hears it from the next call on.
    chose_language: bool = False
    #: The ticket that the caller asked to be added to ("T-1001"): then the call gets none of its own.
    joins: str | None = None

    @property
    def has_talk(self) -> bool:
        """Engineers were rung or talked, and left something beside the call itself."""
        return bool(
            self.keyed_in or self.not_taken_by or self.found_nobody_on_duty or self.talk_recording or self.spoken_note
        )

    def to_dict(self) -> dict[str, Any]:
        """For the spool: instants as ISO 8601 text."""
        return {name: _to_json(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "CallReport":
        """The report that `to_dict` wrote. Raises KeyError or ValueError for a file that is no report."""
        fields = dict(data)
        fields["caller"] = Caller(**fields["caller"]) if fields["caller"] else None
        fields["steps"] = [Step(**_with_instants(step, "at")) for step in fields["steps"]]
        fields["legs"] = [LegReport(**_with_instants(leg, "rang_at", "ended_at")) for leg in fields["legs"]]
        fields["keyed_in"] = [KeyedIn(**_with_instants(one, "at")) for one in fields.get("keyed_in", ())]
        if fields.get("consent"):
            consent = _with_instants(fields["consent"], "at")
            fields["consent"] = Consent(**consent | {"up_to": Decimal(consent["up_to"])})
        return cls(
            **_with_instants(fields, "received_at", "answered_at", "talk_started_at", "talk_ended_at", "ended_at")
        )


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: _to_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_to_json(inner) for inner in value]
    return value


def _with_instants(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: datetime.fromisoformat(v) if name in names and v else v for name, v in data.items()}
