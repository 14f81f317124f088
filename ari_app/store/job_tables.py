"""Tables of the pipeline: how far each sound is on its way to text, older transcripts, the workers, what retention took."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.tables import by_value


class JobState(StrEnum):
    """A sound that nobody began with has no row yet."""

    #: In the queue, or in hand of a worker.
    WAITING = "waiting"
    #: It failed, and is tried again at `next_try_at`.
    RETRYING = "retrying"
    #: It failed so often that only a person has it tried again.
    PARKED = "parked"
    DONE = "done"


class Erased(StrEnum):
    """What retention takes from a ticket."""

    AUDIO = "audio"
    TRANSCRIPT = "transcript"
    NUMBER = "number"
    ATTACHMENTS = "attachments"


class SoundJobRow(SQLModel, table=True):
    """One sound: a message (row of `voicemail`) or a note (row of `call_sound`). Only the job of `attempt` may file."""

    __tablename__ = "sound_job"
    __table_args__ = (
        sa.Index("ix_sound_job_parked", "changed_at", sqlite_where=sa.text("state = 'parked'"),
                 postgresql_where=sa.text("state = 'parked'")),
    )  # fmt: skip
    kind: str = Field(max_length=16, primary_key=True)
    row_id: int = Field(primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    #: Counts from 1; each try that comes after a wait, and each that a person asks for, is the next one.
    attempt: int = 1
    #: As `work_queue.Haste`.
    haste: int
    #: How often a worker began to listen in this attempt: more than once means that a worker died over it.
    starts: int = 0
    #: Attempts that failed since it was last asked for.
    failures: int = 0
    state: JobState = Field(default=JobState.WAITING, sa_type=by_value(JobState))
    #: Dutch, for people: why it failed.
    why: str = ""
    next_try_at: datetime | None = None
    changed_at: datetime
    #: The worker that began last.
    worker: str = Field(default="", max_length=200)


class TranscriptVersionRow(SQLModel, table=True):
    """A transcript that a later one took the place of."""

    __tablename__ = "transcript_version"
    __table_args__ = (sa.UniqueConstraint("voicemail_id", "attempt"),)
    id: int | None = Field(default=None, primary_key=True)
    voicemail_id: int = Field(foreign_key="voicemail.id")
    #: The attempt whose transcript replaced it.
    attempt: int
    transcript: dict[str, Any] = Field(sa_type=sa.JSON)
    model: str = Field(max_length=200)
    #: What the machine proposed then.
    proposal: str | None = Field(default=None, max_length=32)
    sure: float | None = None
    replaced_at: datetime


class WorkerRow(SQLModel, table=True):
    """A worker that lives, as far as is known. `beats` grows every few seconds; nobody compares clocks of machines."""

    __tablename__ = "worker"
    name: str = Field(max_length=200, primary_key=True)
    host: str = Field(default="", max_length=200)
    pid: int = 0
    model: str = Field(default="", max_length=200)
    beats: int = 0
    #: By the clock of its own machine; for people.
    started_at: datetime
    seen_at: datetime


class ErasedRow(SQLModel, table=True):
    """Retention took this from a ticket; what is left serves statistics."""

    __tablename__ = "erased"
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    what: Erased = Field(sa_type=by_value(Erased), primary_key=True)
    at: datetime
