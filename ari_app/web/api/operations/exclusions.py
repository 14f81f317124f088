"""Who is excluded from the calamity line, who should be, and what was declined."""

from typing import Annotated

from pydantic import BaseModel, Field

from ari_app.desk.actor import DECIDING
from ari_app.desk.exclusions import DeclinedView, ExclusionView, Proposal
from ari_app.desk.no_calamities import Who
from ari_app.store.contract_tables import ExclusionScope
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.customers import found_customer
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Day, Id, PhoneNumber, ShortText, Text
from routing.caller import normal_form

exclusions = Group("exclusions")


class Whom(Body):
    """One number, one contact of a customer, or a whole customer."""

    scope: ExclusionScope
    number: PhoneNumber | None = None
    customer_id: Id | None = None
    contact_name: ShortText = ""
    why: Text

    def who(self) -> Who:
        number = None if self.number is None else normal_form(self.number)
        return Who(self.scope, number, self.customer_id, self.contact_name)


class NewExclusion(Whom):
    """One number, one contact of a customer, or a whole customer."""

    ends_on: Annotated[Day | None, Field(description="The last day; without it as long as the setting says.")] = None


class WhyLifted(Body):
    why: Text


class Made(BaseModel):
    id: int


@exclusions.get("/exclusions")
async def list_exclusions(asked: Asked) -> list[ExclusionView]:
    """Newest first, those that are over among them."""
    return await asked.desk.exclusions.all()


@exclusions.get("/customers/{customer_id}/exclusions")
async def list_exclusions_of_customer(asked: Asked, customer_id: Id) -> list[ExclusionView]:
    """Of the customer, its contacts and its numbers, newest first, those that are over among them."""
    await found_customer(asked, customer_id)
    return await asked.desk.customer_pages.exclusions(customer_id)


@exclusions.get("/exclusions/proposals")
async def list_exclusion_proposals(asked: Asked) -> list[Proposal]:
    """Who was ruled "no calamity" so often lately that a person should decide (R-057)."""
    return await asked.desk.exclusions.proposals()


@exclusions.get("/exclusions/declined")
async def list_declined_exclusions(asked: Asked) -> list[DeclinedView]:
    """Proposals that a supervisor turned down, newest first, with the rulings that they counted (R-057)."""
    return await asked.desk.exclusions.declined()


@exclusions.post("/exclusions", Scope.CUSTOMERS_WRITE, status=201, roles=DECIDING)
async def exclude(asked: Asked, body: NewExclusion) -> Made:
    """A supervisor excludes somebody from the calamity line (R-057, A-12)."""
    await _must_be_known(asked, body)
    return Made(id=await asked.desk.exclusions.exclude(body.who(), asked.by, body.why, body.ends_on))


@exclusions.post("/exclusions/decline", Scope.CUSTOMERS_WRITE, status=201, roles=DECIDING)
async def decline_exclusion(asked: Asked, body: Whom) -> Made:
    """A supervisor turns a proposal down: for these rulings alone it does not come back (R-057, A-12)."""
    await _must_be_known(asked, body)
    return Made(id=await asked.desk.exclusions.decline(body.who(), asked.by, body.why))


@exclusions.post("/exclusions/{exclusion_id}/lift", Scope.CUSTOMERS_WRITE, roles=DECIDING)
async def lift_exclusion(asked: Asked, exclusion_id: Id, body: WhyLifted) -> None:
    """Ends an exclusion now; it stays on record."""
    await asked.desk.exclusions.lift(exclusion_id, asked.by, body.why)


async def _must_be_known(asked: Asked, body: Whom) -> None:
    if body.customer_id is not None:
        await found_customer(asked, body.customer_id)
