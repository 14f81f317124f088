"""Vectors of words, worked out once and kept as rows of one table, so that those of a message are taken in one step.

Rows that are known beforehand stand in front of them in the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from transcription.memo import MOST, Memo


class Remembered:
    """`vector_of` gives the row of a word that was not met before, as wide as those of `known`. Not for two threads at once."""

    def __init__(self, vector_of: Callable[[str], NDArray[np.float64]], known: NDArray[np.float64]) -> None:
        self._vector_of, self._known = vector_of, known
        self._forget()

    def rows(self, words: Sequence[str], known: Sequence[int] = ()) -> NDArray[np.float64]:
        """A row for each word, in their order, and then those of `known` by their number."""
        if len(self._places) + len(words) > MOST:
            self._forget()
        if len(words) > MOST:
            return np.concatenate([[self._vector_of(word) for word in words], self._known[list(known)]])
        places = [self._places[word] for word in words]
        places += known
        taken: NDArray[np.float64] = self._table.take(np.array(places, np.intp), axis=0)
        return taken

    def _place(self, word: str) -> int:
        place = len(self._known) + len(self._places)
        self._table[place] = self._vector_of(word)
        return place

    def _forget(self) -> None:
        self._places = Memo(self._place)
        self._table = np.concatenate([self._known, np.zeros((MOST, self._known.shape[1]))])
