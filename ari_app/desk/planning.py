"""Rows of a ticket -> the facts that the agreement judges -> its clocks as rows. The judging itself is in sla.plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import resources
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.config import Settings
from ari_app.desk.notices import announce
from ari_app.desk.views import PROPOSED_AS
from ari_app.store.some_ids import is_among
from ari_app.store.statements import Asks, add, ask, columns_of, run
from ari_app.store.tables import SlaClockRow, TicketEventRow, TicketRow, TicketSource
from ari_app.store.work_tables import CorrectionRow
from sla.agreed_hours import AgreedHours, OwnHours, agreed_hours
from sla.agreement import Agreement
from sla.judgement import CLOCKS
from sla.outlook import NOTHING_AHEAD, Outlook, outlook
from sla.plan import Deadline, Plan, deadlines, no_deadline, plan
from sla.terms import Category, Kind, PauseReason, Scope
from sla.ticket import EventType, TicketEvent, TicketFacts


class Version(NamedTuple):
    """One version of the agreement, with the hours that follow from it."""

    agreement: Agreement
    hours: AgreedHours


@dataclass(frozen=True, slots=True)
class Terms:
    """What tickets are judged by: the agreement of today, other versions that tickets may fall under, their hours."""

    agreement: Agreement
    hours: AgreedHours
    older: Mapping[str, Version] = field(default_factory=dict)

    def version(self, named: str | None) -> str:
        """The version that a new ticket falls under: the one that its contract names, if we have its text (R-023)."""
        return named if named is not None and named in self.older else self.agreement.version

    def agreement_of(self, version: str) -> Agreement:
        """Of a version; today's for one that we don't have."""
        return self.older[version].agreement if version in self.older else self.agreement

    def of(self, ticket: TicketRow) -> Version:
        """What was in force when the ticket was opened (R-023)."""
        return self.older.get(ticket.agreement_version, Version(self.agreement, self.hours))

    def plan(self, ticket: TicketRow, events: Iterable[TicketEventRow], now: datetime) -> Plan:
        """Raises ValueError for a ticket under a version of the agreement that was taken away."""
        agreement, hours = self.of(ticket)
        known = facts(ticket, events)
        if _is_unjudged(ticket):
            return Plan(_no_deadlines(ticket, agreement), None)
        return plan(known, agreement, hours, _moment(known, now))

    def deadlines(self, ticket: TicketRow, events: Iterable[TicketEventRow], now: datetime) -> tuple[Deadline, ...]:
        """Those of the plan alone. Raises ValueError as `plan` does."""
        agreement, hours = self.of(ticket)
        known = facts(ticket, events)
        if _is_unjudged(ticket):
            return _no_deadlines(ticket, agreement)
        return deadlines(known, agreement, hours, _moment(known, now))

    def outlook(self, ticket: TicketRow, events: Iterable[TicketEventRow], now: datetime) -> Outlook:
        """The clocks on a time axis and the warnings ahead. Raises ValueError as `plan` does."""
        agreement, hours = self.of(ticket)
        known = facts(ticket, events)
        return NOTHING_AHEAD if _is_unjudged(ticket) else outlook(known, agreement, hours, _moment(known, now))


def _moment(known: TicketFacts, now: datetime) -> datetime:
    """The clock of a line in demo mode may be set back behind a call; a ticket is never judged before its own facts."""
    return max(now, known.reported_at, *(event.at for event in known.events))


def _no_deadlines(ticket: TicketRow, agreement: Agreement) -> tuple[Deadline, ...]:
    clause = agreement.clause("R-031")
    return tuple(no_deadline(clock, clause, _UNJUDGED) for clock in CLOCKS[ticket.kind])


def _is_unjudged(ticket: TicketRow) -> bool:
    return ticket.source is TicketSource.MONITORING and ticket.category is None


def terms_of(
    settings: Settings,
    approved: Iterable[date] = (),
    phone_overrides: Mapping[str, object] | None = None,
    own_service: Mapping[date, OwnHours] | None = None,
) -> Terms:
    """The agreement that the settings name and every other version that ships. Raises ConfigurationError.

    `approved` are holidays beside those of the settings, the others as for `sla.agreed_hours`.
    """
    holidays = {*settings.holidays, *approved}
    older: dict[str, Version] = {}
    for file in (resources.files("sla") / "agreements").iterdir():
        version = file.name.removesuffix(".toml")
        if file.name.endswith(".toml") and version != settings.agreement_version:
            agreement = settings.model_copy(update={"agreement_version": version}).agreement()
            older[version] = Version(agreement, agreed_hours(agreement, holidays, phone_overrides, own_service))
    agreement = settings.agreement()
    return Terms(agreement, agreed_hours(agreement, holidays, phone_overrides, own_service), older)


def events_that_hold() -> SelectOfScalar[TicketEventRow]:
    """All events that no correction took away, in order of time; ask it for one ticket or for some."""
    corrected = select(CorrectionRow.event_id).where(col(CorrectionRow.event_id).is_not(None))
    holding = select(TicketEventRow).where(col(TicketEventRow.id).not_in(corrected))
    return holding.order_by(col(TicketEventRow.at), col(TicketEventRow.id))


def _planned_events() -> sa.Select[*tuple[Any, ...]]:
    """With the columns that a plan looks at."""
    event = TicketEventRow
    columns = col(event.ticket_id), col(event.type), col(event.at), col(event.recorded_at), col(event.detail)
    return events_that_hold().with_only_columns(*columns)


_TICKET_ID = sa.bindparam("ticket_id", type_=sa.Integer)
#: Of some tickets the events that hold, each in order of time; with the columns that a plan looks at, for objects of rows cost
#: several times as much.
HELD_EVENTS = _planned_events().where(is_among(col(TicketEventRow.ticket_id), "ticket_ids"))
_EVENTS_OF_ONE = _planned_events().where(col(TicketEventRow.ticket_id) == _TICKET_ID)
_FORGET_CLOCKS = sa.delete(columns_of(SlaClockRow)).where(col(SlaClockRow.ticket_id) == _TICKET_ID)


def facts(ticket: TicketRow, events: Iterable[TicketEventRow]) -> TicketFacts:
    """The ticket as the agreement sees it. Raises ValueError for rows that no program of ours wrote."""
    # Rulings about calamity or not say nothing about what turned out to be a request.
    is_disturbance = ticket.kind in (Kind.INCIDENT, Kind.CALAMITY)
    return TicketFacts(
        kind=ticket.kind,
        level=ticket.level,
        category=ticket.category,
        scope=ticket.scope,
        reported_at=ticket.reported_at,
        agreement_version=ticket.agreement_version,
        events=tuple(_event(row) for row in events if is_disturbance or row.type not in _RULINGS),
        proposed_category=PROPOSED_AS.get(ticket.proposal or ""),
    )


def event_row(ticket: TicketRow, event: TicketEvent, actor: str) -> TicketEventRow:
    """Not added to any session yet."""
    given = {"reason": event.reason, "category": event.category, "level": event.level, "scope": event.scope}
    return TicketEventRow(
        ticket_id=ticket.id or 0,
        type=event.type,
        at=event.at,
        recorded_at=event.recorded_at,
        actor=actor,
        detail={name: str(value) for name, value in given.items() if value is not None},
    )


async def replan(session: Asks, ticket: TicketRow, terms: Terms, now: datetime) -> None:
    """Judges the ticket again, writes its clocks and notices; for after every change of a ticket that exists already. What
    a session of objects changed is flushed before: plain statements are asked here."""
    ticket_id = ticket.id or 0
    events = cast(Sequence[TicketEventRow], await ask(session, _EVENTS_OF_ONE, ticket_id=ticket_id))
    judged = judge(ticket, events, terms, now)
    await run(session, _FORGET_CLOCKS, ticket_id=ticket_id)
    await add(session, SlaClockRow, *(clock_values(ticket_id, deadline) for deadline in judged.deadlines))
    await announce(session, ticket_id, judged, now)
    ticket.next_look_at = judged.next_look_at  # what was true at once is announced by now


def save_plan(
    session: AsyncSession, ticket: TicketRow, events: Sequence[TicketEventRow], terms: Terms, now: datetime
) -> Plan:
    """Writes the clocks of a ticket that has none yet. When people must be told at once, the watch looks at once."""
    judged = judge(ticket, events, terms, now)
    session.add(ticket)
    session.add_all(SlaClockRow(**clock_values(ticket.id or 0, deadline)) for deadline in judged.deadlines)
    return judged


def judge(ticket: TicketRow, events: Sequence[TicketEventRow], terms: Terms, now: datetime) -> Plan:
    """The plan of a ticket, which then knows when to be looked at. When people must be told, the watch looks at once."""
    judged = terms.plan(ticket, events, now)
    ticket.next_look_at = now if judged.alerts else judged.next_look_at
    return judged


def _event(row: TicketEventRow) -> TicketEvent:
    given = row.detail
    return TicketEvent(
        at=row.at,
        recorded_at=row.recorded_at,
        type=EventType(row.type),
        reason=PauseReason(given["reason"]) if "reason" in given else None,
        category=Category(given["category"]) if "category" in given else None,
        level=given.get("level"),
        scope=Scope(given["scope"]) if "scope" in given else None,
    )


_RULINGS = frozenset({EventType.BECAME_A_CALAMITY, EventType.NOT_A_CALAMITY})


_UNJUDGED = "Melding van monitoring: er loopt geen klok zolang niemand van CNE een categorie heeft bepaald (R-031)."


def clock_values(ticket_id: int, deadline: Deadline) -> dict[str, Any]:
    """The row of a clock."""
    return {
        "ticket_id": ticket_id,
        "clock": deadline.clock,
        "state": deadline.state,
        "target_seconds": None if deadline.target is None else deadline.target.total_seconds(),
        "elapsed_seconds": deadline.elapsed.total_seconds(),
        "started_at": deadline.started_at,
        "due_at": deadline.due_at,
        "met_until": deadline.met_until,
        "stopped_at": deadline.stopped_at,
        "breached_at": deadline.breached_at,
        "gross_breached_at": deadline.gross_breached_at,
        "category": deadline.category,
        "rule": deadline.rule,
        "why": list(deadline.why),
    }
