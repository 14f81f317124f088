"""The only file that knows faster-whisper: a folder with a CTranslate2 model. An extra, for comparison or for a machine with power."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from transcription.recognizer import RecognizerUnusable, Utterance
from transcription.sound_file import TELEPHONE_RATE
from transcription.transcript import Word
from transcription.voice import Prepared

_RATE = 16000
_MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")


class WhisperEngine:
    """One model for all languages; `language` is the one it listens for."""

    def __init__(self, model_path: Path, language: str) -> None:
        """Never downloads anything. Raises RecognizerUnusable when the package or the model is not there."""
        missing = [name for name in _MODEL_FILES if not (model_path / name).is_file()]
        if missing:
            raise RecognizerUnusable(
                f"{model_path} is no model of faster-whisper: it has no {', '.join(missing)}. Put the files of a model such "
                "as Systran/faster-whisper-small there, from a machine with a network"
            )
        try:
            from faster_whisper import WhisperModel
        except ImportError as absent:
            raise RecognizerUnusable(
                "faster-whisper is not installed; install the extra: pip install 'meldlijn[whisper]'"
            ) from absent
        try:
            self._model = WhisperModel(str(model_path), device="cpu", compute_type="int8", local_files_only=True)
        except (RuntimeError, ValueError, OSError) as cause:
            raise RecognizerUnusable(f"faster-whisper can't load {model_path}: {cause}. Fetch it again") from cause
        self.name = model_path.resolve().name
        self.language = language

    def utterances(self, sound: Prepared, hints: Collection[str] = ()) -> Iterator[Utterance]:
        """Whisper's own segments, without capitals and punctuation. Needs the whole message in memory: 4 MB a minute."""
        narrow = np.concatenate(list(sound.samples())).astype(np.float32) / np.float32(32768)
        segments, _ = self._model.transcribe(
            np.asarray(soxr.resample(narrow, TELEPHONE_RATE, _RATE), dtype=np.float32),
            language=self.language,
            word_timestamps=True,
            # Text that goes before makes it repeat itself in silence.
            condition_on_previous_text=False,
            hotwords=" ".join(sorted(hints)) or None,
        )
        for segment in segments:
            words = tuple(_words(segment.words or ()))
            if words:
                yield Utterance(words)


def _words(heard: Any) -> Iterator[Word]:
    for one in heard:
        text = one.word.strip().strip(".,;:!?…\"'()").lower()
        if text:
            yield Word(text, one.start, max(one.start, one.end), min(1.0, max(0.0, one.probability)))
