"""kill -9 of workers and of the service at every step: is each message filed, and none twice?"""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from sqlalchemy import text
from sqlmodel import func, select

from ari_app.bench import stand_in_service, stand_in_worker
from ari_app.bench.databases import on_both
from ari_app.bench.figure import BenchFailed, Figure, compared
from ari_app.config import Settings
from ari_app.store.database import Store
from ari_app.store.job_tables import TranscriptVersionRow
from ari_app.store.message_tables import UrgentMessageRow
from ari_app.store.tables import CallRow, TicketRow, VoicemailRow, VoicemailState

NAME = "killed"
CALLS = 200
KILLED = -9
WORKER_DEATHS = stand_in_worker.DEATHS
SERVICE_DEATHS = stand_in_service.MOMENTS
FINISHED_WITHIN = 600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands in the database at the end. `twice`: texts that were filed over an earlier one; `told`: urgent messages,
    of which each message makes one."""

    calls: int
    tickets: int
    transcribed: int
    twice: int
    told: int
    seconds: float


@dataclass
class Trial:
    """One line with two workers, which see its recordings from homes of their own as two machines do."""

    url: str
    folder: Path
    calls: int
    worker_deaths: Sequence[tuple[str, str]] = WORKER_DEATHS
    service_deaths: Sequence[str] = SERVICE_DEATHS
    killed: int = 0
    _left: deque[tuple[str, str]] = field(default_factory=deque)

    async def run(self) -> Outcome:
        """Raises BenchFailed when a process ends in another way than it was told to, and TimeoutError."""
        began = perf_counter()
        self._left.extend(self.worker_deaths)
        async with asyncio.timeout(FINISHED_WITHIN), asyncio.TaskGroup() as tasks:
            workers = [tasks.create_task(self._worker(name)) for name in ("one", "two")]
            await self._service()
            while self._left or await self._pending():  # noqa: ASYNC110 - other processes do the work
                await asyncio.sleep(0.2)
            for worker in workers:
                worker.cancel()
        return await self._outcome(perf_counter() - began)

    async def _service(self) -> None:
        """Dies at each moment, at calls that lie apart, and is started again."""
        apart = max(1, self.calls // (len(self.service_deaths) + 1))
        for place, moment in enumerate(self.service_deaths):
            order = self._service_order(die_at=(apart * (place + 1) - 1, moment))
            await self._until_killed("ari_app.bench.stand_in_service", order.to_json())
        code = await (await _start("ari_app.bench.stand_in_service", self._service_order().to_json())).wait()
        if code != 0:
            raise BenchFailed(f"The service ended with {code}")

    async def _worker(self, name: str) -> None:
        """One after another in the same home; each is killed in the next way that is left, the last one lives."""
        while self._left:
            await self._until_killed("ari_app.bench.stand_in_worker", self._worker_order(name, self._left.popleft()))
        process = await _start("ari_app.bench.stand_in_worker", self._worker_order(name))
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        raise BenchFailed(f"A worker ended with {code}")

    async def _until_killed(self, module: str, order: str) -> None:
        process = await _start(module, order)
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if code != KILLED:
            raise BenchFailed(f"{module} was to die at a moment of {order}, and ended with {code}")
        self.killed += 1

    def _service_order(self, die_at: tuple[int, str] | None = None) -> stand_in_service.Order:
        return stand_in_service.Order(str(self.folder / "line"), self.url, self.calls, die_at)

    def _worker_order(self, name: str, die_at: tuple[str, str] | None = None) -> str:
        recordings = Settings(home=self.folder / "line").recordings
        return stand_in_worker.Order(str(self.folder / name), self.url, str(recordings), die_at).to_json()

    async def _pending(self) -> bool:
        """Whether a message waits for its text, or somebody for the notice of it."""
        store = Store.open(self.url)
        table = "workflow_status" if store.is_sqlite else "dbos.workflow_status"
        active = text(f"SELECT count(*) FROM {table} WHERE status IN ('ENQUEUED', 'PENDING', 'DELAYED')")
        try:
            async with store.reading() as session:
                waiting = select(func.count()).where(VoicemailRow.state == VoicemailState.PENDING)
                connection = await session.connection()
                return bool((await session.exec(waiting)).one() or (await connection.execute(active)).scalar())
        finally:
            await store.close()

    async def _outcome(self, seconds: float) -> Outcome:
        store = Store.open(self.url)
        try:
            async with store.reading() as session:
                heard = select(func.count()).where(VoicemailRow.state == VoicemailState.TRANSCRIBED)
                return Outcome(
                    calls=(await session.exec(select(func.count()).select_from(CallRow))).one(),
                    tickets=(await session.exec(select(func.count()).select_from(TicketRow))).one(),
                    transcribed=(await session.exec(heard)).one(),
                    twice=(await session.exec(select(func.count()).select_from(TranscriptVersionRow))).one(),
                    told=(await session.exec(select(func.count()).select_from(UrgentMessageRow))).one(),
                    seconds=seconds,
                )
        finally:
            await store.close()


def run(scratch: Path) -> AsyncIterator[Figure]:
    """Raises BenchFailed when there is no PostgreSQL."""
    return on_both(scratch, _figures)


async def _figures(database: str, url: str, folder: Path) -> list[Figure]:
    trial = Trial(url, folder, CALLS)
    outcome = await trial.run()
    placed = "calls placed"
    return [
        Figure(NAME, f"processes killed, {database}", trial.killed, "kills"),
        compared(NAME, f"tickets, {database}", outcome.tickets, "tickets", placed, CALLS).with_bar(least=1, most=1),
        compared(NAME, f"messages with a text, {database}", outcome.transcribed, "messages", placed, CALLS).with_bar(
            least=1, most=1
        ),
        Figure(NAME, f"texts filed twice, {database}", outcome.twice, "texts").with_bar(most=0),
        compared(NAME, f"urgent notices begun, {database}", outcome.told, "notices", placed, CALLS),
        Figure(NAME, f"time for all of it, {database}", outcome.seconds, "s"),
    ]


async def _start(module: str, order: str) -> asyncio.subprocess.Process:
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(sys.executable, "-m", module, order, stdout=quiet, stderr=quiet)
