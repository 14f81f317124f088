"""What is known of the caller's company, and where a message speaks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transcription.extraction import Spot


@dataclass(frozen=True, slots=True)
class Customer:
    """For as far as it matters to a proposal. The level of its contract does not: categories are about impact (ch. 3)."""

    #: Places that this customer calls crucial, as they are said, in lower case ("bezorglijn", "balie achter").
    crucial: frozenset[str] = frozenset()
    #: How many people work there; None when nobody wrote it down.
    people: int | None = None
    #: The number that called belongs to one of those places.
    calls_from_crucial: bool = False

    def crucial_in(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """Each crucial place that is named: its first word, the word after its last, and the place."""
        rows = [(place, place.split()) for place in sorted(self.crucial)]
        return [
            (start, start + len(row), place)
            for place, row in rows
            for start in range(len(words) - len(row) + 1)
            if list(words[start : start + len(row)]) == row
        ]

    def is_everybody(self, people: Spot | None) -> bool:
        """Whether so many are named as work there; somebody who works alone is no crowd."""
        return people is not None and self.people is not None and 1 < self.people <= int(people.value)
