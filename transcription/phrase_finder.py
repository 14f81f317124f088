"""Finding many phrases in one pass over the words: places of phrases are numbered, and phrases share their beginnings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import KeysView, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from transcription.memo import Memo

LONGEST_GAP = 4
_NOTHING: frozenset[int] = frozenset()

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
    #: Their numbers, as a set: asking for them anew costs as much as the answer.
    goes_on_with: KeysView[int] = field(init=False)
    jumps_to: KeysView[int] = field(init=False)

    def __post_init__(self) -> None:
        self.goes_on_with, self.jumps_to = self.next.keys(), self.after_gap.keys()


#: The places that a word may fill, and where phrases that begin with it go on.
_Reading = tuple[frozenset[int], tuple[_Node[Found], ...]]


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
            branch = node.after_gap if is_gap else node.next
            node, is_gap = branch.setdefault(self._number(element), _Node()), False
        node.here.append(found)
        self._reading_of.clear()

    def found_in(self, words: Sequence[str]) -> list[tuple[Found, int, int]]:
        """Each with its first word and the word after its last, in order of speaking; of gaps the shortest."""
        found: list[tuple[Found, int, int]] = []
        readings = [self._reading_of[word] for word in words]
        places = [here for here, _ in readings]
        following, somewhere = [*places[1:], _NOTHING], _NOTHING.union(*places)
        for start, (_, beginnings) in enumerate(readings):
            for node in beginnings:
                # Most phrases end here: to follow each of them would be most of the cost.
                if (
                    node.here
                    or not node.goes_on_with.isdisjoint(following[start])
                    or not node.jumps_to.isdisjoint(somewhere)
                ):
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
        places, beginnings = self._find_places(word), self._root.next
        return places, tuple(beginnings[number] for number in places if number in beginnings)

    def _find_places(self, word: str) -> frozenset[int]:
        numbers = set(self._exact.get(word, ()))
        for letters in range(1, len(word) + 1):
            numbers.update(self._starts.get(word[:letters], ()))
            numbers.update(self._ends.get(word[-letters:], ()))
        numbers.update(number for part, number in self._holds if part in word)
        return frozenset(numbers)


def _collect(
    found: list[tuple[Found, int, int]], node: _Node[Found], places: list[frozenset[int]], start: int, at: int
) -> None:
    """Adds what begins at `start` and has come to `node`, with `at` the next word."""
    for one in node.here:
        found.append((one, start, at))
    if node.next and at < len(places):
        for number in node.goes_on_with & places[at]:
            _collect(found, node.next[number], places, start, at + 1)
    if node.after_gap:
        seen: set[int] = set()
        for gap, there in enumerate(places[at : at + LONGEST_GAP + 1], at + 1):
            if not node.jumps_to.isdisjoint(there):
                for number in node.jumps_to & there - seen:
                    seen.add(number)
                    _collect(found, node.after_gap[number], places, start, gap)
