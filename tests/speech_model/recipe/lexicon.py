"""Words, phones and their numbers: the symbols of the graph, and who says which word how."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

from tests.speech_model.recipe.kaldi_format import HmmState
from tests.speech_model.recipe.language_model import END, START
from tests.speech_model.recipe.workspace import SILENCE, Workspace

EPSILON, UNKNOWN = "<eps>", "[unk]"
#: The word symbol that the arcs to a shorter history read, until the graph is determinised.
BACK_OFF = "#0"
_KINDS = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}
_RARE = 0.12  # a pronunciation below this share of a word's is an accident
_MOST_PRONUNCIATIONS = 4


@dataclass(frozen=True)
class Pronunciation:
    """cost: negative log of how often it is heard, compared with the commonest one of the word."""

    word: str
    phones: tuple[str, ...]
    cost: float


@dataclass(frozen=True)
class Symbols:
    """words, phones: symbol -> number; 0 is nothing. A phone also tells its place in the word: begin, end, inside, alone.

    base_phones: without places, silence first; the order of the network's classes.
    """

    words: dict[str, int]
    phones: dict[str, int]
    base_phones: list[str]

    @property
    def last_phone(self) -> int:
        return len(self.phones) - 1

    def in_word(self, phones: tuple[str, ...]) -> list[int]:
        """The numbers of a word's phones, each in its place."""
        if len(phones) == 1:
            return [self.phones[f"{phones[0]}_S"]]
        places = ["B", *"I" * (len(phones) - 2), "E"]
        return [self.phones[f"{phone}_{place}"] for phone, place in zip(phones, places, strict=True)]

    def base_of(self) -> dict[int, int]:
        """Number of a phone -> number of its base phone."""
        index = {phone: number for number, phone in enumerate(self.base_phones)}
        return {number: index[phone.rsplit("_", 1)[0]] for phone, number in self.phones.items() if number}

    def hmm_states(self) -> list[HmmState]:
        bases = self.base_of()
        return [HmmState(phone, 0, 2 * bases[phone], 2 * bases[phone] + 1) for phone in sorted(bases)]

    def word_boundaries(self) -> str:
        """graph/phones/word_boundary.int: without it Vosk knows no times of words."""
        inside = [f"{number} {_KINDS[phone[-1]]}\n" for phone, number in self.phones.items() if number > 1]
        return "1 nonword\n" + "".join(inside)


def make_symbols(vocabulary: list[str], base_phones: list[str]) -> Symbols:
    words = [EPSILON, UNKNOWN, *vocabulary, BACK_OFF, START, END]
    placed = [f"{phone}_{place}" for phone in base_phones[1:] for place in "BEIS"]
    phones = [EPSILON, SILENCE, *placed]
    return Symbols(_numbered(words), _numbered(phones), base_phones)


def make_lexicon(space: Workspace, phones: list[str]) -> list[Pronunciation]:
    """How espeak-ng said each word of the vocabulary, in training and on its own; at most four ways."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    known = set(phones)
    for source in space.pronunciations():
        for key, count in source.items():
            word, spoken = key.split("\t")
            if known.issuperset(spoken.split()):
                said[word][spoken] += count
    vocabulary = space.lines("vocab")
    silent = [word for word in vocabulary if not said[word]]
    if silent:
        print(f"lexicon: left out, for want of a pronunciation: {' '.join(silent)}")
    return [pronunciation for word in vocabulary for pronunciation in _common(word, said[word])]


def _common(word: str, said: Counter[str]) -> list[Pronunciation]:
    if not said:
        return []
    commonest = max(said.values())
    return [
        Pronunciation(word, tuple(spoken.split()), -math.log(count / commonest))
        for spoken, count in said.most_common(_MOST_PRONUNCIATIONS)
        if count >= _RARE * said.total() or count == commonest
    ]


def _numbered(symbols: list[str]) -> dict[str, int]:
    return {symbol: number for number, symbol in enumerate(symbols)}
