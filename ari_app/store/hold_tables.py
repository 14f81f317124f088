"""Legal holds: what must stay as it is, whatever retention or a request to erase says."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class HoldRow(SQLModel, table=True):
    """Exactly one of customer, ticket and number is on hold, up to and including the local day `until`; None: until lifted.

    Lifted, never deleted.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN customer_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN ticket_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN number IS NULL THEN 0 ELSE 1 END) = 1",
            name="is_on_one_thing",
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    #: E.164: all that is held on who calls from it.
    number: str | None = Field(default=None, max_length=16, index=True)
    until: date | None = None
    why: str
    placed_by: str = Field(max_length=200)
    placed_at: datetime
    lifted_at: datetime | None = None
    lifted_by: str = Field(default="", max_length=200)
    why_lifted: str = ""
