"""The words of a message as the assessment compares them. How they stand in the text is kept elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from transcription.spoken_numbers import is_number_word

#: Stands for a row of spoken digits: which digits they are says nothing about the category.
A_NUMBER = "#"


@lru_cache(50_000)
def normal(word: str) -> str:
    """In lower case and without the punctuation around it."""
    return word.lower().replace("’", "'").strip(".,;:!?\"()'…")


def without_digits(words: Sequence[str]) -> list[tuple[str, int]]:
    """Words with their place; each row of number words is one "#" at its first word."""
    kept: list[tuple[str, int]] = []
    for place, word in enumerate(words):
        if not is_number_word(word):
            kept.append((word, place))
        elif not kept or kept[-1][0] != A_NUMBER:
            kept.append((A_NUMBER, place))
    return kept
