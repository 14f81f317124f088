"""What the lists of phrases say of a message: which groups are found, denied or not, and what they plead for.

Every group that is found adds its weights to the categories; the second find of a group counts half, the third a
quarter, so that a long message does not win by repeating itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from operator import itemgetter
from typing import NamedTuple

from transcription.phrases import PROPOSALS, Group, Mark, Phrase, Phrases, Proposal, Weights

#: How far before a phrase a denial reaches, in words.
NEGATION_WINDOW = 2


class Find(NamedTuple):
    """A phrase in the words; `start` is inclusive, `end` is not. `weights` are what it adds, repeats counted down."""

    phrase: Phrase
    start: int
    end: int
    weights: Weights
    is_denied: bool

    @property
    def idea(self) -> str:
        """As the learned voice knows it: "!" before what is denied."""
        return f"!{self.phrase.group.idea}" if self.is_denied else self.phrase.group.idea


@dataclass(frozen=True, slots=True)
class PhraseHearing:
    """Finds in order of speaking; chances 0..1, together 1, as the weights see it."""

    finds: tuple[Find, ...]
    scores: Mapping[Proposal, float]
    chances: Mapping[Proposal, float]

    @property
    def marks(self) -> set[Mark]:
        return {find.phrase.group.mark for find in self.finds if find.phrase.group.mark and not find.is_denied}


def hear_phrases(words: Sequence[str], phrases: Phrases) -> PhraseHearing:
    """Words as `transcription.words.normal` gives them."""
    finds = _weighed(_longest(phrases, words))
    scores = _scores(phrases.priors, finds)
    return PhraseHearing(tuple(finds), scores, _chances(scores))


def _longest(phrases: Phrases, words: Sequence[str]) -> list[tuple[Phrase, int, int, bool]]:
    """Finds in order of speaking with whether they are denied; of finds of one group that overlap, the longest."""
    by_group: dict[str, list[tuple[Phrase, int, int]]] = defaultdict(list)
    for find in phrases.found_in(words):
        by_group[find[0].group.name].append(find)
    kept = [find for same in by_group.values() for find in (same if len(same) == 1 else _apart(same))]
    return [
        (phrase, start, end, _is_denied(phrase.group, words, start, phrases))
        for phrase, start, end in sorted(kept, key=itemgetter(1, 2))
    ]


def _apart(finds: Sequence[tuple[Phrase, int, int]]) -> list[tuple[Phrase, int, int]]:
    """The longest first, and none that shares a word with one before it."""
    kept: list[tuple[Phrase, int, int]] = []
    taken: set[int] = set()
    for find in sorted(finds, key=lambda find: (find[1] - find[2], find[1])):
        places = range(find[1], find[2])
        if taken.isdisjoint(places):
            kept.append(find)
            taken.update(places)
    return kept


def _is_denied(group: Group, words: Sequence[str], start: int, phrases: Phrases) -> bool:
    if group.negated is None:
        return False
    before = words[max(0, start - NEGATION_WINDOW) : start]
    return not phrases.negators.isdisjoint(before)


def _weighed(finds: Sequence[tuple[Phrase, int, int, bool]]) -> list[Find]:
    shares: dict[tuple[str, bool], float] = {}
    weighed = []
    for phrase, start, end, is_denied in finds:
        group = phrase.group
        weights = group.negated if is_denied and group.negated is not None else group.weights
        share = shares.get((group.name, is_denied), 1.0)
        shares[group.name, is_denied] = share / 2
        if share < 1:
            weights = {name: weight * share for name, weight in weights.items()}
        weighed.append(Find(phrase, start, end, weights, is_denied))
    return weighed


def _scores(priors: Weights, finds: Sequence[Find]) -> dict[Proposal, float]:
    scores = {name: priors.get(name, 0.0) for name in PROPOSALS}
    for find in finds:
        for name, weight in find.weights.items():
            scores[name] += weight
    return scores


def _chances(scores: Mapping[Proposal, float]) -> dict[Proposal, float]:
    top = max(scores.values())
    powers = {name: exp(score - top) for name, score in scores.items()}
    total = sum(powers.values())
    return {name: power / total for name, power in powers.items()}
