"""Tickets as lines of a list: planned as they stand now, with what a line shows beside them and nothing more."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import Terms, held_events
from ari_app.desk.reading import brief_deadline, deadlines_now, first_due, spoken_view
from ari_app.desk.views import PROPOSED_AS, DeadlineView, VoicemailView
from ari_app.store.message_tables import MessageChoiceRow, UrgentMessageRow
from ari_app.store.statements import columns_of
from ari_app.store.tables import CallRow, Customer, EngineerRow, TicketRow, VoicemailRow
from sla.terms import Category, Kind


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket as one line of a list. Fields as those of TicketView; those about the message are empty on a strip."""

    number: str
    state: str
    kind: Kind
    level: str
    #: Of the level, in the order of the agreement: 0 goes first.
    level_order: int
    category: Category | None
    proposed_category: Category | None
    proposal: str | None
    counted_category: Category | None
    needs_review: bool
    customer_name: str
    caller_number: str | None
    reported_at: datetime
    summary: str
    voicemail: VoicemailView | None
    next_deadline: DeadlineView | None
    is_urgent: bool
    claimed_by: str
    talked_with: str | None
    talk_started_at: datetime | None
    assignee: str
    engineer_line: int
    #: Who could not judge it and left it to somebody else.
    passed_by: str
    #: Why the words were left out for who looks (see `may_hear`); "": they were not.
    hidden_because: str = ""


@dataclass
class _Around:
    """What lines show beside their tickets, by the row of the ticket; plain columns, for objects of rows cost too much."""

    customers: dict[int | None, str] = field(default_factory=dict)
    engineers: dict[int | None, str] = field(default_factory=dict)
    calls: dict[int | None, Any] = field(default_factory=dict)
    voicemails: dict[int | None, VoicemailView] = field(default_factory=dict)
    urgent: dict[int | None, str | None] = field(default_factory=dict)
    called_urgent: set[int] = field(default_factory=set)


async def read_lines(
    session: AsyncSession,
    ids: Sequence[int],
    terms: Terms,
    now: datetime,
    *,
    short: Sequence[int] = (),
    passed_by: Mapping[int, str] = MappingProxyType({}),
) -> dict[int, TicketLine]:
    """By row, each planned once; a fixed number of questions to the database. Those that are only among `short` come
    without their message. `passed_by`: who could not judge them."""
    tickets = await _tickets(session, {*ids, *short})
    around = await _around(session, tickets)
    await _add_messages(session, ids, around)
    events = await held_events(session, list(tickets))
    return {
        one: _line(ticket, events.get(one, ()), around, passed_by.get(one, ""), terms, now)
        for one, ticket in tickets.items()
    }


async def _tickets(session: AsyncSession, ids: Collection[int]) -> dict[int, TicketRow]:
    """The columns of a ticket as attributes, not objects."""
    connection = await session.connection()
    rows = await connection.execute(sa.select(columns_of(TicketRow)).where(col(TicketRow.id).in_(ids)))
    return {row.id: cast(TicketRow, row) for row in rows}


async def _around(session: AsyncSession, tickets: Mapping[int, TicketRow]) -> _Around:
    wanted = {one.customer_id for one in tickets.values() if one.customer_id}
    assigned = {one.assignee_id for one in tickets.values() if one.assignee_id}
    customers = select(col(Customer.id), col(Customer.name)).where(col(Customer.id).in_(wanted))
    engineers = select(col(EngineerRow.id), col(EngineerRow.name)).where(col(EngineerRow.id).in_(assigned))
    call = sa.select(
        col(CallRow.ticket_id), col(CallRow.caller_number), col(CallRow.talked_with), col(CallRow.talk_started_at)
    ).where(col(CallRow.ticket_id).in_(list(tickets)))
    calls = await (await session.connection()).execute(call.order_by(col(CallRow.id).desc()))
    return _Around(
        customers=dict((await session.exec(customers)).all()),
        engineers=dict((await session.exec(engineers)).all()),
        calls={row.ticket_id: row for row in calls},  # the first one; others were added to the ticket
    )


async def _add_messages(session: AsyncSession, ids: Sequence[int], around: _Around) -> None:
    voicemail = columns_of(VoicemailRow)
    said = [one for one in voicemail.c if one.name not in ("peaks", "told")]
    found = await (await session.connection()).execute(sa.select(*said).where(voicemail.c.ticket_id.in_(ids)))
    around.voicemails = {row.ticket_id: spoken_view(cast(VoicemailRow, row)) for row in found}
    message = select(col(UrgentMessageRow.ticket_id), col(UrgentMessageRow.claimed_by))
    around.urgent = dict((await session.exec(message.where(col(UrgentMessageRow.ticket_id).in_(ids)))).all())
    pressed = select(MessageChoiceRow.ticket_id).where(
        col(MessageChoiceRow.ticket_id).in_(ids), col(MessageChoiceRow.is_urgent)
    )
    around.called_urgent = set(await session.exec(pressed))


def _line(
    ticket: TicketRow, events: Sequence[Any], around: _Around, passed_by: str, terms: Terms, now: datetime
) -> TicketLine:
    deadlines = deadlines_now(ticket, events, terms, now)
    first = first_due(deadlines)
    call = around.calls.get(ticket.id)
    return TicketLine(
        number=ticket_number(ticket.id),
        state=ticket.state,
        kind=ticket.kind,
        level=ticket.level,
        level_order=terms.of(ticket).agreement.level(ticket.level).order,
        category=ticket.category,
        proposed_category=PROPOSED_AS.get(ticket.proposal or ""),
        proposal=ticket.proposal,
        counted_category=next((one.category for one in deadlines if one.category is not None), ticket.category),
        needs_review=ticket.needs_review,
        customer_name=around.customers.get(ticket.customer_id, ""),
        caller_number=call.caller_number if call else None,
        reported_at=ticket.reported_at,
        summary=ticket.summary,
        voicemail=around.voicemails.get(ticket.id),
        next_deadline=brief_deadline(first) if first else None,
        is_urgent=ticket.id in around.called_urgent or ticket.id in around.urgent,
        claimed_by=around.urgent.get(ticket.id) or "",
        talked_with=call.talked_with if call else None,
        talk_started_at=call.talk_started_at if call else None,
        assignee=around.engineers.get(ticket.assignee_id, ""),
        engineer_line=ticket.engineer_line,
        passed_by=passed_by,
    )
