"""Draws sentences from the template grammar of Dutch support messages (grammar.toml explains its slots)."""

import random
import re
import tomllib
from collections.abc import Iterator
from functools import cache

from tests.speech_model.recipe.number_words import DIGITS, below_hundred
from tests.speech_model.recipe.workspace import RECIPE, word_list

_PLURAL = ("onze", "de collega's", "alle", "de patiënten", "de ouders", "de monteurs", "de chauffeurs")
_ALREADY_NEGATIVE = ("niemand", "geen enkele collega")


class Grammar:
    """One stream of sentences; the same seed gives the same stream.

    All entries of a list are filled before one is drawn. That costs time, and keeps the sentences of the first seed
    those that the shipped model was made of.
    """

    def __init__(self, seed: int = 20240611) -> None:
        rules = tomllib.loads((RECIPE / "grammar.toml").read_text(encoding="utf-8"))
        self._one_of: dict[str, list[str]] = rules["one_of"]
        self._plain = {name for name, entries in self._one_of.items() if "{" not in "".join(entries)}
        self._by_share: dict[str, list[tuple[float, str]]] = rules["by_share"]
        self._phrase: dict[str, str] = rules["phrase"]
        self._drawn_first: dict[str, dict[str, str]] = rules["drawn_first"]
        self._extra_words = word_list("extra_words.txt")
        self._random = random.Random(seed)

    def sentence(self) -> str:
        """Lower-case words with single spaces; a pause is a token "," and stands at neither end."""
        return re.sub(r"\s+", " ", self._draw("sentence")).strip(" ,")

    def sentences(self) -> Iterator[str]:
        while True:
            yield self.sentence()

    def _draw(self, name: str) -> str:
        if name in self._plain:
            return self._random.choice(self._one_of[name])
        if name in self._phrase:
            return self._fill(self._phrase[name], {})
        if name in self._by_share:
            entry = self._entry_by_share(self._by_share[name])
            return self._fill(entry, self._fixed(name))
        fixed = self._fixed(name)
        return self._random.choice([self._fill(entry, fixed) for entry in self._one_of[name]])

    def _entry_by_share(self, entries: list[tuple[float, str]]) -> str:
        drawn, bound = self._random.random(), 0.0
        for share, entry in entries:
            bound += share
            if drawn < bound:
                return entry
        return entries[-1][1]

    def _fixed(self, name: str) -> dict[str, str]:
        return {slot: self._draw(source) for slot, source in self._drawn_first.get(name, {}).items()}

    def _fill(self, template: str, fixed: dict[str, str]) -> str:
        if "{" not in template:
            return template
        pieces = [self._slot(kind, rest, fixed) if kind else rest for kind, rest in _parsed(template)]
        return "".join(pieces)

    def _slot(self, kind: str, argument: str, fixed: dict[str, str]) -> str:
        if kind in fixed:
            return fixed[kind]
        if kind in self._plain:
            return self._random.choice(self._one_of[kind])
        if kind == "people_cannot":
            return self._cannot(fixed["people"])
        return self._made(kind, argument)

    def _made(self, kind: str, argument: str) -> str:
        match kind:
            case "number":
                first, last = argument.split("-")
                return self._number(int(first), int(last))
            case "numbers":
                return " ".join(self._number(10, 99) for _ in range(self._count(argument)))
            case "digits":
                return " ".join(self._random.choice(DIGITS) for _ in range(self._count(argument)))
            case "one":
                return self._random.choice(argument.split("|"))
            case "any":
                return self._draw(self._random.choice(argument.split("|")))
            case "extra_words":
                return " ".join(self._random.sample(self._extra_words, self._random.randint(4, 9)))
            case "nobody_can":
                return f"niemand kan {self._draw('activity')}"
        return self._draw(kind)

    def _number(self, first: int, last: int) -> str:
        return below_hundred(self._random.randint(first, last))

    def _count(self, choices: str) -> int:
        counts = choices.split("|")
        return int(counts[0] if len(counts) == 1 else self._random.choice(counts))

    def _cannot(self, people: str) -> str:
        verb = "kunnen" if people.startswith(_PLURAL) else "kan"
        negation = "" if people in _ALREADY_NEGATIVE else "niet "
        return f"{people} {verb} {negation}{self._draw('activity')}"


@cache
def _parsed(template: str) -> tuple[tuple[str, str], ...]:
    """(slot, its argument) and ("", literal text), in order."""
    pieces = []
    for literal, slot in re.findall(r"([^{]+)|\{([^}]*)\}", template):
        kind, _, argument = slot.partition(":")
        pieces.append((kind, argument) if slot else ("", literal))
    return tuple(pieces)
