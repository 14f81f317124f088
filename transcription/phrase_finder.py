"""Finding many phrases in one pass over the words: places of phrases are numbered, and phrases share their beginnings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from transcription.memo import Memo

LONGEST_GAP = 4
_NOTHING: frozenset[int] = frozenset()
#: Behind the last word.
_BEHIND = (_NOTHING,) * (LONGEST_GAP + 1)

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
    """A beginning that phrases have in common: the next place follows at once, or after a gap."""

    here: list[Found] = field(default_factory=list)
    next: dict[int, _Node[Found]] = field(default_factory=dict)
    after_gap: dict[int, _Node[Found]] = field(default_factory=dict)
    #: Their numbers.
    follows: frozenset[int] = frozenset()
    jumps: frozenset[int] = frozenset()

    def add(self, number: int, *, is_gap: bool) -> _Node[Found]:
        """What comes behind it, which may be there already."""
        if is_gap:
            self.jumps |= {number}
            return self.after_gap.setdefault(number, _Node())
        self.follows |= {number}
        return self.next.setdefault(number, _Node())


#: What one word is to the phrases: the places that it may fill; phrases that are this word and no more; where longer ones
#: go on; and the numbers of all that they go on with, at once and after a gap.
_Reading = tuple[frozenset[int], tuple[Found, ...], tuple[_Node[Found], ...], frozenset[int], frozenset[int]]


class PhraseFinder(Generic[Found]):
    """Holds the phrases; `add` them all, then ask. An element of None in a phrase is a gap of up to four words."""

    def __init__(self) -> None:
        self._root: _Node[Found] = _Node()
        self._numbers: dict[Element, int] = {}
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._starts: dict[str, list[int]] = defaultdict(list)
        self._ends: dict[str, list[int]] = defaultdict(list)
        self._holds: list[tuple[str, int]] = []
        self._reading_of: Memo[_Reading[Found]] = Memo(self._read)

    def add(self, elements: Sequence[Element | None], found: Found) -> None:
        node, is_gap = self._root, False
        for element in elements:
            if element is None:
                is_gap = True
                continue
            node, is_gap = node.add(self._number(element), is_gap=is_gap), False
        node.here.append(found)
        self._reading_of.clear()

    def found_in(self, words: Sequence[str]) -> list[tuple[Found, int, int]]:
        """Each with its first word and the word after its last, in order of speaking; of gaps the shortest."""
        found: list[tuple[Found, int, int]] = []
        readings = [self._reading_of[word] for word in words]
        places = [reading[0] for reading in readings]
        somewhere = _NOTHING.union(*places)
        places += _BEHIND
        for start, (_, alone, nodes, following, later) in enumerate(readings):
            for one in alone:
                found.append((one, start, start + 1))
            # Most phrases end here: to follow each of them would be most of the cost.
            if nodes and not (following.isdisjoint(places[start + 1]) and later.isdisjoint(somewhere)):
                for node in nodes:
                    _collect(found, node, places, start, start + 1)
        return found

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

    def _read(self, word: str) -> _Reading[Found]:
        places = self._find_places(word)
        beginnings = [self._root.next[number] for number in places if number in self._root.next]
        nodes = tuple(node for node in beginnings if node.next or node.after_gap)
        return (
            places,
            tuple(found for node in beginnings for found in node.here),
            nodes,
            _NOTHING.union(*[node.follows for node in nodes]),
            _NOTHING.union(*[node.jumps for node in nodes]),
        )

    def _find_places(self, word: str) -> frozenset[int]:
        numbers = set(self._exact.get(word, ()))
        for letters in range(1, len(word) + 1):
            numbers.update(self._starts.get(word[:letters], ()))
            numbers.update(self._ends.get(word[-letters:], ()))
        numbers.update(number for part, number in self._holds if part in word)
        return frozenset(numbers)


def _collect(
    found: list[tuple[Found, int, int]], node: _Node[Found], places: Sequence[frozenset[int]], start: int, at: int
) -> None:
    """Adds what goes on from `node` and begins at `start`, with `at` the next word; `places` end with `_BEHIND`."""
    if node.follows:
        for number in node.follows & places[at]:
            _arrive(found, node.next[number], places, start, at + 1)
    if node.jumps:
        seen = _NOTHING
        for end in range(at + 1, at + LONGEST_GAP + 2):
            here = node.jumps & places[end - 1]
            if here:
                for number in here - seen:
                    _arrive(found, node.after_gap[number], places, start, end)
                seen |= here


def _arrive(
    found: list[tuple[Found, int, int]], node: _Node[Found], places: Sequence[frozenset[int]], start: int, at: int
) -> None:
    """Adds what ends at `node`, and what goes on from there."""
    for one in node.here:
        found.append((one, start, at))
    if node.next or node.after_gap:
        _collect(found, node, places, start, at)
