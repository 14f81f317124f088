"""Questions about the rows around a ticket that more than one command asks."""

from sqlmodel import col, select

from ari_app.desk.change import Change
from ari_app.store.work_tables import ApprovalRow, CostLineRow, VisitRow


async def open_visits(change: Change) -> list[VisitRow]:
    """Visits without travel time, first arrival first."""
    still = select(VisitRow).where(VisitRow.ticket_id == change.ticket_id, col(VisitRow.left_at).is_(None))
    return list((await change.session.exec(still.order_by(col(VisitRow.arrived_at)))).all())


async def approvals_of(change: Change) -> list[ApprovalRow]:
    found = select(ApprovalRow).where(ApprovalRow.ticket_id == change.ticket_id)
    return list((await change.session.exec(found.order_by(col(ApprovalRow.id)))).all())


async def cost_lines_of(change: Change) -> list[CostLineRow]:
    found = select(CostLineRow).where(CostLineRow.ticket_id == change.ticket_id)
    return list((await change.session.exec(found.order_by(col(CostLineRow.began_at)))).all())
