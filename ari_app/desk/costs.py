"""Time entries to cost lines: rows to the sessions that sla.billing puts a price on, and its answer back as rows."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.desk.planning import Terms
from ari_app.store.tables import Contract, TicketRow
from ari_app.store.work_tables import ApprovalRow, Approver, CorrectionRow, CostLineRow, TimeEntryRow
from sla.agreement import Agreement, Level
from sla.billing import Activity, Charge, Work, WorkSession, billing_month, charge, join_sessions
from sla.clauses import Clause

Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Session:
    """A joined work session, or the travel of one visit, with what its entries say of it."""

    work: WorkSession
    ticket: TicketRow
    is_injudicious: bool
    is_intermediary_call: bool


@dataclass(frozen=True, slots=True)
class ChangeMeter:
    """Configuration changes of one contract in one month, in units (R-019, A-02)."""

    year: int
    month: int
    used_units: int
    included_units: int
    charged_units: int
    unit_minutes: int
    clauses: tuple[Clause, ...] = ()

    @property
    def left_units(self) -> int:
        return max(0, self.included_units - self.used_units)


def entries_that_hold() -> SelectOfScalar[TimeEntryRow]:
    """All time entries that no correction took away, in order of time."""
    corrected = select(CorrectionRow.time_entry_id).where(col(CorrectionRow.time_entry_id).is_not(None))
    holding = select(TimeEntryRow).where(col(TimeEntryRow.id).not_in(corrected))
    return holding.order_by(col(TimeEntryRow.began_at), col(TimeEntryRow.id))


async def charge_again(session: AsyncSession, ticket: TicketRow, terms: Terms) -> None:
    """Makes the cost lines of a ticket anew, and of the changes of its contract in the months that it counts in."""
    # Two bookings at once under one contract come one after the other: the second must see what the first used up.
    await session.exec(select(Contract.id).where(Contract.id == ticket.contract_id).with_for_update())
    entries = (await session.exec(entries_that_hold().where(TimeEntryRow.ticket_id == ticket.id))).all()
    old = (await session.exec(select(CostLineRow).where(CostLineRow.ticket_id == ticket.id))).all()
    is_metered = ticket.contract_id is not None
    moments = [(one.activity, one.began_at) for one in entries] + [(one.activity, one.began_at) for one in old]
    changed_at = [at for activity, at in moments if is_metered and activity is Activity.CONFIGURATION_CHANGE]
    await session.exec(delete(CostLineRow).where(col(CostLineRow.ticket_id) == ticket.id))
    plain = [one for one in entries if not is_metered or one.activity is not Activity.CONFIGURATION_CHANGE]
    session.add_all(_line(one, _charge(one, terms, 0)) for one in _sessions(plain, {ticket.id: ticket}, terms))
    for month in {billing_month(at, terms.agreement.zone) for at in changed_at}:
        metered = [pair async for pair in _metered(session, ticket.contract_id, month, terms)]
        await _drop_change_lines(session, metered, month, terms)
        session.add_all(_line(one, cost) for one, cost in metered)
    await session.flush()


def first_cost_line(entry: TimeEntryRow, ticket: TicketRow, terms: Terms) -> CostLineRow:
    """What the only time entry of a ticket costs; not for changes, which count together in their month."""
    (one,) = _sessions([entry], {ticket.id: ticket}, terms)
    return _line(one, _charge(one, terms, 0))


async def change_meter(
    session: AsyncSession, contract_id: int, month: Month, agreement: Agreement, level: Level, terms: Terms
) -> ChangeMeter:
    """How far the changes of that month are used; `agreement` and `level` are those of the contract."""
    costs = [cost async for _, cost in _metered(session, contract_id, month, terms)]
    return ChangeMeter(
        *month,
        used_units=sum(_included(cost) for cost in costs),
        included_units=level.change_minutes_per_month // agreement.unit_minutes,
        charged_units=sum(cost.charged_units for cost in costs),
        unit_minutes=agreement.unit_minutes,
        clauses=agreement.clauses_in("R-019, R-062, A-02"),
    )


def approved_up_to(approvals: Iterable[ApprovalRow]) -> Decimal | None:
    """What may be charged: what both agreed to, or what a supervisor took upon us (R-090, A-21). None = nothing yet."""
    highest: dict[Approver, Decimal] = {}
    for approval in approvals:
        highest[approval.approver] = max(approval.up_to, highest.get(approval.approver, approval.up_to))
    both = [highest[one] for one in (Approver.CUSTOMER, Approver.PROVIDER) if one in highest]
    limits = [min(both)] if len(both) == 2 else []
    limits += [highest[Approver.OVERRIDE]] if Approver.OVERRIDE in highest else []
    return max(limits, default=None)


def month_bounds(month: Month, zone: tzinfo) -> tuple[datetime, datetime]:
    """[begin, end) of a local month in UTC."""
    year, number = month
    following = (year + number // 12, number % 12 + 1)
    begin, end = (datetime(*one, 1, tzinfo=zone).astimezone(UTC) for one in (month, following))
    return begin, end


async def _metered(
    session: AsyncSession, contract_id: int | None, month: Month, terms: Terms
) -> AsyncIterator[tuple[Session, Charge]]:
    """All changes of one contract in that month, in order, each with what was left for it."""
    begin, end = month_bounds(month, terms.agreement.zone)
    under_it = select(TicketRow.id).where(TicketRow.contract_id == contract_id)
    found = await session.exec(
        entries_that_hold().where(
            col(TimeEntryRow.ticket_id).in_(under_it),
            TimeEntryRow.activity == Activity.CONFIGURATION_CHANGE,
            TimeEntryRow.began_at >= begin,
            TimeEntryRow.began_at < end,
        )
    )
    entries = found.all()
    if not entries:
        return
    of_entries = select(TicketRow).where(col(TicketRow.id).in_({one.ticket_id for one in entries}))
    tickets: dict[int | None, TicketRow] = {one.id: one for one in await session.exec(of_entries)}
    used = 0
    for one in _sessions(entries, tickets, terms):
        cost = _charge(one, terms, used)
        used += _included(cost)
        yield one, cost


async def _drop_change_lines(
    session: AsyncSession, metered: Sequence[tuple[Session, Charge]], month: Month, terms: Terms
) -> None:
    begin, end = month_bounds(month, terms.agreement.zone)
    await session.exec(
        delete(CostLineRow).where(
            col(CostLineRow.ticket_id).in_({one.ticket.id for one, _ in metered}),
            col(CostLineRow.activity) == Activity.CONFIGURATION_CHANGE,
            col(CostLineRow.began_at) >= begin,
            col(CostLineRow.began_at) < end,
        )
    )


def _sessions(entries: Iterable[TimeEntryRow], tickets: dict[int | None, TicketRow], terms: Terms) -> Iterator[Session]:
    """Sessions with a short gap are one (A-20); the travel of a visit never joins that of another."""
    groups: dict[tuple[int, bool, bool, int | None], list[TimeEntryRow]] = {}
    for entry in entries:
        own = entry.id if entry.activity is Activity.TRAVEL else None
        key = (entry.ticket_id, entry.is_injudicious, entry.is_intermediary_call, own)
        groups.setdefault(key, []).append(entry)
    found: list[Session] = []
    for (ticket_id, is_injudicious, is_intermediary, _), rows in groups.items():
        ticket = tickets[ticket_id]
        gap = timedelta(minutes=_terms_of(ticket, terms)[0].settings.session_gap_minutes)
        joined = join_sessions(map(_work_session, rows), gap)
        found += [Session(one, ticket, is_injudicious, is_intermediary) for one in joined]
    yield from sorted(found, key=lambda one: one.work.begin)


def _work_session(row: TimeEntryRow) -> WorkSession:
    return WorkSession(str(row.engineer_id), str(row.ticket_id), Activity(row.activity), row.began_at, row.ended_at)


def _charge(one: Session, terms: Terms, change_units_used: int) -> Charge:
    agreement, level = _terms_of(one.ticket, terms)
    work = Work(
        activity=one.work.activity,
        worked=one.work.worked,
        scope=one.ticket.scope,
        caused_by_customer=one.ticket.is_caused_by_customer,
        injudicious=one.is_injudicious,
        is_intermediary_call=one.is_intermediary_call,
    )
    return charge(work, level, agreement, change_units_used)


def _included(cost: Charge) -> int:
    """Units that count for the month: a change that is charged whole does not (A-02)."""
    return cost.units - cost.charged_units if cost.rule == "R-019" else 0


def _line(one: Session, cost: Charge) -> CostLineRow:
    return CostLineRow(
        ticket_id=one.ticket.id or 0,
        engineer_id=int(one.work.engineer),
        activity=one.work.activity,
        began_at=one.work.begin,
        worked_seconds=int(one.work.worked.total_seconds()),
        units=cost.units,
        charged_units=cost.charged_units,
        amount=cost.amount,
        rule=cost.rule,
        why=list(cost.why),
    )


def _terms_of(ticket: TicketRow, terms: Terms) -> tuple[Agreement, Level]:
    agreement = terms.of(ticket).agreement
    return agreement, agreement.level(ticket.level)
