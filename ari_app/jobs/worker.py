"""The worker: a process of its own, so that a crash inside the speech engine never takes a call down."""

import asyncio
import fcntl
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from ari_app.clock import DemoClock, SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.jobs.phrases import phrases_in
from ari_app.jobs.pipeline import Pipeline, register
from ari_app.speech.models import OFFICIAL_NAME, in_use, list_models
from ari_app.store.database import Store
from ari_app.store.schema import check
from ari_app.store.work_queue import QUEUE, WORK_VERSION, work_url
from transcription.vosk_engine import VoskEngine

log = structlog.get_logger()

#: How soon a new message is seen; each look costs two small queries.
POLL_SECONDS = 0.25
#: One message is heard while the next is at hand, so that the engine never waits for a look.
AT_HAND = 2
#: A stop waits so long for the message in hand; after that the next start does it again.
FINISH_WITHIN_SECONDS = 5
MOST_WORKERS = 64
BUNDLED_MODEL = Path(__file__).parents[2] / "tests" / "speech_model" / "vosk-tiny-nl"


class WorkerError(Exception):
    """The worker can't start; the message says what to do."""


def run_worker(settings: Settings, *, parent: int | None = None) -> None:
    """Transcribes until SIGTERM or Ctrl-C, or until the process `parent` that started it is gone: also when that was
    killed before this one could look who its parent is.

    Raises WorkerError, and what the speech engine raises for a model that it can't load.
    """
    if not check(settings.database_url).is_current:
        raise WorkerError("The tables are not those of this program. Run `meldlijn db upgrade` first.")
    with worker_slot(settings.home) as slot:
        asyncio.run(_work(settings, f"{socket.gethostname()}-{slot}", parent))


@contextmanager
def worker_slot(home: Path) -> Iterator[int]:
    """The lowest number that no living worker of this line holds: a restart gets the number, and the work, of the dead.

    Raises WorkerError when there are too many workers.
    """
    home.mkdir(parents=True, exist_ok=True)
    for slot in range(1, MOST_WORKERS + 1):
        with (home / f"worker-{slot}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield slot
            return
    raise WorkerError(f"{MOST_WORKERS} workers run for {home} already.")


async def _work(settings: Settings, name: str, parent: int | None) -> None:
    stop = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, stop.set)
    model = in_use(settings.models, BUNDLED_MODEL, name=settings.speech.model or OFFICIAL_NAME)
    phrases = phrases_in(settings.home)
    try:
        phrases(model.language)
    except ValueError as mistakes:
        # Now, and not at each message: a list with a mistake would cost every message its proposal.
        raise WorkerError(f"The list of phrases can't be used. {mistakes}") from mistakes
    engine = await asyncio.to_thread(VoskEngine, model.path)
    store = Store.open(settings.database_url)
    clock = DemoClock(settings.clock_file) if settings.demo else SystemClock()
    desk = Desk(store, settings, clock)
    DBOS(config=_config(settings, name))
    others = await asyncio.to_thread(_other_languages, settings, engine.language)
    register(Pipeline(desk, engine, phrases, asyncio.get_running_loop(), others))
    await asyncio.to_thread(_launch)
    log.info("The worker listens", action="worker_started", worker=name, model=engine.name)
    try:
        await _until_told(stop, parent)
    finally:
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=FINISH_WITHIN_SECONDS)
        await store.close()
    log.info("The worker stopped", action="worker_stopped", worker=name)


def _other_languages(settings: Settings, own: str) -> dict[str, VoskEngine]:
    """Engines for callers who choose another language, as far as there are models for it."""
    if not settings.line.language_choice:
        return {}
    models = {model.language: model for model in list_models(settings.models) if model.language != own}
    return {language: VoskEngine(model.path) for language, model in models.items()}


def _launch() -> None:
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=AT_HAND, polling_interval_sec=POLL_SECONDS)


def _config(settings: Settings, name: str) -> DBOSConfig:
    return DBOSConfig(
        name="meldlijn",
        system_database_url=work_url(settings.database_url),
        application_version=WORK_VERSION,
        executor_id=name,
        serializer=DBOSPortableJSONSerializer(),
        run_migrations=False,
        log_level="WARNING",
    )


async def _until_told(stop: asyncio.Event, parent: int | None) -> None:
    while not stop.is_set() and parent in (None, os.getppid()):
        try:
            await asyncio.wait_for(stop.wait(), 1.0 if parent else None)
        except TimeoutError:
            continue
