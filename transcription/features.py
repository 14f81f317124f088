"""What the learned voice looks at: words, pairs of words, parts of words, and the groups of phrases that were found.

Training and prediction use the same few functions, so that they can't drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from transcription.words import A_NUMBER

#: Letters of a part of a word; "_" stands for its beginning and end.
PART_LENGTHS = (3, 4, 5)
#: What one part of a word weighs beside the word itself, and a group of phrases; by cross-validation (docs/accuracy.md).
PART_SHARE, IDEA_SHARE = 0.6, 0.5
#: Beginning of the name of a pair of words.
A_PAIR = "p:"
#: Beginnings of the names of what phrases found: once, and again.
OF_IDEAS = ("i:", "again:")
#: A group that is found again counts for more, up to so many times.
MOST_FINDS = 4


def word_features(word: str) -> dict[str, float]:
    """The word and its parts, before the length of the message is taken into account."""
    if word == A_NUMBER:
        return {"w:#": 1.0}
    edged = f"_{word}_"
    parts = {
        edged[start : start + length]
        for length in PART_LENGTHS
        if length < len(edged)
        for start in range(len(edged) - length + 1)
    }
    return {f"w:{word}": 1.0} | {f"c:{part}": PART_SHARE for part in parts}


def pair_feature(word: str, following: str) -> str:
    return f"{A_PAIR}{word} {following}"


def length_share(different_words: int) -> float:
    """What one word of a message of so many weighs: long messages must not outweigh short ones."""
    return float(1 / max(1, different_words) ** 0.5)


def idea_features(ideas: Iterable[str]) -> dict[str, float]:
    """For the groups of phrases that were found, once for each find, before `IDEA_SHARE`; "!" before a denied one."""
    features = {}
    counts: dict[str, int] = {}
    for idea in ideas:
        counts[idea] = counts.get(idea, 0) + 1
    for idea, count in counts.items():
        features[f"i:{idea}"] = 1.0
        if count > 1:
            features[f"again:{idea}"] = (min(count, MOST_FINDS) - 1) / 2
    return features


def message_features(words: Sequence[str], ideas: Iterable[str]) -> dict[str, float]:
    """All of a message, for training; `words` as `transcription.words.without_digits` gives them."""
    share = length_share(len(set(words)))
    features = {name: IDEA_SHARE * value for name, value in idea_features(ideas).items()}
    for word in set(words):
        for name, value in word_features(word).items():
            features[name] = features.get(name, 0.0) + value * share
    for pair in set(pairwise(words)):
        features[pair_feature(*pair)] = share
    return features
