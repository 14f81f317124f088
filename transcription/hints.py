"""Words that are likelier than elsewhere: names of customers, services. A reading that has them goes before one that has not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

#: What one hinted word adds to the natural logarithm of a reading's likelihood. Higher, and names would be put in mouths.
BONUS = 3.0
#: Shorter words ("bv", "de") say nothing about who speaks.
_SHORTEST_WORD = 4


def hint_words(names: Iterable[str]) -> frozenset[str]:
    """The telling words of names, as an engine writes them: "Garage Nepstra B.V." gives "garage" and "nepstra"."""
    return frozenset(word for name in names for word in _words(name) if len(word) >= _SHORTEST_WORD)


def bonus(text: str, hints: Collection[str]) -> float:
    """For a reading `text`: so much for each word of it that `hints` has."""
    return BONUS * sum(word in hints for word in text.split()) if hints else 0.0


def _words(name: str) -> Iterator[str]:
    return (found[0] for found in re.finditer(r"[^\W_]+(?:['’][^\W_]+)*", name.lower()))
