"""The plan of a ticket: every deadline with its arithmetic, what to tell people now, and when to look again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Literal

from sla.agreed_hours import AgreedHours
from sla.agreement import Agreement
from sla.alerts import Alert, clock_alerts, missing_plan, thresholds
from sla.clauses import Clause
from sla.hours import epoch_seconds, from_epoch
from sla.judgement import CLOCKS
from sla.terms import Category, ClockKind
from sla.ticket import EventType, TicketFacts
from sla.ticket_clock import ClockCase, ReadClock, clock_case, read_ticket_clock, resolution_start, ticket_clock
from sla.why import why_of

State = Literal["not_started", "running", "paused", "met", "breached", "none"]


@dataclass(frozen=True)
class Deadline:
    """One clock of a ticket. Compliance counts the net values; the gross ones leave out every pause (A-07). Durations
    are service time. `due_at` supposes that nothing more happens; None = it does not come by itself."""

    clock: ClockKind
    target: timedelta | None
    started_at: datetime | None
    due_at: datetime | None
    #: The last moment that still keeps the promise: after a deadline at closing time, the next opening.
    met_until: datetime | None
    elapsed: timedelta
    #: None without a target; below zero: too late by so much service time.
    left: timedelta | None
    state: State
    #: The first second at which it was broken (`met_until` still kept it), also when a later judgement made it good.
    breached_at: datetime | None
    stopped_at: datetime | None
    #: Where the promise stands, or what takes it away.
    clause: Clause
    #: Makes `why`.
    tell: Callable[[], tuple[str, ...]] = field(compare=False, repr=False)
    category: Category | None = None
    gross_due_at: datetime | None = None
    gross_elapsed: timedelta = timedelta()
    gross_breached_at: datetime | None = None

    @cached_property
    def why(self) -> tuple[str, ...]:
        """Dutch, one line each: which promise, the arithmetic, and why the clock does not run. Made when asked, because
        most plans are made for their instants only."""
        return self.tell()

    @property
    def rule(self) -> str:
        return self.clause.rule


@dataclass(frozen=True)
class Plan:
    """`next_look_at` is the next moment at which something changes by itself; None = only an event can change it."""

    deadlines: tuple[Deadline, ...]
    next_look_at: datetime | None
    alerts: tuple[Alert, ...] = ()
    #: Dutch sentences for the supervisor.
    warnings: tuple[str, ...] = ()

    def deadline(self, clock: ClockKind) -> Deadline | None:
        """None when this kind of ticket has no such clock."""
        return next((deadline for deadline in self.deadlines if deadline.clock is clock), None)


def plan(ticket: TicketFacts, agreement: Agreement, hours: AgreedHours, now: datetime) -> Plan:
    """Everything that follows from the events up to and including `now`. Give the agreement that was in force when the
    ticket was reported (R-023): ValueError when its version is not the ticket's."""
    case = case_under(ticket, agreement, hours, now)
    if (nothing := case.judgement.no_promise) is not None:
        return Plan(_nothing_promised(case, *nothing), None)
    at, kinds, percent = epoch_seconds(now), CLOCKS[case.judgement.kind], agreement.settings.warn_at_percent
    clocks = read_clocks(case, at)
    ahead = {clock: thresholds(read, percent) for clock, read in clocks.items()}
    guard = missing_plan(case, resolution_start(agreement.settings), kinds)
    moments = [*guard.moments, *(one.since for found in ahead.values() for one in found)]
    alerts = [alert for clock, read in clocks.items() for alert in clock_alerts(clock, read, ahead[clock], at)]
    warnings = dict.fromkeys(line for read in clocks.values() for line in read.told.warnings)
    return Plan(
        deadlines=tuple(_deadline(clock, clocks.get(clock), case, at) for clock in kinds),
        next_look_at=_instant(min((moment for moment in moments if moment > at), default=None)),
        alerts=(*alerts, *guard.alerts(at)),
        warnings=(*warnings, *_late_plan(case)),
    )


def deadlines(ticket: TicketFacts, agreement: Agreement, hours: AgreedHours, now: datetime) -> tuple[Deadline, ...]:
    """Those of the plan, for who asks nothing else. ValueError as there."""
    case = case_under(ticket, agreement, hours, now)
    if (nothing := case.judgement.no_promise) is not None:
        return _nothing_promised(case, *nothing)
    at = epoch_seconds(now)
    clocks = read_clocks(case, at)
    return tuple(_deadline(clock, clocks.get(clock), case, at) for clock in CLOCKS[case.judgement.kind])


def case_under(ticket: TicketFacts, agreement: Agreement, hours: AgreedHours, now: datetime) -> ClockCase:
    """Raises ValueError when the ticket was reported under another version of the agreement (R-023)."""
    if ticket.agreement_version != agreement.version:
        raise ValueError(
            f"the ticket falls under {ticket.agreement_version}, not {agreement.version}: load that version (R-023)"
        )
    return clock_case(ticket, agreement, hours, now)


def read_clocks(case: ClockCase, at: int) -> dict[ClockKind, ReadClock]:
    """The replay of a ticket: each clock that something is promised for, told by the events again; `at` in epoch seconds."""
    level, category = case.judgement.level, case.judgement.category
    promised = [clock for clock in CLOCKS[case.judgement.kind] if level.promise(clock, category).target is not None]
    return {clock: read_ticket_clock(ticket_clock(clock, case), at) for clock in promised}


def no_deadline(clock: ClockKind, clause: Clause, reason: str) -> Deadline:
    """A clock that does not run, because of what the clause says; `reason` in Dutch."""
    return Deadline(clock, None, None, None, None, timedelta(), None, "none", None, None, clause, lambda: (reason,))


def _nothing_promised(case: ClockCase, rule: str, reason: str) -> tuple[Deadline, ...]:
    clause = case.agreement.clause(rule)
    return tuple(no_deadline(clock, clause, reason) for clock in CLOCKS[case.judgement.kind])


def _deadline(clock: ClockKind, read: ReadClock | None, case: ClockCase, at: int) -> Deadline:
    judged = case.judgement
    promise = judged.level.promise(clock, judged.category)
    clause = case.agreement.clause(promise.source.rule)
    if read is None or promise.target is None:
        reason = f"{judged.level.name}, CAT {judged.category}: geen tijd toegezegd ({clause.rule})."
        return no_deadline(clock, clause, reason)
    net, gross, state = read.net, read.gross, _state(read)
    return Deadline(
        clock=clock,
        target=promise.target,
        started_at=_instant(next((stretch.begin for stretch in read.told.net if stretch.is_running), None)),
        due_at=_instant(net.due),
        met_until=_instant(net.met_until),
        elapsed=timedelta(seconds=net.elapsed),
        left=promise.target - timedelta(seconds=net.elapsed),
        state=state,
        breached_at=_instant(net.breached_at),
        stopped_at=_instant(read.told.stopped_at) if state != "not_started" else None,
        clause=clause,
        tell=partial(why_of, clock, read, case, at),
        category=judged.category if clock is not ClockKind.REQUEST_RESPONSE else None,
        gross_due_at=_instant(gross.due),
        gross_elapsed=timedelta(seconds=gross.elapsed),
        gross_breached_at=_instant(gross.breached_at),
    )


def _state(read: ReadClock) -> State:
    last = read.told.net[-1]
    if last.cycle == 0:
        return "not_started"
    if read.net.breached:
        return "breached"
    if read.told.stopped_at is not None:
        return "met"
    return "running" if last.is_running else "paused"


def _late_plan(case: ClockCase) -> tuple[str, ...]:
    """A ticket that was finished without a plan has no resolution time to judge (A-06)."""
    types = {event.type for _, event in case.facts}
    is_done = EventType.RESOLVED in types
    if not is_done or ClockKind.RESOLUTION not in CLOCKS[case.judgement.kind]:
        return ()
    if types & resolution_start(case.agreement.settings):
        return ()
    return ("Opgelost zonder Resolution Plan: de oplostijd is niet te toetsen (A-06, R-043).",)


def _instant(at: int | None) -> datetime | None:
    return None if at is None else from_epoch(at)
