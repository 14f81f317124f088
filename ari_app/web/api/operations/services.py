"""What customers buy and who supplies it, and the places that they call crucial."""

from typing import Annotated, Literal

from pydantic import Field

from ari_app.desk.crucial_places import CrucialPlace
from ari_app.desk.services import ServiceView
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.customers import found_customer
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Id, PhoneNumber, ShortText

services = Group("services and places")

PlaceName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class NewService(Body):
    """A name that is there already gets this supplier and place."""

    name: Annotated[ShortText, Field(min_length=1)]
    supplier: Annotated[ShortText, Field(description='"": we supply it. Else it is not our fault (R-107).')] = ""
    place: Annotated[
        Literal["customer", "data_centre", ""], Field(description='Where it stands (R-001); "": unknown.')
    ] = ""


class NewPlace(Body):
    """A place that is there already gets this number."""

    place: Annotated[PlaceName, Field(description="As people say it.")]
    number: Annotated[PhoneNumber | None, Field(description="Of the phone there.")] = None


class OldPlace(Body):
    place: PlaceName


@services.get("/services")
async def list_service_names(asked: Asked) -> list[str]:
    """Names of the services of all customers, each once."""
    return await asked.desk.services.names()


@services.get("/customers/{customer_id}/services")
async def list_services(asked: Asked, customer_id: Id) -> list[ServiceView]:
    """What a customer buys, by name, with who supplies it and what that means for a disturbance."""
    await found_customer(asked, customer_id)
    return await asked.desk.services.of(customer_id)


@services.post("/customers/{customer_id}/services", Scope.CUSTOMERS_WRITE, status=201)
async def note_service(asked: Asked, customer_id: Id, body: NewService) -> ServiceView:
    """Write down a service of a customer, or another supplier or place of it (R-001, R-107)."""
    await found_customer(asked, customer_id)
    noted = await asked.desk.services.note(customer_id, body.name, asked.by, body.supplier, body.place)
    return await _service(asked, customer_id, noted)


@services.delete("/customers/{customer_id}/services/{service_id}", Scope.CUSTOMERS_WRITE)
async def remove_service(asked: Asked, customer_id: Id, service_id: Id) -> None:
    """The customer does not have it any more."""
    await asked.desk.services.remove(customer_id, service_id, asked.by)


@services.get("/customers/{customer_id}/crucial-places")
async def list_crucial_places(asked: Asked, customer_id: Id) -> list[CrucialPlace]:
    """Places for which no CAT I is proposed, by name (R-083b, A-19)."""
    await found_customer(asked, customer_id)
    return await asked.desk.crucial_places.of(customer_id)


@services.post("/customers/{customer_id}/crucial-places", Scope.CUSTOMERS_WRITE, status=201)
async def add_crucial_place(asked: Asked, customer_id: Id, body: NewPlace) -> CrucialPlace:
    """A place that hinders business when it is out; gives it as it is kept (R-083b)."""
    await found_customer(asked, customer_id)
    return await asked.desk.crucial_places.add(customer_id, body.place, asked.by, body.number or "")


@services.post("/customers/{customer_id}/crucial-places/remove", Scope.CUSTOMERS_WRITE)
async def remove_crucial_place(asked: Asked, customer_id: Id, body: OldPlace) -> None:
    """From now on it is a place as any other."""
    await found_customer(asked, customer_id)
    await asked.desk.crucial_places.remove(customer_id, body.place, asked.by)


async def _service(asked: Asked, customer_id: int, service_id: int) -> ServiceView:
    found = next((one for one in await asked.desk.services.of(customer_id) if one.id == service_id), None)
    if found is None:
        raise Problem("not-found", f"Customer {customer_id} has no service {service_id}.")
    return found
