"""The life of a voicemail after the call, as a durable workflow: heard, assessed, filed. It survives a kill at any point.

Theory of operation. DBOS stores the outcome of each step in our own database. After a crash the workflow starts again
and takes finished steps from there, so a step may run twice but its outcome counts once. A step therefore only reads,
or writes what it would write again. The workflow itself decides nothing from the outside world.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import structlog
from dbos import DBOS, StepOptions

from ari_app.desk import Desk
from ari_app.desk.spoken_notes import keep_spoken_note
from ari_app.desk.transcripts import Heard
from ari_app.store.tables import VoicemailState
from ari_app.store.work_queue import NOTE_WORKFLOW, WORKFLOW
from transcription.assessment import assess
from transcription.audio import AudioEmpty, AudioError, AudioTooShort, peaks
from transcription.phrases import Phrases
from transcription.transcript import Transcript

log = structlog.get_logger()

T = TypeVar("T")
#: Quick retries only: a longer wait would hold up the message behind this one.
ATTEMPTS = 3
RETRY_SECONDS = 0.5
ALREADY_HEARD = "already_heard"


class Listener(Protocol):
    """What turns a recording into words; Vosk in service."""

    def transcribe(self, path: Path) -> Transcript: ...


class Pipeline:
    """The steps. They run in threads of DBOS; `loop` is the one that the desk's connections to the database belong to.

    `phrases` gives the list for a language ("nl"); `others` listen to callers who chose another language than the line's.
    """

    def __init__(
        self,
        desk: Desk,
        listener: Listener,
        phrases: Callable[[str], Phrases],
        loop: asyncio.AbstractEventLoop,
        others: Mapping[str, Listener] = MappingProxyType({}),
    ) -> None:
        self._desk = desk
        self._listener = listener
        self._phrases = phrases
        self._loop = loop
        self._others = others
        # An engine holds one recogniser at a time; the lock makes that true whatever the queue allows.
        self._listening = threading.Lock()

    def hear(self, voicemail_id: int) -> dict[str, Any]:
        """The transcript as plain values, or the state and error of a recording that can't be heard."""
        recording = self._on_loop(self._desk.voicemail_to_hear(voicemail_id))
        if recording is None:
            return {"state": ALREADY_HEARD}
        language = self._on_loop(self._desk.language_chosen(voicemail_id))
        listener = self._others.get(language) if language else self._listener
        if listener is None:  # the wrong model would invent words
            why = f"De beller koos de taal {language!r} en daarvoor is er geen spraakmodel: beluister het bericht."
            return {"state": VoicemailState.FAILED.value, "error": why}
        with self._listening:
            return listen(listener, recording)

    def file(self, voicemail_id: int, heard: Mapping[str, Any]) -> None:
        """Assesses what was heard, and stores both."""
        if heard["state"] == ALREADY_HEARD:
            return
        if heard["state"] in (VoicemailState.EMPTY, VoicemailState.FAILED):
            state = VoicemailState(heard["state"])
            self._on_loop(self._desk.file_unheard(voicemail_id, state, heard["error"]))
            return
        transcript = Transcript.from_dict(heard["transcript"])
        assessment = assess(transcript, self._phrases(transcript.language))
        found = Heard(transcript, assessment, tuple(heard["peaks"]))
        self._on_loop(self._desk.file_transcript(voicemail_id, found))
        log.info(
            "Voicemail assessed",
            action="voicemail_assessed",
            voicemail=voicemail_id,
            proposal=assessment.category,
            sure=round(assessment.sure, 2),
        )

    def hear_note(self, sound_id: int) -> dict[str, Any]:
        """As `hear`, of what an engineer said to a ticket."""
        spoken = self._on_loop(self._desk.spoken_notes.to_hear(sound_id))
        if spoken is None:
            return {"state": ALREADY_HEARD}
        with self._listening:
            return listen(self._listener, spoken.recording)

    def file_note(self, sound_id: int, heard: Mapping[str, Any]) -> None:
        """What could not be understood is a note too: a person listens."""
        spoken = self._on_loop(self._desk.spoken_notes.to_hear(sound_id))
        if spoken is None:
            return
        text = Transcript.from_dict(heard["transcript"]).text if "transcript" in heard else ""
        self._on_loop(self._desk.change(spoken.ticket, spoken.by, keep_spoken_note, sound_id, text))

    def _on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def register(pipeline: Pipeline) -> None:
    """Makes the workflow known to DBOS; once per process, before DBOS is launched."""

    def run_step(name: str, step: Callable[..., Any], *given: Any) -> Any:
        options = StepOptions(name=name, retries_allowed=True, max_attempts=ATTEMPTS, interval_seconds=RETRY_SECONDS)
        return DBOS.run_step(options, step, *given)

    @DBOS.workflow(name=WORKFLOW)
    def transcribe_voicemail(voicemail_id: int) -> str:
        return conduct(pipeline, voicemail_id, run_step)

    @DBOS.workflow(name=NOTE_WORKFLOW)
    def transcribe_note(sound_id: int) -> str:
        return conduct_note(pipeline, sound_id, run_step)


def conduct(pipeline: Pipeline, voicemail_id: int, run_step: Callable[..., Any]) -> str:
    """The state in which the voicemail ends. A step that is out of attempts never leaves it waiting: the ticket says
    what went wrong, and a person listens."""
    try:
        heard = run_step("hear", pipeline.hear, voicemail_id)
        run_step("file", pipeline.file, voicemail_id, heard)
    except Exception as failure:
        log.exception("A voicemail was given up", action="voicemail_failed", voicemail=voicemail_id)
        heard = {"state": VoicemailState.FAILED.value, "error": str(failure)}
        run_step("give_up", pipeline.file, voicemail_id, heard)
    return str(heard["state"])


def conduct_note(pipeline: Pipeline, sound_id: int, run_step: Callable[..., Any]) -> str:
    """The state in which the note ends; one that can't be heard is filed as such."""
    try:
        heard = run_step("hear", pipeline.hear_note, sound_id)
    except Exception as failure:
        log.exception("A spoken note was given up", action="note_failed", sound=sound_id)
        heard = {"state": VoicemailState.FAILED.value, "error": str(failure)}
    run_step("file", pipeline.file_note, sound_id, heard)
    return str(heard["state"])


def listen(listener: Listener, recording: Path) -> dict[str, Any]:
    """Plain values: `state`, and `transcript` with `peaks`, or `error`. Only a faulty recording is an answer;
    a faulty engine raises."""
    try:
        transcript = listener.transcribe(recording)
        state = VoicemailState.TRANSCRIBED if transcript.words else VoicemailState.NO_SPEECH
        return {"state": state.value, "transcript": transcript.to_dict(), "peaks": peaks(recording)}
    except (AudioEmpty, AudioTooShort) as nothing:
        return {"state": VoicemailState.EMPTY.value, "error": str(nothing)}
    except AudioError as faulty:
        return {"state": VoicemailState.FAILED.value, "error": str(faulty)}
