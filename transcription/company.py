"""Where the caller names the company: each word gets a score from itself and its neighbours, and the best row wins.

The weights are learned (`transcription/company_training.py`). Names are rare words, so rare words are seen by their
endings only, and no name of a customer stands in the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import exp

import numpy as np
from numpy.typing import NDArray

from transcription.memo import Memo
from transcription.words import A_NUMBER

#: Places beside a word that are looked at: minus four is four words before.
SLOTS = range(-4, 4)
#: At these places parts of a word count as well.
NEAR = (-1, 0, 1)
#: First words of a message, and last ones, that have a weight of their own.
FIRST, LAST = 12, 6
LONGEST_NAME = 8
#: Added to every word, so that names are rather found than missed.
LEANING = 0.3
BEFORE, BEHIND = "<", ">"
THOUSANDTHS = 1000
_LENGTHS_REMEMBERED = 1_000

#: Endings of what organisations are called, in Dutch and English.
KINDS = (
    *("bedrijf", "bakkerij", "praktijk", "kantoor", "gemeente", "stichting", "handel", "fabriek", "winkel", "centrum"),
    *("school", "groep", "dienst", "vereniging", "hotel", "restaurant", "apotheek", "kliniek", "ziekenhuis", "garage"),
    *("techniek", "transport", "logistiek", "advies", "advocaten", "makelaars", "notaris", "verzekeringen", "camping"),
    *("brouwerij", "drukkerij", "uitgeverij", "kwekerij", "boerderij", "salon", "lyceum", "college", "universiteit"),
    *(
        "bouw",
        "zorg",
        "huis",
        "onderneming",
        "makelaardij",
        "administratie",
        "bibliotheek",
        "theater",
        "museum",
        "kerk",
    ),
    *("rederij", "slagerij", "bloemisterij", "schilders", "installatie", "tuincentrum", "koeriers", "bv", "holding"),
    *("supermarkten", "architecten", "accountants", "verpleeghuis", "kinderopvang", "firma", "clinic", "medical"),
    *("labs", "foods", "energy", "offices", "solutions", "logistics", "supplies", "hospital", "company", "trading"),
    *("institute", "research", "consulting", "services", "partners", "group", "studios", "bakery", "farm"),
)

Scores = NDArray[np.float64]
_FLOAT = np.dtype(np.float64).itemsize


@dataclass(frozen=True)
class CompanySpotter:
    """`weights` by feature; `common` are the words that are no names."""

    weights: Mapping[str, float]
    common: frozenset[str]
    intercept: float

    @cached_property
    def _words(self) -> Memo[bytes]:
        return Memo(self._word_row)

    @cached_property
    def _of_places(self) -> Callable[[int], Scores]:
        return lru_cache(_LENGTHS_REMEMBERED)(self._place_scores)

    @cached_property
    def _by_feature(self) -> dict[str, Scores]:
        """The weights of one feature of a word together, in the order of `SLOTS`."""
        columns = {str(slot): column for column, slot in enumerate(SLOTS)}
        rows: dict[str, Scores] = {}
        for name, weight in self.weights.items():
            slot, _, feature = name.partition(":")
            if slot in columns:
                rows.setdefault(feature, np.zeros(len(SLOTS)))[columns[slot]] = weight
        return rows

    def spot(self, words: Sequence[str]) -> tuple[int, int, float] | None:
        """Places in `words` (as `without_digits` gives them), the end exclusive, with a chance 0..1; None without."""
        if not words:
            return None
        found = _best_row(self._scores(words).tolist())
        if found is None:
            return None
        start, end, score = found
        return start, end, 1 / (1 + exp(-score / (end - start)))

    def _scores(self, words: Sequence[str]) -> Scores:
        edges = len(SLOTS) // 2
        rows = b"".join([self._words[word] for word in (*[BEFORE] * edges, *words, *[BEHIND] * edges)])
        # What its neighbours say of a word stands one row lower in each next column: a table of these slanting lines.
        row, column = len(SLOTS) * _FLOAT, _FLOAT
        said: Scores = np.ndarray((len(words), len(SLOTS)), np.float64, rows, strides=(row, row + column))
        total: Scores = np.add.reduce(said, axis=1) + self._of_places(len(words))
        return total

    def _place_scores(self, length: int) -> Scores:
        """What every word has before it is read."""
        own = [sum(self.weights.get(name, 0.0) for name in position_features(place, length)) for place in range(length)]
        return np.array(own) + self.intercept + LEANING

    def _word_row(self, word: str) -> bytes:
        """What the word says of each of its neighbours, in the order of `SLOTS`."""
        total = np.zeros(len(SLOTS))
        for name, _ in _word_features(word, word in self.common):
            if name in self._by_feature:
                total += self._by_feature[name]
        return total.tobytes()


def slot_features(word: str, slot: int, is_common: bool) -> Iterator[str]:
    """What a word says about the one `slot` places before it."""
    return (f"{slot}:{name}" for name, slots in _word_features(word, is_common) if slot in slots)


def _word_features(word: str, is_common: bool) -> Iterator[tuple[str, Sequence[int]]]:
    """With the slots that each counts at."""
    if word.endswith(KINDS):
        yield "kind", SLOTS
    if is_common or word in (BEFORE, BEHIND, A_NUMBER):
        yield word, SLOTS
        return
    yield "rare", SLOTS
    yield from ((f"-{word[-letters:]}", NEAR) for letters in (3, 4, 5) if len(word) > letters)
    yield f"{word[:3]}-", (0,)


def position_features(place: int, length: int) -> Iterator[str]:
    yield f"first:{min(place, FIRST)}"
    if length - 1 - place < LAST:
        yield f"last:{length - 1 - place}"


def read_spotter(text: str) -> CompanySpotter:
    raw = json.loads(text)
    weights = {name: value / THOUSANDTHS for name, value in raw["weights"].items()}
    return CompanySpotter(weights, frozenset(raw["common"]), raw["intercept"] / THOUSANDTHS)


def write_spotter(spotter: CompanySpotter) -> str:
    """One feature a line, sorted, so that a change of the file can be read."""
    raw = {
        "intercept": round(spotter.intercept * THOUSANDTHS),
        "common": sorted(spotter.common),
        "weights": {name: round(value * THOUSANDTHS) for name, value in sorted(spotter.weights.items())},
    }
    return json.dumps(raw, ensure_ascii=False, indent=0) + "\n"


def _best_row(scores: Sequence[float]) -> tuple[int, int, float] | None:
    """The row of words with the highest sum above nothing."""
    best: tuple[int, int, float] | None = None
    highest, current, start = 0.0, 0.0, 0
    for place, score in enumerate(scores):
        if current <= 0 or place - start >= LONGEST_NAME:
            current, start = 0.0, place
        current += score
        if current > highest:
            best, highest = (start, place + 1, current), current
    return best
