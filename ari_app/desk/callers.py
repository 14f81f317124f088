"""Who stands behind a number: rows to the value that routing works with."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from ari_app.desk.exclusions import exclusion_at
from ari_app.desk.planning import Terms
from ari_app.desk.standing import standing_of
from ari_app.store.contract_tables import ExclusionRow
from ari_app.store.pin_tables import CustomerPinRow
from ari_app.store.statements import Asks, ask
from ari_app.store.tables import Customer, PhoneNumber
from routing.caller import Caller, Pin, spoken_form

_WHOSE = (
    sa.select(
        col(PhoneNumber.customer_id),
        col(PhoneNumber.contact_name),
        col(PhoneNumber.language),
        col(Customer.name),
        col(CustomerPinRow.is_required),
    )
    .join(Customer, col(Customer.id) == PhoneNumber.customer_id)
    .outerjoin(CustomerPinRow, col(CustomerPinRow.customer_id) == PhoneNumber.customer_id)
    .where(col(PhoneNumber.e164) == sa.bindparam("number"))
)
_NAMED = sa.select(col(Customer.name)).where(col(Customer.id) == sa.bindparam("customer_id", type_=sa.Integer))


async def find_caller(session: Asks, number: str | None, at: datetime, terms: Terms) -> Caller:
    """Number -> contact -> organisation -> what its contracts give at `at`. `number` in E.164; None: anonymous."""
    if number is None:
        return Caller(None, why="De beller is anoniem: we weten niet wie belt.")
    found = await ask(session, _WHOSE, number=number)
    if not found:
        excluded = await exclusion_at(session, at, number)
        why = f"Nummer {spoken_form(number)} staat bij geen enkele klant.{_shown(excluded)}"
        return Caller(number, why=why, excluded=excluded is not None)
    (known,) = found
    whose = f"Nummer {spoken_form(number)} hoort bij {known.name}"
    whose += f" ({known.contact_name})" if known.contact_name else ""
    caller = Caller(number, known.customer_id, known.name, requires_pin=bool(known.is_required), why=f"{whose}; ")
    caller = replace(caller, language=known.language)
    return await _with_standing(session, caller, known.contact_name, at, terms)


async def find_customer(session: Asks, customer_id: int, number: str | None, at: datetime, terms: Terms) -> Caller:
    """Who proved with the PIN to call for this customer, from whatever number. An exclusion of that number still holds."""
    (customer,) = await ask(session, _NAMED, customer_id=customer_id)
    known = await ask(session, _WHOSE, number=number) if number else ()
    contact = next((row.contact_name for row in known if row.customer_id == customer_id), "")
    why = f"Belt met klantnummer en pincode voor {customer.name}; "
    caller = Caller(number, customer_id, customer.name, pin=Pin.RIGHT, why=why)
    return await _with_standing(session, caller, contact, at, terms)


async def _with_standing(session: Asks, caller: Caller, contact: str, at: datetime, terms: Terms) -> Caller:
    """What the contracts of the customer give, and whether one of us excluded this number, contact or customer."""
    excluded = await exclusion_at(session, at, caller.number or "", caller.customer_id, contact)
    standing = await standing_of(session, caller.customer_id, at, terms)
    return replace(
        caller,
        level=standing.level,
        has_sla=standing.has_sla,
        why=f"{caller.why}{standing.why}{_shown(excluded)}",
        agreement_version=standing.agreement_version,
        contract_id=standing.contract_id,
        excluded=excluded is not None,
    )


def _shown(exclusion: ExclusionRow | None) -> str:
    if exclusion is None:
        return ""
    return f" Uitgesloten van de calamiteitenlijn tot en met {exclusion.ends_on:%d-%m-%Y}: {exclusion.why} (R-057)."
