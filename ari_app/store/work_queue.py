"""The queue of work that takes long. Work is put in it in the same transaction as the row that it is about.

The tables of the queue (DBOS) stand in the same database as ours: one SQLite file, or the schema `dbos` on PostgreSQL.
"""

from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import make_url
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.store.database import Store, Transaction

QUEUE = "voicemails"
WORKFLOW = "transcribe_voicemail"
NOTE_WORKFLOW = "transcribe_note"
#: Work is done by a worker of the same version only. Change it when the steps of the workflow change.
WORK_VERSION = "1"


class WorkQueue:
    """The producer's side. The worker's side is ari_app/jobs."""

    def __init__(self, store: Store) -> None:
        # Lazy: it never connects; all it does is add rows to a transaction of ours.
        self._client = DBOSClient(
            system_database_url=work_url(store.engine.url.render_as_string(hide_password=False)),
            serializer=DBOSPortableJSONSerializer(),
            lazy=True,
        )

    async def enqueue(self, session: AsyncSession | Transaction, voicemail_id: int, attempt: int = 1) -> None:
        """The voicemail is transcribed once this transaction is committed; once per `attempt`, however often it is asked."""
        await self._enqueue(session, WORKFLOW, f"voicemail-{voicemail_id}-{attempt}", voicemail_id)

    async def enqueue_note(self, session: AsyncSession | Transaction, sound_id: int) -> None:
        """The same for what an engineer said to a ticket."""
        await self._enqueue(session, NOTE_WORKFLOW, f"note-{sound_id}", sound_id)

    async def _enqueue(self, session: AsyncSession | Transaction, workflow: str, name: str, row_id: int) -> None:
        options: EnqueueOptions = {
            "queue_name": QUEUE,
            "workflow_name": workflow,
            "workflow_id": name,
            "app_version": WORK_VERSION,
        }
        await session.run_sync(lambda sync: self._client.enqueue_in_transaction(sync, options, row_id))

    def close(self) -> None:
        self._client.destroy()


def work_url(url: str) -> str:
    """The address of the queue's tables for the same database: the library has no async driver."""
    address = make_url(url)
    driver = "sqlite" if address.get_backend_name() == "sqlite" else "postgresql"
    return address.set(drivername=driver).render_as_string(hide_password=False)
