"""Phones that the dialplan rang while our service was away: lines of the sidecar to legs of the report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ari_app.desk.report import LegReport

_DESK = "desk"


@dataclass(frozen=True, slots=True)
class Ring:
    """`who`: the id of an engineer, or "desk". `phone`: digits, or the endpoints of the desk's phones.

    `talked_for` None: nobody spoke with the caller. `status` and `cause`: Asterisk's DIALSTATUS and HANGUPCAUSE.
    """

    who: str
    phone: str
    rang_at: datetime
    key: str | None = None
    over_at: datetime | None = None
    status: str = ""
    cause: int = 0
    talked_for: timedelta | None = None

    @property
    def engineer_id(self) -> int | None:
        return int(self.who) if self.who.isdecimal() else None

    @property
    def talk_started_at(self) -> datetime | None:
        return None if self.over_at is None or self.talked_for is None else self.over_at - self.talked_for


def rings_of(lines: Iterable[tuple[str, str]]) -> tuple[Ring, ...]:
    """From the sidecar's pairs, in their order: `ring`, perhaps `key`, `over`. What can't be read is left out."""
    rings: list[Ring] = []
    key: str | None = None
    for name, value in lines:
        fields = value.split("|")
        if name == "ring" and len(fields) == 3 and (rang_at := instant_of(fields[0])):
            rings.append(Ring(fields[1], fields[2], rang_at))
            key = None
        elif name == "key":
            key = value
        elif name == "over" and len(fields) == 4 and rings:
            ring = rings[-1]
            cause = int(fields[2]) if fields[2].isdecimal() else 0
            talked_for = timedelta(seconds=int(fields[3])) if fields[3].isdecimal() else None
            rings[-1] = Ring(
                ring.who, ring.phone, ring.rang_at, key, instant_of(fields[0]), fields[1], cause, talked_for
            )
    return tuple(rings)


def leg_of(ring: Ring, names: Mapping[int, str]) -> LegReport:
    """`names` of engineers by id; one who is no longer there keeps the number."""
    engineer_id = ring.engineer_id if ring.engineer_id in names else None
    who = names.get(engineer_id, "") if engineer_id is not None else ""
    is_desk = ring.who == _DESK
    result, why = _result_of(ring, is_desk)
    return LegReport(
        who=who or (ring.phone.replace("PJSIP/", "") if is_desk else f"engineer {ring.who}"),
        number="" if is_desk else f"+{ring.phone}",
        rang_at=ring.rang_at,
        result=result,
        ended_at=ring.over_at,
        why=why,
        engineer_id=engineer_id,
    )


def _result_of(ring: Ring, is_desk: bool) -> tuple[str, str]:
    if ring.talked_for is not None:
        return ("answered", "Opgenomen.") if is_desk else ("accepted", "Drukte op 1.")
    if ring.key is not None:
        return _WITHOUT_TALK.get(ring.key, _NOBODY_PRESSED)
    if ring.cause == _REFUSED and ring.status != "CANCEL":
        return "refused", "Weggedrukt."
    return _BY_STATUS.get(ring.status, ("unreachable", "Niet bekend hoe het afliep: de centrale stopte intussen."))


_REFUSED = 21
_NOBODY_PRESSED = ("not_accepted", "Opgenomen, maar niemand drukte op 1: waarschijnlijk een voicemailbox.")
_WITHOUT_TALK = {
    "1": ("caller_gone", "Drukte op 1, maar de beller had net opgehangen."),
    "2": ("declined", "Drukte op 2: de volgende."),
}
_BY_STATUS = {
    "ANSWER": ("not_accepted", "Opgenomen en opgehangen zonder op 1 te drukken."),
    "NOANSWER": ("no_answer", "Niet opgenomen."),
    "BUSY": ("busy", "In gesprek."),
    "CANCEL": ("caller_gone", "De beller hing op terwijl dit toestel overging."),
    "CHANUNAVAIL": ("unreachable", "Niet bereikbaar."),
    "CONGESTION": ("unreachable", "Niet bereikbaar."),
}


def instant_of(epoch: str) -> datetime | None:
    """Seconds since 1970, as the dialplan writes them; None when that is no moment."""
    try:
        return datetime.fromtimestamp(float(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        return None
