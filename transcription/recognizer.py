"""The port that every speech engine fits: levelled sound in, utterances with their readings out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from transcription.transcript import Word
from transcription.voice import Prepared


class RecognizerUnusable(Exception):
    """The engine or its model can't be used; the message says what is missing and how to get it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand an utterance. `probability` is 0..1 among the readings of the utterance."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech between two pauses. Times of `words` are seconds from the start of the sound that the engine was given."""

    words: tuple[Word, ...]
    #: The likeliest first, and its text is that of `words`; may be empty.
    readings: tuple[Reading, ...] = ()


class Recognizer(Protocol):
    """An engine with its model loaded. Several threads may use one at once."""

    #: Of the model, for example "vosk-model-small-nl-0.22".
    name: str
    #: ISO 639-1 code.
    language: str

    def utterances(self, sound: Prepared, hints: Collection[str] = ()) -> Iterator[Utterance]:
        """In order of speaking. `hints` are words and names that are likelier than elsewhere; an engine may ignore them."""
        ...
