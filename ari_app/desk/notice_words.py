"""Notices as a task for somebody, in Dutch."""

from ari_app.store.outbox_tables import NoticeKind
from sla.terms import ClockKind

_OF_THE_TICKET = {
    NoticeKind.NO_PLAN: "leg het Resolution Plan vast en vertel het de klant",
    NoticeKind.NOT_PLANNED: "bekijk dit ticket, de termijnen zijn niet te berekenen",
}
_TASKS = {
    ClockKind.FIRST_RESPONSE: "reageer",
    ClockKind.RESOLUTION: "los het op",
    ClockKind.REQUEST_RESPONSE: "beantwoord de aanvraag",
    ClockKind.TIME_ON_SITE: "ga ter plaatse",
}
_STANDING = {
    NoticeKind.AT_RISK: "de termijn loopt bijna af",
    NoticeKind.OVERDUE: "de termijn is om als de overmacht niet wordt bevestigd",
    NoticeKind.BREACHED: "de termijn is overschreden",
}


def task_of(kind: NoticeKind, clock: ClockKind | None) -> str:
    """What must be done: "reageer: de termijn loopt bijna af". `clock` None: about the ticket as a whole."""
    if clock is None or kind in _OF_THE_TICKET:
        return _OF_THE_TICKET[kind]
    return f"{_TASKS[clock]}: {_STANDING[kind]}"
