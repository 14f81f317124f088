"""What people read of a row of the outbox, in Dutch: a subject of one line, and a text that an SMS can hold."""

from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.notice_words import task_of
from ari_app.desk.notify.subjects import NATURES, subject_of
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.store.outbox_tables import NoticeKind, OutboxRow
from ari_app.store.tables import Customer, TicketRow
from sla.terms import ClockKind


@dataclass(frozen=True, slots=True)
class Worded:
    """`link` "": there is no page about it, or the settings name no address of the pages."""

    subject: str
    text: str
    ticket: str
    link: str
    #: For webhooks, the same at each try: `event_type` is "notice." or "alert." and the kind, or what was written.
    event_type: str
    event: dict[str, Any]


async def put_in_words(session: AsyncSession, row: OutboxRow, pages: str) -> Worded:
    """`pages`: where people open them."""
    ticket = _ticket_of(row)
    text = str(row.payload.get("text", "")) or await _of_clock(session, row)
    if "subject" in row.payload:  # for who is not one of us: no name of the line, no link into its pages
        return Worded(str(row.payload["subject"]), text, "", "", event_type_of(row), {})
    link = f"{pages}/tickets/{ticket}" if pages and ticket else f"{pages}/notifications" if pages else ""
    title = NATURES[subject_of(row.kind)].name
    event = row.payload.get("event") or {"ticket": ticket or None, "text": text} | {
        name: value for name, value in row.payload.items() if name not in ("to", "text", "ticket")
    }
    return Worded(f"Meldlijn: {title}{f' ({ticket})' if ticket else ''}", text, ticket, link, event_type_of(row), event)


def event_type_of(row: OutboxRow) -> str:
    """What a webhook calls it: of an event as it was written, else "notice." or "alert." and the kind."""
    if "type" in row.payload:
        return str(row.payload["type"])
    return f"{'notice' if row.kind in list(NoticeKind) else 'alert'}.{row.kind}"


def _ticket_of(row: OutboxRow) -> str:
    """Urgent messages and their like name their ticket in the key."""
    if row.ticket_id is not None:
        return ticket_number(row.ticket_id)
    named = row.key.split(":", 1)[0]
    return named if named.startswith("T-") and ticket_row_id(named) else ""


async def _of_clock(session: AsyncSession, row: OutboxRow) -> str:
    """Of a notice: "T-1004, Garage Nepstra: reageer: de termijn loopt bijna af. R-014, ..."."""
    if row.kind not in list(NoticeKind) or row.ticket_id is None:
        return row.kind
    clock = row.payload.get("clock")
    what = task_of(NoticeKind(row.kind), ClockKind(clock) if clock else None)
    ticket = await session.get(TicketRow, row.ticket_id)
    customer = await session.get(Customer, ticket.customer_id) if ticket and ticket.customer_id else None
    who = f"{ticket_number(row.ticket_id)}, {customer.name}" if customer else ticket_number(row.ticket_id)
    clause = row.payload.get("clause")
    return f"{who}: {what}.{f' {clause}.' if clause else ''}"
