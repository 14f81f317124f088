"""The worker: a process of its own, so that a crash inside the speech engine never takes a call down."""

import asyncio
import fcntl
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog

from ari_app.clock import DemoClock, SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.workers import Workers
from ari_app.garbage import spare_what_is_there
from ari_app.jobs.durable import EXECUTOR_THREADS, Conduct, Durable
from ari_app.jobs.pipeline import Pipeline, conduct
from ari_app.jobs.reaper import BEAT_SECONDS, Reaper
from ari_app.jobs.upkeep import Upkeep, every
from ari_app.speech.models import in_use, other_languages
from ari_app.store.database import Store
from ari_app.store.schema import check
from transcription.reading import ears_in
from transcription.vosk_engine import VoskEngine

log = structlog.get_logger()

MOST_WORKERS = 64
BUNDLED_MODEL = Path(__file__).parents[2] / "tests" / "speech_model" / "vosk-tiny-nl"


class WorkerError(Exception):
    """The worker can't start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Slot:
    """`before`: the worker that had this place on this machine and is dead; "": there was none."""

    name: str
    before: str = ""


def run_worker(settings: Settings, *, parent: int | None = None) -> None:
    """Transcribes until SIGTERM or Ctrl-C, or until the process `parent` that started it is gone: also when that was
    killed before this one could look who its parent is.

    Raises WorkerError, and what the speech engine raises for a model that it can't load.
    """
    if not check(settings.database_url).is_current:
        raise WorkerError("The tables are not those of this program. Run `meldlijn db upgrade` first.")
    with worker_slot(settings.home) as slot:
        asyncio.run(_work(settings, slot, parent))
        leave_unfinished()


def leave_unfinished() -> None:
    """Ends the process when its engine still hears a message: that was given back, and nobody waits for its thread."""
    if any(thread.name.startswith(EXECUTOR_THREADS) and thread.is_alive() for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


@contextmanager
def worker_slot(home: Path) -> Iterator[Slot]:
    """The first place that no living worker of this home holds; a new one takes over from the dead at once.

    Names are never used twice: two machines may have the same name. Raises WorkerError when there are too many workers.
    """
    home.mkdir(parents=True, exist_ok=True)
    for number in range(1, MOST_WORKERS + 1):
        with (home / f"worker-{number}.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            lock.seek(0)
            slot = Slot(f"{socket.gethostname()}-{number}-{secrets.token_hex(4)}", lock.read().strip())
            lock.truncate(0)
            lock.write(slot.name)
            lock.flush()
            yield slot
            return
    raise WorkerError(f"{MOST_WORKERS} workers run for {home} already.")


async def _work(settings: Settings, slot: Slot, parent: int | None) -> None:
    stop = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, stop.set)
    model = in_use(settings.models, BUNDLED_MODEL, name=settings.speech.model, language=settings.line.language)
    ears = ears_in(settings.home)
    try:
        ears(model.language)
    except ValueError as mistakes:
        # Now, and not at each message: a list with a mistake would cost every message its proposal.
        raise WorkerError(f"The phrases or the learned voice can't be used. {mistakes}") from mistakes
    engine = await asyncio.to_thread(VoskEngine, model.path)
    others = await asyncio.to_thread(_other_languages, settings, engine.language)
    store = Store.open(settings.database_url)
    desk = Desk(store, settings, DemoClock(settings.clock_file) if settings.demo else SystemClock())
    pipeline = Pipeline(
        desk,
        engine,
        ears,
        asyncio.get_running_loop(),
        others,
        worker=slot.name,
        again_after=tuple(timedelta(minutes=minutes) for minutes in settings.speech.again_after_minutes),
    )
    try:
        durable = Durable(settings.database_url, slot.name)
        hear = partial(conduct, pipeline)
        await listen_to_queues(durable, slot, desk, hear, stop, model=engine.name, parent=parent)
    finally:
        await store.close()


async def listen_to_queues(
    durable: Durable,
    slot: Slot,
    desk: Desk,
    hear: Conduct,
    stop: asyncio.Event,
    *,
    model: str,
    parent: int | None = None,
    beat_seconds: float = BEAT_SECONDS,
) -> None:
    """Until `stop`; then its work in hand goes back, and nobody waits for it to beat."""
    workers = Workers(desk.store, SystemClock())
    upkeep = Upkeep(slot.name, model, workers, Reaper(slot.name, workers, durable), durable, desk.hear_again)
    await workers.beat(slot.name, socket.gethostname(), os.getpid(), model)
    await asyncio.to_thread(durable.launch, hear)
    spare_what_is_there()
    log.info("The worker listens", action="worker_started", worker=slot.name, model=model)
    ticking = asyncio.create_task(every(beat_seconds, upkeep, slot.before), name="upkeep")
    try:
        await _until_told(stop, parent)
    finally:
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)
        await asyncio.to_thread(durable.stop)
        await workers.leave(slot.name)
    log.info("The worker stopped", action="worker_stopped", worker=slot.name)


def _other_languages(settings: Settings, own: str) -> dict[str, VoskEngine]:
    """Engines for callers who choose another language, as far as there are models for it."""
    if not settings.line.language_choice:
        return {}
    return {
        language: VoskEngine(in_use(settings.models, BUNDLED_MODEL, language=language).path)
        for language in other_languages(settings.models, own)
    }


async def _until_told(stop: asyncio.Event, parent: int | None) -> None:
    while not stop.is_set() and parent in (None, os.getppid()):
        try:
            await asyncio.wait_for(stop.wait(), 1.0 if parent else None)
        except TimeoutError:
            continue
