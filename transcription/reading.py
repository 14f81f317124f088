"""A message read from beginning to end: what the command line, the service and the interface hear messages with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, partial
from pathlib import Path

from transcription.assessment import Assessment, Ears, assess
from transcription.company import CompanySpotter, read_spotter
from transcription.learned_voice import LearnedVoice, read_voice
from transcription.phrases import Phrases, parse_phrases

LANGUAGES = ("nl", "en")
#: The learned voice of a line stands under this name in its home, else the one that ships is used.
VOICE_FILE, SPOTTER_FILE = "learned_voice.json", "learned_companies.json"


def assess_text(text: str, language: str | None = None, home: Path | None = None) -> Assessment:
    """The proposal for a text; without `language` it is guessed from the commonest words."""
    return assess(text, ears(language or guess_language(text), home))


def guess_language(text: str) -> str:
    """The language whose commonest words occur most in `text`; Dutch when it is a draw."""
    words = text.lower().split()
    return max(LANGUAGES, key=lambda language: sum(word in bundled_phrases(language).common_words for word in words))


def ears_in(home: Path) -> Callable[[str], Ears]:
    """By language, for the line with this home."""
    return partial(ears, home=home)


def ears(language: str, home: Path | None = None) -> Ears:
    """The phrases and the learned voice in the line's home when they are there, else those that ship. A list that was changed
    is read again, the rest once.

    Raises ValueError for a language without a list, and for a file with mistakes.
    """
    own = home / f"phrases_{language}.toml" if home else None
    return _ears(language, home, _version(own))


def _version(file: Path | None) -> tuple[int, ...]:
    """Another one whenever the file is written or replaced; () when it is not there."""
    try:
        facts = file.stat() if file else None
    except FileNotFoundError:
        facts = None
    return (facts.st_ino, facts.st_mtime_ns, facts.st_size) if facts else ()


@lru_cache(maxsize=8)
def _ears(language: str, home: Path | None, version: tuple[int, ...]) -> Ears:
    own = home / f"phrases_{language}.toml" if home and version else None
    phrases = read_phrases(own) if own else bundled_phrases(language)
    return Ears(phrases, learned_voice(home), company_spotter(home))


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


@cache
def learned_voice(home: Path | None = None) -> LearnedVoice:
    """Raises ValueError that names the file."""
    path = _own_or_shipped(home, VOICE_FILE)
    try:
        return read_voice(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise ValueError(f"{path}: {cause}") from cause


@cache
def company_spotter(home: Path | None = None) -> CompanySpotter:
    """Raises ValueError that names the file."""
    path = _own_or_shipped(home, SPOTTER_FILE)
    try:
        return read_spotter(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise ValueError(f"{path}: {cause}") from cause


def _own_or_shipped(home: Path | None, name: str) -> Path:
    own = home / name if home else None
    return own if own and own.is_file() else Path(__file__).with_name(name)
