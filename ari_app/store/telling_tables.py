"""Tables of telling: each try to reach somebody, how people want to be reached, and how far the feed was followed."""

from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

_OPEN = "delivered_at IS NULL AND dead_at IS NULL AND ended_at IS NULL"
_IN_LANE = f"lane IS NOT NULL AND {_OPEN}"


class TellingRow(SQLModel, table=True):
    """One thing to tell by one channel to one person or program. Holds no address: that is read when it is sent."""

    __tablename__ = "telling"
    __table_args__ = (
        sa.Index("ix_telling_open", "next_try_at", sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN)),
        sa.Index(
            "ix_telling_lane",
            "person",
            "lane",
            "id",
            sqlite_where=sa.text(_IN_LANE),
            postgresql_where=sa.text(_IN_LANE),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    #: Makes writing it twice impossible; what the other side knows a repetition by is made of it.
    key: str = Field(max_length=255, unique=True)
    outbox_id: int = Field(foreign_key="outbox.id", index=True)
    #: "account:3", "engineer:2", or "webhook:" and its name.
    person: str = Field(max_length=64)
    channel: str = Field(max_length=32)
    #: Who comes after whom; 0: those whom it concerns first.
    rank: int = 0
    #: What goes to this person in one lane goes one after the other: events of a ticket, by its row. None: waits for nothing.
    lane: int | None = None
    #: Of this person: which channel comes after which.
    step: int = 0
    #: Tries begun, this one included.
    attempts: int = 0
    #: Nobody tries before this moment; while somebody is trying it is the end of the lease.
    next_try_at: datetime
    delivered_at: datetime | None = None
    #: Given up: kept, and shown to people.
    dead_at: datetime | None = None
    #: Not needed any more, such as a next channel after an answer on the first.
    ended_at: datetime | None = None
    #: Dutch: why the last try failed, or why it ended.
    why: str = ""
    #: `[{"at": ISO 8601, "why": ...}]`: the tries that failed, the last ones.
    tries: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)


class FeedPlaceRow(SQLModel, table=True):
    """How far somebody has followed what happens to tickets (see `ari_app.desk.feed`)."""

    __tablename__ = "feed_place"
    #: Who follows.
    name: str = Field(max_length=32, primary_key=True)
    place: str = Field(max_length=400)
    moved_at: datetime


class ReachRow(SQLModel, table=True):
    """How the person of an account wants to be told. Without a row: by every channel that an address is known for."""

    __tablename__ = "reach"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    mail: str = Field(default="", max_length=254)
    #: E.164; "": the first phone of the engineer of this account.
    phone: str = Field(default="", max_length=16)
    #: Of ntfy, Matrix or their like.
    topic: str = Field(default="", max_length=100)
    #: Local, [quiet_from, quiet_until), over midnight when it ends before it begins. Both None: never quiet.
    quiet_from: time | None = None
    quiet_until: time | None = None
    #: Subject to channels, the first one first; none: this person is not told of it.
    ways: dict[str, list[str]] = Field(default_factory=dict, sa_type=sa.JSON)
