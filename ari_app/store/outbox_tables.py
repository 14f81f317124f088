"""Tables of the watch: what was noticed about a clock, what must be told to people, and tickets that can't be planned."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.tables import by_value
from sla.alerts import AlertKind
from sla.terms import ClockKind


class NoticeKind(StrEnum):
    """The alerts of the agreement (see `sla.alerts.AlertKind`), and one about ourselves."""

    AT_RISK = AlertKind.AT_RISK.value
    OVERDUE = AlertKind.OVERDUE.value
    BREACHED = AlertKind.BREACHED.value
    NO_PLAN = AlertKind.NO_PLAN.value
    #: Its deadlines can't be computed: a person must look at the ticket.
    NOT_PLANNED = "not_planned"


class NoticeRow(SQLModel, table=True):
    """Something became true about a ticket. `since` is when, computed; `noticed_at` is when we saw it.

    The key of an alert is unique for its ticket: that makes noticing it twice impossible.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("ticket_id", "key"),
        sa.Index("ix_notice_open", "since", sqlite_where=sa.text("ended_at IS NULL"),
                 postgresql_where=sa.text("ended_at IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    key: str = Field(max_length=120)
    kind: NoticeKind = Field(sa_type=by_value(NoticeKind))
    #: None: about the ticket as a whole.
    clock: ClockKind | None = Field(default=None, sa_type=by_value(ClockKind))
    since: datetime
    noticed_at: datetime
    #: Seen more than a minute after it became true: the service was away, or the change was backdated.
    is_late: bool = False
    #: From when on it asks nothing of people any more: no longer so, the clock stopped, or a graver one came.
    ended_at: datetime | None = None


class OutboxRow(SQLModel, table=True):
    """Something to tell. Written in the transaction that caused it. `delivered_at`: it is spread over those to tell."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_waiting", "next_try_at", sqlite_where=sa.text("delivered_at IS NULL AND dead_at IS NULL"),
                 postgresql_where=sa.text("delivered_at IS NULL AND dead_at IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    #: The same at each try, so that a receiver can know a repetition.
    key: str = Field(max_length=160, unique=True)
    kind: str = Field(max_length=32)
    #: None: about no ticket, such as the rota.
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    created_at: datetime
    #: Tries begun, this one included.
    attempts: int = 0
    #: Nobody tries before this moment; while somebody is trying it is the end of the lease.
    next_try_at: datetime
    delivered_at: datetime | None = None
    #: Given up: kept, and shown to people.
    dead_at: datetime | None = None
    error: str = ""
    #: Somebody sees to it: nobody else is told any more.
    taken_at: datetime | None = None
    taken_by: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})


class FailedLookRow(SQLModel, table=True):
    """A ticket that could not be planned, how often in a row, and why. Goes away when it can be planned again."""

    __tablename__ = "failed_look"
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    failures: int
    first_failed_at: datetime
    last_failed_at: datetime
    error: str
