"""Vectors of words, worked out once and kept as rows of one table, so that those of a message are taken in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

#: Words that are remembered; then it begins anew, so that memory stays flat.
MOST = 20_000


class Remembered:
    """`vector_of` gives the row of a word that was not met before, `width` long. Not for two threads at once."""

    def __init__(self, vector_of: Callable[[str], NDArray[np.float64]], width: int) -> None:
        self._vector_of, self._width = vector_of, width
        self._forget()

    def rows(self, words: Sequence[str]) -> NDArray[np.float64]:
        """A row for each word, in their order."""
        if len(self._places) + len(words) > MOST:
            self._forget()
        if len(words) > MOST:
            return np.array([self._vector_of(word) for word in words])
        places = [place if (place := self._places.get(word)) is not None else self._add(word) for word in words]
        taken: NDArray[np.float64] = self._table[places]
        return taken

    def _add(self, word: str) -> int:
        place = self._places[word] = len(self._places)
        self._table[place] = self._vector_of(word)
        return place

    def _forget(self) -> None:
        self._places: dict[str, int] = {}
        self._table = np.zeros((MOST, self._width))
