"""Who stands behind a number, and who of us is on duty: rows to the values that routing works with."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.exclusions import exclusion_at
from ari_app.desk.planning import Terms
from ari_app.desk.standing import standing_of
from ari_app.store.contract_tables import ExclusionRow
from ari_app.store.tables import Customer, DutyRow, EngineerRow, PhoneNumber
from routing.caller import Caller, spoken_form
from routing.rota import Duty, Engineer


async def find_caller(session: AsyncSession, number: str | None, at: datetime, terms: Terms) -> Caller:
    """Number -> contact -> organisation -> what its contracts give at `at`. `number` in E.164; None: anonymous."""
    if number is None:
        return Caller(None, why="De beller is anoniem: we weten niet wie belt.")
    found = (
        await session.exec(
            select(PhoneNumber, Customer)
            .join(Customer, col(Customer.id) == PhoneNumber.customer_id)
            .where(PhoneNumber.e164 == number)
        )
    ).first()
    if found is None:
        excluded = await exclusion_at(session, at, number)
        why = f"Nummer {spoken_form(number)} staat bij geen enkele klant.{_shown(excluded)}"
        return Caller(number, why=why, excluded=excluded is not None)
    phone, customer = found
    excluded = await exclusion_at(session, at, number, phone.customer_id, phone.contact_name)
    standing = await standing_of(session, phone.customer_id, at, terms)
    whose = f"Nummer {spoken_form(number)} hoort bij {customer.name}"
    whose += f" ({phone.contact_name})" if phone.contact_name else ""
    return Caller(
        number=number,
        customer_id=customer.id,
        customer_name=customer.name,
        level=standing.level,
        has_sla=standing.has_sla,
        why=f"{whose}; {standing.why}{_shown(excluded)}",
        agreement_version=standing.agreement_version,
        contract_id=standing.contract_id,
        excluded=excluded is not None,
    )


async def duties_at(session: AsyncSession, at: datetime) -> tuple[Duty, ...]:
    """All duties that hold at `at`, overrides among them."""
    found = await session.exec(
        select(DutyRow, EngineerRow)
        .join(EngineerRow, col(EngineerRow.id) == DutyRow.engineer_id)
        .where(DutyRow.starts_at <= at, DutyRow.ends_at > at)
    )
    return tuple(
        Duty(
            Engineer(duty.engineer_id, engineer.name, engineer.number, engineer.line),
            duty.starts_at,
            duty.ends_at,
            duty.position,
            duty.is_override,
        )
        for duty, engineer in found
    )


def _shown(exclusion: ExclusionRow | None) -> str:
    if exclusion is None:
        return ""
    return f" Uitgesloten van de calamiteitenlijn tot en met {exclusion.ends_on:%d-%m-%Y}: {exclusion.why} (R-057)."
