"""Who stands behind a number: rows to the value that routing works with."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from ari_app.desk.exclusions import exclusion_at
from ari_app.desk.planning import Terms
from ari_app.desk.standing import standing_of
from ari_app.store.contract_tables import ExclusionRow
from ari_app.store.statements import Asks, ask
from ari_app.store.tables import Customer, PhoneNumber
from routing.caller import Caller, spoken_form

_WHOSE = (
    sa.select(col(PhoneNumber.customer_id), col(PhoneNumber.contact_name), col(Customer.name))
    .join(Customer, col(Customer.id) == PhoneNumber.customer_id)
    .where(col(PhoneNumber.e164) == sa.bindparam("number"))
)


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
    excluded = await exclusion_at(session, at, number, known.customer_id, known.contact_name)
    standing = await standing_of(session, known.customer_id, at, terms)
    whose = f"Nummer {spoken_form(number)} hoort bij {known.name}"
    whose += f" ({known.contact_name})" if known.contact_name else ""
    return Caller(
        number=number,
        customer_id=known.customer_id,
        customer_name=known.name,
        level=standing.level,
        has_sla=standing.has_sla,
        why=f"{whose}; {standing.why}{_shown(excluded)}",
        agreement_version=standing.agreement_version,
        contract_id=standing.contract_id,
        excluded=excluded is not None,
    )


def _shown(exclusion: ExclusionRow | None) -> str:
    if exclusion is None:
        return ""
    return f" Uitgesloten van de calamiteitenlijn tot en met {exclusion.ends_on:%d-%m-%Y}: {exclusion.why} (R-057)."
