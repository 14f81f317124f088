"""Engines beside each other on the same recordings: wrong words, whether the proposal stays the same, and what it costs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transcription.assessment import Assessment
from transcription.audio import AudioError
from transcription.listening import listen
from transcription.recognizer import Recognizer
from transcription.voice import prepare
from transcription.word_errors import WordErrors, word_errors, words_of

#: In a folder, `NAME.txt` beside a sound file says what is said in it.
TEXT_ENDING = ".txt"


@dataclass(frozen=True, slots=True)
class Said:
    """A recording and the words that a person heard in it."""

    path: Path
    text: str


@dataclass
class Score:
    """Of one engine. Seconds: sound that was heard, and CPU of this process for it."""

    engine: str
    errors: WordErrors = field(default_factory=WordErrors)
    messages: int = 0
    #: Messages that get the same category as their text does.
    same_category: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    #: Recordings that could not be heard, with why.
    failed: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values; rates are 0..1, and None when nothing was heard."""
        heard = self.messages or None
        return {
            "engine": self.engine,
            "messages": self.messages,
            "words": self.errors.said,
            "wrong": self.errors.wrong,
            "word_error_rate": round(self.errors.rate, 4) if heard else None,
            "same_category": round(self.same_category / heard, 4) if heard else None,
            "seconds": round(self.seconds, 1),
            "cpu_per_second": round(self.cpu_seconds / self.seconds, 4) if self.seconds else None,
            "failed": self.failed,
        }


def read_said(source: Path) -> list[Said]:
    """From a folder with `NAME.wav` and `NAME.txt`, or a file of JSON lines with `audio` (a path from there) and `text`.

    Raises ValueError that names every line or file with a mistake.
    """
    found = list(_from_folder(source) if source.is_dir() else _from_lines(source))
    if not found:
        raise ValueError(f"{source} names no recording with its text: NAME.wav and NAME{TEXT_ENDING}, or JSON lines")
    return found


def score(recognizer: Recognizer, said: Iterable[Said], proposal: Callable[[str], Assessment]) -> Score:
    """`proposal` assesses a text in the language of the engine."""
    total = Score(recognizer.name)
    for one in said:
        began = time.process_time()
        try:
            sound = prepare(one.path)
        except AudioError as faulty:
            total.failed[one.path.name] = str(faulty)
            continue
        heard = listen(recognizer, sound).text
        total.cpu_seconds += time.process_time() - began
        total.seconds += sound.facts.seconds
        total.messages += 1
        total.errors += word_errors(one.text, heard, recognizer.language)
        plain = " ".join(words_of(one.text, recognizer.language))
        total.same_category += proposal(heard).category == proposal(plain).category
    return total


def _from_folder(folder: Path) -> Iterator[Said]:
    for text in sorted(folder.glob(f"*{TEXT_ENDING}")):
        for sound in sorted(folder.glob(f"{text.stem}.*")):
            if sound != text:
                yield Said(sound, text.read_text(encoding="utf-8").strip())


def _from_lines(file: Path) -> Iterator[Said]:
    mistakes = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as cause:
        raise ValueError(f"{file} can't be read: {cause}") from cause
    for number, line in enumerate(lines, 1):
        try:
            stored = json.loads(line)
            yield Said(file.parent / stored["audio"], str(stored["text"]))
        except (ValueError, KeyError, TypeError) as cause:
            mistakes.append(f"line {number} needs audio and text ({cause!r})")
    if mistakes:
        raise ValueError(f"{file}: {'; '.join(mistakes)}")
