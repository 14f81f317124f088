"""Finding many phrases in one pass over the words: places of phrases are numbered, and phrases share their beginnings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

LONGEST_GAP = 4
_WORDS_REMEMBERED = 20_000

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Element:
    """One place in a phrase: the words that may stand there."""

    exact: frozenset[str]
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


@dataclass(slots=True)
class _Node(Generic[Found]):
    """Where phrases that begin alike part: the next place follows at once, or after a gap."""

    here: list[Found] = field(default_factory=list)
    next: dict[int, _Node[Found]] = field(default_factory=dict)
    after_gap: dict[int, _Node[Found]] = field(default_factory=dict)


class PhraseFinder(Generic[Found]):
    """Holds the phrases; `add` them all, then ask. An element of None in a phrase is a gap of up to four words."""

    def __init__(self) -> None:
        self._root: _Node[Found] = _Node()
        self._numbers: dict[Element, int] = {}
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._starts: dict[str, list[int]] = defaultdict(list)
        self._ends: dict[str, list[int]] = defaultdict(list)
        self._holds: list[tuple[str, int]] = []
        self._places_of = lru_cache(_WORDS_REMEMBERED)(self._find_places)

    def add(self, elements: Sequence[Element | None], found: Found) -> None:
        node, is_gap = self._root, False
        for element in elements:
            if element is None:
                is_gap = True
                continue
            branch = node.after_gap if is_gap else node.next
            node, is_gap = branch.setdefault(self._number(element), _Node()), False
        node.here.append(found)

    def found_in(self, words: Sequence[str]) -> Iterator[tuple[Found, int, int]]:
        """Each with its first word and the word after its last, in order of speaking; of gaps the shortest."""
        places = [self._places_of(word) for word in words]
        for start, here in enumerate(places):
            for number in here:
                node = self._root.next.get(number)
                if node is not None:
                    yield from self._from(node, places, start, start + 1)

    def _from(
        self, node: _Node[Found], places: list[frozenset[int]], start: int, at: int
    ) -> Iterator[tuple[Found, int, int]]:
        for found in node.here:
            yield found, start, at
        if node.next and at < len(places) and not places[at].isdisjoint(node.next):
            for number in places[at].intersection(node.next):
                yield from self._from(node.next[number], places, start, at + 1)
        if node.after_gap:
            seen: set[int] = set()
            for gap, there in enumerate(places[at : at + LONGEST_GAP + 1]):
                if not there.isdisjoint(node.after_gap):
                    for number in there.intersection(node.after_gap).difference(seen):
                        seen.add(number)
                        yield from self._from(node.after_gap[number], places, start, at + gap + 1)

    def _number(self, element: Element) -> int:
        number = self._numbers.get(element)
        if number is None:
            number = self._numbers[element] = len(self._numbers)
            for table, texts in (
                (self._exact, element.exact),
                (self._starts, element.starts),
                (self._ends, element.ends),
            ):
                for text in texts:
                    table[text].append(number)
            self._holds += [(part, number) for part in element.holds]
        return number

    def _find_places(self, word: str) -> frozenset[int]:
        numbers = set(self._exact.get(word, ()))
        for letters in range(1, len(word) + 1):
            numbers.update(self._starts.get(word[:letters], ()))
            numbers.update(self._ends.get(word[-letters:], ()))
        numbers.update(number for part, number in self._holds if part in word)
        return frozenset(numbers)
