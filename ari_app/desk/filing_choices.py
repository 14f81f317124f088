"""What the caller chose by key, into rows: an urgent message, a number to call back, a language, a ticket to be added to."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from ari_app.desk.numbers import ticket_row_id
from ari_app.desk.report import CallReport
from ari_app.store.message_tables import MessageChoiceRow, UrgentMessageRow
from ari_app.store.statements import Asks, add, ask, columns_of
from ari_app.store.tables import PhoneNumber, TicketRow
from ari_app.store.work_tables import DecisionRow
from routing.caller import spoken_form
from sla.ticket import TicketState

_TO_JOIN = sa.select(columns_of(TicketRow)).where(col(TicketRow.id) == sa.bindparam("ticket"))
_REMEMBER = (
    sa.update(columns_of(PhoneNumber))
    .where(col(PhoneNumber.e164) == sa.bindparam("number"))
    .values(language=sa.bindparam("chosen"))
)
_FINISHED = (TicketState.RESOLVED, TicketState.CLOSED)


def has_choices(report: CallReport) -> bool:
    return bool(report.is_urgent or report.call_back_number or report.language)


async def add_choices(session: Asks, report: CallReport, ticket_id: int, now: datetime) -> None:
    """For a caller with `has_choices`."""
    choice = {
        "ticket_id": ticket_id,
        "is_urgent": report.is_urgent,
        "call_back_number": report.call_back_number,
        "language": report.language,
    }
    await add(session, MessageChoiceRow, choice)
    if report.chose_language and report.caller_number:
        connection = await session.connection()
        await connection.execute(_REMEMBER, {"number": report.caller_number, "chosen": report.language})
    if report.is_urgent and report.recording:
        why = "De beller noemt het dringend."
        await add(
            session,
            UrgentMessageRow,
            {"ticket_id": ticket_id, "why": why, "since": report.received_at, "next_step_at": now},
        )


async def ticket_to_join(session: Asks, report: CallReport) -> int | None:
    """The row of the ticket that this call is added to; None when it is finished or gone: then the call gets its own."""
    row_id = ticket_row_id(report.joins or "")
    if row_id is None:
        return None
    found = await ask(session, _TO_JOIN, ticket=row_id)
    return row_id if found and found[0].state not in _FINISHED else None


async def add_joined(session: Asks, report: CallReport, ticket_id: int, now: datetime) -> None:
    """A decision on that ticket names who was added (R-105)."""
    who = report.caller.customer_name if report.caller else ""
    number = spoken_form(report.caller_number)
    after = f"{who} ({number})" if who else number
    why = "Belde, hoorde de mededeling en koos met een toets voor deze melding (R-105)."
    row = {"ticket_id": ticket_id, "at": now, "actor": "", "what": "joined", "after": after, "why": why}
    await add(session, DecisionRow, row)
