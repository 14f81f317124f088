"""Contracts of customers."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from ari_app.desk.actor import DECIDING
from ari_app.desk.contract_views import BuyOutView, ContractView
from ari_app.desk.costs import ChangeMeter
from ari_app.desk.refusal import Refused
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.customers import OfMonth, found_customer
from ari_app.web.api.problems import Problem, mistakes_of_the_sender
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Day, Euro, Id, ShortText, Text
from sla import contract as law

contracts = Group("contracts")


class NewContract(Body):
    """Without framework agreement and general terms there is no contract (R-004). Falls under the agreement of today."""

    level: Annotated[ShortText, Field(description='Such as premium; "" names none: Level 0 (R-071).')] = ""
    starts_on: Day
    period_months: Annotated[int, Field(ge=1, le=600)] = 12
    renewal_months: Annotated[int | None, Field(ge=1, le=600, description="Without it as long as the period.")] = None
    framework_agreement: Annotated[ShortText, Field(min_length=1)]
    general_terms: Annotated[ShortText, Field(min_length=1, description="Their version.")]
    framework_ends_on: Day | None = None
    paid_until: Day | None = None
    kind: Annotated[str, Field(max_length=32, pattern=r"^[a-z0-9_-]+$")] = "voip"
    users: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    price_per_user: Annotated[Euro | None, Field(description="A month, for a buy-out (A-15).")] = None


class OnDay(Body):
    on: Day


class Until(Body):
    until: Annotated[Day, Field(description="The last day that is paid for.")]


class FromDay(Body):
    starts_on: Day
    why: Text


class EndsOn(Body):
    ends_on: Day


class LastDay(BaseModel):
    """The last day of the contract."""

    ends_on: str


@contracts.get("/customers/{customer_id}/contracts")
async def list_contracts(asked: Asked, customer_id: Id) -> list[ContractView]:
    """Contracts of a customer as they stand now, youngest first."""
    await found_customer(asked, customer_id)
    return await asked.desk.contracts.of(customer_id)


@contracts.post("/customers/{customer_id}/contracts", Scope.CUSTOMERS_WRITE, status=201)
async def add_contract(asked: Asked, customer_id: Id, body: NewContract) -> ContractView:
    """A new contract, under the agreement of today (R-023)."""
    await found_customer(asked, customer_id)
    with mistakes_of_the_sender():
        terms = law.Contract(
            level=body.level or None,
            starts_on=body.starts_on,
            period_months=body.period_months,
            framework_agreement=body.framework_agreement,
            general_terms=body.general_terms,
            renewal_months=body.renewal_months,
            framework_ends_on=body.framework_ends_on,
            paid_until=body.paid_until,
        )
    price: Decimal | None = body.price_per_user
    made = await asked.desk.contracts.add(
        customer_id, terms, asked.by, kind=body.kind, users=body.users, price_per_user=price
    )
    return await asked.desk.contracts.get(made)


@contracts.get("/contracts/{contract_id}")
async def read_contract(asked: Asked, contract_id: Id) -> ContractView:
    """One contract as it stands now."""
    return await _found(asked, contract_id)


@contracts.post("/contracts/{contract_id}/notice", Scope.CUSTOMERS_WRITE)
async def receive_notice(asked: Asked, contract_id: Id, body: OnDay) -> LastDay:
    """Notice that was received on that day; gives the last day of the contract (R-066)."""
    await _found(asked, contract_id)
    return LastDay(ends_on=(await asked.desk.contracts.receive_notice(contract_id, asked.by, body.on)).isoformat())


@contracts.post("/contracts/{contract_id}/framework-end", Scope.CUSTOMERS_WRITE)
async def end_framework(asked: Asked, contract_id: Id, body: OnDay) -> LastDay:
    """The framework agreement ends on that day, and with it the contract; gives the contract's last day (R-004)."""
    await _found(asked, contract_id)
    return LastDay(ends_on=(await asked.desk.contracts.end_framework(contract_id, asked.by, body.on)).isoformat())


@contracts.post("/contracts/{contract_id}/payment", Scope.CUSTOMERS_WRITE)
async def record_payment(asked: Asked, contract_id: Id, body: Until) -> ContractView:
    """Paid up to and including that day (R-064)."""
    await _found(asked, contract_id)
    await asked.desk.contracts.record_payment(contract_id, asked.by, body.until)
    return await asked.desk.contracts.get(contract_id)


@contracts.post("/contracts/{contract_id}/level-0", Scope.CUSTOMERS_WRITE, roles=DECIDING)
async def set_level_0(asked: Asked, contract_id: Id, body: FromDay) -> ContractView:
    """A supervisor decides that an unpaid contract gives no level from that day on (A-14)."""
    await _found(asked, contract_id)
    await asked.desk.contracts.set_level_0(contract_id, asked.by, body.starts_on, body.why)
    return await asked.desk.contracts.get(contract_id)


@contracts.get("/contracts/{contract_id}/buy-outs")
async def list_buy_outs(asked: Asked, contract_id: Id) -> list[BuyOutView]:
    """Drafts of a buy-out, newest first. Nothing is agreed (R-068)."""
    await _found(asked, contract_id)
    return await asked.desk.contracts.offers(contract_id)


@contracts.post("/contracts/{contract_id}/buy-outs", Scope.CUSTOMERS_WRITE, status=201, roles=DECIDING)
async def draft_buy_out(asked: Asked, contract_id: Id, body: EndsOn) -> BuyOutView:
    """A draft of an offer to end on that day; never more than a proposal (R-067, R-068)."""
    await _found(asked, contract_id)
    await asked.desk.contracts.draft_buy_out(contract_id, asked.by, body.ends_on)
    return (await asked.desk.contracts.offers(contract_id))[0]


@contracts.get("/contracts/{contract_id}/changes")
async def read_change_meter(asked: Asked, contract_id: Id, query: OfMonth) -> ChangeMeter:
    """Configuration changes in a local month: used, included and charged units (R-019, A-02)."""
    await _found(asked, contract_id)
    year, month = map(int, query.month.split("-"))
    return await asked.desk.contracts.change_meter(contract_id, year, month)


async def _found(asked: Asked, contract_id: int) -> ContractView:
    try:
        return await asked.desk.contracts.get(contract_id)
    except Refused as unknown:
        raise Problem("not-found", f"There is no contract {contract_id}.") from unknown
