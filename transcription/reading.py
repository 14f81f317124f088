"""A message read from beginning to end, as plain values: what the command line and the interface give back."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from transcription.assessment import Assessment, assess
from transcription.phrases import Phrases, parse_phrases
from transcription.transcript import Transcript
from transcription.vosk_engine import VoskEngine

LANGUAGES = ("nl", "en")


def transcribe_file(path: Path, model_path: Path) -> dict[str, Any]:
    """`text`, `words` with their times, `seconds`, `model`, `language`, `confidence`.

    Loads the model each time; a process that reads many keeps a `VoskEngine`. Raises `transcription.audio.AudioError`
    or `transcription.vosk_engine.ModelUnusable`.
    """
    return VoskEngine(model_path).transcribe(path).to_dict()


def assess_text(text: str, language: str | None = None, phrases_path: Path | None = None) -> dict[str, Any]:
    """The proposal for a text; without `language` it is guessed from the commonest words."""
    phrases = read_phrases(phrases_path) if phrases_path else bundled_phrases(language or guess_language(text))
    return assess(text, phrases).to_dict()


def assess_transcript(transcript: Transcript, phrases_path: Path | None = None) -> Assessment:
    """The proposal for what was heard, with the phrases of the language of its model."""
    return assess(transcript, read_phrases(phrases_path) if phrases_path else bundled_phrases(transcript.language))


def guess_language(text: str) -> str:
    """The language whose commonest words occur most in `text`; Dutch when it is a draw."""
    words = text.lower().split()
    return max(LANGUAGES, key=lambda language: sum(word in bundled_phrases(language).common_words for word in words))


@cache
def bundled_phrases(language: str) -> Phrases:
    """The list that comes with the line. Raises ValueError for a language without a list."""
    if language not in LANGUAGES:
        raise ValueError(f"there are no phrases for language {language!r}; there are lists for {', '.join(LANGUAGES)}")
    return read_phrases(Path(__file__).with_name(f"phrases_{language}.toml"))


def read_phrases(path: Path) -> Phrases:
    """A list that the customer edited. Raises ValueError that names the file and every mistake in it."""
    try:
        return parse_phrases(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise ValueError(f"{path}: {cause}") from cause
