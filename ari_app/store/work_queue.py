"""The queue of sounds to be heard. A job is put in it in the same transaction as the row that it is about.

The tables of the queue (DBOS) stand in the same database as ours: one SQLite file, or the schema `dbos` on PostgreSQL.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.database import Store, Transaction

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

#: A queue of its own, so that a long ordinary message never stands before an urgent one.
URGENT, ORDINARY = "urgent", "ordinary"
WORKFLOW = "hear_sound"
#: Work is done by a worker of the same version only. Change it when the steps of the workflow change; see docs/operations.md.
WORK_VERSION = "4"


class Haste(IntEnum):
    """How soon a sound is heard, lowest first; those up to CONTRACT go through the urgent queue."""

    PRESSED_URGENT = 1
    CALAMITY_HOURS = 2
    CONTRACT = 3
    NONE = 4
    #: Heard before: everything that nobody has heard yet goes first.
    AGAIN = 5

    @property
    def queue(self) -> str:
        return URGENT if self <= Haste.CONTRACT else ORDINARY


class Sound(StrEnum):
    """What is to be heard: a caller's message (a row of `voicemail`), or an engineer's note (`call_sound`)."""

    MESSAGE = "message"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class SoundJob:
    """One attempt to hear one sound. `attempt` counts from 1."""

    kind: Sound
    row_id: int
    attempt: int = 1
    haste: Haste = Haste.NONE

    @property
    def name(self) -> str:
        """Unique: asking for the same attempt twice puts it in the queue once."""
        return f"{self.kind}-{self.row_id}-{self.attempt}"


class WorkQueue:
    """The producer's side. The worker's side is ari_app/jobs/durable.py."""

    def __init__(self, store: Store) -> None:
        self._url = work_url(store.engine.url.render_as_string(hide_password=False))

    @cached_property
    def _client(self) -> "DBOSClient":
        from dbos import (
            DBOSClient,
            DBOSPortableJSONSerializer,
        )  # a third of the start of a command that enqueues nothing

        # Lazy: it never connects; all it does is add rows to a transaction of ours.
        return DBOSClient(system_database_url=self._url, serializer=DBOSPortableJSONSerializer(), lazy=True)

    async def enqueue(self, session: AsyncSession | Transaction, job: SoundJob, after: timedelta | None = None) -> None:
        """The sound is heard once this transaction is committed; not before `after` has passed."""
        options: EnqueueOptions = {
            "queue_name": job.haste.queue,
            "workflow_name": WORKFLOW,
            "workflow_id": job.name,
            "app_version": WORK_VERSION,
            "priority": job.haste.value,
        }
        if after:
            options["delay_seconds"] = after.total_seconds()
        given = (job.kind.value, job.row_id, job.attempt, job.haste.value)
        await session.run_sync(lambda sync: self._client.enqueue_in_transaction(sync, options, *given))

    def close(self) -> None:
        if "_client" in self.__dict__:
            self._client.destroy()


def work_url(url: str) -> str:
    """The address of the queue's tables for the same database: the library has no async driver."""
    address = make_url(url)
    driver = "sqlite" if address.get_backend_name() == "sqlite" else "postgresql"
    return address.set(drivername=driver).render_as_string(hide_password=False)
