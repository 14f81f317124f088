"""Tables of what a customer buys, and of planned maintenance of it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.tables import by_value


class Place(StrEnum):
    """Where a service stands (R-001)."""

    CUSTOMER = "customer"
    DATA_CENTRE = "data_centre"


class ServiceRow(SQLModel, table=True):
    """A service of a customer, and who supplies it (R-102, R-103, R-107, R-108)."""

    __tablename__ = "customer_service"
    __table_args__ = (sa.UniqueConstraint("customer_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    name: str = Field(max_length=200)
    #: "": we supply it.
    supplier: str = Field(default="", max_length=200)
    #: None: nobody wrote down where it stands.
    place: Place | None = Field(default=None, sa_type=by_value(Place))
    noted_by: str = Field(max_length=200)
    noted_at: datetime


class EquipmentRow(SQLModel, table=True):
    """Equipment at a customer: whether it is ours to manage (R-102, R-103, R-108, R-146)."""

    __tablename__ = "equipment"
    __table_args__ = (sa.UniqueConstraint("customer_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    name: str = Field(max_length=200)
    #: Supplied by us (R-102).
    is_ours: bool
    #: Windows Server or Linux, virtual or not; then our agent counts (R-146).
    is_server: bool = False
    has_agent: bool = False
    #: Part of the network that we look after (R-103); else we have no part in it at all (R-108).
    in_network: bool = True
    noted_by: str = Field(max_length=200)
    noted_at: datetime


class MaintenanceRow(SQLModel, table=True):
    """Planned maintenance with the five items of its notice (R-106). [starts_at, ends_at); cancelled, never deleted."""

    __tablename__ = "maintenance"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_its_start"),
        sa.CheckConstraint("expected_minutes >= 1", name="takes_time"),
    )
    id: int | None = Field(default=None, primary_key=True)
    contact: str = Field(max_length=200)
    starts_at: datetime = Field(index=True)
    ends_at: datetime
    expected_minutes: int
    services: list[str] = Field(sa_type=sa.JSON)
    reason: str
    #: Row ids of customers; empty: everybody.
    customer_ids: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    #: What callers hear about it from the planning on.
    announcement_id: int | None = Field(default=None, foreign_key="announcement.id")
    planned_by: str = Field(max_length=200)
    planned_at: datetime
    #: That the customers were told, by which way (R-104).
    told_at: datetime | None = None
    told_by: str = Field(default="", max_length=200)
    told_how: str = ""
    cancelled_at: datetime | None = None
    cancelled_by: str = Field(default="", max_length=200)
    why_cancelled: str = ""
