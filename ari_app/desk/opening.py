"""A report that came in by another way than a call becomes a ticket (R-072, R-076, R-112)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.config import DeskSettings
from ari_app.desk.actor import Actor
from ari_app.desk.commands.user_changes import form_sentence
from ari_app.desk.planning import Terms, save_plan
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.standing import standing_of
from ari_app.store.tables import Customer, TicketRow, TicketSource
from ari_app.store.work_tables import DecisionRow
from sla.terms import Kind


@dataclass(frozen=True, slots=True)
class NewTicket:
    """`reported_at` is when it reached us (for mail: the server's time, R-072); None = now. `customer_id` None: unknown.
    `engineer_line` 1, 2 or 3 (R-142)."""

    kind: Kind
    source: TicketSource
    summary: str
    customer_id: int | None = None
    reported_at: datetime | None = None
    service_concerned: str = ""
    engineer_line: int = 1


async def file_ticket(
    session: AsyncSession, new: NewTicket, by: Actor, terms: Terms, policy: DeskSettings, now: datetime
) -> TicketRow:
    """Adds the ticket under the contract that holds at the moment of reporting (R-023); the caller commits."""
    _refuse(new, by, policy, now)
    if new.customer_id is not None and await session.get(Customer, new.customer_id) is None:
        raise Refused(f"Klant {new.customer_id} is niet bekend: laat de klant leeg als die niet bekend is", "R-071")
    reported_at = new.reported_at or now
    standing = await standing_of(session, new.customer_id, reported_at, terms)
    ticket = TicketRow(
        # Only we judge what is a calamity: what a customer calls one is a claim.
        kind=Kind.INCIDENT if _is_claim(new, by) else new.kind,
        source=new.source,
        customer_id=new.customer_id,
        level=standing.level,
        agreement_version=terms.version(standing.agreement_version),
        contract_id=standing.contract_id,
        needs_review=True,
        summary=needs(new.summary, "is ingevuld wat er aan de hand is", "R-079"),
        reported_at=reported_at,
        service_concerned=new.service_concerned,
        engineer_line=new.engineer_line,
    )
    session.add(ticket)
    await session.flush()
    claim = "de melder noemt het een calamiteit; CNE beoordeelt dat (R-055)" if _is_claim(new, by) else ""
    session.add(
        DecisionRow(ticket_id=ticket.id or 0, at=now, actor=by.name, what="opened", after=new.source, why=claim)
    )
    save_plan(session, ticket, [], terms, now)
    return ticket


def _refuse(new: NewTicket, by: Actor, policy: DeskSettings, now: datetime) -> None:
    if new.kind is Kind.USER_CHANGE and new.source is not TicketSource.FORM:
        raise Refused(form_sentence(policy), "R-076, R-078")
    if new.source is TicketSource.ENGINEER:
        by.must_be_ours("R-112")
    if new.reported_at is not None and new.reported_at > now:
        raise Refused("Kan niet in de toekomst: vul een tijdstip van nu of eerder in", "R-072")


def _is_claim(new: NewTicket, by: Actor) -> bool:
    return new.kind is Kind.CALAMITY and by.role is None
