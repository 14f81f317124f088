"""The work on one ticket: rows to views."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.costs import approved_up_to
from ari_app.desk.numbers import ticket_number
from ari_app.desk.rows_of import RowsOf
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
from ari_app.store.statements import Asks, ask
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


class History(NamedTuple):
    """All events of a ticket and what corrects them or a time entry, each in order of time."""

    events: Sequence[TicketEventRow]
    corrections: Sequence[CorrectionRow]

    @property
    def held(self) -> list[TicketEventRow]:
        """Those that no correction took away."""
        corrected = {one.event_id for one in self.corrections}
        return [one for one in self.events if one.id not in corrected]


async def read_history(rows: RowsOf) -> History:
    return History(await rows.all(TicketEventRow), await rows.all(CorrectionRow))


_NAMES = sa.select(col(EngineerRow.id), col(EngineerRow.name))


async def engineer_names(session: Asks) -> dict[int, str]:
    """By id."""
    return {row.id: row.name for row in await ask(session, _NAMES)}


async def read_work(
    rows: RowsOf, history: History, decisions: Sequence[DecisionRow], names: Mapping[int, str], agreement: Agreement
) -> WorkView:
    """`decisions` are those of the ticket, `names` of the engineers by id; `agreement` is the one that it falls under."""
    entries = await rows.all(TimeEntryRow)
    approvals = await rows.all(ApprovalRow)
    costs = await rows.all(CostLineRow)
    problem, disturbances = await _links(rows)
    of_event = {one.event_id: one for one in history.corrections if one.event_id is not None}
    of_entry = {one.time_entry_id: one for one in history.corrections if one.time_entry_id is not None}
    return WorkView(
        history=tuple(_event(one, of_event.get(one.id or 0)) for one in history.events),
        decisions=tuple(DecisionView(one.at, one.actor, one.what, one.before, one.after, one.why) for one in decisions),
        waits=tuple(waits(history.held)),
        approvals=tuple(_approval(one) for one in approvals),
        time_entries=tuple(_entry(one, of_entry.get(one.id or 0), names) for one in entries),
        costs=tuple(_cost(one, names, agreement) for one in costs),
        access=tuple(
            AccessView(one.account, one.at, one.purpose, one.path, one.why) for one in await rows.all(AccessEntryRow)
        ),
        visits=tuple(
            VisitView(names[one.engineer_id], one.arrived_at, one.left_at, one.travel_seconds, one.why_no_travel)
            for one in await rows.all(VisitRow)
        ),
        tasks=tuple(_task(one) for one in await rows.all(TaskRow)),
        problem=problem,
        disturbances=disturbances,
        charged=sum((one.amount for one in costs if one.amount is not None), Decimal("0.00")),
        approved_up_to=approved_up_to(approvals),
    )


async def read_costs(session: AsyncSession, ticket_id: int, agreement: Agreement) -> tuple[CostLineView, ...]:
    """Only what it costs, in order of time."""
    lines = select(CostLineRow).where(CostLineRow.ticket_id == ticket_id)
    found = (await session.exec(lines.order_by(col(CostLineRow.began_at), col(CostLineRow.id)))).all()
    names = await engineer_names(session)
    return tuple(_cost(one, names, agreement) for one in found)


async def _links(rows: RowsOf) -> tuple[str, tuple[str, ...]]:
    """The problem record of a ticket, and the tickets of a problem record."""
    found = await rows.all(ProblemLinkRow)
    problem = next((ticket_number(one.problem_id) for one in found if one.ticket_id == rows.ticket_id), "")
    return problem, tuple(ticket_number(one.ticket_id) for one in found if one.problem_id == rows.ticket_id)


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


def _entry(row: TimeEntryRow, correction: CorrectionRow | None, names: Mapping[int, str]) -> TimeEntryView:
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


def _cost(row: CostLineRow, names: Mapping[int, str], agreement: Agreement) -> CostLineView:
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
