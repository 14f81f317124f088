"""The worker is a real process with the real speech engine: it hears what waits, and a kill loses nothing."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sqlalchemy import text
from sqlmodel import select

from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.report import CallReport
from ari_app.desk.views import TicketView
from ari_app.jobs.worker import WorkerError, run_worker, worker_slot
from ari_app.store.database import Store
from ari_app.store.job_tables import JobState, SoundJobRow
from ari_app.store.work_queue import Sound
from ari_app.store.work_tables import DecisionRow

pytestmark = [pytest.mark.speech, pytest.mark.timeout(180)]
PATIENCE = 90.0
ROOT = Path(__file__).parents[2]
#: The worker as `meldlijn worker` starts it, with its address as arguments.
WORKER = "import sys; from pathlib import Path; from ari_app.config import Settings; from ari_app.jobs.worker import "
WORKER += "run_worker; "
WORKER += "run_worker(Settings(home=Path(sys.argv[1]), database=sys.argv[2], speech={'again_after_minutes': []}))"

StartWorker = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path, database=database_url)
    (settings.recordings / "call").mkdir(parents=True)
    return settings


@pytest.fixture
def desk(store: Store, settings: Settings) -> Desk:
    return Desk(store, settings, SystemClock())


@pytest.fixture
def start_worker(settings: Settings) -> Iterator[StartWorker]:
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", WORKER, str(settings.home), settings.database_url]
        started.append(subprocess.Popen(command, cwd=ROOT))
        return started[-1]

    yield start
    for worker in started:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


async def leave(desk: Desk, name: str) -> str:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    report = CallReport(name, "support", None, "", at, route="voicemail", recording=f"call/{name}.wav", ended_at=at)
    return await desk.close_call(report)


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Another process has no clock of ours to move: this waits for what it does, and never longer than needed."""
    deadline = time.monotonic() + PATIENCE
    while not await is_so():
        assert time.monotonic() < deadline, f"the worker did not get there within {PATIENCE} s"
        await asyncio.sleep(0.1)


async def heard(desk: Desk, number: str) -> TicketView:
    async def is_heard() -> bool:
        ticket = await desk.ticket(number)
        return ticket is not None and ticket.voicemail is not None and ticket.voicemail.state != "pending"

    await until(is_heard)
    ticket = await desk.ticket(number)
    assert ticket is not None
    return ticket


async def test_what_an_engineer_said_after_a_call_becomes_a_note(
    desk: Desk, settings: Settings, spoken: Path, start_worker: StartWorker
) -> None:
    (settings.recordings / "note").mkdir()
    (settings.recordings / "note" / "one.wav").write_bytes(spoken.read_bytes())
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    await desk.close_call(CallReport("one", "support", None, "", at, spoken_note="note/one.wav", ended_at=at))

    start_worker()

    async def is_heard() -> bool:
        async with desk.store.reading() as session:
            states = (await session.exec(select(SoundJobRow.state).where(SoundJobRow.kind == Sound.NOTE))).all()
        return states == [JobState.DONE]

    await until(is_heard)
    async with desk.store.reading() as session:
        (note,) = (await session.exec(select(DecisionRow.why).where(DecisionRow.what == "note"))).all()
    assert "hele bedrijf ligt plat" in note


async def test_messages_that_wait_are_heard_and_each_faulty_one_says_what_is_wrong(
    desk: Desk, settings: Settings, spoken: Path, start_worker: StartWorker
) -> None:
    calls = settings.recordings / "call"
    (calls / "speech.wav").write_bytes(spoken.read_bytes())
    soundfile.write(calls / "silence.wav", np.zeros(24000), 8000, subtype="PCM_16")
    soundfile.write(calls / "empty.wav", np.zeros(0), 8000, subtype="PCM_16")
    (calls / "damaged.wav").write_bytes(b"this is no sound" * 100)
    names = ("speech", "silence", "empty", "damaged", "missing")
    numbers = {name: await leave(desk, name) for name in names}

    start_worker()
    tickets = {name: await heard(desk, number) for name, number in numbers.items()}

    found = {name: ticket.voicemail for name, ticket in tickets.items() if ticket.voicemail}
    states = {name: voicemail.state for name, voicemail in found.items()}
    assert states == {
        "speech": "transcribed",
        "silence": "no_speech",
        "empty": "empty",
        "damaged": "failed",
        "missing": "failed",
    }
    assert "hele bedrijf ligt plat" in found["speech"].text
    assert tickets["speech"].proposed_category == "III"
    assert len(found["speech"].peaks) == 160
    assert "no header of a sound file" in found["damaged"].error
    assert "there is no recording" in found["missing"].error


async def test_a_worker_that_is_killed_half_way_is_finished_by_the_next_one(
    desk: Desk, settings: Settings, spoken: Path, start_worker: StartWorker
) -> None:
    samples, rate = soundfile.read(spoken)
    soundfile.write(settings.recordings / "call/long.wav", np.tile(samples, 60), rate, subtype="PCM_16")
    number = await leave(desk, "long")
    worker = start_worker()

    async def is_at_work() -> bool:
        return await workflow_status(desk) == "PENDING"

    await until(is_at_work)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    killed = await desk.ticket(number)
    start_worker()
    ticket = await heard(desk, number)

    assert killed is not None
    assert killed.voicemail is not None
    assert killed.voicemail.state == "pending"
    assert ticket.voicemail is not None
    assert ticket.voicemail.state == "transcribed"
    assert ticket.voicemail.text.count("plat") > 30


async def test_two_workers_share_the_messages_and_hear_none_twice(
    desk: Desk, settings: Settings, spoken: Path, start_worker: StartWorker
) -> None:
    for i in range(12):
        (settings.recordings / f"call/m{i}.wav").write_bytes(spoken.read_bytes())
    start_worker()
    start_worker()

    numbers = [await leave(desk, f"m{i}") for i in range(12)]
    tickets = [await heard(desk, number) for number in numbers]

    assert {ticket.voicemail.state for ticket in tickets if ticket.voicemail} == {"transcribed"}


async def test_a_worker_stops_when_it_is_told(settings: Settings, desk: Desk, start_worker: StartWorker) -> None:
    worker = start_worker()
    await heard(desk, await leave(desk, "missing"))

    worker.terminate()

    assert await asyncio.to_thread(worker.wait, 30) == 0


#: A service that starts a worker, tells its number, and lives on.
SERVICE = """import os, subprocess, sys, time
command = [sys.executable, "-m", "ari_app", "worker", "--with-parent", str(os.getpid()), "--home", sys.argv[1]]
print(subprocess.Popen(command).pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("is_at_work", [False, True], ids=["while the worker starts", "while the worker works"])
async def test_a_worker_ends_when_its_service_is_killed(
    store: Store, settings: Settings, desk: Desk, is_at_work: bool
) -> None:
    environment = {**os.environ, "MELDLIJN_DATABASE": settings.database_url}
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE, str(settings.home)], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert service.stdout is not None
    worker = Path("/proc") / service.stdout.readline().decode().strip()
    if is_at_work:
        soundfile.write(settings.recordings / "call/empty.wav", np.zeros(0), 8000, subtype="PCM_16")
        await heard(desk, await leave(desk, "empty"))

    lived_so_long = worker.exists()
    service.kill()
    service.communicate()

    async def is_gone() -> bool:
        try:
            return "State:\tZ" in (worker / "status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return True

    assert lived_so_long
    await until(is_gone)


def test_a_worker_on_old_tables_says_what_to_do(empty_database_url: str, tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="meldlijn db upgrade"):
        run_worker(Settings(home=tmp_path, database=empty_database_url))


def test_a_list_of_phrases_with_a_mistake_is_told_at_the_start(settings: Settings) -> None:
    (settings.home / "phrases_nl.toml").write_text('language = "nl"')

    with pytest.raises(WorkerError, match="phrases or the learned voice"):
        run_worker(settings)


def test_a_restarted_worker_knows_whose_place_it_takes_and_no_name_comes_twice(tmp_path: Path) -> None:
    with worker_slot(tmp_path) as first, worker_slot(tmp_path) as second:
        pass
    with worker_slot(tmp_path) as again:
        assert (first.before, second.before, again.before) == ("", "", first.name)
        assert len({first.name, second.name, again.name}) == 3


async def workflow_status(desk: Desk) -> str:
    schema = "" if desk.store.is_sqlite else "dbos."
    async with desk.store.reading() as session:
        connection = await session.connection()
        return str((await connection.execute(text(f"SELECT status FROM {schema}workflow_status"))).scalar())
