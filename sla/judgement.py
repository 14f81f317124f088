"""What is judged about a ticket at a moment: kind, level, category, scope; and whether anything is promised at all."""

from collections.abc import Sequence
from typing import NamedTuple

from sla.agreed_hours import AgreedHours
from sla.agreement import Agreement, Level
from sla.terms import LEVEL_0, Category, ClockKind, Kind, Scope
from sla.ticket import EventType, TicketEvent, TicketFacts

_INCIDENT_CLOCKS = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION, ClockKind.TIME_ON_SITE)
CLOCKS: dict[Kind, tuple[ClockKind, ...]] = {
    Kind.INCIDENT: _INCIDENT_CLOCKS,
    Kind.CALAMITY: _INCIDENT_CLOCKS,
    Kind.SERVICE_REQUEST: (ClockKind.REQUEST_RESPONSE,),
    Kind.USER_CHANGE: (ClockKind.REQUEST_RESPONSE,),
    Kind.PROBLEM: (ClockKind.FIRST_RESPONSE,),
    Kind.MAINTENANCE: (ClockKind.FIRST_RESPONSE,),
}
#: No promise: the rule and the reason in Dutch.
_NO_PROMISE_BY_SCOPE: dict[Scope, tuple[str, str]] = {
    Scope.BEST_EFFORT: ("R-140", "Best effort: geen toezegging over tijd (R-103, R-140)."),
    Scope.THIRD_PARTY: (
        "R-081",
        "Storing bij een derde partij: CNE bemiddelt zonder toegezegde tijden (R-081, R-092).",
    ),
    Scope.NOT_SUPPORTED: ("R-108", "Dienst zonder betrokkenheid van CNE: wordt niet ondersteund (R-108)."),
    Scope.NOT_COVERED: ("R-070", "Product valt buiten de overeenkomst: geen toegezegde tijden, wel uurtarief (R-070)."),
}
_NO_PROMISE_BY_KIND: dict[Kind, tuple[str, str]] = {
    Kind.USER_CHANGE: ("R-076", "Aan- en afmelden van gebruikers gaat alleen via het webformulier: geen klok (R-076)."),
    Kind.PROBLEM: ("R-033", "Problem management voorkomt storingen: geen klok (R-033)."),
    Kind.MAINTENANCE: ("R-104", "Gepland onderhoud: geen klok (R-104)."),
}
_LEVEL_0_REASON = ("R-071", "Level 0 (geen SLA): er zijn geen tijden toegezegd (R-071).")


class Judgement(NamedTuple):
    """`category` is the one to count with; `is_assessed` tells whether a person chose it. `initial` values hold from
    the report until the first event about them."""

    kind: Kind
    initial_kind: Kind
    level: Level
    category: Category
    initial_category: Category
    is_assessed: bool
    scope: Scope
    #: Rule and Dutch reason when nothing is promised, otherwise None.
    no_promise: tuple[str, str] | None


def judge(ticket: TicketFacts, agreement: Agreement, hours: AgreedHours, events: Sequence[TicketEvent]) -> Judgement:
    """`events` in order of time; those about waiting may be left out. Only the provider judges (R-085); this only reads
    what was judged."""
    kind = initial_kind = ticket.kind
    category: Category | None = None
    level, scope = ticket.level, ticket.scope
    was_ruled = False
    for event in events:
        if event.category is not None:
            category = event.category
        if event.scope is not None:
            scope = event.scope
        if event.level is not None:
            level = event.level
        if event.type in _KIND_EVENTS:
            kind = _KIND_EVENTS[event.type]
            if not was_ruled:
                initial_kind, was_ruled = _OPPOSITE[kind], True
    agreed = agreement.level(level)
    is_assessed = category is not None or ticket.category is not None
    first = ticket.category
    if category is not None or first is None:
        first = _provisional(ticket, agreement, hours)
    return Judgement(
        kind=kind,
        initial_kind=initial_kind,
        level=agreed,
        category=category or first,
        initial_category=first,
        is_assessed=is_assessed,
        scope=scope,
        no_promise=_no_promise(kind, agreed, scope),
    )


_KIND_EVENTS = {EventType.BECAME_A_CALAMITY: Kind.CALAMITY, EventType.NOT_A_CALAMITY: Kind.INCIDENT}
_OPPOSITE = {Kind.CALAMITY: Kind.INCIDENT, Kind.INCIDENT: Kind.CALAMITY}


def _provisional(ticket: TicketFacts, agreement: Agreement, hours: AgreedHours) -> Category:
    """Until a person judges: the strictest plausible, or what the machine proposes when that is graver (A-19)."""
    settings = agreement.settings
    in_calamity_hours = hours.is_calamity_time(ticket.reported_at)
    plausible = settings.unassessed_in_calamity_hours if in_calamity_hours else settings.unassessed_otherwise
    if ticket.proposed_category is None:
        return plausible
    return max(plausible, ticket.proposed_category, key=lambda category: category.gravity)


def _no_promise(kind: Kind, level: Level, scope: Scope) -> tuple[str, str] | None:
    """The kind comes first: a user change has no clock for anybody. Then the scope, then the level."""
    if kind in _NO_PROMISE_BY_KIND:
        return _NO_PROMISE_BY_KIND[kind]
    if scope in _NO_PROMISE_BY_SCOPE:
        return _NO_PROMISE_BY_SCOPE[scope]
    return _LEVEL_0_REASON if level.key == LEVEL_0 else None
