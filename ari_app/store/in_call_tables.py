"""Tables of what happens around a conversation: keys of the engineer, sound that was kept, calls back to a customer."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.tables import by_value


class SoundKind(StrEnum):
    """A talk was announced to both; a note is what an engineer said to the ticket after the call."""

    TALK = "talk"
    NOTE = "note"


class CallBackState(StrEnum):
    """`asked` until a service takes it; then it rings nobody twice."""

    ASKED = "asked"
    TAKEN = "taken"
    TALKED = "talked"
    NOT_REACHED = "not_reached"


class KeyedInRow(SQLModel, table=True):
    """What an engineer keyed in during or after a call, until the desk has made a command of it (`done_at`)."""

    __tablename__ = "keyed_in"
    __table_args__ = (
        sa.Index("ix_keyed_in_waiting", "id", sqlite_where=sa.text("done_at IS NULL"),
                 postgresql_where=sa.text("done_at IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    at: datetime
    engineer_id: int = Field(foreign_key="engineer.id")
    by: str = Field(max_length=200)
    #: As `ari_app.desk.report.KeyedIn`.
    what: str = Field(max_length=32)
    value: str = Field(default="", max_length=200)
    done_at: datetime | None = None
    #: Why the desk refused it; then it stands on the ticket as a note.
    refused: str = ""


class CallSoundRow(SQLModel, table=True):
    """Sound of a call beside the caller's message. `recording` is relative to the recordings folder."""

    __tablename__ = "call_sound"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    kind: SoundKind = Field(sa_type=by_value(SoundKind))
    recording: str = Field(max_length=200, unique=True)
    by: str = Field(default="", max_length=200)
    #: None: a note that nobody has heard yet.
    text: str | None = None


class CallBackRow(SQLModel, table=True):
    """Somebody of us wants to speak with the caller of a ticket: `phone` rings first, then the number on the ticket."""

    __tablename__ = "call_back"
    __table_args__ = (
        sa.Index("ix_call_back_waiting", "id", sqlite_where=sa.text("taken_at IS NULL"),
                 postgresql_where=sa.text("taken_at IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    #: The name of a desk phone, or of an engineer.
    phone: str = Field(max_length=200)
    asked_by: str = Field(max_length=200)
    asked_at: datetime
    taken_at: datetime | None = None
    #: Which line took it: only that one knows what became of the phones.
    taken_by: str = Field(default="", max_length=200)
    state: CallBackState = Field(default=CallBackState.ASKED, sa_type=by_value(CallBackState))
    #: In Dutch: what became of it.
    why: str = ""
