"""Fictitious customers, engineers and rota for a line in demo mode. All names are made up; never called on a real line."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.database import Store
from ari_app.store.rota_tables import RotationRow
from ari_app.store.tables import Contract, Customer, DutyRow, EngineerRow, PhoneNumber
from routing.caller import LEVEL_0

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AGREEMENT_VERSION = "voip-4.10-2023-11"
#: The rota is made for so long before and after the moment that is asked for.
WEEKS_AROUND = 26
#: Far away: the demo shows calls, not reminders to pay.
PAID_UNTIL = date(2099, 12, 31)

#: Name, level, {number: contact}.
CUSTOMERS = (
    ("Transport De Testrit", "premium", {"+31850004120": "Planning", "+31201234567": "Piet Proefrit"}),
    ("Garage Nepstra", "standard", {"+31850004130": "Werkplaats"}),
    ("Bloemen Bedacht", LEVEL_0, {"+31850004140": "Winkel"}),
    ("Bakkerij Verzonnen", "premium", {"+31850004150": "Bakkerij"}),
)
ENGINEERS = (
    ("Fenna Fictief", "+31612345001", 1),
    ("Bram Bedacht", "+31612345002", 2),
    ("Sanne Schijn", "+31612345003", 3),
)
WEEKDAY_ORDER = ("Fenna Fictief", "Bram Bedacht", "Sanne Schijn")
SUNDAY_ORDER = ("Sanne Schijn", "Fenna Fictief", "Bram Bedacht")


async def seed_demo(store: Store, at: datetime) -> None:
    """Adds what is missing: the customers and engineers, and, as long as nobody made a pattern, a rota
    for half a year before and after `at` (aware)."""
    async with store.session() as session:
        if (await session.exec(select(EngineerRow))).first() is None:
            await _add_people(session)
        if (await session.exec(select(RotationRow))).first() is None:
            await _add_rota(session, at.astimezone(AMSTERDAM).date())


async def _add_people(session: AsyncSession) -> None:
    for name, level, numbers in CUSTOMERS:
        customer = Customer(name=name)
        session.add(customer)
        await session.flush()
        assert customer.id is not None
        session.add(
            Contract(
                customer_id=customer.id,
                level=level,
                agreement_version=AGREEMENT_VERSION,
                starts_on=date(2024, 1, 1),
                framework_agreement="MO-DEMO",
                terms_version="AV-DEMO",
                paid_until=PAID_UNTIL,
                users=12,
                price_per_user=Decimal("14.50"),
            )
        )
        session.add_all(
            PhoneNumber(e164=number, customer_id=customer.id, contact_name=contact)
            for number, contact in numbers.items()
        )
    session.add_all(EngineerRow(name=name, number=number, line=line) for name, number, line in ENGINEERS)
    await session.flush()


async def _add_rota(session: AsyncSession, day: date) -> None:
    engineers = {engineer.name: engineer.id or 0 for engineer in await session.exec(select(EngineerRow))}
    present = set(await session.exec(select(DutyRow.starts_at).where(col(DutyRow.position) == 1)))
    monday = day - timedelta(days=day.weekday())
    for week in range(-WEEKS_AROUND, WEEKS_AROUND + 1):
        for starts_at, ends_at, order in _week(monday + timedelta(weeks=week)):
            if starts_at in present:
                continue
            session.add_all(
                DutyRow(engineer_id=engineers[name], starts_at=starts_at, ends_at=ends_at, position=position)
                for position, name in enumerate(order, 1)
                if name in engineers
            )


def _week(monday: date) -> Iterator[tuple[datetime, datetime, tuple[str, ...]]]:
    """Monday to Saturday in one order, Sunday in another; midnight in Amsterdam, so that no hour is lost in October."""
    sunday, next_monday = monday + timedelta(days=6), monday + timedelta(days=7)
    yield _midnight(monday), _midnight(sunday), WEEKDAY_ORDER
    yield _midnight(sunday), _midnight(next_monday), SUNDAY_ORDER


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)
