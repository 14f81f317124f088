"""The work on one ticket: rows to views."""

from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import inspect
from sqlmodel import SQLModel, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.costs import approved_up_to
from ari_app.desk.numbers import ticket_number
from ari_app.desk.waits import waits
from ari_app.desk.work_views import (
    AccessView,
    ApprovalView,
    CostLineView,
    DecisionView,
    EventView,
    TaskView,
    TimeEntryView,
    VisitView,
    WorkView,
)
from ari_app.store.tables import AccessEntryRow, EngineerRow, TicketEventRow
from ari_app.store.work_tables import (
    ApprovalRow,
    CorrectionRow,
    CostLineRow,
    DecisionRow,
    ProblemLinkRow,
    TaskRow,
    TimeEntryRow,
    VisitRow,
)
from sla.agreement import Agreement

Row = TypeVar("Row", bound=SQLModel)


async def read_work(session: AsyncSession, ticket_id: int, agreement: Agreement) -> WorkView:
    """A fixed number of questions to the database. `agreement` is the one that the ticket falls under."""
    events = await _rows(session, TicketEventRow, ticket_id, TicketEventRow.at)
    entries = await _rows(session, TimeEntryRow, ticket_id, TimeEntryRow.began_at)
    corrections = await _rows(session, CorrectionRow, ticket_id, CorrectionRow.at)
    approvals = await _rows(session, ApprovalRow, ticket_id, ApprovalRow.at)
    costs = await _rows(session, CostLineRow, ticket_id, CostLineRow.began_at)
    names = {one.id: one.name for one in await session.exec(select(EngineerRow))}
    problem, disturbances = await _links(session, ticket_id)
    of_event: dict[int | None, CorrectionRow] = {one.event_id: one for one in corrections if one.event_id is not None}
    of_entry: dict[int | None, CorrectionRow] = {
        one.time_entry_id: one for one in corrections if one.time_entry_id is not None
    }
    return WorkView(
        history=tuple(_event(one, of_event.get(one.id)) for one in events),
        decisions=tuple(
            DecisionView(one.at, one.actor, one.what, one.before, one.after, one.why)
            for one in await _rows(session, DecisionRow, ticket_id, DecisionRow.at)
        ),
        waits=tuple(waits(one for one in events if one.id not in of_event)),
        approvals=tuple(_approval(one) for one in approvals),
        time_entries=tuple(_entry(one, of_entry.get(one.id), names) for one in entries),
        costs=tuple(_cost(one, names, agreement) for one in costs),
        access=tuple(
            AccessView(one.account, one.at, one.purpose, one.path, one.why)
            for one in await _rows(session, AccessEntryRow, ticket_id, AccessEntryRow.at)
        ),
        visits=tuple(
            VisitView(names[one.engineer_id], one.arrived_at, one.left_at, one.travel_seconds, one.why_no_travel)
            for one in await _rows(session, VisitRow, ticket_id, VisitRow.arrived_at)
        ),
        tasks=tuple(_task(one) for one in await _rows(session, TaskRow, ticket_id, TaskRow.made_at)),
        problem=problem,
        disturbances=disturbances,
        charged=sum((one.amount for one in costs if one.amount is not None), Decimal("0.00")),
        approved_up_to=approved_up_to(approvals),
    )


async def read_costs(session: AsyncSession, ticket_id: int, agreement: Agreement) -> tuple[CostLineView, ...]:
    """Only what it costs, in order of time."""
    lines = await _rows(session, CostLineRow, ticket_id, CostLineRow.began_at)
    names = {one.id: one.name for one in await session.exec(select(EngineerRow))}
    return tuple(_cost(one, names, agreement) for one in lines)


async def _rows(session: AsyncSession, table: type[Row], ticket_id: int, at: datetime | None) -> list[Row]:
    columns = inspect(table).columns
    found = select(table).where(columns.ticket_id == ticket_id).order_by(col(at), columns.id)
    return list(await session.exec(found))


async def _links(session: AsyncSession, ticket_id: int) -> tuple[str, tuple[str, ...]]:
    """The problem record of a ticket, and the tickets of a problem record."""
    is_either = or_(ProblemLinkRow.ticket_id == ticket_id, ProblemLinkRow.problem_id == ticket_id)
    found = (await session.exec(select(ProblemLinkRow).where(is_either).order_by(col(ProblemLinkRow.ticket_id)))).all()
    problem = next((ticket_number(one.problem_id) for one in found if one.ticket_id == ticket_id), "")
    return problem, tuple(ticket_number(one.ticket_id) for one in found if one.problem_id == ticket_id)


def _event(row: TicketEventRow, correction: CorrectionRow | None) -> EventView:
    return EventView(
        id=row.id or 0,
        type=row.type.value,
        at=row.at,
        recorded_at=row.recorded_at,
        by=row.actor,
        why=row.why,
        texts=dict(row.detail),
        corrected_why=correction.why if correction else "",
        corrected_by=correction.actor if correction else "",
        replaced_by=correction.new_event_id if correction else None,
    )


def _approval(row: ApprovalRow) -> ApprovalView:
    return ApprovalView(row.approver.value, row.who, row.how, row.at, row.up_to, row.recorded_by, row.why)


def _entry(row: TimeEntryRow, correction: CorrectionRow | None, names: dict[int | None, str]) -> TimeEntryView:
    return TimeEntryView(
        id=row.id or 0,
        engineer=names[row.engineer_id],
        activity=row.activity.value,
        began_at=row.began_at,
        ended_at=row.ended_at,
        note=row.note,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        corrected_why=correction.why if correction else "",
    )


def _cost(row: CostLineRow, names: dict[int | None, str], agreement: Agreement) -> CostLineView:
    return CostLineView(
        engineer=names[row.engineer_id],
        activity=row.activity.value,
        began_at=row.began_at,
        worked_seconds=row.worked_seconds,
        units=row.units,
        charged_units=row.charged_units,
        amount=row.amount,
        rule=row.rule,
        why=tuple(row.why),
        clauses=agreement.clauses_in(row.rule, *row.why),
    )


def _task(row: TaskRow) -> TaskView:
    return TaskView(
        id=row.id or 0,
        what=row.what,
        made_by=row.made_by,
        done_by=row.done_by,
        done_at=row.done_at,
        allowed_by_engineer=row.allowed_by_engineer,
        allowed_by_customer=row.allowed_by_customer,
    )
