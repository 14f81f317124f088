"""One phrase put into the text of a list, or taken out of it; all else stays as the customer wrote it, remarks too."""

from typing import Any

import tomlkit

from transcription.phrases import parse_phrases


def with_phrase(text: str, group: str, phrase: str) -> str:
    """The text with `phrase` at the end of the group: in lower case, one blank between words. Raises ValueError for a list or a
    phrase with mistakes, for an unknown group, and for a phrase that is there."""
    document, phrases = _phrases_of(text, group)
    wanted = _tidy(phrase)
    if wanted in phrases:
        raise ValueError(f'"{wanted}" stands in {group!r} already')
    phrases.append(wanted)
    return _sure(document.as_string())


def without_phrase(text: str, group: str, phrase: str) -> str:
    """The text without `phrase`. Raises ValueError as `with_phrase` does, and for a phrase that is not there."""
    document, phrases = _phrases_of(text, group)
    wanted = _tidy(phrase)
    if wanted not in phrases:
        raise ValueError(f'"{wanted}" does not stand in {group!r}')
    phrases.remove(wanted)
    return _sure(document.as_string())


def _tidy(phrase: str) -> str:
    return " ".join(phrase.lower().split())


def _phrases_of(text: str, group: str) -> tuple[tomlkit.TOMLDocument, Any]:
    """The list, which is written as it was read, and the phrases of a group in it."""
    document = tomlkit.parse(_sure(text))
    for one in document.get("group", []):
        if one["name"] == group:
            return document, one["phrases"]
    raise ValueError(f"there is no group {group!r}")


def _sure(text: str) -> str:
    """Raises ValueError with every mistake in it."""
    parse_phrases(text)
    return text
