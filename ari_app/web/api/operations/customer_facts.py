"""What stands around a customer: tickets and promises kept, what the contracts give now, and a PIN that is made by chance."""

from dataclasses import replace

from pydantic import BaseModel

from ari_app.desk.customer_pages import CustomerFacts
from ari_app.desk.pins import PinFacts
from ari_app.desk.standing import Standing
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.customers import found_customer
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Id, Limit, Query

customer_facts = Group("customers in figures")


class TicketsShown(Query):
    limit: Limit = 12


class Facts(BaseModel):
    """`standing`: what the contracts give now."""

    facts: CustomerFacts
    standing: Standing


class PinByChance(Body):
    is_required: bool = False


class MadePin(BaseModel):
    """Shown this once: only a hash of it is kept."""

    pin: str


@customer_facts.get("/customers/{customer_id}/facts")
async def read_customer_facts(asked: Asked, customer_id: Id, query: TicketsShown) -> Facts:
    """Tickets (open ones first), promises of a year that were kept, rulings of "no calamity", and the last calls."""
    found = await asked.desk.customer_pages.of(customer_id, query.limit)
    if found is None:
        raise Problem("not-found", f"There is no customer {customer_id}.")
    seen = replace(found, tickets=tuple(map(asked.as_seen, found.tickets)))
    return Facts(facts=seen, standing=await asked.desk.customer_pages.standing(customer_id))


@customer_facts.get("/customers/{customer_id}/pin")
async def read_pin_facts(asked: Asked, customer_id: Id) -> PinFacts | None:
    """That there is a PIN, since when and by whom; null: there is none. The PIN itself is known to nobody."""
    await found_customer(asked, customer_id)
    return await asked.desk.pins.facts(customer_id)


@customer_facts.post("/customers/{customer_id}/pin", Scope.CUSTOMERS_WRITE, status=201, is_secret=True)
async def make_pin(asked: Asked, customer_id: Id, body: PinByChance) -> MadePin:
    """A PIN by chance, in place of the one before; nobody has to think of one that is easy to guess (A-25)."""
    await found_customer(asked, customer_id)
    return MadePin(pin=await asked.desk.pins.set(customer_id, asked.by, is_required=body.is_required))
