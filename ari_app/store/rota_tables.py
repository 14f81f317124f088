"""Tables of the rota: patterns, swaps, hand-shakes, the links that show it, and who changed what.

Single duties and overrides are `ari_app.store.tables:DutyRow`.
"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.tables import by_value


class SwapState(StrEnum):
    """Only an accepted swap changes who is on duty."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    #: By who asked, before an answer.
    WITHDRAWN = "withdrawn"
    #: Nobody answered before the shift was over. No row has it: it follows from the time.
    EXPIRED = "expired"


class HandshakeState(StrEnum):
    """Whether the first in line showed that the phone works. Who is late and then takes the duty is first again."""

    ASKED = "asked"
    TAKEN = "taken"
    MISSED = "missed"


class LinkPurpose(StrEnum):
    """What a secret address opens. A calendar's address is given to calendar firms: it must not take a duty."""

    CALENDAR = "calendar"
    DUTY = "duty"


class EngineerPhoneRow(SQLModel, table=True):
    """Another phone of an engineer, rung after `EngineerRow.number`; the lowest `place` first."""

    __tablename__ = "engineer_phone"
    __table_args__ = (sa.UniqueConstraint("engineer_id", "place"),)
    id: int | None = Field(default=None, primary_key=True)
    engineer_id: int = Field(foreign_key="engineer.id")
    place: int
    e164: str = Field(max_length=16)


class RotationRow(SQLModel, table=True):
    """Engineers who take a position in turn, so many weeks each. Dates and times are local to `zone`."""

    __tablename__ = "rotation"
    __table_args__ = (
        sa.CheckConstraint("weeks >= 1", name="has_weeks"),
        sa.CheckConstraint("position >= 1", name="has_a_position"),
    )
    id: int | None = Field(default=None, primary_key=True)
    position: int
    #: In turn; the first one begins at the first hand-over.
    engineer_ids: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    first_day: date
    hand_over_at: time
    zone: str = Field(max_length=64)
    weeks: int = 1
    #: From here on another pattern holds, or none.
    ends_at: datetime | None = None
    made_by: str = Field(max_length=200)
    made_at: datetime


class SwapRow(SQLModel, table=True):
    """`giver` asks `taker` to take [starts_at, ends_at), perhaps for a period of the taker's in return."""

    __tablename__ = "duty_swap"
    id: int | None = Field(default=None, primary_key=True)
    giver_id: int = Field(foreign_key="engineer.id")
    taker_id: int = Field(foreign_key="engineer.id")
    position: int
    starts_at: datetime
    ends_at: datetime
    return_position: int | None = None
    return_starts_at: datetime | None = None
    return_ends_at: datetime | None = None
    state: SwapState = Field(default=SwapState.ASKED, sa_type=by_value(SwapState))
    asked_by: str = Field(max_length=200)
    asked_at: datetime
    answered_by: str = Field(default="", max_length=200)
    answered_at: datetime | None = None


class HandshakeRow(SQLModel, table=True):
    """Whether this engineer took the duty of first in line that began at `starts_at`."""

    __tablename__ = "duty_handshake"
    __table_args__ = (sa.UniqueConstraint("engineer_id", "starts_at"), sa.Index(None, "ends_at", "starts_at"))
    id: int | None = Field(default=None, primary_key=True)
    engineer_id: int = Field(foreign_key="engineer.id")
    starts_at: datetime
    ends_at: datetime
    #: After this moment the second in line goes first.
    due_at: datetime
    state: HandshakeState = Field(default=HandshakeState.ASKED, sa_type=by_value(HandshakeState))
    taken_at: datetime | None = None
    #: "keypad", "page" or the name of who gave the command.
    taken_by: str = Field(default="", max_length=200)


class RotaLinkRow(SQLModel, table=True):
    """A secret address. Only its SHA-256 stands here. `engineer_id` None: the whole rota."""

    __tablename__ = "rota_link"
    token_hash: str = Field(max_length=64, primary_key=True)
    purpose: LinkPurpose = Field(sa_type=by_value(LinkPurpose))
    engineer_id: int | None = Field(default=None, foreign_key="engineer.id", index=True)
    made_by: str = Field(max_length=200)
    made_at: datetime
    revoked_at: datetime | None = None


class RotaChangeRow(SQLModel, table=True):
    """Who changed what in the rota, and why. Rows are only added."""

    __tablename__ = "rota_change"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    actor: str = Field(max_length=200)
    #: "pattern", "override", "override_removed", "swap_asked", "swap_accepted", "swap_refused", "swap_withdrawn", "import", "phones" ...
    what: str = Field(max_length=32)
    why: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
