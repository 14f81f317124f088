"""The hours of a customer in a month with what they cost, for who asks for them (R-088, R-089)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import col, select

from ari_app.desk.actor import Actor
from ari_app.desk.costs import Month, entries_that_hold, month_bounds
from ari_app.desk.numbers import ticket_number
from ari_app.desk.outages import Outages, read_outages
from ari_app.desk.planning import Terms
from ari_app.desk.refusal import Refused
from ari_app.store.database import Store
from ari_app.store.tables import Customer, EngineerRow, TicketRow
from ari_app.store.work_tables import CostLineRow, TimeEntryRow
from sla.clauses import Clause


@dataclass(frozen=True, slots=True)
class HoursLine:
    """Time as it was worked: [began_at, ended_at)."""

    ticket: str
    engineer: str
    activity: str
    began_at: datetime
    ended_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class ChargedLine:
    """One call, session or travel, in units. `amount` in euro; None = the rate is still to be given (A-03)."""

    ticket: str
    activity: str
    began_at: datetime
    units: int
    charged_units: int
    amount: Decimal | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """All lists in order of time. `charged` in euro, of the lines whose rate is known; `is_complete`: all are. `outages`: in
    this month (R-003)."""

    customer: str
    year: int
    month: int
    hours: tuple[HoursLine, ...]
    costs: tuple[ChargedLine, ...]
    charged: Decimal
    is_complete: bool
    outages: Outages
    clauses: tuple[Clause, ...]


async def read_statement(
    store: Store, customer_id: int, month: Month, terms: Terms, by: Actor, now: datetime
) -> Statement:
    """What began in that local month. Raises Refused for no such customer, and for who is not one of us."""
    by.must_belong("R-089")
    begin, end = month_bounds(month, terms.agreement.zone)
    async with store.reading() as session:
        customer = await session.get(Customer, customer_id)
        if customer is None:
            raise Refused(f"Klant {customer_id} is niet bekend", "R-089")
        its_tickets = select(TicketRow.id).where(TicketRow.customer_id == customer_id)
        entries = await session.exec(
            entries_that_hold().where(
                col(TimeEntryRow.ticket_id).in_(its_tickets),
                TimeEntryRow.began_at >= begin,
                TimeEntryRow.began_at < end,
            )
        )
        lines = await session.exec(
            select(CostLineRow)
            .where(
                col(CostLineRow.ticket_id).in_(its_tickets), CostLineRow.began_at >= begin, CostLineRow.began_at < end
            )
            .order_by(col(CostLineRow.began_at), col(CostLineRow.id))
        )
        names = {one.id: one.name for one in await session.exec(select(EngineerRow))}
        outages = await read_outages(session, customer_id, (begin, end), now)
        hours, costs = tuple(_hours(one, names) for one in entries), tuple(_cost(one) for one in lines)
    reasons = (reason for line in costs for reason in line.why)
    return Statement(
        customer.name,
        *month,
        hours,
        costs,
        charged=sum((line.amount for line in costs if line.amount is not None), Decimal("0.00")),
        is_complete=all(line.amount is not None for line in costs),
        outages=outages,
        clauses=terms.agreement.clauses_in("R-003, R-088, R-089", *reasons),
    )


def _hours(row: TimeEntryRow, names: dict[int | None, str]) -> HoursLine:
    number, who = ticket_number(row.ticket_id), names[row.engineer_id]
    return HoursLine(number, who, row.activity.value, row.began_at, row.ended_at, row.note)


def _cost(row: CostLineRow) -> ChargedLine:
    number, activity = ticket_number(row.ticket_id), row.activity.value
    return ChargedLine(number, activity, row.began_at, row.units, row.charged_units, row.amount, tuple(row.why))
