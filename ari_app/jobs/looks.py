"""What the engine (DBOS) asks the database while it looks for work: as little as can be, because it does so all day.

Theory of operation. A look of the engine as it comes costs four questions, of which some are put together anew each time:
one and a half milliseconds, also when nothing waits. No setting changes that. So the threads that look are given answers
of ours: how a queue is set is known here and never changes, and the questions of a claim are only put when one small
question says that something waits. What a claim does is left as it is. A test fails when a release asks otherwise.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, Queue, _workflow_commands

#: How often the engine looks for attempts whose delay is over: those are minutes. And at its own queue, in which we put nothing.
#: PostgreSQL ends the session of whoever holds the former look's lock for five seconds.
DELAYED_LOOK_SECONDS, INTERNAL_LOOK_SECONDS = 3.0, 30.0


def look_less_often(engine: DBOS) -> None:
    """At what can wait. Before the launch. Raises AttributeError when another release of DBOS keeps this elsewhere."""
    _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC  # noqa: B018  it must be there: a name that nobody reads changes nothing
    _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC = DELAYED_LOOK_SECONDS
    queue = engine._registry.get_internal_queue()
    queue._polling_interval_sec  # noqa: B018
    queue._polling_interval_sec = INTERNAL_LOOK_SECONDS


def look_cheaply(engine: DBOS, queues: Iterable[Queue]) -> None:
    """At our own queues, which are all that are looked at. After the launch. Raises AttributeError as above."""
    database = engine._sys_db
    known = {queue.name: queue for queue in queues}
    ask_scopes, ask_queue, _ = database.dequeue_scopes, database.get_queue, database.list_queues
    waiting = _waiting(database.tables.workflow_status)

    def scopes(queue_name: str) -> list[str | None]:
        with database.engine.connect() as connection:
            waits = connection.execute(waiting, {"queue": queue_name}).first()
        return ask_scopes(queue_name) if waits else []

    database.dequeue_scopes = scopes  # type: ignore[method-assign]
    database.get_queue = lambda name, **given: known.get(name) or ask_queue(name, **given)  # type: ignore[method-assign]
    database.list_queues = lambda **_: list(known.values())  # type: ignore[method-assign]


def _waiting(jobs: sa.Table) -> sa.Select[*tuple[Any, ...]]:
    """One row when a job waits in `queue`. The last condition is that of the index: SQLite does not find it out by itself."""
    enqueued, pending = (sa.literal_column(f"'{state}'", sa.Text) for state in ("ENQUEUED", "PENDING"))
    is_enqueued = jobs.c.status == enqueued, jobs.c.status.in_([enqueued, pending])
    asked = sa.select(sa.literal_column("1", sa.Integer)).select_from(jobs)
    return asked.where(jobs.c.queue_name == sa.bindparam("queue"), *is_enqueued).limit(1)
