"""What was heard: words in order of speaking, with their times. Values only; how they are stored is JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Word:
    """One heard word; `start` and `end` are seconds from the start of the recording, `confidence` is 0..1."""

    text: str
    start: float
    end: float
    confidence: float

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"the word {self.text!r} ends at {self.end} s and starts at {self.start} s")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"the confidence of {self.text!r} is {self.confidence}, but it lies between 0 and 1")


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words in order of speaking. No words means that no speech was heard; it is never filled in."""

    words: tuple[Word, ...]
    #: Length of the recording, not of the speech in it.
    seconds: float
    #: Name of the model that listened, for example "vosk-model-small-nl-0.22".
    model: str
    #: ISO 639-1 code of the language of the model.
    language: str
    #: Other readings of the same message, the likeliest first; empty when the engine was not asked for them.
    alternatives: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean over the words, 0..1; 0 when nothing was heard."""
        if not self.words:
            return 0.0
        return sum(word.confidence for word in self.words) / len(self.words)

    def to_dict(self) -> dict[str, Any]:
        """Plain values that json.dumps takes; `from_dict` reads them back. Times are rounded to milliseconds."""
        return {
            "text": self.text,
            "words": [
                {
                    "text": word.text,
                    "start": round(word.start, 3),
                    "end": round(word.end, 3),
                    "confidence": round(word.confidence, 3),
                }
                for word in self.words
            ],
            "seconds": round(self.seconds, 3),
            "model": self.model,
            "language": self.language,
            "confidence": round(self.confidence, 3),
            "alternatives": list(self.alternatives),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Transcript:
        """Raises ValueError that names the field that is missing."""
        try:
            return cls(
                words=tuple(
                    Word(word["text"], float(word["start"]), float(word["end"]), float(word["confidence"]))
                    for word in stored["words"]
                ),
                seconds=float(stored["seconds"]),
                model=stored["model"],
                language=stored["language"],
                alternatives=tuple(stored.get("alternatives", ())),
            )
        except KeyError as missing:
            raise ValueError(f"a stored transcript has no field {missing.args[0]!r}") from missing
