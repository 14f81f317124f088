"""Table of the calls that the line places to itself, to find out every night whether it works."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class SelfCallRow(SQLModel, table=True):
    """One such call. Rows are only added."""

    __tablename__ = "self_call"
    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = Field(index=True)
    ended_at: datetime
    is_well: bool
    #: `[{"what": ..., "is_well": ..., "detail": ...}]` in order; after the first that failed there may be none.
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    #: What our own line made of it; None: nothing, or nothing that bears our words.
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id")
