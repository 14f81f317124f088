"""Mails to customers about planned maintenance (R-104): to whom, once each, and what became of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.notify.views import Standing, standing_of
from ari_app.desk.telling import MAINTENANCE, tell_customer
from ari_app.store.contact_tables import ContactRow
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.service_tables import MaintenanceRow
from ari_app.store.tables import Customer
from ari_app.store.telling_tables import TellingRow

_CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class MailView:
    """`whom` is contact and customer. `at`: when it was delivered, given up or ended, or is tried next. `is_cancellation`: it
    says that the maintenance does not take place."""

    whom: str
    standing: Standing
    at: datetime
    why: str
    is_cancellation: bool


@dataclass(frozen=True, slots=True)
class Concerned:
    """Those whom it concerns: `to_mail` (contact rows with their customer) and, by name, customers `without` an address."""

    to_mail: tuple[tuple[ContactRow, str], ...]
    without: tuple[str, ...]


async def read_concerned(session: AsyncSession, customer_ids: Collection[int]) -> Concerned:
    """`customer_ids` empty: all customers."""
    asked = select(Customer).order_by(col(Customer.name))
    customers = (await session.exec(asked.where(col(Customer.id).in_(customer_ids)) if customer_ids else asked)).all()
    told = select(ContactRow).where(col(ContactRow.gets_notices).is_(True), ContactRow.mail != "")
    by_customer: dict[int, list[ContactRow]] = defaultdict(list)
    for row in await session.exec(told.order_by(col(ContactRow.name))):
        by_customer[row.customer_id].append(row)
    return Concerned(
        tuple((row, one.name) for one in customers for row in by_customer[one.id or 0]),
        tuple(one.name for one in customers if not by_customer[one.id or 0]),
    )


async def mail_notice(
    session: AsyncSession, row: MaintenanceRow, words: tuple[str, str], concerned: Concerned, now: datetime
) -> int:
    """Gives how many were written now: who has this notice already gets no second one."""
    written = 0
    for contact, customer in concerned.to_mail:
        to, whom = f"contact:{contact.id}", f"{contact.name} ({customer})"
        written += await tell_customer(session, f"maintenance:{row.id}:{contact.id}", (to, whom), words, now)
    return written


async def mail_cancellation(session: AsyncSession, row: MaintenanceRow, words: tuple[str, str], now: datetime) -> None:
    """To all whose notice arrived."""
    arrived = (
        select(OutboxRow)
        .join(TellingRow, col(TellingRow.outbox_id) == OutboxRow.id)
        .where(OutboxRow.kind == MAINTENANCE, col(OutboxRow.key).startswith(f"maintenance:{row.id}:"))
        .where(col(TellingRow.delivered_at).is_not(None))
    )
    for notice in (await session.exec(arrived)).all():
        whom = (str(notice.payload["to"]), str(notice.payload["whom"]))
        await tell_customer(session, f"{notice.key}:{_CANCELLED}", whom, words, now)


async def read_mails(session: AsyncSession, rows: Sequence[MaintenanceRow]) -> Mapping[int, tuple[MailView, ...]]:
    """By the number of the maintenance, in order of writing."""
    found: dict[int, list[MailView]] = defaultdict(list)
    if not rows:
        return {}
    since, ids = min(row.planned_at for row in rows), {row.id for row in rows}
    asked = (
        select(OutboxRow, TellingRow)
        .outerjoin(TellingRow, col(TellingRow.outbox_id) == OutboxRow.id)
        .where(OutboxRow.kind == MAINTENANCE, OutboxRow.created_at >= since)
        .order_by(col(OutboxRow.id))
    )
    for told, step in await session.exec(asked):
        number = maintenance_of(told.key)
        if number in ids:
            standing, at = standing_of(step) if step else (Standing.WAITING, told.next_try_at)
            why, is_over = step.why if step else "", is_cancellation(told.key)
            found[number].append(MailView(str(told.payload["whom"]), standing, at, why, is_over))
    return {number: tuple(mails) for number, mails in found.items()}


def maintenance_of(key: str) -> int:
    """Which maintenance a row of the outbox is about."""
    return int(key.split(":")[1])


def is_cancellation(key: str) -> bool:
    return key.endswith(f":{_CANCELLED}")
