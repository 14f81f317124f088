"""Facts that a caller told, put right by who listened: whose report it is, and where to call back (R-071, R-085)."""

from enum import StrEnum

from sqlmodel import select

from ari_app.desk.change import Change
from ari_app.desk.holds import staying_on_hold
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.standing import standing_of
from ari_app.store.message_tables import MessageChoiceRow
from ari_app.store.tables import Customer
from routing.caller import normal_form
from sla.ticket import EventType


class Fact(StrEnum):
    """What a message tells beside its category; kept as a decision under "fact_" and this name."""

    COMPANY = "company"
    PERSON = "person"
    PEOPLE = "people"
    SINCE = "since"


async def correct_fact(change: Change, fact: Fact, value: str) -> None:
    """What the machine heard stays beside it. `value` "": it was not said."""
    change.by.must_be_ours("R-085")
    if fact is Fact.PEOPLE and value.strip() and not value.strip().isdigit():
        raise Refused(f"{value!r} is geen aantal mensen: vul een getal in, zoals 12", "R-083c")
    change.decide(f"fact_{fact}", "", value.strip(), "")


async def correct_call_back_number(change: Change, phone_number: str) -> None:
    """The number that the caller asked to be called on, in any way of writing; it is the one that calling back uses."""
    change.by.must_be_ours("R-085")
    e164 = normal_form(phone_number)
    if e164 is None:
        raise Refused(f"{phone_number!r} is geen telefoonnummer: schrijf het als 020 1234567 of +31201234567", "A-25")
    row = await change.session.get(MessageChoiceRow, change.ticket_id)
    row = row or MessageChoiceRow(ticket_id=change.ticket_id)
    change.decide("call_back_number", row.call_back_number, e164, "")
    async with staying_on_hold(change.session, change.ticket_id, change.today):
        row.call_back_number = e164
        change.session.add(row)


async def name_customer(change: Change, customer: str, why: str) -> None:
    """Whose report it is, by the name of the customer; "": unknown. Level, contract and clocks follow from the contract
    that held at the moment of reporting (R-071)."""
    change.by.must_be_ours("R-071")
    change.must_not_be_closed("R-071")
    reason = needs(why, "de reden is ingevuld", "R-071")
    named = await _named(change, customer.strip())
    before = await change.session.get(Customer, change.ticket.customer_id) if change.ticket.customer_id else None
    ticket = change.ticket
    standing = await standing_of(change.session, named.id if named else None, ticket.reported_at, change.terms)
    change.decide("customer", before.name if before else "", named.name if named else "", reason)
    async with staying_on_hold(change.session, change.ticket_id, change.today):
        ticket.customer_id, ticket.contract_id = named.id if named else None, standing.contract_id
    ticket.agreement_version = change.terms.version(standing.agreement_version)
    if standing.level != ticket.level:
        texts = {"before": ticket.level}
        change.happen(change.event(EventType.LEVEL_CHANGED, level=standing.level), "R-071", standing.why, texts)
        ticket.level = standing.level
    change.costs_changed = True


async def _named(change: Change, name: str) -> Customer | None:
    if not name:
        return None
    customers = (await change.session.exec(select(Customer))).all()
    found = next((one for one in customers if one.name.casefold() == name.casefold()), None)
    if found is None:
        raise Refused(f"Klant {name!r} is niet bekend: kies een naam uit de lijst", "R-071")
    return found
