"""Words to a proposed category, with the words that led to it. The machine proposes; a person decides (R-085).

Every phrase group that is found adds its weights to the categories; the second find of a group counts half, the third
a quarter, so that a long message does not win by repeating itself. The category with the highest sum is proposed. When
nothing stands out, or nothing was said, the proposal is "unclear": a doubt is shown, never filled in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from transcription.contact import names_company_or_number, reachable
from transcription.phrases import PROPOSALS, Group, Mark, Phrase, Phrases, Proposal, Weights
from transcription.transcript import Transcript

INCIDENTS: tuple[Proposal, ...] = ("cat1", "cat2", "cat3")

#: Below this chance a person has to look before anything follows from the proposal.
SURE_ENOUGH = 0.75
#: When two categories of incident lie closer than this, the graver is proposed (A-19).
CLOSE_CALL = 0.5
#: Mean confidence of the words below which the transcript itself is in doubt.
HEARD_WELL = 0.6
#: How far before a phrase a denial reaches, in words.
NEGATION_WINDOW = 2
SHORTEST_MESSAGE_WORDS = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the message that counted; `start_word` is inclusive, `end_word` is not."""

    text: str
    start_word: int
    end_word: int
    #: The category it pleads for most.
    category: Proposal
    #: What it added to the proposed category; negative when it pleads against it.
    weight: float
    #: The phrase of the list that was found, and the group it stands in.
    phrase: str
    group: str

    @property
    def is_against(self) -> bool:
        return self.weight < 0


@dataclass(frozen=True, slots=True)
class Assessment:
    """A proposal and its grounds."""

    category: Proposal
    #: In order of speaking; what pleads against the proposal stands among it.
    because: tuple[Evidence, ...]
    #: Sum of the weights for the proposal, and its lead over the next category.
    score: float
    margin: float
    #: Chance of the proposal beside the others, 0..1, as the weights see it. No promise about people.
    sure: float
    needs_review: bool
    #: The whole company stands still, it is more than one person, and there is no way around it (R-080).
    calamity: bool
    third_party: bool
    customer_caused: bool
    #: The caller can be found and called back: "melding volledig duidelijk" starts the clock.
    complete: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values that json.dumps takes."""
        return {
            "category": self.category,
            "calamity": self.calamity,
            "third_party": self.third_party,
            "customer_caused": self.customer_caused,
            "complete": self.complete,
            "needs_review": self.needs_review,
            "sure": round(self.sure, 3),
            "score": round(self.score, 2),
            "margin": round(self.margin, 2),
            "because": [
                {
                    "text": evidence.text,
                    "start_word": evidence.start_word,
                    "end_word": evidence.end_word,
                    "category": evidence.category,
                    "weight": round(evidence.weight, 2),
                    "phrase": evidence.phrase,
                    "group": evidence.group,
                    "against": evidence.is_against,
                }
                for evidence in self.because
            ],
        }


@dataclass(frozen=True, slots=True)
class _Find:
    phrase: Phrase
    start: int
    end: int
    weights: Weights
    is_denied: bool


def assess(message: Transcript | str, phrases: Phrases) -> Assessment:
    """Propose a category. Word numbers in the evidence are those of `transcript.words`, or of `text.split()`."""
    spoken = message.text.split() if isinstance(message, Transcript) else message.split()
    words = [_normal(word) for word in spoken]
    finds = _weighed(_longest(phrases, words))
    scores = _scores(phrases.priors, finds)
    category = _choose(scores) if len(words) >= SHORTEST_MESSAGE_WORDS else "unclear"
    marks = {find.phrase.group.mark for find in finds if find.phrase.group.mark and not find.is_denied}
    chances = _chances(scores)
    heard_badly = isinstance(message, Transcript) and message.confidence < HEARD_WELL
    is_incident = category in INCIDENTS
    return Assessment(
        category=category,
        because=tuple(_evidence(find, spoken, category) for find in finds),
        score=scores[category],
        margin=scores[category] - max(score for name, score in scores.items() if name != category),
        sure=chances[category],
        needs_review=category == "unclear" or chances[category] < SURE_ENOUGH or heard_badly,
        calamity=category == "cat3" and not _has_way_out(marks) and not _is_one_person(marks),
        third_party=is_incident and "third_party" in marks,
        customer_caused=is_incident and "customer_caused" in marks,
        complete=category not in ("unclear", "other") and names_company_or_number(words) and reachable(words),
    )


def _normal(word: str) -> str:
    return word.lower().replace("’", "'").strip(".,;:!?\"()'…")


def _longest(phrases: Phrases, words: Sequence[str]) -> list[tuple[Phrase, int, int, bool]]:
    """Finds in order of speaking with whether they are denied; of finds of one group that overlap, the longest."""
    kept: dict[str, list[tuple[Phrase, int, int]]] = {}
    for phrase, start, end in sorted(phrases.found_in(words), key=lambda find: (find[1] - find[2], find[1])):
        same = kept.setdefault(phrase.group.name, [])
        if all(end <= other_start or start >= other_end for _, other_start, other_end in same):
            same.append((phrase, start, end))
    finds = [find for same in kept.values() for find in same]
    return [
        (phrase, start, end, _is_denied(phrase.group, words, start, phrases))
        for phrase, start, end in sorted(finds, key=lambda find: (find[1], find[2]))
    ]


def _is_denied(group: Group, words: Sequence[str], start: int, phrases: Phrases) -> bool:
    if group.negated is None:
        return False
    before = words[max(0, start - NEGATION_WINDOW) : start]
    return not phrases.negators.isdisjoint(before)


def _weighed(finds: Sequence[tuple[Phrase, int, int, bool]]) -> list[_Find]:
    seen: Counter[tuple[str, bool]] = Counter()
    weighed = []
    for phrase, start, end, is_denied in finds:
        group = phrase.group
        weights = group.negated if is_denied and group.negated is not None else group.weights
        share = 0.5 ** seen[group.name, is_denied]
        seen[group.name, is_denied] += 1
        weighed.append(_Find(phrase, start, end, {name: weight * share for name, weight in weights.items()}, is_denied))
    return weighed


def _scores(priors: Weights, finds: Sequence[_Find]) -> dict[Proposal, float]:
    scores = {name: priors.get(name, 0.0) for name in PROPOSALS}
    for find in finds:
        for name, weight in find.weights.items():
            scores[name] += weight
    return scores


def _choose(scores: Mapping[Proposal, float]) -> Proposal:
    best = max(scores, key=lambda name: scores[name])
    if best not in INCIDENTS:
        return best
    near = [name for name in INCIDENTS if scores[name] > scores[best] - CLOSE_CALL]
    return near[-1]


def _chances(scores: Mapping[Proposal, float]) -> dict[Proposal, float]:
    top = max(scores.values())
    powers = {name: exp(score - top) for name, score in scores.items()}
    total = sum(powers.values())
    return {name: power / total for name, power in powers.items()}


def _evidence(find: _Find, spoken: Sequence[str], category: Proposal) -> Evidence:
    return Evidence(
        text=" ".join(spoken[find.start : find.end]),
        start_word=find.start,
        end_word=find.end,
        category=max(find.weights, key=lambda name: find.weights[name], default="unclear"),
        weight=find.weights.get(category, 0.0),
        phrase=find.phrase.text,
        group=find.phrase.group.name,
    )


def _has_way_out(marks: set[Mark]) -> bool:
    return "alternative" in marks and "no_alternative" not in marks


def _is_one_person(marks: set[Mark]) -> bool:
    return "alone" in marks and "several" not in marks
