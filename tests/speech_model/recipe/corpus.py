"""Step 1, text: what is spoken for training, what the language model learns from, the vocabulary, test sentences."""

import json
import random
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from tests.speech_model.recipe.grammar import Grammar
from tests.speech_model.recipe.number_words import LARGE_AND_ORDINAL, below_hundred
from tests.speech_model.recipe.spoken_tokens import pieces, tokens
from tests.speech_model.recipe.workspace import PAUSE, RECIPE, Workspace, word_list

GRAMMAR_SENTENCES = 60_000
TEST_SENTENCES, DEVELOPMENT_SENTENCES = 120, 40
_LETTERS = list("abcdefghijklmnopqrstuvwxyz")
_NUMBERS = {below_hundred(number) for number in range(100)} | set(LARGE_AND_ORDINAL)


def read_messages(path: Path) -> list[list[str]]:
    """The Dutch messages of a file with one JSON object a line (`language`, `spoken`), as tokens."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    dutch = [tokens(row["spoken"]) for row in rows if row.get("language", "nl") == "nl"]
    return [message for message in dutch if message]


def general_words(wordlist: str) -> list[str]:
    """`wordlist`: a file, a list beside the recipe, or "none"."""
    if wordlist == "none":
        return []
    path = Path(wordlist) if Path(wordlist).exists() else RECIPE / wordlist
    return path.read_text(encoding="utf-8").split()


def make_corpus(space: Workspace, texts: Path | None, wordlist: str, sentences: int) -> None:
    """Writes train, lm_grammar, lm_texts, dev, test and vocab (.txt, one sentence or word a line).

    No sentence of dev or test stands in train or lm_grammar. `sentences`: how many are spoken at most.
    """
    shuffler, grammar = random.Random(3), Grammar()
    messages = read_messages(texts) if texts else []
    unseen = _unseen_sentences(grammar)
    held_out = set(unseen)
    drawn = list(islice((one for one in grammar.sentences() if one not in held_out), GRAMMAR_SENTENCES))

    vocabulary = _vocabulary(drawn, messages, wordlist)
    known = {*vocabulary, PAUSE}
    unseen = [sentence for sentence in unseen if known.issuperset(sentence.split())]
    spoken = _sentences_to_speak(drawn, messages, vocabulary, sentences, shuffler)

    space.write_lines("train", _at_most(sentences, [one for one in spoken if one not in held_out], shuffler))
    space.write_lines("lm_grammar", drawn)
    space.write_lines("lm_texts", [" ".join(message) for message in messages])
    space.write_lines("dev", unseen[:DEVELOPMENT_SENTENCES])
    space.write_lines("test", unseen[DEVELOPMENT_SENTENCES:])
    space.write_lines("vocab", vocabulary)
    print(f"corpus: {len(space.lines('train'))} sentences to speak, {len(vocabulary)} words, {len(messages)} messages")


def _unseen_sentences(grammar: Grammar) -> list[str]:
    unseen: dict[str, None] = {}
    while len(unseen) < TEST_SENTENCES + DEVELOPMENT_SENTENCES:
        sentence = grammar.sentence()
        if 4 <= len(sentence.split()) <= 24:
            unseen[sentence] = None
    return list(unseen)


def _vocabulary(drawn: list[str], messages: list[list[str]], wordlist: str) -> list[str]:
    words = {word for sentence in drawn for word in sentence.split()}
    words.update(word for message in messages for word in message)
    words.update(word_list("names.txt"), word_list("places.txt"), _LETTERS, _NUMBERS, general_words(wordlist))
    return sorted(words - {PAUSE})


def _sentences_to_speak(
    drawn: list[str], messages: list[list[str]], vocabulary: list[str], sentences: int, shuffler: random.Random
) -> list[str]:
    """Pieces of the messages, lists of words, then grammar sentences up to `sentences`."""
    heard_pieces = [" ".join(piece) for message in messages for piece in pieces(message)]
    heard = Counter(word for piece in heard_pieces for word in piece.split())
    short = list(dict.fromkeys(sentence for sentence in drawn if len(sentence.split()) <= 28))
    covering = _covering_each_word(short, heard)
    others = sorted(set(short) - set(covering))
    shuffler.shuffle(others)
    lists = _word_lists(vocabulary, heard, shuffler)
    room = sentences - len(heard_pieces) - len(lists) - len(covering)
    return heard_pieces + lists + covering + others[: max(0, room)]


def _covering_each_word(short: list[str], heard: Counter[str]) -> list[str]:
    """The first sentences that bring every word of the grammar to five hearings; adds them to `heard`."""
    covering = []
    for sentence in short:
        words = sentence.split()
        if any(heard[word] < 5 for word in words if word != PAUSE):
            covering.append(sentence)
            heard.update(words)
    return covering


def _word_lists(vocabulary: Iterable[str], heard: Counter[str], shuffler: random.Random) -> list[str]:
    """Words in any order, 5 to 10 a list: rare words up to three hearings, numbers and letters four more."""
    bag = [word for word in vocabulary for _ in range(max(0, 3 - heard[word]))]
    bag += [word for word in sorted(_NUMBERS | set(_LETTERS)) for _ in range(4)]
    shuffler.shuffle(bag)
    lists = []
    while bag:
        size = shuffler.randint(5, 10)
        words, bag = bag[:size], bag[size:]
        if shuffler.random() < 0.4 and len(words) > 5:
            words.insert(shuffler.randint(2, len(words) - 2), PAUSE)
        lists.append(" ".join(words))
    return lists


def _at_most(sentences: int, spoken: list[str], shuffler: random.Random) -> list[str]:
    """Shuffled; with a small budget not every word is heard."""
    if sentences < len(spoken):
        shuffler.shuffle(spoken)
        spoken = spoken[:sentences]
    shuffler.shuffle(spoken)
    return spoken
