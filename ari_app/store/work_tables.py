"""Tables of the work on a ticket: decisions, corrections, approvals, tasks, visits, hours and what they cost.

Every row names its ticket: no task, hours or access without one (R-111). Rows are only added, but for the end of a
visit or task and for the cost lines, which can be made again at any time.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.money import Euro
from ari_app.store.tables import by_value
from sla.billing import Activity


class Approver(StrEnum):
    """Billable work needs both (R-090). An override is a supervisor's, in an emergency, in place of both (A-21)."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    OVERRIDE = "override"


class DecisionRow(SQLModel, table=True):
    """What one of us decided or noted that no clock looks at: who, when, from what to what, and why (R-085)."""

    __tablename__ = "decision"
    __table_args__ = (
        sa.Index("ix_decision_what_at", "what", "at"),
        sa.Index("ix_decision_what_actor", "what", "actor", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    at: datetime
    actor: str = Field(max_length=200)
    #: The field or the act: "kind", "assignee", "impediment", "note" ...
    what: str = Field(max_length=32)
    before: str = ""
    after: str = ""
    why: str = ""


class ProblemLinkRow(SQLModel, table=True):
    """A disturbance that a problem record is about (R-033). What it was before is among the decisions."""

    __tablename__ = "problem_link"
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    problem_id: int = Field(foreign_key="ticket.id", index=True)


class CorrectionRow(SQLModel, table=True):
    """An event or a time entry that no longer counts, and the one in its place; none: it did not happen."""

    __tablename__ = "correction"
    __table_args__ = (
        sa.CheckConstraint("(event_id IS NULL) <> (time_entry_id IS NULL)", name="corrects_one_thing"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    event_id: int | None = Field(default=None, foreign_key="ticket_event.id", unique=True)
    new_event_id: int | None = Field(default=None, foreign_key="ticket_event.id", unique=True)
    time_entry_id: int | None = Field(default=None, foreign_key="time_entry.id", unique=True)
    new_time_entry_id: int | None = Field(default=None, foreign_key="time_entry.id", unique=True)
    at: datetime
    actor: str = Field(max_length=200)
    why: str


class ApprovalRow(SQLModel, table=True):
    """Somebody agreed to billable work, up to an amount for the whole ticket (R-090, A-21)."""

    __tablename__ = "approval"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    approver: Approver = Field(sa_type=by_value(Approver))
    #: The person who agreed.
    who: str = Field(max_length=200)
    #: By which way: mail, phone, portal, phone key ...
    how: str = Field(max_length=64)
    at: datetime
    up_to: Decimal = Field(sa_type=Euro)
    recorded_by: str = Field(max_length=200)
    recorded_at: datetime
    why: str = ""


class TaskRow(SQLModel, table=True):
    """A management task (beheertaak). Who is no engineer of ours does it only with two permissions (R-100, R-101)."""

    __tablename__ = "task"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    what: str
    made_by: str = Field(max_length=200)
    made_at: datetime
    done_by: str = Field(default="", max_length=200)
    done_at: datetime | None = None
    allowed_by_engineer: str = Field(default="", max_length=200)
    allowed_by_customer: str = Field(default="", max_length=200)


class VisitRow(SQLModel, table=True):
    """An engineer at the customer's place. It ends with the travel there and back in one sum (R-086, A-20)."""

    __tablename__ = "visit"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    engineer_id: int = Field(foreign_key="engineer.id", index=True)
    arrived_at: datetime
    left_at: datetime | None = None
    travel_seconds: int | None = None
    why_no_travel: str = ""


class TimeEntryRow(SQLModel, table=True):
    """Time that was worked, as it was: [began_at, ended_at). Only a correction takes its place (R-088)."""

    __tablename__ = "time_entry"
    __table_args__ = (
        sa.CheckConstraint("ended_at > began_at", name="has_length"),
        sa.Index(None, "activity", "began_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    engineer_id: int = Field(foreign_key="engineer.id", index=True)
    activity: Activity = Field(sa_type=by_value(Activity))
    began_at: datetime
    ended_at: datetime
    #: For management of hosted services: needed after injudicious acts of the customer, allowed by a supervisor (R-131).
    is_injudicious: bool = False
    #: A call with a third party on behalf of the customer (A-22).
    is_intermediary_call: bool = False
    note: str = ""
    recorded_by: str = Field(max_length=200)
    recorded_at: datetime


class CostLineRow(SQLModel, table=True):
    """What one work session or the travel of one visit costs: sla.billing's answer, in units and euros, with its why."""

    __tablename__ = "cost_line"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    engineer_id: int = Field(foreign_key="engineer.id")
    activity: Activity = Field(sa_type=by_value(Activity))
    began_at: datetime
    worked_seconds: int
    units: int
    charged_units: int
    #: None = the rate is still to be given; never 0 by lack of a rate (A-03).
    amount: Decimal | None = Field(default=None, sa_type=Euro)
    rule: str = Field(max_length=64)
    why: list[str] = Field(default_factory=list, sa_type=sa.JSON)
