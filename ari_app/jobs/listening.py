"""A recording to plain values: whether it can be heard, and its words. Only a faulty engine or a lost file raises."""

import threading
from pathlib import Path
from typing import Any, Protocol

from ari_app.store.tables import VoicemailState
from transcription.audio import AudioEmpty, AudioError, AudioMissing, AudioTooShort, peaks
from transcription.audio import check_audio as look_at
from transcription.transcript import Transcript

#: One recogniser at a time for each queue: an urgent message is heard beside a long ordinary one, not after it.
_ORDINARY, _URGENT = threading.Lock(), threading.Lock()


class Listener(Protocol):
    """What turns a recording into words; Vosk in service."""

    def transcribe(self, path: Path) -> Transcript: ...


def check_audio(recording: Path) -> dict[str, Any]:
    """`peaks` for the drawing of the sound; or `state` and `error` of a recording that holds nothing to hear.

    Raises AudioMissing: on a machine that shares a folder, a file that is not there may come.
    """
    try:
        look_at(recording)
        return {"peaks": peaks(recording)}
    except AudioMissing:
        raise
    except (AudioEmpty, AudioTooShort) as nothing:
        return {"state": VoicemailState.EMPTY.value, "error": str(nothing)}
    except AudioError as faulty:
        return {"state": VoicemailState.FAILED.value, "error": str(faulty)}


def listen(listener: Listener, recording: Path, *, is_urgent: bool) -> dict[str, Any]:
    """The transcript of a recording that `check_audio` found fit to hear."""
    with _URGENT if is_urgent else _ORDINARY:
        return listener.transcribe(recording).to_dict()
