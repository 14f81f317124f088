"""Tables of what a caller proves and agrees to by key: PINs of customers, wrong tries, and consent to costs."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.money import Euro


class CustomerPinRow(SQLModel, table=True):
    """The PIN with which somebody proves to call for a customer (A-25)."""

    __tablename__ = "customer_pin"
    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    #: argon2id, in the format of the argon2 library.
    pin_hash: str = Field(max_length=200)
    #: Asked at every call to the calamity line, also when the number is known.
    is_required: bool = False
    set_at: datetime
    set_by: str = Field(max_length=200)


class PinTryRow(SQLModel, table=True):
    """A try that was not right. What was typed is kept nowhere."""

    __tablename__ = "pin_try"
    __table_args__ = (sa.Index(None, "at"),)
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    #: E.164; "" for all callers without a number together.
    caller_number: str = Field(max_length=16)
    #: None = there is no such customer.
    customer_id: int | None = Field(default=None, foreign_key="customer.id")


class CostsConsentRow(SQLModel, table=True):
    """A caller without an SLA agreed to costs by a key (A-10); it becomes an approval of the ticket of the call (R-090)."""

    __tablename__ = "costs_consent"
    call_id: str = Field(max_length=64, primary_key=True)
    at: datetime
    keys: str = Field(max_length=16)
    #: Of the text that was heard: changes with each word of it.
    prompt_version: str = Field(max_length=16)
    text: str
    up_to: Decimal = Field(sa_type=Euro)
