"""The words of a message as the assessment compares them. How they stand in the text is kept elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from transcription.memo import Memo
from transcription.spoken_numbers import places_of_numbers

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
    kept = list(zip(words, range(len(words)), strict=True))
    numbers = places_of_numbers(words)
    for place in numbers:
        kept[place] = (A_NUMBER, place)
    follow = {place + 1 for place in numbers}.intersection(numbers)
    return [word for word in kept if word[1] not in follow] if follow else kept
