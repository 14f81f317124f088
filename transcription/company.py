"""Where the caller names the company: each word gets a score from itself and its neighbours, and the best row wins.

The weights are learned (`transcription/company_training.py`). Names are rare words, so rare words are seen by their
endings only, and no name of a customer stands in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from transcription.remembered import Remembered
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


@dataclass(frozen=True)
class CompanySpotter:
    """`weights` by feature; `common` are the words that are no names."""

    weights: Mapping[str, float]
    common: frozenset[str]
    intercept: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "_words", Remembered(self._word_scores, np.zeros((0, len(SLOTS)))))
        object.__setattr__(self, "_of_places", lru_cache(_LENGTHS_REMEMBERED)(self._place_scores))

    def spot(self, words: Sequence[str]) -> tuple[int, int, float] | None:
        """Places in `words` (as `without_digits` gives them), the end exclusive, with a chance 0..1; None without."""
        if not words:
            return None
        found = _best_row(self._scores(words).tolist())
        if found is None:
            return None
        start, end, score = found
        return start, end, float(1 / (1 + np.exp(-score / (end - start))))

    def _scores(self, words: Sequence[str]) -> Scores:
        edges = len(SLOTS)
        padded = [*[BEFORE] * edges, *words, *[BEHIND] * edges]
        rows = self._words.rows(padded)  # type: ignore[attr-defined]
        total: Scores = self._of_places(len(words)).copy()  # type: ignore[attr-defined]
        for column, slot in enumerate(SLOTS):
            total += rows[edges + slot : edges + slot + len(words), column]
        return total

    def _place_scores(self, length: int) -> Scores:
        """What every word has before it is read."""
        own = [sum(self.weights.get(name, 0.0) for name in position_features(place, length)) for place in range(length)]
        return np.array(own) + self.intercept + LEANING

    def _word_scores(self, word: str) -> Scores:
        is_common = word in self.common
        return np.array(
            [sum(self.weights.get(name, 0.0) for name in slot_features(word, slot, is_common)) for slot in SLOTS]
        )


def slot_features(word: str, slot: int, is_common: bool) -> Iterator[str]:
    """What a word says about the one `slot` places before it."""
    if word.endswith(KINDS):
        yield f"{slot}:kind"
    if is_common or word in (BEFORE, BEHIND, A_NUMBER):
        yield f"{slot}:{word}"
        return
    yield f"{slot}:rare"
    if slot in NEAR:
        yield from (f"{slot}:-{word[-letters:]}" for letters in (3, 4, 5) if len(word) > letters)
    if slot == 0:
        yield f"{slot}:{word[:3]}-"


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
