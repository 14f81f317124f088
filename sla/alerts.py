"""Which warnings are due at a moment, and at which moments that can change. Warnings fire on gross time (A-07)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sla.clock import due_of, met_until_of
from sla.hours import epoch_seconds, from_epoch
from sla.terms import ClockKind
from sla.ticket import EventType
from sla.ticket_clock import ClockCase, TicketClock, met_by


class AlertKind(StrEnum):
    """`at_risk`: a part of the time is used, by setting. `overdue`: used up in gross time. `breached`: in net time
    too. `no_plan`: work has begun, but no Resolution Plan came within the time of setting (A-06)."""

    AT_RISK = "at_risk"
    OVERDUE = "overdue"
    BREACHED = "breached"
    NO_PLAN = "no_plan"


@dataclass(frozen=True, slots=True)
class Alert:
    """`since` is the moment that it became true, computed, not the moment of looking. `key` is the same for the same
    alert every time, so that nobody is told twice."""

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


def clock_moments(told: TicketClock, warn_at_percent: int) -> list[int]:
    """Epoch seconds at which an alert of this clock begins; empty without a target."""
    return [since for _, since in _thresholds(told, warn_at_percent)]


def clock_alerts(clock: ClockKind, told: TicketClock, warn_at_percent: int, at: int) -> tuple[Alert, ...]:
    """What is true at `at`. A stopped clock is no longer at risk, but a breach stays one."""
    return tuple(
        Alert(kind, clock, from_epoch(since))
        for kind, since in _thresholds(told, warn_at_percent)
        if since <= at and (kind is AlertKind.BREACHED or told.stopped_at is None)
    )


def missing_plan(case: ClockCase, plan_events: Iterable[EventType], clocks: Iterable[ClockKind]) -> PlanGuard:
    """`plan_events` end the waiting for a plan, and so does the end of the ticket."""
    settings = case.agreement.settings
    ended = {*plan_events, EventType.RESOLVED, EventType.CLOSED}
    responded = [e.at for e in case.events if e.type in met_by(ClockKind.FIRST_RESPONSE, settings)]
    is_asked = ClockKind.RESOLUTION in clocks and responded
    if not is_asked or any(event.type in ended for event in case.events):
        return PlanGuard(None)
    budget = settings.plan_expected_within_minutes * 60
    return PlanGuard(case.hours.service.epoch.due(epoch_seconds(responded[0]), budget))


def _thresholds(told: TicketClock, warn_at_percent: int) -> list[tuple[AlertKind, int]]:
    target = told.net[-1].target
    if target is None:
        return []
    at_risk = due_of(told.gross, target * warn_at_percent // 100)
    overdue, breached = met_until_of(told.gross, target), met_until_of(told.net, target)
    found: list[tuple[AlertKind, int | None]] = [(AlertKind.AT_RISK, at_risk), (AlertKind.BREACHED, breached)]
    if overdue != breached:
        found.append((AlertKind.OVERDUE, overdue))
    # A promise holds up to and including met_until, so it is broken a second later.
    return [(kind, at + (kind is not AlertKind.AT_RISK)) for kind, at in found if at is not None]
