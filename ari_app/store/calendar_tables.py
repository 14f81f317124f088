"""Tables of the days that differ from the weekly hours: what people approved, and what they took back. Nothing is deleted."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class HolidayRow(SQLModel, table=True):
    """A person approved this date as a holiday; what that does is the settings' business (A-08). `day` is local."""

    __tablename__ = "approved_holiday"
    __table_args__ = (
        sa.Index("uq_approved_holiday_day", "day", unique=True, sqlite_where=sa.text("revoked_at IS NULL"),
                 postgresql_where=sa.text("revoked_at IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    day: date
    name: str = Field(max_length=100)
    #: Who named it: "holidays 0.109, public", or "by hand".
    source: str = Field(max_length=64)
    approved_by: str = Field(max_length=200)
    approved_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str = Field(default="", max_length=200)


class HoursOfDay(SQLModel):
    """What a person decided about the hours of one date. `day` is local."""

    id: int | None = Field(default=None, primary_key=True)
    day: date
    #: Local, as people write them: `[["08:30", "12:00"]]`; none: closed all day.
    windows: list[list[str]] = Field(default_factory=list, sa_type=sa.JSON)
    reason: str
    approved_by: str = Field(max_length=200)
    approved_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str = Field(default="", max_length=200)


class PhoneHoursRow(HoursOfDay, table=True):
    """A date with phone hours of its own; they win from weekday and holiday (A-17)."""

    __tablename__ = "phone_hours_override"
    __table_args__ = (
        sa.Index("uq_phone_hours_override_day", "day", unique=True, sqlite_where=sa.text("revoked_at IS NULL"),
                 postgresql_where=sa.text("revoked_at IS NULL")),
    )  # fmt: skip


class ServiceHoursRow(HoursOfDay, table=True):
    """A date with service hours of its own: clocks run in them, whatever weekday and holiday say (R-044)."""

    __tablename__ = "service_hours_override"
    __table_args__ = (
        sa.Index("uq_service_hours_override_day", "day", unique=True, sqlite_where=sa.text("revoked_at IS NULL"),
                 postgresql_where=sa.text("revoked_at IS NULL")),
    )  # fmt: skip
