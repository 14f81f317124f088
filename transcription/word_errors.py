"""What was said against what was heard, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: "m'n", "'t" and "zo'n" are words; hyphens part words, as an engine writes them.
_WORD = re.compile(r"'?[^\W_]+(?:'[^\W_]+)*")
#: What a writer puts between brackets is no word: "[sighs]".
_SOUND = re.compile(r"\[[^\]]*\]")
_DIGITS = {
    "nl": ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Counts of words. Zero words were said: the rate is 0 when none was heard, else 1."""

    said: int = 0
    #: Heard as another word, not heard at all, heard and not said.
    replaced: int = 0
    left_out: int = 0
    invented: int = 0

    @property
    def wrong(self) -> int:
        return self.replaced + self.left_out + self.invented

    @property
    def rate(self) -> float:
        """The word error rate: 0 is perfect, and it may pass 1."""
        return self.wrong / self.said if self.said else float(self.wrong > 0)

    def __add__(self, other: WordErrors) -> WordErrors:
        return WordErrors(
            self.said + other.said,
            self.replaced + other.replaced,
            self.left_out + other.left_out,
            self.invented + other.invented,
        )


def word_errors(said: str, heard: str, language: str = "nl") -> WordErrors:
    """The fewest changes that make what was heard of what was said. Capitals, punctuation and accents of "één" don't count."""
    wanted, found = words_of(said, language), words_of(heard, language)
    steps = _steps(wanted, found)
    row, column = len(wanted), len(found)
    replaced = left_out = invented = 0
    while row or column:
        here = steps[row, column]
        if row and column and here == steps[row - 1, column - 1] + (wanted[row - 1] != found[column - 1]):
            row, column = row - 1, column - 1
            replaced += int(wanted[row] != found[column])
        elif row and here == steps[row - 1, column] + 1:
            row, left_out = row - 1, left_out + 1
        else:
            column, invented = column - 1, invented + 1
    return WordErrors(len(wanted), replaced, left_out, invented)


def words_of(text: str, language: str = "nl") -> list[str]:
    """As an engine writes them: small letters, digits one by one as words."""
    plain = speakable(text, language).lower().replace("’", "'").replace("é", "e")
    return _WORD.findall(plain)


def speakable(text: str, language: str = "nl") -> str:
    """The text as it is read aloud: digits one by one as words, without what is no word. Punctuation stays, for the pauses."""
    names = _DIGITS[language]
    spelled = re.sub(r"\d", lambda digit: f" {names[int(digit[0])]} ", _SOUND.sub(" ", text))
    return re.sub(r"[ \t]+", " ", spelled).strip()


def _steps(wanted: Sequence[str], found: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Fewest changes from the first `row` words of one to the first `column` words of the other."""
    steps = np.zeros((len(wanted) + 1, len(found) + 1), np.int64)
    steps[:, 0], steps[0] = range(len(wanted) + 1), range(len(found) + 1)
    for row, word in enumerate(wanted, 1):
        for column, other in enumerate(found, 1):
            steps[row, column] = min(
                steps[row - 1, column] + 1, steps[row, column - 1] + 1, steps[row - 1, column - 1] + (word != other)
            )
    return steps
