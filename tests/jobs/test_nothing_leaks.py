"""What callers say and their numbers stand in no log and no queue, and a message becomes text on a machine without a network."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlmodel import SQLModel, select

from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.report import CallReport
from ari_app.store.database import Store
from ari_app.store.tables import VoicemailRow, VoicemailState
from tests.jobs.sounds import MESSAGE
from tests.jobs.test_the_worker import ROOT, until

pytestmark = [pytest.mark.speech, pytest.mark.timeout(180)]
NUMBER = "+31612345678"
#: A socket to anywhere but a file is refused, also by name; and where the kernel allows it, there is no network at all.
WORKER = """
import sys
from pathlib import Path

def deny(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        if event.startswith("socket.get") or not isinstance(given[1], (str, bytes)):
            print("NETWORK ASKED FOR:", event, given, flush=True)
            raise OSError("this test allows no network")

sys.addaudithook(deny)
from ari_app.config import Settings
from ari_app.jobs.worker import run_worker
from ari_app.logs import set_up_logs
set_up_logs()
run_worker(Settings(home=Path(sys.argv[1]), database=sys.argv[2]))
"""


def without_network() -> list[str]:
    """A network of its own without any interface, for this command; nothing where the kernel does not allow that."""
    command = [shutil.which("unshare") or "unshare", "--net", "--map-root-user", "--"]
    try:
        allowed = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return []
    return command if allowed else []


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    """SQLite only: a PostgreSQL is reached over a network."""
    shutil.copy(migrated_file, tmp_path / "line.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'line.db'}"


async def test_a_message_becomes_text_without_network_and_nothing_of_it_stands_in_the_log_or_the_queue(
    store: Store, database_url: str, tmp_path: Path, spoken: Path
) -> None:
    settings = Settings(home=tmp_path, database=database_url)
    (settings.recordings / "call").mkdir(parents=True)
    shutil.copy(spoken, settings.recordings / "call" / "one.wav")
    (settings.recordings / "call" / "two.wav").write_bytes(b"this is no sound" * 100)
    desk = Desk(store, settings, SystemClock())
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    for name in ("one", "two"):
        recording = f"call/{name}.wav"
        report = CallReport(name, "support", NUMBER, NUMBER, at, route="voicemail", recording=recording, ended_at=at)
        await desk.close_call(report)
    command = [*without_network(), sys.executable, "-c", WORKER, str(tmp_path), database_url]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    async def is_done() -> bool:
        async with store.reading() as session:
            waiting = select(VoicemailRow.id).where(VoicemailRow.state == VoicemailState.PENDING)
            return not (await session.exec(waiting)).all()

    try:
        await until(is_done)
    finally:
        worker.terminate()
        said, _ = worker.communicate(timeout=60)

    async with store.reading() as session:
        texts = [row.transcript["text"] for row in await session.exec(select(VoicemailRow)) if row.transcript]
    assert texts == [MESSAGE]
    assert "message_assessed" in said
    assert "NETWORK ASKED FOR" not in said
    for told in (said, await in_the_queue(store)):
        assert [word for word in MESSAGE.split() if len(word) > 4 and word in told] == []
        assert NUMBER.removeprefix("+31") not in told


async def in_the_queue(store: Store) -> str:
    """All that stands in the tables of the queue: those that are not ours."""
    async with store.reading() as session:
        names = await session.run_sync(lambda sync: inspect(sync.connection()).get_table_names())
        theirs = [name for name in names if name not in SQLModel.metadata.tables]
        rows = [(await session.exec(text(f'SELECT * FROM "{name}"'))).all() for name in theirs]  # type: ignore[call-overload]
    assert "workflow_status" in theirs
    return str(rows)
