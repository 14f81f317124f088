"""From the events of a ticket to the events of one clock, twice: net (with what excuses) and gross (without)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter
from typing import NamedTuple

from sla.agreed_hours import AgreedHours
from sla.agreement import Agreement
from sla.clock import (
    Fact,
    Reading,
    Reopen,
    SetCalendar,
    SetTarget,
    Standstill,
    Start,
    Stop,
    Stretch,
    Wait,
    due_of,
    elapsed_at,
    history_but_for_waits,
    read_history,
    standstills,
    without,
)
from sla.hours import epoch_seconds, from_epoch, whole_seconds
from sla.judgement import Judgement, judge
from sla.opening import Opening
from sla.settings import Settings
from sla.terms import EXCUSES, ClockKind, Kind, PauseReason
from sla.ticket import EventType, TicketEvent, TicketFacts

_E, _C = EventType, ClockKind
#: What meets a promise (A-04). Work that is finished had begun: resolving and closing end every clock.
_MET_BY: dict[ClockKind, frozenset[EventType]] = {
    _C.FIRST_RESPONSE: frozenset({_E.FIRST_RESPONSE, _E.RESOLVED, _E.CLOSED}),
    _C.REQUEST_RESPONSE: frozenset({_E.FIRST_RESPONSE, _E.ANSWERED, _E.RESOLVED, _E.CLOSED}),
    _C.RESOLUTION: frozenset({_E.RESOLVED, _E.CLOSED}),
    _C.TIME_ON_SITE: frozenset({_E.ARRIVED, _E.RESOLVED, _E.CLOSED}),
}
_RESPONSES = frozenset({_C.FIRST_RESPONSE, _C.REQUEST_RESPONSE})
_MET_BY_A_CALL_TOO = {clock: events | {_E.CALL_BRIDGED} for clock, events in _MET_BY.items()}
_PLANNED, _PLAN_EXECUTED = frozenset({_E.PLAN_RECORDED, _E.PLAN_EXECUTED}), frozenset({_E.PLAN_EXECUTED})
_FINISHED = frozenset({_E.RESOLVED, _E.CLOSED})
_ON_SITE_START = frozenset({_E.REMOTE_IMPOSSIBLE})
#: By name, because up to Python 3.11 each look at a member of an enum calls a function.
_PAUSED, _RESUMED, _INCOMPLETE, _COMPLETE, _REOPENED = _E.PAUSED, _E.RESUMED, _E.INCOMPLETE, _E.COMPLETE, _E.REOPENED
_BECAME_A_CALAMITY, _NOT_A_CALAMITY, _CLARIFYING_CONFIRMED = (
    _E.BECAME_A_CALAMITY,
    _E.NOT_A_CALAMITY,
    _E.CLARIFYING_CONFIRMED,
)
_FIRST_RESPONSE, _RESOLUTION, _TIME_ON_SITE = _C.FIRST_RESPONSE, _C.RESOLUTION, _C.TIME_ON_SITE
_INCOMPLETE_REPORT, _CALAMITY, _INCIDENT = PauseReason.INCOMPLETE_REPORT, Kind.CALAMITY, Kind.INCIDENT
_AT = attrgetter("at")
_SECOND = itemgetter(0)
_CLARIFYING = frozenset({_INCOMPLETE, _COMPLETE, _CLARIFYING_CONFIRMED})


class TicketClock(NamedTuple):
    """One clock's history in both readings; `stopped_at` is the stop that holds, in epoch seconds."""

    net: tuple[Stretch, ...]
    gross: tuple[Stretch, ...]
    stopped_at: int | None
    #: In order of time; also those of after the stop.
    waits: Sequence[Wait]
    warnings: tuple[str, ...]

    @property
    def open_reasons(self) -> tuple[PauseReason, ...]:
        """Why it stands still at the end, in order of beginning. Waiting that begins after the stop that holds is nothing
        to this clock."""
        open_now: dict[str, None] = {}
        for at, reason, begins in self.waits:
            if not begins:
                open_now.pop(reason, None)
            elif self.stopped_at is None or at <= self.stopped_at:
                open_now[reason] = None
        return tuple(PauseReason(reason) for reason in open_now)


class ReadClock(NamedTuple):
    """A clock and what it shows at one moment, net and gross."""

    told: TicketClock
    net: Reading
    gross: Reading


class ClockCase(NamedTuple):
    """What every clock of a ticket is made from, told once for all of them. `facts` and `clarifying` are its events in
    order of time with their epoch seconds, none after now; most events of a long ticket are waits, and pauses here."""

    reported_at: int
    judgement: Judgement
    agreement: Agreement
    hours: AgreedHours
    facts: Sequence[tuple[int, TicketEvent]]
    #: About incomplete reports.
    clarifying: Sequence[tuple[int, TicketEvent]]
    #: The waits as every clock sees them, but for incomplete reports: only some clocks wait for those.
    waits: Sequence[Wait]
    #: Where these waits let a clock stand still.
    still: Sequence[Standstill]
    #: Since when an excuse waits for its confirmation, and the Dutch sentence about it.
    unconfirmed: Sequence[tuple[int, str]]


def clock_case(ticket: TicketFacts, agreement: Agreement, hours: AgreedHours, now: datetime) -> ClockCase:
    """Judged by the events up to and including `now`."""
    timed = [(epoch_seconds(event.at), event) for event in ticket.events if event.at <= now]
    timed.sort(key=_SECOND)
    facts: list[tuple[int, TicketEvent]] = []
    clarifying: list[tuple[int, TicketEvent]] = []
    waits: list[Wait] = []
    unconfirmed: list[tuple[int, str]] = []
    for told in timed:
        at, event = told
        what, reason = event.type, event.reason
        if what is _PAUSED and reason is not None:
            if reason not in EXCUSES or _is_confirmed(event, timed, agreement):
                waits.append((at, reason, True))
            else:
                unconfirmed.append((at, _unconfirmed(event, reason, agreement)))
        elif what is _RESUMED and reason is not None:
            waits.append((at, reason, False))
        elif what in _CLARIFYING:
            clarifying.append(told)
            if what is _COMPLETE:
                waits.append((at, _INCOMPLETE_REPORT, False))
        else:
            facts.append(told)
    judged = judge(ticket, agreement, hours, [event for _, event in facts])
    reported_at = epoch_seconds(ticket.reported_at)
    return ClockCase(reported_at, judged, agreement, hours, facts, clarifying, waits, standstills(waits), unconfirmed)


def ticket_clock(clock: ClockKind, case: ClockCase) -> TicketClock:
    """The history of one clock. Warnings are Dutch sentences about events that do not count, and why."""
    judged = case.judgement
    target = _target(judged.level.promise(clock, judged.initial_category).target)
    opening = _opening(clock, judged.initial_kind, case)
    gross_events = _facts(clock, case)
    gross = history_but_for_waits(gross_events, opening, target)
    stopped_at = _stopped_at(gross_events)
    warnings = [line for at, line in case.unconfirmed if stopped_at is None or at <= stopped_at]
    waits, still = case.waits, case.still
    if case.clarifying and clock in _RESPONSES:
        waits = sorted((*waits, *_clarifying(case, gross, warnings)), key=_SECOND)
        still = standstills(waits)
    return TicketClock(without(gross, still), gross, stopped_at, waits, tuple(warnings))


def read_ticket_clock(told: TicketClock, at: int) -> ReadClock:
    """`at` in epoch seconds."""
    net = read_history(told.net, at)
    return ReadClock(told, net, net if told.gross is told.net else read_history(told.gross, at))


def resolution_start(settings: Settings) -> frozenset[EventType]:
    """What starts the resolution clock (A-06). A plan that was carried out had been made."""
    if settings.resolution_starts_at == "plan_recorded":
        return _PLANNED
    if settings.resolution_starts_at == "plan_executed":
        return _PLAN_EXECUTED
    return met_by(_FIRST_RESPONSE, settings) - _FINISHED


def met_by(clock: ClockKind, settings: Settings) -> frozenset[EventType]:
    """The events that end a clock."""
    is_live = settings.live_call_meets_first_response and clock in _RESPONSES
    return _MET_BY_A_CALL_TOO[clock] if is_live else _MET_BY[clock]


def _facts(clock: ClockKind, case: ClockCase) -> list[Fact]:
    """What starts, ends and judges this clock, in order of time. A new category is measured against all elapsed time. Becoming a calamity
    counts from then on; a ruling that it was none counts from the report on."""
    starts, stops, settings = _starts_at(clock, case), met_by(clock, case.agreement.settings), case.agreement.settings
    told: list[Fact] = [Start(case.reported_at)] if starts is None else []
    for at, event in case.facts:
        what = event.type
        if starts is not None and what in starts:
            told.append(Start(at))
        if what in stops:
            told.append(Stop(at))
        elif what is _REOPENED and clock is _RESOLUTION:
            told.append(Reopen(at, restart=settings.reopened_clock == "restart"))
        elif event.category is not None:
            told.append(SetTarget(at, _target(case.judgement.level.promise(clock, event.category).target)))
        elif what is _BECAME_A_CALAMITY:
            told.append(SetCalendar(at, _opening(clock, _CALAMITY, case), retroactive=False))
        elif what is _NOT_A_CALAMITY:
            told.append(SetCalendar(at, _opening(clock, _INCIDENT, case), retroactive=True))
    if case.facts and case.facts[0][0] < case.reported_at:
        # Told back in time: before the report.
        told.sort(key=_AT)
    return told


def _starts_at(clock: ClockKind, case: ClockCase) -> frozenset[EventType] | None:
    """The events that start a clock; None = the report does."""
    settings = case.agreement.settings
    if clock in _RESPONSES or (clock is _TIME_ON_SITE and settings.time_on_site_starts_at == "reported"):
        return None
    return resolution_start(settings) if clock is _RESOLUTION else _ON_SITE_START


def _opening(clock: ClockKind, kind: Kind, case: ClockCase) -> Opening:
    """Service hours (R-044); with A-05 also the calamity hours for a calamity, but never for time on site (R-060)."""
    counts = case.agreement.settings.calamity_hours_count_for_calamity
    if counts and kind is _CALAMITY and clock is not _TIME_ON_SITE:
        return case.hours.extended.epoch
    return case.hours.service.epoch


def _clarifying(case: ClockCase, gross: tuple[Stretch, ...], warnings: list[str]) -> list[Wait]:
    """A response waits for a report to be completed (R-049)."""
    waits: list[Wait] = []
    for at, event in case.clarifying:
        if event.type is _INCOMPLETE:
            refused = _why_incomplete_does_not_count(at, case, gross)
            if refused:
                warnings.append(refused)
            else:
                waits.append((at, _INCOMPLETE_REPORT, True))
        elif event.type is _COMPLETE and waits:
            # Among `ClockCase.waits` as well; here again, so that within one second the order holds.
            waits.append((at, _INCOMPLETE_REPORT, False))
        elif event.type is _CLARIFYING_CONFIRMED and waits:
            waits.append((case.reported_at, _INCOMPLETE_REPORT, True))
    return waits


def _why_incomplete_does_not_count(at: int, case: ClockCase, gross: tuple[Stretch, ...]) -> str | None:
    """Incompleteness is no excuse afterwards (A-09), nor for a calamity (R-049 names service request and storing)."""
    when = _local(from_epoch(at), case.agreement)
    if case.judgement.kind is _CALAMITY and not case.agreement.settings.incomplete_delays_calamity:
        return f"Onvolledig sinds {when} telt niet: bij een calamiteit wacht de klok niet (R-049)."
    stop = next((stretch.begin for stretch in gross if stretch.cycle and not stretch.is_running), None)
    if stop is not None and stop < at:
        return f"Onvolledig sinds {when} telt niet: er was al gereageerd (A-09)."
    due = due_of(gross, gross[-1].target)
    if due is not None and elapsed_at(gross, at) >= (gross[-1].target or 0):
        return f"Onvolledig sinds {when} telt niet: de bruto termijn was al verlopen (A-09)."
    return None


def _unconfirmed(event: TicketEvent, reason: PauseReason, agreement: Agreement) -> str:
    since = f"{REASON_NL[reason].capitalize()} sinds {_local(event.at, agreement)}"
    return f"{since} telt pas mee na bevestiging door een supervisor (A-07)."


def _is_confirmed(event: TicketEvent, timed: Sequence[tuple[int, TicketEvent]], agreement: Agreement) -> bool:
    if not agreement.settings.excuse_needs_confirmation:
        return True
    return any(
        said.at >= event.at and said.type is _E.EXCUSE_CONFIRMED and said.reason is event.reason for _, said in timed
    )


def _stopped_at(events: Sequence[Fact]) -> int | None:
    """The first stop since the last reopening: a second one changes nothing. Stops and reopenings in order of time."""
    stopped: int | None = None
    for event in events:
        if isinstance(event, Stop) and stopped is None:
            stopped = event.at
        elif isinstance(event, Reopen):
            stopped = None
    return stopped


def _target(promised: timedelta | None) -> int | None:
    return None if promised is None else whole_seconds(promised)


def _local(at: datetime, agreement: Agreement) -> str:
    return f"{at.astimezone(agreement.zone):%d-%m-%Y %H:%M}"


REASON_NL: dict[PauseReason, str] = {
    PauseReason.INCOMPLETE_REPORT: "melding onvolledig",
    PauseReason.WAITING_CUSTOMER: "wachten op de klant",
    PauseReason.FORCE_MAJEURE: "overmacht",
    PauseReason.COMPONENT_UNAVAILABLE: "onderdeel niet beschikbaar",
    PauseReason.THIRD_PARTY: "derde partij",
    PauseReason.MAINTENANCE: "gepland onderhoud",
}
