"""What must be told once and belongs to no clock: a row in the outbox, whatever number of services sees it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.outbox_tables import OutboxRow

#: The supervisor of the day; engineers are named by "engineer:" and their id.
SUPERVISOR = "supervisor"
#: No person at all: the programs that the settings name.
WEBHOOKS = "webhooks"


async def tell_once(session: AsyncSession, key: str, kind: str, to: str, text: str, now: datetime) -> bool:
    """`text` is Dutch, for people. False: the same key was told before."""
    return await _add(
        session, OutboxRow(key=key, kind=kind, payload={"to": to, "text": text}, created_at=now, next_try_at=now)
    )


async def tell_webhooks(
    session: AsyncSession, key: str, kind: str, data: Mapping[str, Any], now: datetime, ticket_id: int | None = None
) -> bool:
    """`data` is what the receivers get, as JSON; people are not told. False: the same key was told before."""
    payload = {"to": WEBHOOKS, "event": dict(data)}
    row = OutboxRow(key=key, kind=kind, ticket_id=ticket_id, payload=payload, created_at=now, next_try_at=now)
    return await _add(session, row)


async def _add(session: AsyncSession, row: OutboxRow) -> bool:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    added = (
        insert(OutboxRow).values(row.model_dump(exclude={"id"})).on_conflict_do_nothing().returning(col(OutboxRow.id))
    )
    connection = await session.connection()
    return (await connection.execute(added)).scalar() is not None
