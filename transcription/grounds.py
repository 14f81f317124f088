"""Why a category was proposed: the words that counted, for and against, with their times in the sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transcription.evidence import Evidence
from transcription.learned_voice import Hearing
from transcription.phrase_voice import Find, PhraseHearing
from transcription.phrases import PROPOSALS, Proposal
from transcription.transcript import Word

#: So many learned words are shown at most, and none that adds less than this.
LEARNED_SHOWN, LEARNED_LEAST = 6, 0.1
#: The group of a place that this customer calls crucial.
CRUCIAL_GROUP = "crucial to this customer"


@dataclass(frozen=True, slots=True)
class Words:
    """A message word for word, as it stands."""

    spoken: Sequence[str]
    heard: Sequence[Word] | None
    #: Words that say nothing by themselves; they count, but are no reason to show.
    common: frozenset[str]

    def times(self, start: int, end: int) -> tuple[float | None, float | None]:
        return (self.heard[start].start, self.heard[end - 1].end) if self.heard is not None else (None, None)

    def text(self, start: int, end: int) -> str:
        return " ".join(self.spoken[start:end])


def grounds(
    category: Proposal,
    by_phrases: PhraseHearing,
    by_learning: Hearing | None,
    kept: Sequence[tuple[str, int]],
    words: Words,
    *,
    places: Sequence[tuple[int, int, str]] = (),
) -> tuple[Evidence, ...]:
    """In order of speaking. `kept` as `without_digits` gives them; `places` that this customer calls crucial: first word, the
    word after the last, and the place."""
    found = [_of_phrase(find, category, words) for find in by_phrases.finds]
    found += [_of_customer(*place, words) for place in places]
    if by_learning is not None:
        found += _of_learning(by_learning, category, kept, words)
    return tuple(sorted(found, key=lambda one: (one.start_word, one.end_word)))


def _of_phrase(find: Find, category: Proposal, words: Words) -> Evidence:
    phrase, start, end, weights, _ = find
    pleads: Proposal = max(weights, key=weights.__getitem__, default="unclear")
    times = words.times(start, end)
    weight, group = weights.get(category, 0.0), phrase.group.name
    return Evidence(words.text(start, end), start, end, pleads, weight, phrase.text, group, "phrases", *times)


def _of_customer(start: int, end: int, place: str, words: Words) -> Evidence:
    times = words.times(start, end)
    return Evidence(words.text(start, end), start, end, "cat2", 1.0, place, CRUCIAL_GROUP, "customer", *times)


def _of_learning(hearing: Hearing, category: Proposal, kept: Sequence[tuple[str, int]], words: Words) -> list[Evidence]:
    """The words that add most to the proposal or take most from it, beside what they do for the others."""
    categories = hearing.adds[:, : len(PROPOSALS)]
    leads = categories[:, PROPOSALS.index(category)]
    found: list[Evidence] = []
    # Lists: to take a number out of an array costs more than all that is done with it here.
    lead_of, most = leads.tolist(), categories.argmax(axis=1).tolist()
    for row in np.argsort(-np.abs(leads)).tolist():
        if abs(lead_of[row]) < LEARNED_LEAST or len(found) == LEARNED_SHOWN:
            break
        start, end = hearing.place(row)
        if words.common.issuperset([word for word, _ in kept[start:end]]):
            continue
        first, last = kept[start][1], kept[end - 1][1] + 1
        pleads, times = PROPOSALS[most[row]], words.times(first, last)
        found.append(Evidence(words.text(first, last), first, last, pleads, lead_of[row], "", "", "learned", *times))
    return found
