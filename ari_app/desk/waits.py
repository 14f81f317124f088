"""The waits of a ticket, each from its beginning to its end: pure, from its events in any order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ari_app.store.tables import TicketEventRow
from sla.terms import PauseReason
from sla.ticket import EventType

_BEGINS = {EventType.INCOMPLETE, EventType.PAUSED}
_ENDS = {EventType.COMPLETE, EventType.RESUMED}


@dataclass(frozen=True, slots=True)
class Wait:
    """[since, until); `until` None: it goes on. `texts` are question, answer, evidence ... as people wrote them.
    `is_confirmed`: it counts in the net clock, because it needs no confirmation or has one (A-07)."""

    reason: PauseReason
    since: datetime
    until: datetime | None
    by: str
    why: str
    texts: tuple[tuple[str, str], ...]
    is_confirmed: bool


def waits(events: Iterable[TicketEventRow]) -> list[Wait]:
    """In order of beginning."""
    ordered = sorted(events, key=lambda event: (event.at, event.id or 0))
    confirmed: dict[str, list[datetime]] = {}
    for event in ordered:
        if event.type is EventType.EXCUSE_CONFIRMED:
            confirmed.setdefault(event.detail["reason"], []).append(event.at)
    going_on: dict[PauseReason, TicketEventRow] = {}
    found: list[Wait] = []
    for event in ordered:
        if event.type in _BEGINS:
            going_on.setdefault(_reason(event), event)
        elif event.type in _ENDS and _reason(event) in going_on:
            found.append(_wait(going_on.pop(_reason(event)), event.at, confirmed))
    found += [_wait(event, None, confirmed) for event in going_on.values()]
    return sorted(found, key=lambda wait: wait.since)


def _reason(event: TicketEventRow) -> PauseReason:
    return PauseReason(event.detail.get("reason", PauseReason.INCOMPLETE_REPORT))


def _wait(begin: TicketEventRow, until: datetime | None, confirmed: dict[str, list[datetime]]) -> Wait:
    reason = _reason(begin)
    is_confirmed = not reason.is_excuse or any(at >= begin.at for at in confirmed.get(reason, ()))
    texts = tuple((name, text) for name, text in begin.detail.items() if name in ("question", "missing", "evidence"))
    return Wait(reason, begin.at, until, begin.actor, begin.why, texts, is_confirmed)
