"""Two trigrams (template grammar; messages), mixed, over a unigram that covers the whole vocabulary."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.speech_model.recipe.workspace import PAUSE, Workspace

START, END = "<s>", "</s>"

#: The words before, at most two.
History = tuple[str, ...]
#: For each history: chances of the words that have their own n-gram, and the weight of the shorter history.
NGrams = dict[History, tuple[dict[str, float], float]]
#: How often each n-gram was seen: words, pairs, triples.
Counts = tuple[Counter[History], Counter[History], Counter[History]]

_GRAMMAR_BACK_OFF = 0.05  # at least: the grammar's own sentences would leave nothing for other words
_SMALLEST_BACK_OFF = 1e-4


@dataclass(frozen=True)
class Shares:
    """grammar_trigram: the rest goes to the messages. The shares of the unigram need not add up to one."""

    grammar_trigram: float = 0.35
    grammar: float = 0.10
    messages: float = 0.65
    flat: float = 0.25


#: Without messages the grammar takes their place.
GRAMMAR_ALONE = Shares(grammar_trigram=1.0, grammar=0.75, messages=0.0, flat=0.25)


class LanguageModel:
    def __init__(self, grammar: Counts, messages: Counts, vocabulary: Iterable[str], shares: Shares) -> None:
        self.unigram = _unigram(grammar[0], messages[0], {*vocabulary, END}, shares)
        self._mixed = (
            (shares.grammar_trigram, self._witten_bell(grammar, (2, 4), _GRAMMAR_BACK_OFF)),
            (1 - shares.grammar_trigram, self._witten_bell(messages, (1, 1), 0.0)),
        )
        self.ngrams: NGrams = {}
        for length in (1, 2):
            for history in sorted({one for _, model in self._mixed for one in model if len(one) == length}):
                words = sorted({word for _, model in self._mixed for word in model.get(history, ({}, 0.0))[0]})
                self._set(history, {word: self._mixture(history, word) for word in words})

    def chance(self, history: History, word: str) -> float:
        """Of `word` after `history`; raises KeyError for a word outside the vocabulary."""
        if not history:
            return self.unigram[word]
        entry = self.ngrams.get(history)
        if entry is None:
            return self.chance(history[1:], word)
        chances, back_off = entry
        return chances[word] if word in chances else back_off * self.chance(history[1:], word)

    def prune(self, threshold: float) -> None:
        """Drops n-grams that gain less than `threshold` (expected log-likelihood a word), the longest first."""
        for length in (2, 1):
            leads_further = {history for history in self.ngrams if len(history) == 2}
            for history in [one for one in self.ngrams if len(one) == length]:
                chances, back_off = self.ngrams[history]
                weight = self._weight(history)
                kept = {
                    word: chance
                    for word, chance in chances.items()
                    if (*history, word) in leads_further
                    or weight * chance * math.log(chance / (back_off * self.chance(history[1:], word))) >= threshold
                }
                if kept:
                    self._set(history, kept)
                else:
                    del self.ngrams[history]

    def sizes(self) -> tuple[int, int, int]:
        """How many words, pairs and triples have their own chance."""
        pairs = sum(len(chances) for history, (chances, _) in self.ngrams.items() if len(history) == 1)
        triples = sum(len(chances) for history, (chances, _) in self.ngrams.items() if len(history) == 2)
        return len(self.unigram), pairs, triples

    def _set(self, history: History, chances: dict[str, float]) -> None:
        """With the back-off weight that makes all chances after `history` add up to one."""
        shorter = sum(self.chance(history[1:], word) for word in chances)
        rest = (1 - sum(chances.values())) / max(1e-6, 1 - shorter)
        self.ngrams[history] = (chances, max(_SMALLEST_BACK_OFF, rest))

    def _weight(self, history: History) -> float:
        """About how often `history` occurs."""
        first = self.unigram.get(history[0], 0.05)  # <s> is no word of the unigram
        return first * (self.chance(history[:1], history[1]) if len(history) == 2 else 1)

    def _mixture(self, history: History, word: str) -> float:
        return sum(share * self._chance_in(model, history, word) for share, model in self._mixed)

    def _chance_in(self, model: NGrams, history: History, word: str) -> float:
        if not history:
            return self.unigram[word]
        shorter = self._chance_in(model, history[1:], word)
        chances, back_off = model.get(history, ({}, 1.0))
        return chances.get(word, 0.0) + back_off * shorter

    def _witten_bell(self, counts: Counts, at_least: tuple[int, int], back_off_at_least: float) -> NGrams:
        """`at_least`: how often pairs and triples must have been seen; what rarer ones had goes to the back-off."""
        model: NGrams = {}
        for length, fewest in ((1, at_least[0]), (2, at_least[1])):
            seen: dict[History, dict[str, int]] = defaultdict(dict)
            totals: Counter[History] = Counter()
            for ngram, count in counts[length].items():
                totals[ngram[:-1]] += count
                if count >= fewest and ngram[-1] in self.unigram:
                    seen[ngram[:-1]][ngram[-1]] = count
            for history, words in seen.items():
                total, kinds = totals[history], len(words)
                new = max(back_off_at_least, kinds / (total + kinds))
                kept = sum(words.values()) / total
                chances = {word: (1 - new) * count / total for word, count in words.items()}
                model[history] = (chances, 1 - (1 - new) * kept)
        return model


def make_language_model(space: Workspace, vocabulary: list[str]) -> LanguageModel:
    """Messages count whole and, so that a part of one is a fair message too, clause by clause."""
    grammar = [_words(line) for line in space.lines("lm_grammar")]
    texts = space.lines("lm_texts")
    whole = [_words(line) for line in texts]
    clauses = [clause.split() for line in texts for clause in line.split(f" {PAUSE} ")]
    shares = Shares() if texts else GRAMMAR_ALONE
    return LanguageModel(
        _counts(_joined(grammar)), _counts(whole + [clause for clause in clauses if clause]), vocabulary, shares
    )


def _unigram(
    grammar: Counter[History], messages: Counter[History], words: set[str], shares: Shares
) -> dict[str, float]:
    grammar_total, messages_total = sum(grammar.values()), max(1, sum(messages.values()))
    chances = {
        word: shares.grammar * grammar[(word,)] / grammar_total
        + shares.messages * messages[(word,)] / messages_total
        + shares.flat / len(words)
        for word in sorted(words)
    }
    total = sum(chances.values())
    return {word: chance / total for word, chance in chances.items()}


def _words(line: str) -> list[str]:
    return [word for word in line.split() if word != PAUSE]


def _joined(sentences: list[list[str]]) -> Iterator[list[str]]:
    """Recordings are one to four sentences of the grammar long."""
    lengths, first = random.Random(5), 0
    while first < len(sentences):
        length = lengths.choice([1, 1, 2, 3, 4])
        yield [word for sentence in sentences[first : first + length] for word in sentence]
        first += length


def _counts(utterances: Iterable[list[str]]) -> Counts:
    counts: Counts = (Counter(), Counter(), Counter())
    for utterance in utterances:
        words = [START, *utterance, END]
        for last in range(1, len(words)):
            for length in range(min(2, last) + 1):
                counts[length][tuple(words[last - length : last + 1])] += 1
    return counts
