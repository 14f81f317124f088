"""The table of announcements: what callers hear after the welcome about a known outage or planned maintenance."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class AnnouncementRow(SQLModel, table=True):
    """[starts_at, ends_at); it is ended by a date, never deleted."""

    __tablename__ = "announcement"
    __table_args__ = (
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_its_start"),
        sa.CheckConstraint("text <> ''", name="says_something"),
    )
    id: int | None = Field(default=None, primary_key=True)
    #: Dutch; spoken as it stands.
    text: str
    #: For callers who chose English; "": they hear the Dutch one.
    text_en: str = ""
    #: Row ids of customers; empty: everybody who calls.
    customer_ids: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    starts_at: datetime
    #: None: until somebody ends it.
    ends_at: datetime | None = Field(default=None, index=True)
    #: The ticket that callers may join.
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    made_by: str = Field(max_length=200)
    made_at: datetime
    ended_by: str = Field(default="", max_length=200)
