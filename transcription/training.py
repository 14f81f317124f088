"""Training the learned voice from labelled messages. Needs scikit-learn: `pip install meldlijn[train]`.

The same messages give the same file: rows are taken in the order given, and nothing here is random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from transcription.features import OF_IDEAS, message_features
from transcription.learned_voice import COLUMNS, HEADS, LearnedVoice, Vector
from transcription.phrase_voice import hear_phrases
from transcription.phrases import PROPOSALS, Phrases
from transcription.words import normal, without_digits

#: A feature that stands in fewer messages says more about its writer than about telephones.
SELDOM = 3
#: So many features are kept in the file: those that part the categories most.
KEPT = 6000
#: How far the weights may go to fit the messages (the inverse strength of the L2 penalty).
FREEDOM = 5.0
_MOST_STEPS = 400
_INCIDENTS = ("cat1", "cat2", "cat3")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and what people say it is; `heads` as in `HEADS`."""

    text: str
    language: str
    category: str
    heads: Mapping[str, bool]


def train(messages: Sequence[Labelled], phrases_of: Callable[[str], Phrases]) -> LearnedVoice:
    """Raises ValueError when a category has no messages, ModuleNotFoundError without scikit-learn."""
    lacking = set(PROPOSALS) - {message.category for message in messages}
    if lacking:
        raise ValueError(
            f"there are no messages of {', '.join(sorted(lacking))}: every category needs some, best dozens"
        )
    rows = [_features(message, phrases_of(message.language)) for message in messages]
    names = _often(rows)
    matrix = _matrix(rows, names)
    weights, intercept = _fit_all(matrix, messages)
    names = _telling(names, weights)
    weights, intercept = _fit_all(_matrix(rows, names), messages)
    about = {"messages": len(messages), "by_category": dict(sorted(Counter(one.category for one in messages).items()))}
    return LearnedVoice(dict(zip(names, weights, strict=True)), intercept, about)


def _features(message: Labelled, phrases: Phrases) -> dict[str, float]:
    words = [normal(word) for word in message.text.split()]
    ideas = [find.idea for find in hear_phrases(words, phrases).finds]
    return message_features([word for word, _ in without_digits(words)], ideas)


def _often(rows: Sequence[Mapping[str, float]]) -> list[str]:
    counts = Counter(name for row in rows for name in row)
    return sorted(name for name, count in counts.items() if count >= SELDOM)


def _matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix

    place = {name: at for at, name in enumerate(names)}
    cells = [(at, place[name], value) for at, row in enumerate(rows) for name, value in row.items() if name in place]
    values, (downs, acrosses) = [cell[2] for cell in cells], zip(*[cell[:2] for cell in cells], strict=True)
    return csr_matrix((values, (downs, acrosses)), shape=(len(rows), len(names)))


def _fit_all(matrix: Any, messages: Sequence[Labelled]) -> tuple[Vector, Vector]:
    """Weights (a row for each feature, columns as in `COLUMNS`) and intercepts."""
    categories = np.array([message.category for message in messages])
    weights, intercept = np.zeros((matrix.shape[1], len(COLUMNS))), np.zeros(len(COLUMNS))
    # Each category weighs alike, however many messages its writers made of it.
    model = _regression().set_params(class_weight="balanced").fit(matrix, categories)
    for row, name in enumerate(model.classes_):
        weights[:, PROPOSALS.index(name)] = model.coef_[row]
        intercept[PROPOSALS.index(name)] = model.intercept_[row]
    for column, head in enumerate(HEADS, len(PROPOSALS)):
        is_asked = np.isin(categories, ("cat3",) if head == "calamity" else _INCIDENTS)
        answers = np.array([message.heads[head] for message in messages])[is_asked]
        if len(set(answers)) == 1:
            intercept[column] = 4.0 if answers[0] else -4.0
            continue
        model = _regression().fit(matrix[np.flatnonzero(is_asked)], answers)
        weights[:, column], intercept[column] = model.coef_[0], model.intercept_[0]
    return weights, intercept


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=FREEDOM, max_iter=_MOST_STEPS, tol=1e-3)


def _telling(names: Sequence[str], weights: Vector) -> list[str]:
    """The features whose weights differ most between the columns; groups of phrases always."""
    spread = np.ptp(weights[:, : len(PROPOSALS)], axis=1) + 0.5 * np.abs(weights[:, len(PROPOSALS) :]).max(axis=1)
    spread += np.array([100.0 if name.startswith(OF_IDEAS) else 0.0 for name in names])
    best = np.argsort(-spread, kind="stable")[:KEPT]
    return sorted(names[at] for at in best)
