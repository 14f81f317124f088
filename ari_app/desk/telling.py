"""What must be told once and belongs to no clock: a row in the outbox, whatever number of services sees it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.statements import Asks

#: The supervisor of the day; engineers are named by "engineer:" and their id.
SUPERVISOR = "supervisor"
#: No person at all: the programs that the settings name.
WEBHOOKS = "webhooks"
#: The kind of a row that is for them only.
EVENT = "event"
#: The kind of a mail to a contact of a customer about planned maintenance.
MAINTENANCE = "maintenance"


async def tell_once(session: Asks, key: str, kind: str, to: str, text: str, now: datetime) -> bool:
    """`text` is Dutch, for people. False: the same key was told before."""
    return await _add(
        session, OutboxRow(key=key, kind=kind, payload={"to": to, "text": text}, created_at=now, next_try_at=now)
    )


async def tell_webhooks(
    session: AsyncSession, key: str, event_type: str, event: Mapping[str, Any], at: datetime, ticket_id: int
) -> OutboxRow | None:
    """A row that is to be spread now. `event` says which one it is; what it tells is read when it is sent. People are not
    told. None: the same key was told before."""
    payload = {"to": WEBHOOKS, "type": event_type, "event": dict(event)}
    row = OutboxRow(
        key=key, kind=EVENT, ticket_id=ticket_id, payload=payload, created_at=at, next_try_at=at, delivered_at=at
    )
    if not await _add(session, row):
        return None
    return (await session.exec(select(OutboxRow).where(OutboxRow.key == key))).one()


async def tell_customer(
    session: AsyncSession, key: str, whom: tuple[str, str], words: tuple[str, str], now: datetime
) -> bool:
    """`whom`: "contact:" and its id, and how we call them; `words`: subject and text. False: the same key was told before."""
    (to, name), (subject, text) = whom, words
    payload = {"to": to, "whom": name, "subject": subject, "text": text}
    return await _add(session, OutboxRow(key=key, kind=MAINTENANCE, payload=payload, created_at=now, next_try_at=now))


async def _add(session: Asks, row: OutboxRow) -> bool:
    connection = await session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    added = (
        insert(OutboxRow).values(row.model_dump(exclude={"id"})).on_conflict_do_nothing().returning(col(OutboxRow.id))
    )
    return (await connection.execute(added)).scalar() is not None
