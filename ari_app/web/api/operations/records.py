"""People at a customer (R-141), and its equipment (R-102, R-146)."""

from typing import Annotated

from pydantic import Field

from ari_app.desk.contacts import Changed, ContactView
from ari_app.desk.equipment import EquipmentView, Facts
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.customers import found_customer
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Id, PhoneNumber, ShortText

records = Group("contacts and equipment")

Named = Annotated[ShortText, Field(min_length=1)]


class NewContact(Body):
    """A name that is there already gets this address."""

    name: Named
    mail: Annotated[ShortText, Field(description='"": none.')] = ""
    gets_notices: Annotated[bool, Field(description="Is mailed about planned maintenance (R-104).")] = False


class ContactChange(Body):
    """What is left out, or null, stays as it is."""

    name: Annotated[Named | None, Field(description="Goes along to the numbers and to exclusions.")] = None
    mail: Annotated[ShortText | None, Field(description='"": none.')] = None
    gets_notices: Annotated[bool | None, Field(description="Is mailed about planned maintenance (R-104).")] = None
    numbers: Annotated[
        tuple[PhoneNumber, ...] | None,
        Field(max_length=50, description="All of theirs. One that is left out is nobody's from now on."),
    ] = None


class NewEquipment(Body):
    """A name that is there already gets these facts."""

    name: Named
    is_ours: Annotated[bool, Field(description="Supplied by us (R-102).")]
    is_server: bool = False
    has_agent: Annotated[bool, Field(description="Counts for a server only (R-146).")] = False
    in_network: Annotated[bool, Field(description="Part of the network that we look after (R-103).")] = True


@records.get("/customers/{customer_id}/contacts")
async def list_contacts(asked: Asked, customer_id: Id) -> list[ContactView]:
    """By name: those with a record, and those that stand beside a number (then `id` is null)."""
    await found_customer(asked, customer_id)
    return await asked.desk.contacts.of(customer_id)


@records.post("/customers/{customer_id}/contacts", Scope.CUSTOMERS_WRITE, status=201)
async def note_contact(asked: Asked, customer_id: Id, body: NewContact) -> ContactView:
    """Write down a contact of a customer, or another address of it (R-141)."""
    await found_customer(asked, customer_id)
    made = await asked.desk.contacts.note(customer_id, body.name, asked.by, body.mail, gets_notices=body.gets_notices)
    return await _contact(asked, customer_id, made)


@records.patch("/customers/{customer_id}/contacts/{contact_id}", Scope.CUSTOMERS_WRITE)
async def change_contact(asked: Asked, customer_id: Id, contact_id: Id, body: ContactChange) -> ContactView:
    """Another name, address or other numbers of a contact. Who stands beside a number only gets an id by note_contact."""
    name = (await _contact(asked, customer_id, contact_id)).name
    changed = Changed(body.name, body.mail, body.gets_notices, body.numbers)
    return await asked.desk.contacts.change(customer_id, name, changed, asked.by)


@records.delete("/customers/{customer_id}/contacts/{contact_id}", Scope.CUSTOMERS_WRITE)
async def remove_contact(asked: Asked, customer_id: Id, contact_id: Id) -> None:
    """The record and its address; a number keeps the name that stands beside it."""
    await asked.desk.contacts.remove(customer_id, contact_id, asked.by)


@records.get("/customers/{customer_id}/equipment")
async def list_equipment(asked: Asked, customer_id: Id) -> list[EquipmentView]:
    """By name, with what a report about it falls under and why: a person decides."""
    await found_customer(asked, customer_id)
    return await asked.desk.equipment.of(customer_id)


@records.post("/customers/{customer_id}/equipment", Scope.CUSTOMERS_WRITE, status=201)
async def note_equipment(asked: Asked, customer_id: Id, body: NewEquipment) -> EquipmentView:
    """Write down equipment of a customer, or other facts of it (R-102, R-146)."""
    await found_customer(asked, customer_id)
    facts = Facts(body.is_ours, body.is_server, body.has_agent, body.in_network)
    return await _equipment(
        asked, customer_id, await asked.desk.equipment.note(customer_id, body.name, facts, asked.by)
    )


@records.delete("/customers/{customer_id}/equipment/{equipment_id}", Scope.CUSTOMERS_WRITE)
async def remove_equipment(asked: Asked, customer_id: Id, equipment_id: Id) -> None:
    """It is not there any more."""
    await asked.desk.equipment.remove(customer_id, equipment_id, asked.by)


async def _contact(asked: Asked, customer_id: int, contact_id: int) -> ContactView:
    found = next((one for one in await asked.desk.contacts.of(customer_id) if one.id == contact_id), None)
    if found is None:
        raise Problem("not-found", f"Customer {customer_id} has no contact {contact_id}.")
    return found


async def _equipment(asked: Asked, customer_id: int, equipment_id: int) -> EquipmentView:
    found = next((one for one in await asked.desk.equipment.of(customer_id) if one.id == equipment_id), None)
    if found is None:
        raise Problem("not-found", f"Customer {customer_id} has no equipment {equipment_id}.")
    return found
