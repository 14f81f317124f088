"""Whether a recording can be heard, who turns it into words, and whose turn it is."""

import threading
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from ari_app.desk.transcripts import Unheard
from ari_app.store.tables import VoicemailState
from transcription.audio import AudioEmpty, AudioError, AudioMissing, AudioTooShort
from transcription.transcript import Transcript
from transcription.voice import Prepared, prepare

#: One recogniser at a time for each queue: an urgent message is heard beside a long ordinary one, not after it.
_ORDINARY, _URGENT = threading.Lock(), threading.Lock()


class Listener(Protocol):
    """What turns a recording into words; Vosk in service."""

    def listen(self, sound: Prepared, hints: Collection[str] = ()) -> Transcript: ...


def check_audio(recording: Path) -> Prepared | Unheard:
    """A recording that can be heard, or why there is nothing to hear in it.

    Raises AudioMissing: on a machine that shares a folder, a file that is not there may come.
    """
    try:
        return prepare(recording)
    except AudioMissing:
        raise
    except (AudioEmpty, AudioTooShort) as nothing:
        return Unheard(VoicemailState.EMPTY, str(nothing))
    except AudioError as faulty:
        return Unheard(VoicemailState.FAILED, str(faulty))


def turn(*, is_urgent: bool) -> AbstractContextManager[bool]:
    """Held while a sound is heard. One that waits for it has not begun: it has no part in what stops the engine."""
    return _URGENT if is_urgent else _ORDINARY
