"""Table of the audit trail: who did what, when, from where. What changed by it stands where it always stood."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class AuditRow(SQLModel, table=True):
    """One thing that a person did, in the transaction that did it. Rows are only added.

    `chain` is the SHA-256 of the row and of the chain before it: a row that is changed or taken away later breaks it.
    """

    __tablename__ = "audit_entry"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    #: The name of an account; at a terminal the name that was given; "": nobody known.
    who: str = Field(default="", max_length=200, index=True)
    role: str = Field(default="", max_length=32)
    what: str = Field(max_length=64, index=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    #: See `ari_app.store.acting:Act`.
    origin: str = Field(default="", max_length=100)
    detail: str = Field(default="", max_length=500)
    chain: str = Field(max_length=64)
