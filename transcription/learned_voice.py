"""A linear model that was trained on labelled messages: what it says of a message, and by which words. No training here.

Its file is plain JSON that a person can review: for each word, pair, part of a word and group of phrases what it adds
to each category, in thousandths. `docs/adr/0009-a-learned-voice.md` tells why and how.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import exp
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcription.features import A_PAIR, IDEA_SHARE, OF_IDEAS, idea_features, length_share, word_features
from transcription.phrases import PROPOSALS, Proposal
from transcription.remembered import Remembered

FORMAT = 1
THOUSANDTHS = 1000
#: Marks beside the category, each with a chance of its own.
HEADS = ("calamity", "third_party", "customer_caused")
COLUMNS = (*PROPOSALS, *HEADS)

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the voice makes of one message: chances 0..1, of the categories together 1."""

    chances: Mapping[Proposal, float]
    #: Of each of `HEADS`, if the message is an incident (calamity: if it is CAT III).
    heads: Mapping[str, float]
    #: Words and pairs of words that it knows, the end exclusive, places as given.
    places: Sequence[tuple[int, int]]
    #: What each of them adds: a row for each place, columns as in `COLUMNS`.
    adds: Vector


@dataclass(frozen=True)
class LearnedVoice:
    """`weights` by feature, columns as in `COLUMNS`; `about` says what it was trained on."""

    weights: Mapping[str, Vector]
    intercept: Vector
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pairs = {name: row for name, row in self.weights.items() if name.startswith(A_PAIR)}
        known = np.array([*pairs.values()]).reshape(-1, len(COLUMNS))
        object.__setattr__(self, "_words", Remembered(self._word_vector, known))
        numbers = {tuple(name[len(A_PAIR) :].split()): number for number, name in enumerate(pairs)}
        object.__setattr__(self, "_number_of_pair", numbers)
        ideas = {name: (IDEA_SHARE * row).tolist() for name, row in self.weights.items() if name.startswith(OF_IDEAS)}
        object.__setattr__(self, "_ideas", ideas)

    def hear(self, words: Sequence[str], ideas: Iterable[str]) -> Hearing:
        """`words` as `transcription.words.without_digits` gives them; `ideas` of the phrases found, "!" when denied."""
        places, rows = self._known(words)
        adds = rows * length_share(words)
        scores: list[float] = (self.intercept + adds.sum(axis=0)).tolist()
        known: Mapping[str, list[float]] = self._ideas  # type: ignore[attr-defined]
        for name, value in idea_features(ideas).items():
            if name in known:
                weights = known[name] if value == 1.0 else [weight * value for weight in known[name]]
                scores = list(map(add, scores, weights))
        return Hearing(_chances(scores), _head_chances(scores), places, adds)

    def _known(self, words: Sequence[str]) -> tuple[list[tuple[int, int]], Vector]:
        """Each word once, and each pair that has a weight, with a row for each."""
        first = dict(zip(reversed(words), range(len(words) - 1, -1, -1), strict=True))
        number_of: Mapping[tuple[str, str], int] = self._number_of_pair  # type: ignore[attr-defined]
        pairs = {number_of[pair]: place for place, pair in enumerate(pairwise(words)) if pair in number_of}
        places = [(place, place + 1) for place in first.values()]
        places += [(place, place + 2) for place in pairs.values()]
        return places, self._words.rows(list(first), list(pairs))  # type: ignore[attr-defined]

    def _word_vector(self, word: str) -> Vector:
        total = np.zeros(len(COLUMNS))
        for name, value in word_features(word).items():
            weight = self.weights.get(name)
            if weight is not None:
                total += weight * value
        return total


def read_voice(text: str) -> LearnedVoice:
    """Raises ValueError that says what is wrong with the file."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as cause:
        raise ValueError(f"the learned voice is no JSON: {cause}") from cause
    if raw.get("format") != FORMAT or raw.get("columns") != list(COLUMNS):
        raise ValueError(
            f"the learned voice has format {raw.get('format')!r} and columns {raw.get('columns')!r}; "
            f"this version reads format {FORMAT} with {list(COLUMNS)}: train it again with `meldlijn assess train`"
        )
    weights = {name: np.array(row) / THOUSANDTHS for name, row in raw["weights"].items()}
    return LearnedVoice(weights, np.array(raw["intercept"]) / THOUSANDTHS, raw.get("about", {}))


def write_voice(voice: LearnedVoice) -> str:
    """One feature a line, sorted, so that a change of the file can be read."""
    head = {
        "format": FORMAT,
        "about": dict(voice.about),
        "columns": list(COLUMNS),
        "intercept": _thousandths(voice.intercept),
    }
    lines = [f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(_thousandths(row), separators=(',', ':'))}"
             for name, row in sorted(voice.weights.items())]  # fmt: skip
    return json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "weights": {\n' + ",\n".join(lines) + "\n }\n}\n"


def _thousandths(row: Vector) -> list[int]:
    return [int(value) for value in np.rint(row * THOUSANDTHS)]


def _chances(scores: Sequence[float]) -> dict[Proposal, float]:
    known = scores[: len(PROPOSALS)]
    top = max(known)
    powers = [exp(score - top) for score in known]
    total = sum(powers)
    return {name: power / total for name, power in zip(PROPOSALS, powers, strict=True)}


def _head_chances(scores: Sequence[float]) -> dict[str, float]:
    return {name: 1 / (1 + exp(-score)) for name, score in zip(HEADS, scores[len(PROPOSALS) :], strict=True)}
