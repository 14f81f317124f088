"""10,000 messages in the queue, on both databases: how fast they go in and come out, and whether the worker grows."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import create_engine, text

from ari_app.bench.cost import rss_megabytes
from ari_app.bench.databases import on_both
from ari_app.bench.figure import BenchFailed, Figure, compared
from ari_app.bench.stand_in_worker import Order
from ari_app.store.database import Store
from ari_app.store.statements import add_one
from ari_app.store.tables import TicketRow, TicketSource, VoicemailRow
from ari_app.store.work_queue import Sound, SoundJob, WorkQueue, work_url
from sla.terms import Kind

NAME = "queue"
MESSAGES, EARLY = 10_000, 1_000
AT_HAND = 500
OUT_WITHIN = 600.0
LOOK_EVERY = 0.1


def run(scratch: Path) -> AsyncIterator[Figure]:
    """Messages a second. Raises BenchFailed when there is no PostgreSQL."""
    return on_both(scratch, _figures)


async def _figures(database: str, url: str, folder: Path) -> list[Figure]:
    into = await _put_in(url)
    out, early, late = await _take_out(url, folder)
    first = f"after {EARLY:,}"
    return [
        Figure(NAME, f"put in with their rows, one by one, {database}", into, "messages/s"),
        Figure(NAME, f"claimed and ended by one worker, {database}", out, "messages/s"),
        Figure(NAME, f"memory of the worker {first}, {database}", early, "MB"),
        compared(NAME, f"memory of the worker after {MESSAGES:,}, {database}", late, "MB", first, early).with_bar(
            most=1.1
        ),
    ]


async def _put_in(url: str) -> float:
    """Each in a transaction of its own, as a call does."""
    store = Store.open(url)
    queue, at = WorkQueue(store), datetime(2026, 3, 2, 9, tzinfo=UTC)
    ticket = {"kind": Kind.INCIDENT, "source": TicketSource.VOICEMAIL, "level": "premium", "reported_at": at}
    began = perf_counter()
    try:
        for number in range(MESSAGES):
            async with store.transaction() as session:
                row = await add_one(session, TicketRow, {**ticket, "agreement_version": "voip-4.10-2023-11"})
                message = {"ticket_id": row, "recording": f"call/{number}.wav"}
                await queue.enqueue(session, SoundJob(Sound.MESSAGE, await add_one(session, VoicemailRow, message)))
        return MESSAGES / (perf_counter() - began)
    finally:
        queue.close()
        await store.close()


async def _take_out(url: str, folder: Path) -> tuple[float, float, float]:
    """Messages a second, and megabytes early and late, of a worker whose messages end as soon as they are claimed."""
    order = Order(str(folder), url, str(folder), at_hand=AT_HAND, only_claims=True)
    command = [sys.executable, "-m", "ari_app.bench.stand_in_worker", order.to_json()]
    quiet = asyncio.subprocess.DEVNULL
    worker = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
    try:
        async with asyncio.timeout(OUT_WITHIN):
            first, began = await _until_out(url, 1), perf_counter()
            await _until_out(url, EARLY)
            early = rss_megabytes(worker.pid)
            await _until_out(url, MESSAGES)
            rate = (MESSAGES - first) / (perf_counter() - began)
            return rate, early, rss_megabytes(worker.pid)
    except TimeoutError:
        raise BenchFailed(f"The queue was not empty within {OUT_WITHIN:.0f} s") from None
    finally:
        worker.send_signal(signal.SIGKILL)
        await worker.wait()


async def _until_out(url: str, wanted: int) -> int:
    """Waits until so many are over; gives how many are."""
    engine = create_engine(work_url(url).replace("postgresql://", "postgresql+psycopg://"))
    table = "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"
    over = text(f"SELECT count(*) FROM {table} WHERE status = 'SUCCESS'")
    try:
        while True:
            with engine.connect() as connection:
                found = int(connection.execute(over).scalar_one())
            if found >= wanted:
                return found
            await asyncio.sleep(LOOK_EVERY)
    finally:
        engine.dispose()
