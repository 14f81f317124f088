"""kill -9 at each step, a machine that falls silent and comes back or not: one result for each message.

The workers are real processes with a stand-in for the speech engine. `meldlijn bench --only killed` does it with 200 messages.
"""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dbos import DBOSClient
from sqlmodel import col, func, select

from ari_app.bench.killed import Trial
from ari_app.bench.stand_in_worker import STEP, Order
from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.report import CallReport
from ari_app.store import work_queue
from ari_app.store.database import Store
from ari_app.store.job_tables import SoundJobRow, TranscriptVersionRow
from ari_app.store.tables import VoicemailRow, VoicemailState
from tests.jobs.sounds import one_second

pytestmark = pytest.mark.timeout(240)
PATIENCE = 120.0
BEAT = 0.2
StartWorker = Callable[..., subprocess.Popen[bytes]]


async def test_each_message_has_one_result_though_workers_and_service_are_killed(
    database_url: str, tmp_path: Path
) -> None:
    deaths = [
        ("store", "done"),
        ("transcribe", "done"),
        ("file_message", "before"),
        ("file_message", "done"),
        (STEP, "kept"),
    ]
    trial = Trial(database_url, tmp_path, 12, deaths, ("recorded", "filing"))

    outcome = await trial.run()

    assert (outcome.calls, outcome.tickets, outcome.transcribed, outcome.twice, outcome.told) == (12, 12, 12, 0, 12)
    assert trial.killed == 7


@pytest.fixture
def line(database_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "line", database=database_url)


@pytest.fixture
def desk(store: Store, line: Settings) -> Desk:
    return Desk(store, line, SystemClock())


@pytest.fixture
def start_worker(line: Settings, tmp_path: Path) -> Iterator[StartWorker]:
    """Each on a machine of its own, as far as a worker can see."""
    started: list[subprocess.Popen[bytes]] = []

    def start(machine: str, hears_for: float = 0.0) -> subprocess.Popen[bytes]:
        home, database = str(tmp_path / machine), line.database_url
        order = Order(home, database, str(line.recordings), hears_for=hears_for, beat=BEAT)
        command = [sys.executable, "-m", "ari_app.bench.stand_in_worker", order.to_json()]
        started.append(subprocess.Popen(command, cwd=Path(__file__).parents[2]))
        return started[-1]

    yield start
    for worker in started:
        if worker.poll() is None:
            worker.send_signal(signal.SIGCONT)
            worker.kill()
        worker.wait()


async def leave(desk: Desk, line: Settings, name: str, *, is_urgent: bool = False) -> None:
    one_second(line.recordings / "call" / f"{name}.wav")
    at = datetime(2026, 11, 25, 20, tzinfo=UTC)  # an evening: in calamity hours every message is urgent
    report = CallReport(name, "support", None, "", at, route="voicemail", recording=f"call/{name}.wav", ended_at=at)
    report.is_urgent = is_urgent
    await desk.close_call(report)


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Other processes have no clock of ours to move: this waits for what they do, and never longer than needed."""
    deadline = time.monotonic() + PATIENCE
    while not await is_so():
        assert time.monotonic() < deadline, f"the workers did not get there within {PATIENCE} s"
        await asyncio.sleep(0.05)


async def is_listening(store: Store) -> bool:
    async with store.reading() as session:
        return (await session.exec(select(func.count()).where(col(SoundJobRow.starts) > 0))).one() > 0


async def heard(store: Store) -> int:
    async with store.reading() as session:
        return (await session.exec(select(func.count()).where(VoicemailRow.state == VoicemailState.TRANSCRIBED))).one()


async def test_the_work_of_a_silent_machine_is_done_by_another_and_once_though_it_was_only_asleep(
    desk: Desk, store: Store, line: Settings, start_worker: StartWorker
) -> None:
    await leave(desk, line, "one")
    sleeper = start_worker("asleep", hears_for=2.0)
    await until(lambda: is_listening(store))
    sleeper.send_signal(signal.SIGSTOP)
    other = start_worker("awake")

    async def is_taken_over() -> bool:
        return await heard(store) == 1

    await until(is_taken_over)
    other.terminate()
    await asyncio.to_thread(other.wait)
    sleeper.send_signal(signal.SIGCONT)
    await leave(desk, line, "two")

    async def is_back() -> bool:
        return await heard(store) == 2

    await until(is_back)
    async with store.reading() as session:
        assert (await session.exec(select(func.count()).select_from(TranscriptVersionRow))).one() == 0
        (first, _second) = (await session.exec(select(SoundJobRow).order_by(col(SoundJobRow.row_id)))).all()
    assert first.starts == 2


async def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_in_hand(
    desk: Desk, store: Store, line: Settings, start_worker: StartWorker
) -> None:
    await leave(desk, line, "one")
    told = start_worker("told", hears_for=PATIENCE + 30)
    await until(lambda: is_listening(store))

    told.terminate()
    code = await asyncio.to_thread(told.wait, PATIENCE)
    start_worker("other")

    async def is_done() -> bool:
        return await heard(store) == 1

    await until(is_done)
    assert code == 0


async def test_what_an_older_version_of_the_program_put_in_the_queue_is_heard_by_the_new_one(
    desk: Desk, store: Store, line: Settings, start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_queue, "WORK_VERSION", "1")
    await leave(desk, line, "one")
    remember_version(line.database_url, "1")

    start_worker("new")

    async def is_done() -> bool:
        return await heard(store) == 1

    await until(is_done)
    async with store.reading() as session:
        assert (await session.exec(select(SoundJobRow.attempt))).one() == 2


def remember_version(database_url: str, version: str) -> None:
    """As a worker of that version did when it ran on this database."""
    client = DBOSClient(system_database_url=work_queue.work_url(database_url))
    with client._sys_db.engine.begin() as connection:
        table = client._sys_db.tables.application_versions
        row = {"version_id": version, "version_name": version, "version_timestamp": 1, "created_at": 1}
        connection.execute(table.insert().values(**row, application_name="meldlijn"))
    client.destroy()


async def test_an_urgent_message_is_heard_while_a_long_ordinary_one_is(
    desk: Desk, store: Store, line: Settings, start_worker: StartWorker
) -> None:
    """The ordinary one takes longer than this test waits."""
    for number in range(3):
        await leave(desk, line, f"ordinary-{number}")
    start_worker("one", hears_for=PATIENCE + 30)
    await until(lambda: is_listening(store))
    await leave(desk, line, "urgent", is_urgent=True)

    async def is_begun() -> bool:
        async with store.reading() as session:
            begun = select(func.count()).where(col(SoundJobRow.starts) > 0)
            return (await session.exec(begun)).one() == 2

    await until(is_begun)
