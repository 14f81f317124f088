"""Rulings that a report was no calamity, and whom each counts for: the number, the contact and the organisation (A-12)."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.planning import events_that_hold
from ari_app.desk.refusal import Refused
from ari_app.store.contract_tables import ExclusionScope
from ari_app.store.tables import CallRow, Customer, PhoneNumber, TicketEventRow, TicketRow, by_value
from sla.ticket import EventType

_RULINGS = (EventType.NOT_A_CALAMITY, EventType.BECAME_A_CALAMITY)
#: Written out and not bound: only so a database knows that its index of such rulings has all that are asked for.
_IS_RULING = col(TicketEventRow.type) == sa.literal(EventType.NOT_A_CALAMITY, by_value(EventType), literal_execute=True)


@dataclass(frozen=True, slots=True)
class Who:
    """One number, one contact of a customer, or a whole customer."""

    scope: ExclusionScope
    number: str | None = None
    customer_id: int | None = None
    contact_name: str = ""

    def __post_init__(self) -> None:
        wanted = {
            ExclusionScope.NUMBER: self.number is not None,
            ExclusionScope.CONTACT: self.customer_id is not None and self.contact_name != "",
            ExclusionScope.ORGANISATION: self.customer_id is not None,
        }
        if not wanted[self.scope]:
            raise Refused("Kan nadat is aangegeven om welk nummer, welk contact of welke klant het gaat", "A-12")


@dataclass(slots=True)
class Counted:
    """The rulings about one of them: when, by row id of the ticket. `name` is Dutch, for people."""

    name: str
    ruled_at: dict[int, datetime]


async def no_calamities(session: AsyncSession, since: datetime) -> dict[Who, Counted]:
    """Of each ticket its last ruling, when that was "no calamity" and given after `since`. A ticket counts once, however many
    calls it has."""
    ruled = await ruled_no_calamity(session, since)
    known = await session.exec(
        select(TicketRow.id, Customer.id, Customer.name, CallRow.caller_number, PhoneNumber.contact_name)  # type: ignore[call-overload]
        .join(Customer, col(Customer.id) == TicketRow.customer_id, isouter=True)
        .join(CallRow, col(CallRow.ticket_id) == TicketRow.id, isouter=True)
        .join(PhoneNumber, col(PhoneNumber.e164) == CallRow.caller_number, isouter=True)
        .where(col(TicketRow.id).in_(ruled))
    )
    found: dict[Who, Counted] = {}
    for row_id, *rest in known:
        for who, name in _whos(*rest).items():
            found.setdefault(who, Counted(name, {})).ruled_at[row_id] = ruled[row_id]
    return found


async def ruled_no_calamity(
    session: AsyncSession, since: datetime, customer_id: int | None = None
) -> dict[int, datetime]:
    """The tickets whose last ruling was "no calamity", by row id, with when; those before `since`, itself included, are left
    out. `customer_id`: of this customer only."""
    lately = select(TicketEventRow.ticket_id).where(_IS_RULING, TicketEventRow.at > since)
    if customer_id is not None:
        theirs = select(TicketRow.id).where(TicketRow.customer_id == customer_id)
        lately = lately.where(col(TicketEventRow.ticket_id).in_(theirs))
    is_judged = col(TicketEventRow.type).in_(_RULINGS), col(TicketEventRow.ticket_id).in_(lately)
    last = {event.ticket_id: event for event in await session.exec(events_that_hold().where(*is_judged))}
    return {
        row_id: event.at
        for row_id, event in last.items()
        if event.type is EventType.NOT_A_CALAMITY and event.at > since
    }


def of_customer(customer: str, contact: str) -> str:
    """ "Planning (Transport De Testrit)", or the customer alone."""
    return f"{contact} ({customer})" if contact else customer


def _whos(customer_id: int | None, customer: str | None, number: str | None, contact: str | None) -> dict[Who, str]:
    whos: dict[Who, str] = {}
    if number:
        whos[Who(ExclusionScope.NUMBER, number)] = number
    if customer_id is not None:
        whos[Who(ExclusionScope.ORGANISATION, customer_id=customer_id)] = customer or ""
    if customer_id is not None and contact:
        whos[Who(ExclusionScope.CONTACT, customer_id=customer_id, contact_name=contact)] = of_customer(
            customer or "", contact
        )
    return whos
