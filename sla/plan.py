"""The plan of a ticket: every deadline with its arithmetic, what to tell people now, and when to look again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sla.agreed_hours import AgreedHours
from sla.agreement import Agreement
from sla.alerts import Alert, clock_alerts, clock_moments, missing_plan
from sla.clock import Reading, read_history, worked_windows
from sla.explain import moment, promise_line, spoken, window_lines
from sla.hours import epoch_seconds, from_epoch, whole_seconds
from sla.judgement import CLOCKS, judge
from sla.terms import Category, ClockKind, Kind
from sla.ticket import EventType, TicketFacts
from sla.ticket_clock import REASON_NL, ClockCase, TicketClock, resolution_start, ticket_clock

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
    #: When it was first broken, also when a later judgement made it good.
    breached_at: datetime | None
    stopped_at: datetime | None
    rule: str
    #: Dutch, one line each: which promise, the arithmetic, and why the clock does not run.
    why: tuple[str, ...]
    category: Category | None = None
    gross_due_at: datetime | None = None
    gross_elapsed: timedelta = timedelta()
    gross_breached_at: datetime | None = None
    #: Where the promise stands in the agreement's text, "L52-62"; "" when a rule takes the promise away.
    lines: str = ""


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
    if ticket.agreement_version != agreement.version:
        raise ValueError(
            f"the ticket falls under {ticket.agreement_version}, not {agreement.version}: load that version (R-023)"
        )
    events = tuple(sorted((event for event in ticket.events if event.at <= now), key=lambda event: event.at))
    judged = judge(ticket, agreement, hours, events)
    if judged.no_promise is not None:
        rule, reason = judged.no_promise
        return Plan(tuple(_no_deadline(clock, rule, (reason,)) for clock in CLOCKS[judged.kind]), None)
    timed = tuple((epoch_seconds(event.at), event) for event in events)
    case = ClockCase(ticket.reported_at, events, judged, agreement, hours, timed)
    at = epoch_seconds(now)
    kinds, level = CLOCKS[judged.kind], judged.level
    clocks = {c: ticket_clock(c, case) for c in kinds if level.promise(c, judged.category).target is not None}
    guard = missing_plan(case, resolution_start(agreement.settings), kinds)
    percent = agreement.settings.warn_at_percent
    moments = [moment for told in clocks.values() for moment in clock_moments(told, percent)] + guard.moments
    return Plan(
        deadlines=tuple(_deadline(clock, clocks.get(clock), case, at) for clock in kinds),
        next_look_at=min((from_epoch(moment) for moment in moments if moment > at), default=None),
        alerts=tuple(a for clock, told in clocks.items() for a in clock_alerts(clock, told, percent, at))
        + guard.alerts(at),
        warnings=tuple(dict.fromkeys(line for told in clocks.values() for line in told.warnings)) + _late_plan(case),
    )


def _no_deadline(clock: ClockKind, rule: str, why: tuple[str, ...], lines: str = "") -> Deadline:
    return Deadline(clock, None, None, None, None, timedelta(), None, "none", None, None, rule, why, lines=lines)


def _deadline(clock: ClockKind, told: TicketClock | None, case: ClockCase, at: int) -> Deadline:
    judged = case.judgement
    promise = judged.level.promise(clock, judged.category)
    if told is None or promise.target is None:
        reason = f"{judged.level.name}, CAT {judged.category}: geen tijd toegezegd ({promise.source.rule})."
        return _no_deadline(clock, promise.source.rule, (reason,), promise.source.lines)
    net = read_history(told.net, at)
    gross = read_history(told.gross, at) if told.gross is not told.net else net
    state = _state(told, net)
    has_category = clock is not ClockKind.REQUEST_RESPONSE
    return Deadline(
        clock=clock,
        target=promise.target,
        started_at=_instant(next((s.begin for s in told.net if s.is_running), None)),
        due_at=_instant(net.due),
        met_until=_instant(net.met_until),
        elapsed=timedelta(seconds=net.elapsed),
        left=promise.target - timedelta(seconds=net.elapsed),
        state=state,
        breached_at=_instant(net.breached_at),
        stopped_at=_instant(told.stopped_at) if state != "not_started" else None,
        rule=promise.source.rule,
        why=_why(clock, told, case, net, gross, at),
        category=judged.category if has_category else None,
        gross_due_at=_instant(gross.due),
        gross_elapsed=timedelta(seconds=gross.elapsed),
        gross_breached_at=_instant(gross.breached_at),
        lines=promise.source.lines,
    )


def _state(told: TicketClock, net: Reading) -> State:
    if told.net[-1].cycle == 0:
        return "not_started"
    if net.breached:
        return "breached"
    if told.stopped_at is not None:
        return "met"
    return "running" if told.net[-1].is_running else "paused"


def _why(
    clock: ClockKind, told: TicketClock, case: ClockCase, net: Reading, gross: Reading, at: int
) -> tuple[str, ...]:
    judged, zone = case.judgement, case.agreement.zone
    category = None if clock is ClockKind.REQUEST_RESPONSE else judged.category
    promise = judged.level.promise(clock, judged.category)
    target = whole_seconds(promise.target or timedelta())
    lines = [promise_line(judged.level, category, promise), f"Toegezegd: {spoken(target)} servicetijd (R-044)."]
    if category is not None and not judged.is_assessed:
        lines.append(f"Nog niet beoordeeld: de strengste denkbare categorie telt, CAT {category} (A-19).")
    if told.net[-1].cycle == 0:
        return (*lines, _NOT_STARTED[clock, case.agreement.settings.resolution_starts_at])
    lines += window_lines(worked_windows(told.net, _told_until(told, net, at)), zone)
    lines += [f"Staat stil: {REASON_NL[reason]} ({_PAUSE_RULE[reason.is_excuse]})." for reason in told.open_reasons]
    lines += _outside_hours(told, case, at)
    lines += _outcome(told, net, target, case)
    if net.due != gross.due and gross.due is not None:
        lines.append(f"Bruto, zonder aftrek van wachttijd: uiterlijk {moment(gross.due, zone)} (A-07).")
    return (*lines, *_internal_target(clock, told, case, target))


def _told_until(told: TicketClock, net: Reading, at: int) -> int:
    """The arithmetic runs up to the deadline, or as far as the clock came."""
    if told.stopped_at is not None:
        return told.stopped_at
    return at if net.due is None else max(net.due, at) if net.breached else net.due


def _outside_hours(told: TicketClock, case: ClockCase, at: int) -> list[str]:
    last = told.net[-1]
    if not last.is_running or last.hours.is_open(at):
        return []
    opens = moment(last.hours.next_opening(at), case.agreement.zone)
    return [f"Nu buiten de servicetijden: de klok loopt verder vanaf {opens} (R-044)."]


def _outcome(told: TicketClock, net: Reading, target: int, case: ClockCase) -> list[str]:
    zone = case.agreement.zone
    lines: list[str] = []
    if net.due is not None:
        lines.append(f"Uiterlijk {moment(net.due, zone)}.")
    if told.stopped_at is not None:
        lines.append(f"Gestopt {moment(told.stopped_at, zone)} na {spoken(net.elapsed)}.")
    elif net.due is None:
        lines.append(f"Geen uiterste tijd zolang de klok stilstaat; {spoken(max(0, target - net.elapsed))} over.")
    if net.breached_at is not None:
        ending = "" if net.breached else "; na de nieuwe beoordeling weer binnen de tijd"
        lines.append(f"Overschreden sinds {moment(net.breached_at, zone)}{ending}.")
    return lines


def _internal_target(clock: ClockKind, told: TicketClock, case: ClockCase, target: int) -> list[str]:
    """For a calamity people aim higher than the contract: calamity hours count for them (A-05). Never a promise."""
    if case.judgement.kind is not Kind.CALAMITY or clock is not ClockKind.FIRST_RESPONSE or told.stopped_at is not None:
        return []
    aim = case.hours.extended.epoch.due(epoch_seconds(case.reported_at), target)
    return [f"Intern streven, met calamiteitentijden: {moment(aim, case.agreement.zone)} (A-05, geen toezegging)."]


def _late_plan(case: ClockCase) -> tuple[str, ...]:
    """A ticket that was finished without a plan has no resolution time to judge (A-06)."""
    types = {event.type for event in case.events}
    is_done = EventType.RESOLVED in types
    if not is_done or ClockKind.RESOLUTION not in CLOCKS[case.judgement.kind]:
        return ()
    if types & resolution_start(case.agreement.settings):
        return ()
    return ("Opgelost zonder Resolution Plan: de oplostijd is niet te toetsen (A-06, R-043).",)


def _instant(at: int | None) -> datetime | None:
    return None if at is None else from_epoch(at)


_PAUSE_RULE = {False: "R-048, R-049", True: "R-047"}
_NOT_STARTED = {
    (
        ClockKind.RESOLUTION,
        "plan_recorded",
    ): "Loopt nog niet: begint als het Resolution Plan is vastgelegd (R-043, A-06).",
    (
        ClockKind.RESOLUTION,
        "plan_executed",
    ): "Loopt nog niet: begint als het Resolution Plan is uitgevoerd (R-043, A-06).",
    (ClockKind.RESOLUTION, "first_response"): "Loopt nog niet: begint bij de eerste reactie (A-06).",
    **{
        (
            ClockKind.TIME_ON_SITE,
            start,
        ): "Loopt nog niet: begint als hulp op afstand niet mogelijk blijkt (R-059, A-13)."
        for start in ("plan_recorded", "plan_executed", "first_response")
    },
}
