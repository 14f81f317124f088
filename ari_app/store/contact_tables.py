"""People at customers: end users (R-141), and whom we write to."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class ContactRow(SQLModel, table=True):
    """A person, or a place such as "Planning". The numbers are those of `phone_number` under the same customer and name."""

    __tablename__ = "contact"
    __table_args__ = (sa.UniqueConstraint("customer_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    name: str = Field(max_length=200)
    mail: str = Field(default="", max_length=254)
    #: Planned maintenance is told by mail to this contact (R-104).
    gets_notices: bool = False
    noted_by: str = Field(max_length=200)
    noted_at: datetime
