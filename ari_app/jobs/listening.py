"""A recording to plain values: whether it can be heard, and its words. Only a faulty engine or a lost file raises."""

import threading
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from ari_app.store.tables import VoicemailState
from transcription.audio import AudioEmpty, AudioError, AudioMissing, AudioTooShort
from transcription.transcript import Transcript
from transcription.voice import Prepared, prepare

#: One recogniser at a time for each queue: an urgent message is heard beside a long ordinary one, not after it.
_ORDINARY, _URGENT = threading.Lock(), threading.Lock()


class Listener(Protocol):
    """What turns a recording into words; Vosk in service."""

    def listen(self, sound: Prepared, hints: Collection[str] = ()) -> Transcript: ...


def check_audio(recording: Path) -> Prepared | dict[str, Any]:
    """A recording that can be heard; or `state` and `error` of one that holds nothing to hear.

    Raises AudioMissing: on a machine that shares a folder, a file that is not there may come.
    """
    try:
        return prepare(recording)
    except AudioMissing:
        raise
    except (AudioEmpty, AudioTooShort) as nothing:
        return {"state": VoicemailState.EMPTY.value, "error": str(nothing)}
    except AudioError as faulty:
        return {"state": VoicemailState.FAILED.value, "error": str(faulty)}


def turn(*, is_urgent: bool) -> AbstractContextManager[bool]:
    """Held while a sound is heard. One that waits for it has not begun: it has no part in what stops the engine."""
    return _URGENT if is_urgent else _ORDINARY


def listen(listener: Listener, sound: Prepared, hints: Collection[str] = ()) -> dict[str, Any]:
    """`heard`: the transcript; `peaks`: heights for the drawing of the sound."""
    return {"heard": listener.listen(sound, hints).to_dict(), "peaks": list(sound.peaks)}
