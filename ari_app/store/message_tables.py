"""Tables of what a caller chose beside a message, and of urgent messages that nobody took up yet."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class MessageChoiceRow(SQLModel, table=True):
    """What the caller chose by key; a caller who chose nothing has no row."""

    __tablename__ = "message_choice"
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    is_urgent: bool = False
    #: E.164, typed or agreed to; None: the number that called.
    call_back_number: str | None = Field(default=None, max_length=16)
    #: Of the prompts that the caller chose, and so most likely of the message; "": the language of the line.
    language: str = Field(default="", max_length=8)


class UrgentMessageRow(SQLModel, table=True):
    """An urgent message, until somebody claims it. The first who writes `claimed_by` has it."""

    __tablename__ = "urgent_message"
    __table_args__ = (
        sa.Index("ix_urgent_message_waiting", "next_step_at", sqlite_where=sa.text("ended_at IS NULL"),
                 postgresql_where=sa.text("ended_at IS NULL")),
    )  # fmt: skip
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    #: Dutch, for people: why it is urgent.
    why: str
    since: datetime
    #: Notices that went out.
    steps: int = 0
    #: Who was told personally, in that order: nobody is told twice before everybody is.
    told: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    next_step_at: datetime
    claimed_by: str | None = Field(default=None, max_length=200)
    #: By "page", "cli" or "key".
    claimed_by_way_of: str = Field(default="", max_length=16)
    claimed_at: datetime | None = None
    #: From when on nobody is told any more: claimed, or taken in hand without a claim.
    ended_at: datetime | None = None
