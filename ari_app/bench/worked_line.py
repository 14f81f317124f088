"""A line without calls, for benches of its workers: messages are left by the desk's own commands, workers are real processes."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from sqlmodel import func, select

from ari_app.bench.figure import BenchFailed
from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.report import CallReport
from ari_app.speech.synth import speak_to_file
from ari_app.store.database import Store
from ari_app.store.job_tables import SoundJobRow, WorkerRow
from ari_app.store.schema import upgrade
from ari_app.store.tables import VoicemailRow, VoicemailState

#: Sixteen seconds, as long as messages are.
SPOKEN = (
    "goedemorgen u spreekt met de bakkerij en de telefoon doet het niet meer het hele bedrijf ligt plat en niemand kan"
    " bellen wilt u ons zo snel mogelijk terugbellen op nul zes een twee drie vier vijf zes zeven acht alvast bedankt"
    " en tot ziens"
)
DONE_WITHIN = 900.0
#: A look costs as much as a tenth of a message: where workers are measured, the bench looks seldom.
LOOK_EVERY, LOOK_SELDOM = 0.02, 0.25


class WorkedLine:
    """`message` is a spoken one, of which `leave` files as many as it is told."""

    def __init__(self, settings: Settings, store: Store, message: Path) -> None:
        self.settings = settings
        self.store = store
        self.message = message
        self._desk = Desk(store, settings, SystemClock())
        self._left = 0

    async def leave(self, count: int, *, is_urgent: bool = False) -> list[int]:
        """So many messages, of a caller whom nobody knows; gives their rows."""
        rows = []
        for _ in range(count):
            self._left += 1
            name, at = f"call/m{self._left}.wav", SystemClock().now()
            recording = self.settings.recordings / name
            recording.parent.mkdir(parents=True, exist_ok=True)
            os.link(self.message, recording)
            call, ended = f"call-{self._left}", at + timedelta(seconds=16)
            report = CallReport(call, "support", None, "", at, route="voicemail", recording=name, ended_at=ended)
            report.is_urgent = is_urgent
            await self._desk.close_call(report)
            rows.append(self._left)
        return rows

    async def until_heard(self, rows: Iterable[int] | None = None, look_every: float = LOOK_EVERY) -> float:
        """Waits until these messages (None: all) are text; gives the seconds. Raises BenchFailed for one that is not."""
        began = perf_counter()
        pending = select(func.count()).where(VoicemailRow.state == VoicemailState.PENDING)
        failed = select(func.count()).where(VoicemailRow.state == VoicemailState.FAILED)
        if rows is not None:
            pending = pending.where(VoicemailRow.id.in_(list(rows)))  # type: ignore[union-attr]
        async with asyncio.timeout(DONE_WITHIN):
            while True:
                async with self.store.reading() as session:
                    if (await session.exec(failed)).one():
                        raise BenchFailed("A message could not be heard; the log of the worker says why.")
                    if not (await session.exec(pending)).one():
                        return perf_counter() - began
                await asyncio.sleep(look_every)

    async def _until_hears(self, pid: int) -> None:
        """Leaves a message at a time until this process has heard one, whatever other workers hear."""
        theirs = select(func.count()).where(WorkerRow.pid == pid, WorkerRow.name == SoundJobRow.worker)
        while True:
            await self.until_heard(await self.leave(1))
            async with self.store.reading() as session:
                if (await session.exec(theirs)).one():
                    return

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """`meldlijn worker`, when it has heard a first message: its model is loaded."""
        environment = {**os.environ, "MELDLIJN_DATABASE": self.settings.database_url}
        command = [sys.executable, "-m", "ari_app", "worker", "--home", str(self.settings.home)]
        with (self.settings.home / "worker.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log, env=environment)
        try:
            await self._until_hears(process.pid)
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


@asynccontextmanager
async def worked_line(folder: Path, url: str | None = None, *, spoken: str = SPOKEN) -> AsyncIterator[WorkedLine]:
    """A new line; `url`: of another database than the SQLite of its home. Raises SpeechFailed."""
    settings = Settings(home=folder, database=url)
    await asyncio.to_thread(upgrade, settings.database_url)
    settings.home.mkdir(parents=True, exist_ok=True)
    message = settings.recordings / "spoken.wav"
    await asyncio.to_thread(speak_to_file, spoken, message, "nl")
    store = Store.open(settings.database_url)
    try:
        yield WorkedLine(settings, store, message)
    finally:
        await store.close()
        shutil.rmtree(settings.recordings, ignore_errors=True)
