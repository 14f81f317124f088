"""Which warnings are due at a moment, and at which moments that can change. Warnings fire on gross time (A-07)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sla.clock import due_of, target_since
from sla.hours import from_epoch
from sla.terms import ClockKind
from sla.ticket import EventType
from sla.ticket_clock import ClockCase, ReadClock, met_by


class AlertKind(StrEnum):
    """`at_risk`: a part of the time is used, by setting. `overdue`: used up in gross time. `breached`: in net time
    too. `no_plan`: work has begun, but no Resolution Plan came within the time of setting (A-06)."""

    AT_RISK = "at_risk"
    OVERDUE = "overdue"
    BREACHED = "breached"
    NO_PLAN = "no_plan"


@dataclass(frozen=True, slots=True)
class Alert:
    """`since` is the first second at which it was true, computed, not the moment of looking: what a judgement makes true
    of the past is true from that judgement on. `key` is the same for the same alert every time, so that nobody is told
    twice."""

    kind: AlertKind
    clock: ClockKind
    since: datetime

    @property
    def key(self) -> str:
        return f"{self.clock}:{self.kind}:{self.since.isoformat()}"


@dataclass(frozen=True, slots=True)
class PlanGuard:
    """When a Resolution Plan is late, in epoch seconds; None = it can't be."""

    late_at: int | None

    @property
    def moments(self) -> list[int]:
        return [] if self.late_at is None else [self.late_at]

    def alerts(self, at: int) -> tuple[Alert, ...]:
        """The alert from its moment on."""
        if self.late_at is None or self.late_at > at:
            return ()
        return (Alert(AlertKind.NO_PLAN, ClockKind.RESOLUTION, from_epoch(self.late_at)),)


@dataclass(frozen=True, slots=True)
class Threshold:
    """An alert of a clock and the epoch second from which it is true."""

    kind: AlertKind
    since: int


def thresholds(read: ReadClock, warn_at_percent: int) -> list[Threshold]:
    """All alerts that this clock may come to, if nothing more happens; none without a target."""
    target = read.told.net[-1].target
    if target is None:
        return []
    judged = target_since(read.told.gross)
    found = []
    at_risk = due_of(read.told.gross, target * warn_at_percent // 100)
    if at_risk is not None:
        found.append(Threshold(AlertKind.AT_RISK, max(at_risk, judged)))
    kept, gross_kept = read.net.met_until, read.gross.met_until
    # A promise holds up to and including met_until, so it is broken a second later.
    if kept is not None:
        found.append(Threshold(AlertKind.BREACHED, max(kept + 1, judged)))
    if gross_kept is not None and gross_kept != kept:
        found.append(Threshold(AlertKind.OVERDUE, max(gross_kept + 1, judged)))
    return found


def clock_alerts(clock: ClockKind, read: ReadClock, found: Iterable[Threshold], at: int) -> tuple[Alert, ...]:
    """What is true at `at`. A stopped clock is no longer at risk, but a breach stays one."""
    is_stopped = read.told.stopped_at is not None
    return tuple(
        Alert(one.kind, clock, from_epoch(one.since))
        for one in found
        if one.since <= at and (one.kind is AlertKind.BREACHED or not is_stopped)
    )


def missing_plan(case: ClockCase, plan_events: Iterable[EventType], clocks: Iterable[ClockKind]) -> PlanGuard:
    """`plan_events` end the waiting for a plan, and so does the end of the ticket."""
    settings = case.agreement.settings
    ended = {*plan_events, EventType.RESOLVED, EventType.CLOSED}
    if ClockKind.RESOLUTION not in clocks or any(event.type in ended for _, event in case.facts):
        return PlanGuard(None)
    responses = met_by(ClockKind.FIRST_RESPONSE, settings)
    responded = next((at for at, event in case.facts if event.type in responses), None)
    if responded is None:
        return PlanGuard(None)
    return PlanGuard(case.hours.service.epoch.due(responded, settings.plan_expected_within_minutes * 60))
