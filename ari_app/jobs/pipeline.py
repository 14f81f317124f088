"""The way of a sound to text, as a durable workflow: store, check audio, transcribe, extract and assess, file, notify.

Theory of operation. All stages are one step of the engine, and all that it writes of a sound that was heard is one
transaction, the filing. After a kill at any point before that the step runs again, here or on another machine; after it,
the row of the job says that the sound is done (see ari_app/desk/hearing.py). So a step may run twice, but its outcome counts
once. The workflow itself decides nothing from the outside world. A step of its own for the words would spare hearing them
again after a kill in the few milliseconds between them and the filing, and costs each message more than that.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

import structlog

from ari_app.desk import Desk
from ari_app.desk.spoken_notes import keep_spoken_note
from ari_app.desk.to_hear import ToHear
from ari_app.desk.transcripts import Heard, Unheard
from ari_app.jobs.durable import RunStep, StepFailed
from ari_app.jobs.listening import Listener, check_audio, turn
from ari_app.store.work_queue import Haste, Sound, SoundJob
from transcription.assessment import Assessment, Ears, assess
from transcription.known_customer import Customer
from transcription.transcript import Transcript
from transcription.voice import Prepared

log = structlog.get_logger()

T = TypeVar("T")
NOTHING_TO_DO = "nothing_to_do"
#: A sound that so many workers began with and none finished is what kills them.
MOST_STARTS = 5
#: What the learned voice remembers of words is not for two threads at once.
_assessing = threading.Lock()


class Hopeless(Exception):
    """No further try will do better; the message says why, in Dutch."""


@dataclass(frozen=True, slots=True)
class Words:
    """What was heard, and the drawing of its sound."""

    transcript: Transcript
    peaks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked, and what became of it."""

    to_hear: ToHear
    words: Words | Unheard


class Pipeline:
    """The steps, and their stages. They run in threads of the engine; `loop` is the one that the desk's connections to the
    database belong to.

    `ears` gives what messages of a language ("nl") are assessed with; `others` listen to callers who chose another
    language than the line's.
    `again_after`: how long after each failed attempt the next one begins; after the last of them a sound is parked.
    """

    def __init__(
        self,
        desk: Desk,
        listener: Listener,
        ears: Callable[[str], Ears],
        loop: asyncio.AbstractEventLoop,
        others: Mapping[str, Listener] = MappingProxyType({}),
        *,
        worker: str = "",
        again_after: tuple[timedelta, ...] = (),
    ) -> None:
        self._desk = desk
        self._hearing = desk.hearing
        self._listener = listener
        self._ears = ears
        self._loop = loop
        self._others = others
        self._worker = worker
        self._again_after = again_after

    # The two halves of the step.

    def hear(self, job: SoundJob) -> Found | None:
        """What a sound holds; None: nothing is left to do. Blocks until it is the turn of this sound. Raises Hopeless."""
        with turn(is_urgent=job.haste <= Haste.CONTRACT):
            return self._hear(job)

    def _hear(self, job: SoundJob) -> Found | None:
        to_hear = self.store(job)
        if to_hear is None:
            return None
        if to_hear.starts > MOST_STARTS:
            raise Hopeless(f"{MOST_STARTS} keer begonnen en nooit klaar: het spraakprogramma stopt bij deze opname.")
        try:
            sound = self.check_audio(to_hear)
            return Found(to_hear, self.transcribe(to_hear, sound) if isinstance(sound, Prepared) else sound)
        except Exception:  # it did not take the worker with it
            self._on_loop(self._hearing.uncount_start(job))
            raise

    def file(self, job: SoundJob, found: Found) -> None:
        """What `hear` found, onto the ticket. Nothing when another worker filed it before, or a later attempt took its place."""
        to_hear, words = found.to_hear, found.words
        if job.kind is Sound.NOTE:
            return self.file_note(job, to_hear, words.transcript.text if isinstance(words, Words) else "")
        if isinstance(words, Unheard):
            return self.file_message(job, words)
        assessment = self.assess(words.transcript, to_hear.customer)
        return self.file_message(job, Heard(words.transcript, assessment, words.peaks))

    # Their stages, in order.

    def store(self, job: SoundJob) -> ToHear | None:
        """What is to be heard. The ticket and the recording are there: who closes a call stores them."""
        return self._on_loop(self._hearing.begin(job, self._worker))

    def check_audio(self, to_hear: ToHear) -> Prepared | Unheard:
        """A recording that can be heard, or why there is nothing to hear in it."""
        return check_audio(self._hearing.recordings / to_hear.recording)

    def transcribe(self, to_hear: ToHear, sound: Prepared) -> Words:
        """Raises Hopeless when nothing here listens to the language of the caller."""
        listener = self._others.get(to_hear.language) if to_hear.language else self._listener
        if listener is None:  # the wrong model would invent words
            raise Hopeless(f"De beller koos de taal {to_hear.language!r} en daarvoor is er geen spraakmodel.")
        return Words(listener.listen(sound, frozenset(to_hear.hints)), sound.peaks)

    def assess(self, heard: Transcript, customer: Customer | None) -> Assessment:
        """The proposal, with what was extracted: the core does both in one go, in half a millisecond."""
        with _assessing:
            return assess(heard, self._ears(heard.language), customer)

    def file_message(self, job: SoundJob, found: Heard | Unheard) -> None:
        """One transaction with what people are told of it."""
        is_ours = self._on_loop(self._hearing.file(job, found))
        if is_ours and isinstance(found, Heard):
            proposal, sure = found.assessment.category, round(found.assessment.sure, 2)
            log.info("Message assessed", action="message_assessed", sound=job.name, proposal=proposal, sure=sure)

    def file_note(self, job: SoundJob, to_hear: ToHear, text: str) -> None:
        """What could not be understood is a note too: a person listens."""
        if to_hear.by is not None:
            self._on_loop(self._desk.change(to_hear.ticket, to_hear.by, keep_spoken_note, job.row_id, text))
        self._on_loop(self._hearing.done(job))

    def give_up(self, job: SoundJob, why: str, is_hopeless: bool = False) -> str:
        """The state that the sound is in now: it is tried again later, or parked."""
        failed = self._on_loop(self._hearing.failures(job))
        again_in = None if is_hopeless or failed >= len(self._again_after) else self._again_after[failed]
        state = self._on_loop(self._hearing.fail(job, why, again_in))
        log.warning("A sound could not be heard", action="sound_failed", sound=job.name, state=state)
        return NOTHING_TO_DO if state is None else state.value

    def _on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def conduct(pipeline: Pipeline, job: SoundJob, run_step: RunStep) -> str:
    """The state in which the attempt ends. A step that is out of its quick tries never leaves a message waiting for ever: it is
    tried again later, and in the end parked, so that a person listens."""
    hear = cache(pipeline.hear)  # a filing that is tried again needs no second hearing

    def hear_and_file() -> str:
        try:
            found = hear(job)
        except Hopeless as why:
            return pipeline.give_up(job, str(why), is_hopeless=True)
        if found is None:
            return NOTHING_TO_DO
        pipeline.file(job, found)
        return "filed"

    try:
        return str(run_step("hear and file", hear_and_file))
    except StepFailed as failure:
        return str(run_step("give up", pipeline.give_up, job, str(failure)))
