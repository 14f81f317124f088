"""Tickets as lines of a list: planned as they stand now, with what a line shows beside them and nothing more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import HELD_EVENTS, Terms
from ari_app.desk.reading import brief_deadline, deadlines_now, first_due, line_view
from ari_app.desk.views import PROPOSED_AS, DeadlineView, VoicemailView
from ari_app.store.message_tables import MessageChoiceRow, UrgentMessageRow
from ari_app.store.some_ids import is_among
from ari_app.store.statements import Asks, ask_all, columns_of
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


#: The call that brought the report; others were added to the ticket.
_ITS_CALL = columns_of(CallRow).alias("its_call")
_FIRST_CALL = (
    sa.select(sa.func.min(_ITS_CALL.c.id))
    .where(_ITS_CALL.c.ticket_id == col(TicketRow.id))
    .correlate(columns_of(TicketRow))
    .scalar_subquery()
)
#: A ticket with what its line shows beside it, but for what was said: one question for all, and columns, for objects of rows
#: cost too much.
_LINES = (
    sa.select(
        columns_of(TicketRow),
        col(Customer.name).label("customer_name"),
        col(EngineerRow.name).label("assignee"),
        col(CallRow.caller_number),
        col(CallRow.talked_with),
        col(CallRow.talk_started_at),
        col(UrgentMessageRow.ticket_id).label("urgent_message"),
        col(UrgentMessageRow.claimed_by),
        col(MessageChoiceRow.is_urgent).label("called_urgent"),
    )
    .select_from(columns_of(TicketRow))
    .outerjoin(Customer, col(Customer.id) == col(TicketRow.customer_id))
    .outerjoin(EngineerRow, col(EngineerRow.id) == col(TicketRow.assignee_id))
    # The ticket as well, or PostgreSQL reads all calls.
    .outerjoin(CallRow, sa.and_(col(CallRow.ticket_id) == col(TicketRow.id), col(CallRow.id) == _FIRST_CALL))
    .outerjoin(UrgentMessageRow, col(UrgentMessageRow.ticket_id) == col(TicketRow.id))
    .outerjoin(MessageChoiceRow, col(MessageChoiceRow.ticket_id) == col(TicketRow.id))
    .where(is_among(col(TicketRow.id), "ids"))
)
_SAID = sa.select(
    col(VoicemailRow.id),
    col(VoicemailRow.ticket_id),
    col(VoicemailRow.recording),
    col(VoicemailRow.state),
    col(VoicemailRow.seconds),
    sa.cast(col(VoicemailRow.transcript), sa.Text).label("transcript"),
    sa.cast(col(VoicemailRow.evidence), sa.Text).label("evidence"),
    col(VoicemailRow.sure),
    col(VoicemailRow.model),
    col(VoicemailRow.error),
).where(is_among(col(VoicemailRow.ticket_id), "ids"))


async def read_lines(
    session: Asks,
    ids: Sequence[int],
    terms: Terms,
    now: datetime,
    *,
    short: Sequence[int] = (),
    passed_by: Mapping[int, str] = MappingProxyType({}),
) -> dict[int, TicketLine]:
    """By row, each planned once; a fixed number of questions to the database. Those that are only among `short` come
    without their message. `passed_by`: who could not judge them."""
    wanted = list({*ids, *short})
    tickets, said, held = await ask_all(
        session, (_LINES, {"ids": wanted}), (_SAID, {"ids": ids}), (HELD_EVENTS, {"ticket_ids": wanted})
    )
    messages = {row.ticket_id: line_view(row) for row in said}
    events = defaultdict[int, list[Any]](list)
    for event in held:
        events[event.ticket_id].append(event)
    return {
        one.id: _line(one, events[one.id], messages.get(one.id), passed_by.get(one.id, ""), terms, now)
        for one in tickets
    }


def _line(
    row: Any, events: Sequence[Any], voicemail: VoicemailView | None, passed_by: str, terms: Terms, now: datetime
) -> TicketLine:
    """`row` of _LINES, which is a ticket as well."""
    deadlines = deadlines_now(row, events, terms, now)
    first = first_due(deadlines)
    return TicketLine(
        number=ticket_number(row.id),
        state=row.state,
        kind=row.kind,
        level=row.level,
        level_order=terms.of(row).agreement.level(row.level).order,
        category=row.category,
        proposed_category=PROPOSED_AS.get(row.proposal or ""),
        proposal=row.proposal,
        counted_category=next((one.category for one in deadlines if one.category is not None), row.category),
        needs_review=row.needs_review,
        customer_name=row.customer_name or "",
        caller_number=row.caller_number,
        reported_at=row.reported_at,
        summary=row.summary,
        voicemail=voicemail,
        next_deadline=brief_deadline(first) if first else None,
        is_urgent=bool(row.called_urgent) or row.urgent_message is not None,
        claimed_by=row.claimed_by or "",
        talked_with=row.talked_with,
        talk_started_at=row.talk_started_at,
        assignee=row.assignee or "",
        engineer_line=row.engineer_line,
        passed_by=passed_by,
    )
