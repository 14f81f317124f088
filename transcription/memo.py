"""Answers about words, worked out once for each word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

#: Words that are remembered; then it begins anew, so that memory stays flat.
MOST = 20_000


class Memo(dict[str, Answer]):
    """`memo[word]` is what `work` says of the word.

    A plain look-up: functools.lru_cache also keeps its words in order of use, and writes to memory for each that it finds.
    """

    def __init__(self, work: Callable[[str], Answer]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, word: str) -> Answer:
        if len(self) >= MOST:
            self.clear()
        answer = self[word] = self._work(word)
        return answer
