"""Training where companies are named, from messages and the names people wrote down. Needs scikit-learn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import numpy as np

from transcription.company import (
    BEFORE,
    BEHIND,
    SLOTS,
    CompanySpotter,
    position_features,
    slot_features,
)
from transcription.words import normal, without_digits

#: A word in so many messages is no name; a feature in fewer places says nothing.
COMMON, SELDOM = 4, 3
KEPT = 4000
FREEDOM = 0.5
#: A written name and what was heard must be alike so far, or the message teaches nothing.
ALIKE = 0.55
_NO_LETTER = re.compile(r"[^a-z0-9à-ÿ]")


def train_spotter(messages: Sequence[tuple[str, str | None]]) -> CompanySpotter:
    """`messages`: text and the company's name, None when none is said."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    read = [(words, span) for text, name in messages if (found := _read(text, name)) for words, span in [found]]
    counts = Counter(word for words, _ in read for word in set(words))
    common = frozenset(word for word, count in counts.items() if count >= COMMON)
    rows = [list(_place_features(words, place, common)) for words, _ in read for place in range(len(words))]
    answers = [bool(span and span[0] <= place < span[1]) for words, span in read for place in range(len(words))]
    often = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in often.items() if count >= SELDOM)
    numbers = {name: at for at, name in enumerate(names)}
    ones = [(at, numbers[name]) for at, row in enumerate(rows) for name in set(row) if name in numbers]
    downs, acrosses = (np.array(side, dtype=np.int32) for side in zip(*ones, strict=True))
    matrix = csr_matrix((np.ones(len(ones)), (downs, acrosses)), shape=(len(rows), len(names)))
    model = LogisticRegression(C=FREEDOM, solver="liblinear", random_state=0).fit(matrix, answers)
    weights = sorted(zip(names, model.coef_[0], strict=True), key=lambda pair: -abs(pair[1]))[:KEPT]
    return CompanySpotter({name: float(weight) for name, weight in weights}, common, float(model.intercept_[0]))


def _read(text: str, name: str | None) -> tuple[list[str], tuple[int, int] | None] | None:
    """Words and where the name stands; None when the name can't be found in them."""
    words = [word for word, _ in without_digits([normal(word) for word in text.split()])]
    if name is None:
        return words, None
    likeness, span = closest(words, name)
    return (words, span) if likeness >= ALIKE else None


def closest(words: Sequence[str], name: str) -> tuple[float, tuple[int, int]]:
    """The row of words that sounds most like the name, and how alike they are, 0..1."""
    wanted, most = letters(name), len(name.split()) + 3
    best = 0.0, (0, 0)
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + most) + 1):
            heard = letters("".join(words[start:end]))
            if abs(len(heard) - len(wanted)) <= max(4, len(wanted) // 2):
                likeness = SequenceMatcher(None, heard, wanted, autojunk=False).ratio()
                best = max(best, (likeness, (start, end)), key=lambda one: one[0])
    return best


def letters(text: str) -> str:
    """What is left of a name when spaces, signs and capitals do not count."""
    return _NO_LETTER.sub("", text.lower())


def _place_features(words: Sequence[str], place: int, common: frozenset[str]) -> Iterator[str]:
    for slot in SLOTS:
        at = place + slot
        word = BEFORE if at < 0 else BEHIND if at >= len(words) else words[at]
        yield from slot_features(word, slot, word in common)
    yield from position_features(place, len(words))
