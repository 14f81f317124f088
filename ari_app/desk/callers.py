"""Who stands behind a number, and who of us is on duty: rows to the values that routing works with."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.tables import Contract, Customer, DutyRow, EngineerRow, PhoneNumber
from routing.caller import LEVEL_0, Caller, spoken_form
from routing.rota import Duty, Engineer

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


async def find_caller(session: AsyncSession, number: str | None, at: datetime) -> Caller:
    """Number -> contact -> organisation -> contract valid on the day of `at`. `number` in E.164; None: anonymous."""
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
        return Caller(number, why=f"Nummer {spoken_form(number)} staat bij geen enkele klant.")
    phone, customer = found
    whose = f"Nummer {spoken_form(number)} hoort bij {customer.name}"
    whose += f" ({phone.contact_name})" if phone.contact_name else ""
    day = at.astimezone(AMSTERDAM).date()
    contract = await _contract_on(session, phone.customer_id, day)
    if contract is None:
        return Caller(number, customer.id, customer.name, why=f"{whose}; op {_dutch(day)} is er geen geldig contract.")
    return Caller(
        number=number,
        customer_id=customer.id,
        customer_name=customer.name,
        level=contract.level,
        has_sla=contract.level != LEVEL_0,
        why=f"{whose}; {_terms(contract)}.",
        agreement_version=contract.agreement_version,
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


async def _contract_on(session: AsyncSession, customer_id: int, day: date) -> Contract | None:
    """The youngest of the contracts that hold on that day: it replaces the older ones."""
    return (
        await session.exec(
            select(Contract)
            .where(
                Contract.customer_id == customer_id,
                Contract.starts_on <= day,
                or_(col(Contract.ends_on).is_(None), col(Contract.ends_on) >= day),
            )
            .order_by(col(Contract.starts_on).desc(), col(Contract.id).desc())
        )
    ).first()


def _terms(contract: Contract) -> str:
    if contract.level == LEVEL_0:
        return f"contract zonder SLA sinds {_dutch(contract.starts_on)}"
    until = f" tot en met {_dutch(contract.ends_on)}" if contract.ends_on else ""
    unpaid = ", nog niet betaald maar wel geldig" if contract.is_unpaid else ""
    return f"SLA {contract.level.capitalize()} geldt sinds {_dutch(contract.starts_on)}{until}{unpaid}"


def _dutch(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"
