"""The phrases that the assessment looks for: read from TOML, and found in a row of words.

A phrase is written as it is said. `bel*` is any word that begins so, `*balie` any that ends so, `doet|werkt` is either
word, and `..` stands for up to four words in between.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast, get_args

from transcription.phrase_finder import Element, PhraseFinder
from transcription.words import normal

Proposal: TypeAlias = Literal["cat1", "cat2", "cat3", "service_request", "user_change", "other", "unclear"]
Mark: TypeAlias = Literal["third_party", "customer_caused", "alternative", "no_alternative", "alone", "several"]
Weights: TypeAlias = Mapping[Proposal, float]

PROPOSALS: tuple[Proposal, ...] = get_args(Proposal)
MARKS: tuple[Mark, ...] = get_args(Mark)

GAP = ".."
MOST_WORDS = 12
_STAR = "*"
_GROUP_KEYS = {"name", "idea", "weights", "negated", "mark", "phrases"}
_TOP_KEYS = {"language", "common_words", "negators", "priors", "group"}


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases that say the same, and what they plead for; a negative weight pleads against."""

    name: str
    #: What it says in one English word or two: the same in every language, and what the learned voice knows it by.
    idea: str
    weights: Weights
    #: What the phrase pleads for when it is denied ("geen storing"); None when a denial changes nothing.
    negated: Weights | None
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Phrase:
    text: str
    group: Group


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrases of one language."""

    language: str
    groups: tuple[Group, ...]
    phrases: tuple[Phrase, ...]
    negators: frozenset[str]
    #: What each proposal weighs before a word is read.
    priors: Weights
    #: Words so common that they give the language away.
    common_words: frozenset[str]
    _finder: PhraseFinder[Phrase]

    def found_in(self, words: Sequence[str]) -> list[tuple[Phrase, int, int]]:
        """Each phrase with its first word and the word after its last, in order of speaking. Words in lower case."""
        return self._finder.found_in(words)


def parse_phrases(text: str) -> Phrases:
    """Read a phrase file. Raises ValueError that lists every mistake with the group and the phrase it is in."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise ValueError(f"the phrase file is no TOML: {cause}") from cause
    mistakes = [f"unknown key {key!r}; known are {', '.join(sorted(_TOP_KEYS))}" for key in raw.keys() - _TOP_KEYS]
    if not isinstance(raw.get("language"), str):
        mistakes.append('language is missing; write language = "nl"')
    mistakes += _weight_mistakes("priors", raw.get("priors", {}))
    tables = raw.get("group", [])
    if not tables:
        mistakes.append("there is no [[group]], so nothing can be found")
    for number, table in enumerate(tables, 1):
        mistakes += _group_mistakes(f"group {number} ({table.get('name', 'no name')})", table)
    if mistakes:
        raise ValueError("the phrase file has mistakes:\n" + "\n".join(f"- {mistake}" for mistake in mistakes))
    return _build(raw)


def _build(raw: Mapping[str, Any]) -> Phrases:
    groups: list[Group] = []
    phrases: list[Phrase] = []
    finder: PhraseFinder[Phrase] = PhraseFinder()
    for table in raw["group"]:
        name = table["name"]
        group = Group(name, table.get("idea", name), table["weights"], table.get("negated"), table.get("mark"))
        groups.append(group)
        for text in table["phrases"]:
            phrases.append(Phrase(text, group))
            finder.add(_elements(text), phrases[-1])
    return Phrases(
        language=raw["language"],
        groups=tuple(groups),
        phrases=tuple(phrases),
        negators=frozenset(raw.get("negators", ())),
        priors=cast(Weights, raw.get("priors", {})),
        common_words=frozenset(raw.get("common_words", ())),
        _finder=finder,
    )


def _group_mistakes(where: str, table: Mapping[str, Any]) -> list[str]:
    mistakes = [
        f"{where}: unknown key {key!r}; known are {', '.join(sorted(_GROUP_KEYS))}"
        for key in table.keys() - _GROUP_KEYS
    ]
    mistakes += [f"{where}: {key} is missing" for key in ("name", "weights", "phrases") if key not in table]
    mistakes += _weight_mistakes(f"{where}: weights", table.get("weights", {}))
    mistakes += _weight_mistakes(f"{where}: negated", table.get("negated", {}))
    if table.get("mark", MARKS[0]) not in MARKS:
        mistakes.append(f"{where}: mark {table['mark']!r} is unknown; known are {', '.join(MARKS)}")
    for phrase in table.get("phrases", ()):
        mistakes += [f"{where}: {mistake}" for mistake in _phrase_mistakes(phrase)]
    return mistakes


def _weight_mistakes(where: str, weights: Mapping[str, Any]) -> list[str]:
    mistakes = [
        f"{where}: {key!r} is no category; known are {', '.join(PROPOSALS)}" for key in weights if key not in PROPOSALS
    ]
    return mistakes + [
        f"{where}: {key} = {weight!r} is no number"
        for key, weight in weights.items()
        if not isinstance(weight, int | float) or isinstance(weight, bool)
    ]


def _phrase_mistakes(phrase: object) -> list[str]:
    if not isinstance(phrase, str) or not phrase.strip():
        return [f"{phrase!r} is no phrase; write words between quotes"]
    words = phrase.split()
    if GAP in (words[0], words[-1]):
        return [f'"{phrase}" begins or ends with {GAP}; a gap stands between words']
    if phrase != phrase.lower():
        return [f'"{phrase}" has capitals; write it in lower case']
    if len(words) > MOST_WORDS:
        return [f'"{phrase[:40]}..." has {len(words)} words; at most {MOST_WORDS}, nobody says more the same way twice']
    odd = [
        part
        for word in words
        if word != GAP
        for part in word.split("|")
        if normal(part.strip(_STAR)) != part.strip(_STAR)
    ]
    if odd:
        return [f'"{phrase}": {odd[0]!r} would never be found; write it without the signs around it']
    hollow = [word for word in words if word != GAP and any(not part.strip(_STAR) for part in word.split("|"))]
    return [f'"{phrase}": {word!r} would take any word; write letters beside the star' for word in hollow]


def _elements(phrase: str) -> tuple[Element | None, ...]:
    """None is a gap."""
    return tuple(None if word == GAP else _element(word) for word in phrase.split())


def _element(word: str) -> Element:
    parts = word.split("|")
    inner = [part.strip(_STAR) for part in parts]
    shapes = [(part.startswith(_STAR), part.endswith(_STAR)) for part in parts]

    def of_shape(shape: tuple[bool, bool]) -> tuple[str, ...]:
        return tuple(text for text, its_shape in zip(inner, shapes, strict=True) if its_shape == shape)

    return Element(
        exact=frozenset(of_shape((False, False))),
        starts=of_shape((False, True)),
        ends=of_shape((True, False)),
        holds=of_shape((True, True)),
    )
