"""Step 2, the rest of the words: how espeak-ng pronounces every word of the vocabulary on its own."""

from collections import Counter

from tests.speech_model.recipe.espeak import Espeak, Manner
from tests.speech_model.recipe.phones import phone, phonemes_of, to_speak
from tests.speech_model.recipe.workspace import Workspace

# espeak-ng's Synchronize sleeps 20 ms a call: one call a word would take minutes.
_WORDS_A_CALL = 12


def pronounce_vocabulary(space: Workspace) -> None:
    """Says each word between pauses and in running text. Words never heard in training get their phones from here."""
    espeak, said = Espeak(), Counter[str]()
    words = space.lines("vocab")
    for first in range(0, len(words), _WORDS_A_CALL):
        batch = words[first : first + _WORDS_A_CALL]
        said.update(_said(espeak, " , ".join(batch), running_text=False))
        said.update(_said(espeak, " ".join(batch), running_text=True))
    space.write_pronunciations("vocabulary", said)
    print(f"pronunciations: {len(said)} pairs of a word and its phones")


def _said(espeak: Espeak, text: str, running_text: bool) -> list[str]:
    """ "word<TAB>phones" of each word. Running text counts only when no word was swallowed by its neighbour."""
    spoken = to_speak(text)
    _, events = espeak.say(spoken.text, "nl", Manner())
    phones: dict[int, list[str]] = {}
    for phoneme, word, _ in phonemes_of(events, spoken.word_at):
        if heard := phone(phoneme):
            phones.setdefault(word, []).append(heard)
    if running_text and len(phones) != len(spoken.tokens):
        return []
    return [f"{spoken.tokens[word]}\t{' '.join(said)}" for word, said in phones.items() if word >= 0]
