"""A linear model that was trained on labelled messages: what it says of a message, and by which words. No training here.

Its file is plain JSON that a person can review: for each word, pair, part of a word and group of phrases what it adds
to each category, in thousandths. `docs/adr/0009-a-learned-voice.md` tells why and how.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcription.features import (
    A_PAIR,
    IDEA_SHARE,
    MOST_FINDS,
    OF_IDEAS,
    idea_features,
    length_share,
    word_features,
)
from transcription.memo import Memo
from transcription.phrases import PROPOSALS, Proposal

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
    #: Where words and pairs of words begin that it knows, places as given: so many single words, then the pairs.
    begins: Sequence[int]
    singles: int
    #: What each of them adds: a row for each place, columns as in `COLUMNS`. Of the categories what it adds to one
    #: beside the mean of all, so that a row pleads against as much as for.
    adds: Vector

    def place(self, row: int) -> tuple[int, int]:
        """Of the words that a row is of; the end is exclusive."""
        begin = self.begins[row]
        return begin, begin + (1 if row < self.singles else 2)


@dataclass(frozen=True)
class LearnedVoice:
    """`weights` by feature, columns as in `COLUMNS`; `about` says what it was trained on."""

    weights: Mapping[str, Vector]
    intercept: Vector
    about: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _rows(self) -> dict[str, Vector]:
        """`weights` as they are heard with."""
        table = _beside_the_mean(np.array([*self.weights.values()]).reshape(-1, len(COLUMNS)))
        return dict(zip(self.weights, table, strict=True))

    @cached_property
    def _words(self) -> Memo[bytes]:
        return Memo(self._word_row)

    @cached_property
    def _pairs(self) -> dict[tuple[str, ...], bytes]:
        pairs = ((name.removeprefix(A_PAIR), row) for name, row in self._rows.items() if name.startswith(A_PAIR))
        return {tuple(pair.split()): row.tobytes() for pair, row in pairs}

    @cached_property
    def _ideas(self) -> dict[tuple[str, int], bytes]:
        """What a group of phrases adds that is found once, twice and so on; none that has no weight."""
        ideas = {name.partition(":")[2] for name in self._rows if name.startswith(OF_IDEAS)}
        return {
            (idea, times): (IDEA_SHARE * row).tobytes()
            for idea in ideas
            for times in range(1, MOST_FINDS + 1)
            for row in [self._sum_of(idea_features([idea] * times))]
        }

    def hear(self, words: Sequence[str], ideas: Iterable[str]) -> Hearing:
        """`words` as `transcription.words.without_digits` gives them; `ideas` of the phrases found, "!" when denied."""
        first = dict(zip(reversed(words), range(len(words) - 1, -1, -1), strict=True))
        pairs = {pair: place for place, pair in enumerate(pairwise(words)) if pair in self._pairs}
        found = [(idea, min(times, MOST_FINDS)) for idea, times in Counter(ideas).items()]
        rows = [self._words[word] for word in first]
        rows += [self._pairs[pair] for pair in pairs]
        rows += [self._ideas[idea] for idea in found if idea in self._ideas]
        table = np.frombuffer(b"".join(rows)).reshape(-1, len(COLUMNS))
        adds = table[: len(first) + len(pairs)] * length_share(len(first))
        scores: list[float] = (self.intercept + np.add.reduce(adds) + np.add.reduce(table[len(adds) :])).tolist()
        return Hearing(_chances(scores), _head_chances(scores), [*first.values(), *pairs.values()], len(first), adds)

    def _word_row(self, word: str) -> bytes:
        return self._sum_of(word_features(word)).tobytes()

    def _sum_of(self, features: Mapping[str, float]) -> Vector:
        total: Vector = np.zeros(len(COLUMNS))
        for name, value in features.items():
            if name in self._rows:
                total += self._rows[name] * value
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


def _beside_the_mean(rows: Vector) -> Vector:
    """What a feature adds to all categories alike changes no chance."""
    of_categories = rows[:, : len(PROPOSALS)]
    return np.hstack([of_categories - of_categories.mean(axis=1, keepdims=True), rows[:, len(PROPOSALS) :]])


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
