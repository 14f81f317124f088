"""Tables around a contract: who is excluded from the calamity line or was not, buy-outs, what a customer calls crucial."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.money import Euro
from ari_app.store.tables import by_value


class ExclusionScope(StrEnum):
    """Whom an exclusion is about (A-12)."""

    NUMBER = "number"
    CONTACT = "contact"
    ORGANISATION = "organisation"


class ExclusionRow(SQLModel, table=True):
    """A supervisor excludes from the calamity line (R-057). [starts_at, ends_on], the last day included, local."""

    __tablename__ = "exclusion"
    __table_args__ = (
        sa.CheckConstraint("number IS NOT NULL OR customer_id IS NOT NULL", name="is_about_somebody"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    scope: ExclusionScope = Field(sa_type=by_value(ExclusionScope))
    number: str | None = Field(default=None, max_length=16, index=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    contact_name: str = Field(default="", max_length=200)
    starts_at: datetime
    ends_on: date
    decided_by: str = Field(max_length=200)
    why: str
    lifted_at: datetime | None = None
    lifted_by: str = Field(default="", max_length=200)
    why_lifted: str = ""


class DeclinedExclusionRow(SQLModel, table=True):
    """A supervisor saw a proposal of exclusion and turned it down (A-12). For the same tickets it does not come back."""

    __tablename__ = "exclusion_declined"
    __table_args__ = (
        sa.CheckConstraint("number IS NOT NULL OR customer_id IS NOT NULL", name="is_about_somebody"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    scope: ExclusionScope = Field(sa_type=by_value(ExclusionScope))
    number: str | None = Field(default=None, max_length=16)
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    contact_name: str = Field(default="", max_length=200)
    #: Row ids of the tickets that were counted, and how that was said.
    tickets: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    facts: str
    declined_by: str = Field(max_length=200)
    declined_at: datetime
    why: str


class BuyOutRow(SQLModel, table=True):
    """A draft of an offer to end a contract early: we need not agree (R-067, R-068)."""

    __tablename__ = "buy_out_offer"
    id: int | None = Field(default=None, primary_key=True)
    contract_id: int = Field(foreign_key="contract.id", index=True)
    ends_on: date
    users: int
    months: int
    #: None = the price per user is not entered on the contract (A-15).
    amount: Decimal | None = Field(default=None, sa_type=Euro)
    why: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    made_by: str = Field(max_length=200)
    made_at: datetime


class CrucialPlaceRow(SQLModel, table=True):
    """A place of work that the customer calls crucial: what hinders it hinders business (R-083b)."""

    __tablename__ = "crucial_place"
    __table_args__ = (sa.UniqueConstraint("customer_id", "place"),)
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    #: As people say it, in lower case: "bezorglijn".
    place: str = Field(max_length=100)
    #: E.164 of the phone there; None: nobody told.
    number: str | None = Field(default=None, max_length=16)


class ContractDecisionRow(SQLModel, table=True):
    """What was decided or noted about a contract: who, when, from what to what, and why."""

    __tablename__ = "contract_decision"
    id: int | None = Field(default=None, primary_key=True)
    contract_id: int = Field(foreign_key="contract.id", index=True)
    at: datetime
    actor: str = Field(max_length=200)
    what: str = Field(max_length=32)
    before: str = ""
    after: str = ""
    why: str = ""
