"""The way of a sound to text, as a durable workflow: store, check audio, transcribe, extract and assess, file, notify.

Theory of operation. The engine keeps the outcome of each step in our own database. After a kill at any point the workflow
starts again, here or on another machine, and takes finished steps from there; so a step may run twice, but its outcome
counts once. A step therefore only reads, or writes what it would write again (see ari_app/desk/hearing.py). The workflow
itself decides nothing from the outside world.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, TypeVar

import structlog
from pydantic import TypeAdapter

from ari_app.desk import Desk
from ari_app.desk.hearing import ToHear
from ari_app.desk.spoken_notes import keep_spoken_note
from ari_app.desk.transcripts import Heard, Unheard
from ari_app.jobs.durable import RunStep, StepFailed
from ari_app.jobs.listening import Listener, check_audio, listen
from ari_app.store.tables import VoicemailState
from ari_app.store.work_queue import Haste, Sound, SoundJob
from transcription.assessment import Assessment, Ears, assess
from transcription.transcript import Transcript

log = structlog.get_logger()

T = TypeVar("T")
Values = dict[str, Any]
TO_HEAR = TypeAdapter(ToHear)
ASSESSMENT = TypeAdapter(Assessment)
NOTHING_TO_DO = "nothing_to_do"
#: Proposals of which somebody may have to know at once; the desk decides.
WORTH_TELLING = frozenset({"cat3"})
#: A sound that so many workers began with and none finished is what kills them.
MOST_STARTS = 5


class Pipeline:
    """The steps. They run in threads of the engine; `loop` is the one that the desk's connections to the database belong to.

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

    def store(self, job: SoundJob) -> Values | None:
        """What is to be heard, as plain values; None when nothing is left to do."""
        found = self._on_loop(self._hearing.begin(job))
        to_hear: Values | None = None if found is None else TO_HEAR.dump_python(found, mode="json")
        return to_hear

    def check_audio(self, to_hear: Values) -> Values:
        """`peaks` of a recording that can be heard; else its `state` and `error`."""
        return check_audio(self._hearing.recordings / to_hear["recording"])

    def transcribe(self, job: SoundJob, to_hear: Values) -> Values:
        """The transcript as plain values; or `impossible`, with why no try will do better."""
        if self._on_loop(self._hearing.count_start(job, self._worker)) > MOST_STARTS:
            return {
                "impossible": f"{MOST_STARTS} keer begonnen en nooit klaar: het spraakprogramma stopt bij deze opname."
            }
        language = to_hear["language"]
        listener = self._others.get(language) if language else self._listener
        if listener is None:  # the wrong model would invent words
            return {"impossible": f"De beller koos de taal {language!r} en daarvoor is er geen spraakmodel."}
        try:
            return listen(
                listener, self._hearing.recordings / to_hear["recording"], is_urgent=job.haste <= Haste.CONTRACT
            )
        except Exception:  # it did not take the worker with it
            self._on_loop(self._hearing.uncount_start(job))
            raise

    def assess(self, heard: Values) -> Values:
        """The proposal, with what was extracted, as plain values: the core does both in one go, in a millisecond."""
        proposed: Values = ASSESSMENT.dump_python(self._assess(Transcript.from_dict(heard)), mode="json")
        return proposed

    def file(self, job: SoundJob, checked: Values, heard: Values | None, proposed: Values | None) -> bool:
        """False: another worker filed it before, or a later attempt took the place of this one."""
        if heard is None or proposed is None:
            unheard = Unheard(VoicemailState(checked["state"]), checked["error"])
            return self._on_loop(self._hearing.file(job, unheard))
        assessment = ASSESSMENT.validate_python(proposed)
        found = Heard(Transcript.from_dict(heard), assessment, tuple(checked["peaks"]))
        is_ours = self._on_loop(self._hearing.file(job, found))
        if is_ours:
            sure = round(assessment.sure, 2)
            log.info(
                "Message assessed", action="message_assessed", sound=job.name, proposal=assessment.category, sure=sure
            )
        return is_ours

    def file_note(self, job: SoundJob, to_hear: Values, heard: Values | None) -> None:
        """What could not be understood is a note too: a person listens."""
        spoken = TO_HEAR.validate_python(to_hear)
        text = Transcript.from_dict(heard).text if heard else ""
        if spoken.by is not None:
            self._on_loop(self._desk.change(spoken.ticket, spoken.by, keep_spoken_note, job.row_id, text))
        self._on_loop(self._hearing.done(job))

    def notify(self, job: SoundJob) -> None:
        self._on_loop(self._hearing.tell(job))

    def give_up(self, job: SoundJob, why: str, is_hopeless: bool = False) -> str:
        """The state that the sound is in now: it is tried again later, or parked."""
        failed = self._on_loop(self._hearing.failures(job))
        again_in = None if is_hopeless or failed >= len(self._again_after) else self._again_after[failed]
        state = self._on_loop(self._hearing.fail(job, why, again_in))
        log.warning("A sound could not be heard", action="sound_failed", sound=job.name, state=state)
        return NOTHING_TO_DO if state is None else state.value

    def _assess(self, transcript: Transcript) -> Assessment:
        return assess(transcript, self._ears(transcript.language))

    def _on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def conduct(pipeline: Pipeline, job: SoundJob, run_step: RunStep) -> str:
    """The state in which the attempt ends. A step that is out of quick tries never leaves a message waiting for ever: it is
    tried again later, and in the end parked, so that a person listens."""
    try:
        to_hear = run_step("store", pipeline.store, job)
        if to_hear is None:
            return NOTHING_TO_DO
        checked = run_step("check audio", pipeline.check_audio, to_hear)
        heard = None if "error" in checked else run_step("transcribe", pipeline.transcribe, job, to_hear)
        if heard and "impossible" in heard:
            return str(run_step("give up", pipeline.give_up, job, heard["impossible"], True))
        if job.kind is Sound.NOTE:
            run_step("file", pipeline.file_note, job, to_hear, heard)
            return "filed"
        proposed = None if heard is None else run_step("extract and assess", pipeline.assess, heard)
        run_step("file", pipeline.file, job, checked, heard, proposed)
        if proposed and proposed["category"] in WORTH_TELLING:
            run_step("notify", pipeline.notify, job)
        return "filed"
    except StepFailed as failure:
        return str(run_step("give up", pipeline.give_up, job, str(failure)))
