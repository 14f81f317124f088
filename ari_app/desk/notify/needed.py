"""Whether a later step of a ladder is still needed: nobody saw to it, or it reached nobody."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.notify.subjects import NATURES, subject_of
from ari_app.desk.numbers import ticket_row_id
from ari_app.desk.telling import MAINTENANCE
from ari_app.store.message_tables import UrgentMessageRow
from ari_app.store.outbox_tables import NoticeKind, NoticeRow, OutboxRow
from ari_app.store.service_tables import MaintenanceRow
from ari_app.store.telling_tables import TellingRow


async def why_not_needed(session: AsyncSession, telling: TellingRow, row: OutboxRow, now: datetime) -> str:
    """In Dutch; "": it is needed. The first step always is, unless somebody saw to it already."""
    if seen_to := await _who_sees_to_it(session, row):
        return seen_to
    if row.kind == MAINTENANCE:
        return await _is_over(session, row, now)
    if (telling.rank, telling.step) == (0, 0) or NATURES[subject_of(row.kind)].asks:
        return ""
    earlier = select(TellingRow.person).where(
        TellingRow.outbox_id == row.id, col(TellingRow.delivered_at).is_not(None), TellingRow.id != telling.id
    )
    before = (col(TellingRow.person) == telling.person) | (col(TellingRow.rank) < telling.rank)
    not_programs = col(TellingRow.person).not_like("webhook:%")
    reached = (await session.exec(earlier.where(before, not_programs).limit(1))).first()
    return "Niet meer nodig: de melding kwam al aan." if reached else ""


async def _is_over(session: AsyncSession, row: OutboxRow, now: datetime) -> str:
    """Of a notice of maintenance: it comes before it begins, or not at all (R-104)."""
    number, *cancelled = row.key.split(":")[1::2]
    maintenance = await session.get(MaintenanceRow, int(number))
    if maintenance is None or cancelled:
        return ""
    if maintenance.cancelled_at is not None:
        return "Niet meer nodig: het onderhoud gaat niet door."
    return "Te laat: het onderhoud is al begonnen (R-104)." if maintenance.starts_at <= now else ""


async def _who_sees_to_it(session: AsyncSession, row: OutboxRow) -> str:
    if row.taken_at is not None:
        return f"Niet meer nodig: {row.taken_by} pakt dit op."
    if row.kind == "urgent":
        urgent = await session.get(UrgentMessageRow, ticket_row_id(row.key.split(":", 1)[0]) or 0)
        is_over = urgent is not None and urgent.ended_at is not None
        return "Niet meer nodig: het bericht is opgepakt." if is_over else ""
    if row.kind in list(NoticeKind) and row.ticket_id is not None:
        key = row.key.split(":", 1)[1]
        same = select(NoticeRow).where(NoticeRow.ticket_id == row.ticket_id, NoticeRow.key == key)
        notice = (await session.exec(same)).first()
        return "Niet meer nodig: het geldt niet meer." if notice is not None and notice.ended_at is not None else ""
    return ""
