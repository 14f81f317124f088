"""`python -m ari_app.bench.stand_in_worker ORDER`: the worker itself, with an engine that hears at once and a moment to die.

All but the speech engine is what `meldlijn worker` runs. The order is JSON, as the fields of `Order`.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

from ari_app.clock import SystemClock
from ari_app.config import Settings, SpeechSettings
from ari_app.desk import Desk
from ari_app.jobs.durable import Conduct, Durable, RunStep
from ari_app.jobs.pipeline import Pipeline, conduct
from ari_app.jobs.worker import Slot, leave_unfinished, listen_to_queues, worker_slot
from ari_app.logs import set_up_logs
from ari_app.store.database import Store
from ari_app.store.work_queue import SoundJob
from transcription.reading import ears_in
from transcription.transcript import Transcript, Word
from transcription.voice import Prepared

#: The stages of the way in order, and the step that holds them.
STAGES = ("store", "check_audio", "transcribe", "assess", "file_message")
STEP = "hear and file"
#: Before each and when its work is done; and when the engine has kept the outcome of the step.
DEATHS = (*product(STAGES, ("before", "done")), (STEP, "done"), (STEP, "kept"))
SAYS = "het hele bedrijf ligt plat en niemand kan bellen"


@dataclass(frozen=True, slots=True)
class Order:
    """`die_at`: a stage or step and a moment of it at which the process kills itself. `hears_for` and `beat`: seconds."""

    home: str
    database: str
    recordings: str
    die_at: tuple[str, str] | None = None
    hears_for: float = 0.0
    beat: float = 0.5
    at_hand: int = 2
    #: A message ends as soon as it is claimed: what is left is the queue.
    only_claims: bool = False

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class HearsAtOnce:
    """Every message says the same, and the name of its file."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def listen(self, sound: Prepared, hints: Collection[str] = ()) -> Transcript:
        time.sleep(self._seconds)
        words = (sound.path.stem, *SAYS.split())
        return Transcript(
            tuple(Word(word, i * 0.3, i * 0.3 + 0.2, 0.95) for i, word in enumerate(words)), 3.0, "stand-in-nl", "nl"
        )


def dying(run_step: RunStep, die_at: tuple[str, str]) -> RunStep:
    """Steps of which one kills the process at that moment."""

    def run(name: str, step: Callable[..., Any], *given: Any) -> Any:
        outcome = run_step(name, deadly(step, name, die_at), *given)
        _die(die_at == (name, "kept"))
        return outcome

    return run


def deadly(work: Callable[..., Any], name: str, die_at: tuple[str, str]) -> Callable[..., Any]:
    """The same work; the process ends before it or right after."""

    def run(*given: Any) -> Any:
        _die(die_at == (name, "before"))
        outcome = work(*given)
        _die(die_at == (name, "done"))
        return outcome

    return run


def _die(is_time: bool) -> None:
    if is_time:
        os.kill(os.getpid(), signal.SIGKILL)


def conducting(pipeline: Pipeline, order: Order) -> Conduct:
    if order.die_at:
        for stage in STAGES:
            setattr(pipeline, stage, deadly(getattr(pipeline, stage), stage, order.die_at))

    def hear(job: SoundJob, run_step: RunStep) -> str:
        if order.only_claims:
            return "claimed"
        return conduct(pipeline, job, dying(run_step, order.die_at) if order.die_at else run_step)

    return hear


async def work(order: Order, slot: Slot) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    speech = SpeechSettings(recordings=Path(order.recordings))
    settings = Settings(home=Path(order.home), database=order.database, speech=speech)
    store = Store.open(order.database)
    desk = Desk(store, settings, SystemClock())
    listener = HearsAtOnce(order.hears_for)
    pipeline = Pipeline(desk, listener, ears_in(settings.home), asyncio.get_running_loop(), worker=slot.name)
    try:
        durable = Durable(order.database, slot.name, at_hand=order.at_hand)
        hear = conducting(pipeline, order)
        await listen_to_queues(durable, slot, desk, hear, stop, model="stand-in", beat_seconds=order.beat)
    finally:
        await store.close()


def main() -> None:
    values = json.loads(sys.argv[1])
    order = Order(**values | {"die_at": tuple(values["die_at"]) if values["die_at"] else None})
    set_up_logs()
    with worker_slot(Path(order.home)) as slot:
        asyncio.run(work(order, slot))
        leave_unfinished()


if __name__ == "__main__":
    main()
