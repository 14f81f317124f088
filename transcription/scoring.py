"""How good proposals are, beside what people say: counted, never judged. Values only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

from transcription.company_training import closest, letters
from transcription.phrases import PROPOSALS

#: Yes or no beside the category, and what is spoken.
MARKS = ("calamity", "third_party", "customer_caused", "complete")
SPOKEN = ("company", "customer_number", "callback")
#: A company is found when it is spelled so much alike; a recogniser writes names as it hears them.
ALIKE = 0.8
BINS = 5
#: A suggested phrase stands in so many misjudged messages, and pleads for one category so clearly.
SUGGESTED_IN, SUGGESTED_PURITY, LONGEST_SUGGESTION, MOST_SUGGESTIONS = 3, 0.75, 3, 15


@dataclass(frozen=True, slots=True)
class Judged:
    """One message: what people say (`truth`) and what was proposed, both with the fields of `assess --batch`.

    A field that people did not label is left out of `truth`.
    """

    number: str
    text: str
    language: str
    #: Of the recogniser; "" for a text that nobody heard.
    model: str
    truth: Mapping[str, Any]
    proposed: Mapping[str, Any]
    #: Of the set that it belongs to; "" for a set without parts.
    part: str = ""

    @property
    def is_right(self) -> bool:
        return bool(self.truth["category"] == self.proposed["category"])


def score(judged: Sequence[Judged]) -> dict[str, Any]:
    """All figures as plain values. Shares are 0..1; None where nothing was there to count. Raises ValueError on nothing."""
    if not judged:
        raise ValueError("there is nothing to evaluate: no message has a category that a person gave it")
    by_category = {name: _of_category(name, judged) for name in PROPOSALS}
    seen = [figures["f1"] for figures in by_category.values() if figures["f1"] is not None]
    return {
        "messages": len(judged),
        "accuracy": _share(one.is_right for one in judged),
        "macro_f1": round(sum(seen) / len(seen), 3),
        "by_category": by_category,
        "confusion": _confusion(judged),
        "marks": {name: _of_mark(name, judged) for name in MARKS},
        "spoken": {name: _of_spoken(name, judged) for name in SPOKEN},
        "review": _review(judged),
        "calibration": _calibration(judged),
        "by_agreement": _by_agreement(judged),
        "by_language": _parts(judged, [one.language for one in judged]),
        "by_model": _parts(judged, [one.model or "text" for one in judged]),
        "by_part": _parts(judged, [one.part or "all" for one in judged]),
    }


def suggestions(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Rows of words that would have helped: often in misjudged messages of one category, seldom in others."""
    everywhere: dict[str, Counter[str]] = defaultdict(Counter)
    misjudged: Counter[tuple[str, str]] = Counter()
    for one in judged:
        for row in _rows(one.text):
            everywhere[row][one.truth["category"]] += 1
            if not one.is_right:
                misjudged[row, one.truth["category"]] += 1
    telling = [
        (count, row, name)
        for (row, name), count in misjudged.items()
        if count >= SUGGESTED_IN and everywhere[row][name] >= SUGGESTED_PURITY * everywhere[row].total()
    ]
    return [
        {"phrase": row, "category": name, "helps": count, "in_all": everywhere[row].total()}
        for count, row, name in nlargest(MOST_SUGGESTIONS, telling, key=lambda one: (one[0], len(one[1]), one[1]))
    ]


def _rows(text: str) -> set[str]:
    words = text.lower().split()
    return {
        " ".join(words[start : start + length])
        for length in range(2, LONGEST_SUGGESTION + 1)
        for start in range(len(words) - length + 1)
    }


def _of_category(name: str, judged: Sequence[Judged]) -> dict[str, Any]:
    true = [one for one in judged if one.truth["category"] == name]
    proposed = [one for one in judged if one.proposed["category"] == name]
    hits = sum(one.is_right for one in true)
    recall, precision = _ratio(hits, len(true)), _ratio(hits, len(proposed))
    f1 = None if recall is None else round(2 * hits / (len(true) + len(proposed)), 3)
    return {"messages": len(true), "recall": recall, "precision": precision, "f1": f1}


def _confusion(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """What it is, then what was proposed; only what occurs."""
    counts = Counter((one.truth["category"], one.proposed["category"]) for one in judged)
    return {
        true: {name: counts[true, name] for name in PROPOSALS if counts[true, name]}
        for true in PROPOSALS
        if any(one.truth["category"] == true for one in judged)
    }


def _of_mark(name: str, judged: Sequence[Judged]) -> dict[str, Any]:
    labelled = [one for one in judged if one.truth.get(name) is not None]
    true, proposed = ([one for one in labelled if getattr(one, side)[name]] for side in ("truth", "proposed"))
    hits = sum(bool(one.proposed[name]) for one in true)
    return {
        "accuracy": _share(one.truth[name] == one.proposed[name] for one in labelled),
        "recall": _ratio(hits, len(true)),
        "precision": _ratio(hits, len(proposed)),
    }


def _of_spoken(name: str, judged: Sequence[Judged]) -> dict[str, Any]:
    """`exact`: of the messages that hold one; `invented`: of those that hold none, how often one was proposed."""
    labelled = [one for one in judged if name in one.truth]
    holding = [one for one in labelled if one.truth[name] is not None]
    without = [one for one in labelled if one.truth[name] is None]
    same = _same_company if name == "company" else _same
    return {
        "messages": len(holding),
        "exact": _share(same(one.truth[name], one.proposed[name]) for one in holding),
        "invented": _share(one.proposed[name] is not None for one in without),
    }


def _same(true: str, proposed: str | None) -> bool:
    return true == proposed


def _same_company(true: str, proposed: str | None) -> bool:
    return proposed is not None and (
        closest([letters(proposed)], true)[0] >= ALIKE or closest(proposed.split(), true)[0] >= ALIKE
    )


def _review(judged: Sequence[Judged]) -> dict[str, Any]:
    unseen = [one for one in judged if not one.proposed["needs_review"]]
    return {
        "to_a_person": _share(one.proposed["needs_review"] for one in judged),
        "wrong_and_not_to_a_person": sum(not one.is_right for one in unseen),
    }


def _calibration(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """How often it was right, by how sure it was."""
    bins: dict[int, list[Judged]] = defaultdict(list)
    for one in judged:
        bins[min(BINS - 1, int(one.proposed["sure"] * BINS))].append(one)
    return [
        {
            "sure_from": place / BINS,
            "messages": len(bins[place]),
            "sure": round(sum(one.proposed["sure"] for one in bins[place]) / len(bins[place]), 3),
            "right": _share(one.is_right for one in bins[place]),
        }
        for place in sorted(bins)
    ]


def _by_agreement(judged: Sequence[Judged]) -> dict[str, list[dict[str, Any]]]:
    """The same for messages of which both voices say alone what is proposed ("agree"), and for the others ("differ")."""
    parts: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        is_agreed = set(one.proposed["voices"].values()) == {one.proposed["category"]}
        parts["agree" if is_agreed else "differ"].append(one)
    return {name: _calibration(part) for name, part in sorted(parts.items())}


def _parts(judged: Sequence[Judged], names: Sequence[str]) -> dict[str, Any]:
    parts: dict[str, list[Judged]] = defaultdict(list)
    for one, name in zip(judged, names, strict=True):
        parts[name].append(one)
    return {
        name: {
            "messages": len(part),
            "accuracy": _share(one.is_right for one in part),
            "cat3_recall": _of_category("cat3", part)["recall"],
            "cat3_precision": _of_category("cat3", part)["precision"],
            "user_change_recall": _of_category("user_change", part)["recall"],
            "user_change_precision": _of_category("user_change", part)["precision"],
        }
        for name, part in sorted(parts.items())
    }


def _share(answers: Any) -> float | None:
    counted = list(answers)
    return round(sum(counted) / len(counted), 3) if counted else None


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
