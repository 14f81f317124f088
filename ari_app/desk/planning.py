"""Rows of a ticket -> the facts that the agreement judges -> its clocks as rows. The judging itself is in sla.plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.views import PROPOSED_AS
from ari_app.store.tables import SlaClockRow, TicketEventRow, TicketRow
from sla.agreed_hours import AgreedHours
from sla.agreement import Agreement
from sla.plan import Deadline, Plan, plan
from sla.terms import Category, PauseReason, Scope
from sla.ticket import EventType, TicketEvent, TicketFacts, next_state


@dataclass(frozen=True, slots=True)
class Terms:
    """What tickets are judged by: the agreement of today, older versions that tickets may still fall under, the hours."""

    agreement: Agreement
    hours: AgreedHours
    older: Mapping[str, Agreement] = field(default_factory=dict)

    def version(self, named: str | None) -> str:
        """The version that a new ticket falls under: the one that its contract names, if we have its text (R-023)."""
        return named if named is not None and named in self.older else self.agreement.version

    def plan(self, ticket: TicketRow, events: Iterable[TicketEventRow], now: datetime) -> Plan:
        """Raises ValueError for a ticket under a version of the agreement that was taken away."""
        agreement = self.older.get(ticket.agreement_version, self.agreement)
        known = facts(ticket, events)
        # The clock of a line in demo mode may be set back behind a call; a ticket is never judged before its own facts.
        moment = max(now, known.reported_at, *(event.at for event in known.events))
        return plan(known, agreement, self.hours, moment)


def facts(ticket: TicketRow, events: Iterable[TicketEventRow]) -> TicketFacts:
    """The ticket as the agreement sees it. Raises ValueError for rows that no program of ours wrote."""
    return TicketFacts(
        kind=ticket.kind,
        level=ticket.level,
        category=ticket.category,
        scope=ticket.scope,
        reported_at=ticket.reported_at,
        agreement_version=ticket.agreement_version,
        events=tuple(_event(row) for row in events),
        proposed_category=PROPOSED_AS.get(ticket.proposal or ""),
    )


def add_event(session: AsyncSession, ticket: TicketRow, event: TicketEvent, actor: str = "") -> TicketEventRow:
    """Appends the event and moves the ticket's state with it. Raises ValueError when that state does not allow it."""
    given = {"reason": event.reason, "category": event.category, "level": event.level, "scope": event.scope}
    row = TicketEventRow(
        ticket_id=ticket.id or 0,
        type=event.type,
        at=event.at,
        recorded_at=event.recorded_at,
        actor=actor,
        detail={name: str(value) for name, value in given.items() if value is not None},
    )
    ticket.state = next_state(ticket.state, event.type)
    session.add_all([row, ticket])
    return row


async def replan(session: AsyncSession, ticket: TicketRow, terms: Terms, now: datetime) -> None:
    """Judges the ticket again and writes its clocks; for after every change of a ticket that exists already."""
    found = await session.exec(
        select(TicketEventRow)
        .where(TicketEventRow.ticket_id == ticket.id)
        .order_by(col(TicketEventRow.at), col(TicketEventRow.id))
    )
    await session.exec(delete(SlaClockRow).where(col(SlaClockRow.ticket_id) == ticket.id))
    save_plan(session, ticket, found.all(), terms, now)


def save_plan(
    session: AsyncSession, ticket: TicketRow, events: Sequence[TicketEventRow], terms: Terms, now: datetime
) -> None:
    """Writes the clocks of a ticket that has none yet."""
    judged = terms.plan(ticket, events, now)
    ticket.next_look_at = judged.next_look_at
    session.add(ticket)
    session.add_all(_clock_row(ticket.id or 0, deadline) for deadline in judged.deadlines)


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


def _clock_row(ticket_id: int, deadline: Deadline) -> SlaClockRow:
    return SlaClockRow(
        ticket_id=ticket_id,
        clock=deadline.clock,
        state=deadline.state,
        target_seconds=None if deadline.target is None else deadline.target.total_seconds(),
        elapsed_seconds=deadline.elapsed.total_seconds(),
        started_at=deadline.started_at,
        due_at=deadline.due_at,
        met_until=deadline.met_until,
        stopped_at=deadline.stopped_at,
        breached_at=deadline.breached_at,
        rule=deadline.rule,
        why=list(deadline.why),
    )
