"""How often an idle worker asks the database, and what: what can wait is looked for seldom, what is urgent twice a second."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS, DBOSClient, _queue, _sys_db_postgres, _workflow_commands

from ari_app.jobs.durable import LOOK_SECONDS
from ari_app.jobs.looks import DELAYED_LOOK_SECONDS, INTERNAL_LOOK_SECONDS, look_cheaply, look_less_often
from ari_app.store.work_queue import ORDINARY, URGENT, work_url


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DBOS]:
    monkeypatch.setattr(_workflow_commands, "_BACKGROUND_JOBS_INTERVAL_SEC", 1.0)
    yield DBOS(config={"name": "meldlijn", "system_database_url": work_url(f"sqlite:///{tmp_path}/queue.db")})
    DBOS.destroy()


def test_an_urgent_message_is_seen_within_a_second() -> None:
    assert LOOK_SECONDS <= 1.0


def test_attempts_that_wait_for_minutes_and_a_queue_that_is_empty_are_looked_at_seldom(engine: DBOS) -> None:
    look_less_often(engine)

    assert engine._registry.get_internal_queue()._polling_interval_sec == INTERNAL_LOOK_SECONDS
    assert _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC == DELAYED_LOOK_SECONDS


def test_a_look_at_a_queue_in_which_nothing_waits_is_one_small_question(engine: DBOS) -> None:
    DBOS.launch()
    queues = [DBOS.register_queue(name, polling_interval_sec=60) for name in (URGENT, ORDINARY)]
    look_cheaply(engine, queues)
    database = engine._sys_db
    DBOSClient(system_database_url=str(database.engine.url)).enqueue(
        {"queue_name": ORDINARY, "workflow_name": "hear_sound"}, 1
    )

    scopes = {name: database.dequeue_scopes(name) for name in (URGENT, ORDINARY)}

    assert scopes == {URGENT: [], ORDINARY: [None]}
    assert [database.get_queue(name) for name in (URGENT, ORDINARY)] == queues
    assert database.list_queues(application_name="meldlijn") == queues


def test_this_release_of_the_engine_reads_what_we_set() -> None:
    assert "_BACKGROUND_JOBS_INTERVAL_SEC" in inspect.getsource(_workflow_commands.background_jobs_thread)
    looks, manages = inspect.getsource(_queue.queue_worker_thread), inspect.getsource(_queue.queue_thread)
    assert "_sys_db.dequeue_scopes(queue.name)" in looks
    assert "_sys_db.get_queue(queue.name)" in looks
    assert "_sys_db.list_queues(" in manages


def test_whoever_looks_lets_go_of_the_lock_before_postgresql_ends_its_session() -> None:
    assert 1000 * DELAYED_LOOK_SECONDS < _sys_db_postgres.BACKGROUND_JOB_LOCK_IDLE_TIMEOUT_MS
