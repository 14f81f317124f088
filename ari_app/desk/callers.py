"""Who stands behind a number, and who of us is on duty: rows to the values that routing works with."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from ari_app.desk.exclusions import exclusion_at
from ari_app.desk.planning import Terms
from ari_app.desk.standing import standing_of
from ari_app.store.contract_tables import ExclusionRow
from ari_app.store.rota_tables import EngineerPhoneRow
from ari_app.store.statements import Asks, ask, columns_of
from ari_app.store.tables import Customer, DutyRow, EngineerRow, PhoneNumber
from routing.caller import Caller, spoken_form
from routing.rota import Duty, Engineer

_WHOSE = (
    sa.select(col(PhoneNumber.customer_id), col(PhoneNumber.contact_name), col(Customer.name))
    .join(Customer, col(Customer.id) == PhoneNumber.customer_id)
    .where(col(PhoneNumber.e164) == sa.bindparam("number"))
)
_ON_DUTY = (
    sa.select(columns_of(DutyRow), col(EngineerRow.name), col(EngineerRow.number), col(EngineerRow.line))
    .join(EngineerRow, col(EngineerRow.id) == DutyRow.engineer_id)
    .where(col(DutyRow.starts_at) <= sa.bindparam("at"), col(DutyRow.ends_at) > sa.bindparam("at"))
)
_MORE_PHONES = sa.select(columns_of(EngineerPhoneRow)).order_by(col(EngineerPhoneRow.place))


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


async def duties_at(session: Asks, at: datetime) -> tuple[Duty, ...]:
    """All duties that hold at `at`, overrides among them."""
    found = await ask(session, _ON_DUTY, at=at)
    more = await ask(session, _MORE_PHONES)
    return tuple(
        Duty(
            Engineer(
                duty.engineer_id,
                duty.name,
                (duty.number, *(phone.e164 for phone in more if phone.engineer_id == duty.engineer_id)),
                duty.line,
            ),
            duty.starts_at,
            duty.ends_at,
            duty.position,
            duty.is_override,
        )
        for duty in found
    )


def _shown(exclusion: ExclusionRow | None) -> str:
    if exclusion is None:
        return ""
    return f" Uitgesloten van de calamiteitenlijn tot en met {exclusion.ends_on:%d-%m-%Y}: {exclusion.why} (R-057)."
