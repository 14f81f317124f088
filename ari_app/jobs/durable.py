"""The durable engine (DBOS) behind what we need of it: steps whose outcome is kept, queues, and work of the dead.

Beside looks.py no other file of the worker knows DBOS; docs/adr/0008-dbos-behind-a-port.md says what we bend and what would take its place.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    PortableWorkflowError,
    StepOptions,
    error,
)

from ari_app.jobs.looks import look_cheaply, look_less_often
from ari_app.store.work_queue import ORDINARY, URGENT, WORK_VERSION, WORKFLOW, Haste, Sound, SoundJob, work_url

T = TypeVar("T")
RunStep = Callable[..., Any]
#: Takes a job and what runs a step; gives the state in which the job ends.
Conduct = Callable[[SoundJob, RunStep], str]

#: Quick retries only: a longer wait would hold up the message behind this one.
ATTEMPTS = 3
RETRY_SECONDS = 0.5
#: How soon a new message is seen; also while the worker is busy hearing.
LOOK_SECONDS = 0.5
#: One message is heard while the next is at hand, so that no worker waits for a look: it hears four a second at most. With more
#: at hand messages would wait behind a long one while another worker has nothing to do.
AT_HAND = 2
#: A stop waits so long for the message in hand; after that another worker does it again.
FINISH_WITHIN_SECONDS = 5
#: How the engine names the threads that run steps.
EXECUTOR_THREADS = "dbos-executor"
#: Finished jobs that are forgotten in one go.
FORGET_AT_ONCE = 500

IN_HAND = "PENDING"
ACTIVE = ("ENQUEUED", "DELAYED", IN_HAND)
OVER = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


class StepFailed(Exception):
    """A step failed at all its quick tries; the message is that of the last failure."""


class Durable:
    """The engine in this process; one for each. `name` is unique among all workers that ever lived."""

    def __init__(self, database_url: str, name: str, *, at_hand: int = AT_HAND) -> None:
        self._url = database_url
        self._name = name
        self._at_hand = at_hand

    def launch(self, conduct: Conduct) -> None:
        """From now on jobs are taken from the queues. Blocks for a moment."""
        engine = DBOS(config=_config(self._url, self._name))
        look_less_often(engine)

        @DBOS.workflow(name=WORKFLOW)
        def hear_sound(kind: str, row_id: int, attempt: int, haste: int) -> str:
            return conduct(SoundJob(Sound(kind), row_id, attempt, Haste(haste)), run_step)

        DBOS.launch()
        queues = [
            DBOS.register_queue(queue, worker_concurrency=at_hand, polling_interval_sec=LOOK_SECONDS)
            for queue, at_hand in ((URGENT, 1), (ORDINARY, self._at_hand))
        ]
        look_cheaply(engine, queues)

    def stop(self) -> None:
        """What is still in hand after a few seconds goes back into its queue, for the other workers."""
        DBOS.destroy(workflow_completion_timeout_sec=FINISH_WITHIN_SECONDS)
        client = DBOSClient(system_database_url=work_url(self._url), serializer=DBOSPortableJSONSerializer())
        try:
            for job in client.list_workflows(status=IN_HAND, executor_id=self._name, load_input=False):
                client.resume_workflow(job.workflow_id, queue_name=job.queue_name)
        finally:
            client.destroy()

    def in_hand(self) -> Mapping[str, Mapping[str, str | None]]:
        """By worker: the names of the jobs that it holds, and the queue that each came from."""
        found: dict[str, dict[str, str | None]] = defaultdict(dict)
        for job in DBOS.list_workflows(status=IN_HAND, app_version=WORK_VERSION, load_input=False, load_output=False):
            found[job.executor_id or ""][job.workflow_id] = job.queue_name
        return found

    def take_over(self, jobs: Mapping[str, str | None]) -> None:
        """Puts jobs of a dead worker back into their queues. Should it live after all, it can't end them any more."""
        for name, queue in jobs.items():
            DBOS.resume_workflow(name, queue_name=queue)

    def states(self, names: Collection[str]) -> Mapping[str, bool]:
        """By name of a job that the engine knows: True while it waits or runs, False when it is over."""
        wanted = list(names)
        return {
            job.workflow_id: job.status in ACTIVE
            for first in range(0, len(wanted), 1000)
            for job in DBOS.list_workflows(
                workflow_ids=wanted[first : first + 1000], load_input=False, load_output=False
            )
        }

    def drop_other_versions(self) -> int:
        """Jobs that were put in the queue by another version of this program: no worker of this one would take them."""
        others = [one["version_name"] for one in DBOS.list_application_versions()]
        others = [version for version in others if version != WORK_VERSION]
        if not others:
            return 0
        old = DBOS.list_workflows(status=list(ACTIVE), app_version=others, load_input=False, load_output=False)
        if old:
            DBOS.cancel_workflows([job.workflow_id for job in old])
        return len(old)

    def forget_finished(self, before: datetime) -> int:
        """Deletes jobs that were over at `before`, with what is kept of their steps; gives how many."""
        deleted = 0
        while True:
            some = DBOS.list_workflows(
                status=list(OVER),
                completed_before=before.isoformat(),
                limit=FORGET_AT_ONCE,
                load_input=False,
                load_output=False,
            )
            if some:
                DBOS.delete_workflows([job.workflow_id for job in some])
            deleted += len(some)
            if len(some) < FORGET_AT_ONCE:
                return deleted


def run_step(name: str, step: Callable[..., T], *given: Any) -> T:
    """Runs the step, or gives the outcome that is kept of it. Raises StepFailed."""
    options = StepOptions(name=name, retries_allowed=True, max_attempts=ATTEMPTS, interval_seconds=RETRY_SECONDS)
    try:
        return DBOS.run_step(options, step, *given)
    except error.DBOSMaxStepRetriesExceeded as exhausted:
        last = exhausted.errors[-1] if exhausted.errors else exhausted
        raise StepFailed(str(last) or repr(last)) from exhausted
    except PortableWorkflowError as kept:  # it failed before a kill
        raise StepFailed(str(kept)) from kept


def _config(database_url: str, name: str) -> DBOSConfig:
    return DBOSConfig(
        name="meldlijn",
        system_database_url=work_url(database_url),
        application_version=WORK_VERSION,
        executor_id=name,
        serializer=DBOSPortableJSONSerializer(),
        run_migrations=False,
        log_level="WARNING",
        # A connection to a file needs no question whether it still stands.
        db_engine_kwargs={"pool_pre_ping": not database_url.startswith("sqlite")},
    )
