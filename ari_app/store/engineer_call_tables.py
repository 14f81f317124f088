"""The table of calls that the line makes to engineers of ours by itself."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.tables import by_value


class Purpose(StrEnum):
    """To have a duty taken, or an urgent message. Our own call to a number of the rota proves who presses the key."""

    DUTY = "duty"
    URGENT = "urgent"


class EngineerCallRow(SQLModel, table=True):
    """An engineer who is to be rung, until a service takes it (`taken_at`); then it rings nobody twice."""

    __tablename__ = "engineer_call"
    __table_args__ = (
        sa.Index("ix_engineer_call_waiting", "id", sqlite_where=sa.text("taken_at IS NULL"),
                 postgresql_where=sa.text("taken_at IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    engineer_id: int = Field(foreign_key="engineer.id", index=True)
    purpose: Purpose = Field(sa_type=by_value(Purpose))
    #: Of the urgent message; None for a duty.
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    asked_at: datetime
    taken_at: datetime | None = None
    #: Which line took it.
    taken_by: str = Field(default="", max_length=200)
    ended_at: datetime | None = None
    #: The engineer took the duty or the message.
    is_taken_up: bool = False
    #: In Dutch: what became of it.
    why: str = ""
