"""Customers: who they are, from which numbers they call, their PIN, and their hours in a month."""

from typing import Annotated

from pydantic import BaseModel, Field

from ari_app.desk.actor import WORKING
from ari_app.desk.directory import CustomerView
from ari_app.desk.statement import Statement
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import OVERSEEING, Scope
from ari_app.web.api.values import Body, Id, Month, PhoneNumber, Query, ShortText

customers = Group("customers")


class NewCustomer(Body):
    name: ShortText


class NewNumber(Body):
    """A number in any way of writing, from which that customer calls (A-25)."""

    number: PhoneNumber
    contact: Annotated[ShortText, Field(description="Who calls from it.")] = ""


class Language(Body):
    """What this contact hears from the next call on: nl, en, or "" for that of the line."""

    language: Annotated[str, Field(pattern=r"^(nl|en|)$")]


class NewPin(Body):
    """4 to 8 digits, no row such as 1234. It can't be shown again (A-25)."""

    pin: Annotated[str, Field(pattern=r"^[0-9]{4,8}$", json_schema_extra={"writeOnly": True})]
    is_required: Annotated[bool, Field(description="Asked at every call to the calamity line.")] = False


class Added(BaseModel):
    """The number in E.164."""

    number: str


class OfMonth(Query):
    month: Month


@customers.get("/customers")
async def list_customers(asked: Asked) -> list[CustomerView]:
    """All customers by name, with their numbers. The id is the customer number that callers type."""
    return await asked.desk.directory.customers()


@customers.post("/customers", Scope.CUSTOMERS_WRITE, status=201)
async def add_customer(asked: Asked, body: NewCustomer) -> CustomerView:
    """A new customer; without a contract it is one without an SLA (R-071)."""
    return await found_customer(asked, await asked.desk.directory.add_customer(body.name, asked.by))


@customers.put("/customers/{customer_id}/name", Scope.CUSTOMERS_WRITE)
async def rename_customer(asked: Asked, customer_id: Id, body: NewCustomer) -> CustomerView:
    """The same customer under another name."""
    await found_customer(asked, customer_id)
    await asked.desk.directory.rename_customer(customer_id, body.name, asked.by)
    return await found_customer(asked, customer_id)


@customers.get("/customers/{customer_id}")
async def read_customer(asked: Asked, customer_id: Id) -> CustomerView:
    """One customer."""
    return await found_customer(asked, customer_id)


@customers.post("/customers/{customer_id}/numbers", Scope.CUSTOMERS_WRITE, status=201)
async def add_number(asked: Asked, customer_id: Id, body: NewNumber) -> Added:
    """From now on who calls from this number is that customer."""
    await found_customer(asked, customer_id)
    return Added(number=await asked.desk.directory.add_number(customer_id, body.number, asked.by, body.contact))


@customers.delete("/customers/{customer_id}/numbers/{number}", Scope.CUSTOMERS_WRITE)
async def remove_number(asked: Asked, customer_id: Id, number: PhoneNumber) -> None:
    """From now on who calls from it is unknown."""
    await asked.desk.directory.remove_number(customer_id, number, asked.by)


@customers.put("/customers/{customer_id}/numbers/{number}/language", Scope.CUSTOMERS_WRITE)
async def set_language(asked: Asked, customer_id: Id, number: PhoneNumber, body: Language) -> None:
    """The language of the prompts for who calls from this number."""
    await asked.desk.directory.set_language(customer_id, number, body.language, asked.by)


@customers.put("/customers/{customer_id}/pin", Scope.CUSTOMERS_WRITE)
async def set_pin(asked: Asked, customer_id: Id, body: NewPin) -> None:
    """Set the PIN of a customer. It is kept as a hash and never shown."""
    await found_customer(asked, customer_id)
    await asked.desk.pins.set(customer_id, asked.by, body.pin, is_required=body.is_required)


@customers.delete("/customers/{customer_id}/pin", Scope.CUSTOMERS_WRITE)
async def clear_pin(asked: Asked, customer_id: Id) -> None:
    """Nobody can call for this customer with a PIN any more."""
    await found_customer(asked, customer_id)
    await asked.desk.pins.clear(customer_id, asked.by)


@customers.get("/customers/{customer_id}/statement", roles=WORKING | OVERSEEING, can_be_refused=True)
async def read_statement(asked: Asked, customer_id: Id, query: OfMonth) -> Statement:
    """Every hour that was worked for a customer in a local month, and what it costs with why (R-089)."""
    await found_customer(asked, customer_id)
    year, month = map(int, query.month.split("-"))
    return await asked.desk.statement(customer_id, year, month, asked.by)


async def found_customer(asked: Asked, customer_id: int) -> CustomerView:
    """Raises Problem when there is no such customer."""
    found = next((one for one in await asked.desk.directory.customers() if one.id == customer_id), None)
    if found is None:
        raise Problem("not-found", f"There is no customer {customer_id}.")
    return found
