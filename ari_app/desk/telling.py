"""What must be told once and belongs to no clock: a row in the outbox, whatever number of services sees it."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.outbox_tables import OutboxRow

#: The supervisor of the day; engineers are named by "engineer:" and their id.
SUPERVISOR = "supervisor"


async def tell_once(session: AsyncSession, key: str, kind: str, to: str, text: str, now: datetime) -> bool:
    """`text` is Dutch, for people. False: the same key was told before."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = OutboxRow(key=key, kind=kind, payload={"to": to, "text": text}, created_at=now, next_try_at=now)
    added = (
        insert(OutboxRow).values(row.model_dump(exclude={"id"})).on_conflict_do_nothing().returning(col(OutboxRow.id))
    )
    connection = await session.connection()
    return (await connection.execute(added)).scalar() is not None
