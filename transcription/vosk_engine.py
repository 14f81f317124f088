"""The only file that knows Vosk: a model folder, and sound to utterances with several readings each."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import vosk

from transcription.hints import bonus
from transcription.listening import listen, transcribe
from transcription.recognizer import Reading, RecognizerUnusable, Utterance
from transcription.sound_file import TELEPHONE_RATE
from transcription.transcript import Transcript, Word
from transcription.voice import Prepared
from transcription.vosk_pieces import read_in_long_pieces

vosk.SetLogLevel(-1)

#: Readings that are asked for: as many as the assessment looks at, beside the likeliest. Their likelihoods give the confidence
#: of each word. Each costs 0.8 % of the hearing; with hints more are asked for, since a name may stand in any of them.
READINGS, READINGS_WITH_HINTS = 4, 10
_UNKNOWN = "[unk]"
#: "vosk-model-small-nl-0.22" and "vosk-tiny-nl" both name their language between hyphens.
_LANGUAGE_IN_NAME = re.compile(r"-([a-z]{2})(?:-|$)")
#: A folder without these is no Vosk model, and Vosk would end with a message that names no cause.
_MODEL_FILES = ("am/final.mdl", "conf/mfcc.conf")
_FLAT_MODEL_FILES = ("final.mdl", "mfcc.conf")


class ModelUnusable(RecognizerUnusable):
    """The model folder can't be loaded; the message says what is missing."""


class VoskEngine:
    """Holds one loaded model; loading takes memory and time, so make one per process and language.

    Several threads may use it at once: each message gets a recogniser of its own, and Vosk lets go of Python meanwhile.
    """

    def __init__(self, model_path: Path) -> None:
        """Raises `ModelUnusable` when the folder holds no complete model."""
        _check_folder(model_path)
        try:
            with read_in_long_pieces(model_path) as folder:
                self._model = vosk.Model(str(folder))
        except OSError as cause:
            raise ModelUnusable(
                f"the model in {model_path} can't be prepared: {cause}; make room in {gettempdir()}"
            ) from cause
        except Exception as cause:  # Vosk raises a bare Exception for a damaged model
            raise ModelUnusable(f"Vosk can't load the model in {model_path}: {cause}. Fetch it again.") from cause
        self.name = model_path.resolve().name
        self.language = language_of(self.name)

    def transcribe(self, path: Path, hints: Collection[str] = ()) -> Transcript:
        """Words with times and confidence; no speech gives no words. Raises `transcription.audio.AudioError`."""
        return transcribe(self, path, hints)

    def listen(self, sound: Prepared, hints: Collection[str] = ()) -> Transcript:
        """The same for a recording that was looked through already."""
        return listen(self, sound, hints)

    def utterances(self, sound: Prepared, hints: Collection[str] = ()) -> Iterator[Utterance]:
        """Each has its readings; words that the model has not can't be heard, whatever the hints say."""
        recognizer = vosk.KaldiRecognizer(self._model, TELEPHONE_RATE)
        recognizer.SetWords(True)
        recognizer.SetMaxAlternatives(READINGS_WITH_HINTS if hints else READINGS)
        for chunk in sound.chunks():
            if recognizer.AcceptWaveform(chunk):
                yield from _utterance(recognizer.Result(), hints)
        yield from _utterance(recognizer.FinalResult(), hints)

    def knows(self, word: str) -> bool:
        """Whether the model has this word: one without spaces, in small letters."""
        return bool(self._model.vosk_model_find_word(word) >= 0)


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


def _utterance(answer: str, hints: Collection[str]) -> Iterator[Utterance]:
    """One, or none when nothing was said. The likelihood of a reading is a natural logarithm."""
    heard = [_Heard(reading, hints) for reading in json.loads(answer).get("alternatives", ())]
    likely = sorted((reading for reading in heard if reading.words), key=lambda reading: -reading.likelihood)
    if not likely:
        return
    weights = [math.exp(reading.likelihood - likely[0].likelihood) for reading in likely]
    chances = [weight / sum(weights) for weight in weights]
    yield Utterance(
        tuple(_word(spoken, likely, chances) for spoken in likely[0].words),
        tuple(Reading(reading.text, chance) for reading, chance in zip(likely, chances, strict=True)),
    )


class _Heard:
    """One reading as Vosk gives it, without what it could not name."""

    def __init__(self, reading: dict[str, Any], hints: Collection[str]) -> None:
        self.words = [spoken for spoken in reading.get("result", ()) if spoken["word"] != _UNKNOWN]
        self.text = " ".join(spoken["word"] for spoken in self.words)
        self.likelihood = reading["confidence"] + bonus(self.text, hints)
        self._times: dict[str, list[tuple[float, float]]] = {}
        for spoken in self.words:
            self._times.setdefault(spoken["word"], []).append((spoken["start"], spoken["end"]))

    def has(self, spoken: dict[str, Any]) -> bool:
        """The same word at the same moment."""
        own = self._times.get(spoken["word"], ())
        return any(start < spoken["end"] and spoken["start"] < end for start, end in own)


def _word(spoken: dict[str, Any], likely: list[_Heard], chances: list[float]) -> Word:
    """Its confidence is the chance of all readings that have it."""
    chance = sum(chance for reading, chance in zip(likely, chances, strict=True) if reading.has(spoken))
    return Word(spoken["word"], spoken["start"], spoken["end"], min(1.0, chance))
