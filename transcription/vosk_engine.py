"""The only file that knows Vosk: a model folder and a recording to a transcript."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import vosk

from transcription.audio import Recording, read_recording
from transcription.transcript import Transcript, Word

vosk.SetLogLevel(-1)

_UNKNOWN = "[unk]"
#: "vosk-model-small-nl-0.22" and "vosk-tiny-nl" both name their language between hyphens.
_LANGUAGE_IN_NAME = re.compile(r"-([a-z]{2})(?:-|$)")
#: A folder without these is no Vosk model, and Vosk would end with a message that names no cause.
_MODEL_FILES = ("am/final.mdl", "conf/mfcc.conf")
_FLAT_MODEL_FILES = ("final.mdl", "mfcc.conf")


class ModelUnusable(Exception):
    """The model folder can't be loaded; the message says what is missing."""


class VoskEngine:
    """Holds one loaded model; loading takes memory and time, so make one per process. Not for two threads at once."""

    def __init__(self, model_path: Path) -> None:
        """Raises `ModelUnusable` when the folder holds no complete model."""
        _check_folder(model_path)
        try:
            self._model = vosk.Model(str(model_path))
        except Exception as cause:  # Vosk raises a bare Exception for a damaged model
            raise ModelUnusable(f"Vosk can't load the model in {model_path}: {cause}. Fetch it again.") from cause
        self.name = model_path.resolve().name
        self.language = language_of(self.name)

    def transcribe(self, path: Path) -> Transcript:
        """Words with times and confidence; no speech gives no words. Raises `transcription.audio.AudioError`."""
        return self.listen(read_recording(path))

    def listen(self, recording: Recording) -> Transcript:
        """The same for a recording that was read already."""
        recogniser = vosk.KaldiRecognizer(self._model, recording.rate)
        recogniser.SetWords(True)
        parts = []
        for chunk in recording.chunks():
            if recogniser.AcceptWaveform(chunk):
                parts.append(json.loads(recogniser.Result()))
        parts.append(json.loads(recogniser.FinalResult()))
        words = tuple(_word(heard) for part in parts for heard in part.get("result", ()) if heard["word"] != _UNKNOWN)
        return Transcript(words, recording.facts.seconds, self.name, self.language)


def language_of(model_name: str) -> str:
    """ISO 639-1 code in the name of a model folder ("vosk-model-small-nl-0.22" is "nl"). ValueError when it has none."""
    found = _LANGUAGE_IN_NAME.search(model_name)
    if found is None:
        raise ValueError(
            f"the model folder {model_name!r} does not name its language; call it as Vosk does: vosk-model-small-nl-0.22"
        )
    return found[1]


def _check_folder(model_path: Path) -> None:
    if not model_path.is_dir():
        raise ModelUnusable(f"there is no model folder {model_path}; fetch a model, or name the folder that has one")
    if any(all((model_path / name).is_file() for name in layout) for layout in (_MODEL_FILES, _FLAT_MODEL_FILES)):
        return
    raise ModelUnusable(f"{model_path} is no Vosk model: it has no {' and '.join(_MODEL_FILES)}. Fetch it again.")


def _word(heard: dict[str, Any]) -> Word:
    # Vosk gives a confidence a hair above 1 now and then.
    return Word(heard["word"], heard["start"], heard["end"], min(1.0, max(0.0, heard["conf"])))
