"""The words of a message as the assessment compares them. How they stand in the text is kept elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from transcription.memo import Memo
from transcription.spoken_numbers import IS_NUMBER_WORD

#: Stands for a row of spoken digits: which digits they are says nothing about the category.
A_NUMBER = "#"


def normal(word: str) -> str:
    """In lower case and without the punctuation around it."""
    return _NORMAL[word]


def all_normal(words: Sequence[str]) -> list[str]:
    """Each of them."""
    return [_NORMAL[word] for word in words]


def _normal(word: str) -> str:
    return word.lower().replace("’", "'").strip(".,;:!?\"()'…")


_NORMAL = Memo(_normal)


def without_digits(words: Sequence[str]) -> list[tuple[str, int]]:
    """Words with their place; each row of number words is one "#" at its first word."""
    kept: list[tuple[str, int]] = []
    for place, word in enumerate(words):
        if not IS_NUMBER_WORD[word]:
            kept.append((word, place))
        elif not kept or kept[-1][0] != A_NUMBER:
            kept.append((A_NUMBER, place))
    return kept
