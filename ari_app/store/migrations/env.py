"""Alembic's entry. It works on the connection that ari_app.store.schema hands over, inside its transaction."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from ari_app.store import (  # noqa: F401  they register themselves
    account_tables,
    announcement_tables,
    api_tables,
    attachment_tables,
    audit_tables,
    calendar_tables,
    contact_tables,
    contract_tables,
    engineer_call_tables,
    hold_tables,
    in_call_tables,
    job_tables,
    message_tables,
    outbox_tables,
    pin_tables,
    rota_tables,
    self_call_tables,
    service_tables,
    tables,
    telling_tables,
    work_tables,
)
from ari_app.store.money import Euro


def is_ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """The tables of the work queue stand in the same database and have migrations of their own."""
    return kind != "table" or name in SQLModel.metadata.tables


def plain_type(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """A migration names SQLAlchemy's own types, so that it means the same after an upgrade of SQLModel."""
    if kind == "type" and isinstance(thing, AutoString):
        return f"sa.String(length={thing.length})" if thing.length else "sa.String()"
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Euro):
        return "sa.BigInteger()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    include_object=is_ours,
    render_as_batch=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
