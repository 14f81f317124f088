"""From espeak-ng's phonemes to the 38 phones (and silence) that the network learns, with their words and times."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.speech_model.recipe.espeak import PHONEME_EVENT, WORD_EVENT, Espeak, Manner, SpeechEvent
from tests.speech_model.recipe.spoken_tokens import spoken_form
from tests.speech_model.recipe.telephone import at_telephone_rate
from tests.speech_model.recipe.workspace import PAUSE

NO_WORD = -1

# Our phone -> the mnemonics of espeak-ng that become it; "_" is no phone.
_SAME_SOUND = {
    "@": "@2 @5 3 a#",
    "I": "I2",
    "E": "E2",
    "a:": "aa",
    "EI": "eI aI",
    "VU": "aU",
    "u": "U u:",
    "i": "i:",
    "l": "l/2 l/ l-",
    "r": "r/ r- *",
    "w": "w/ v#",
    "S": "s;",
    "O": "0",
    "8": "V",
    "n": "n^",
    "t": "!",
    "A": "a",
    "_": "@-",
    "y": "yU",
}
# Too rare to be learnt: dividing by a tiny prior makes such a phone a magnet for noise.
_TOO_RARE = {
    "e:": "eU e@",
    "n": "J",
    "S": "Z tS",
    "j": "dZ",
    "k": "g",
    "O:": "OI",
    "A": "A@",
}
_MERGED = {
    mnemonic: phone for table in (_SAME_SOUND, _TOO_RARE) for phone, rest in table.items() for mnemonic in rest.split()
}


@dataclass(frozen=True)
class SpokenText:
    """tokens: the words; word_at: espeak-ng's 1-based character position -> index of the word; text: to be spoken."""

    tokens: list[str]
    word_at: dict[int, int]
    text: str


@dataclass(frozen=True)
class Segment:
    """One phone (None: a pause or a marker) of word number `word` (or NO_WORD); seconds from the start."""

    phone: str | None
    word: int
    start: float
    end: float

    def moved(self, seconds: float) -> "Segment":
        return Segment(self.phone, self.word, self.start + seconds, self.end + seconds)

    def stretched(self, factor: float) -> "Segment":
        return Segment(self.phone, self.word, self.start * factor, self.end * factor)


@dataclass(frozen=True)
class Utterance:
    """tokens: the words; sound: mono at 8 kHz, scaled as 16-bit; segments: every phone in order, or None where the
    events of espeak-ng do not cover all words."""

    tokens: list[str]
    sound: npt.NDArray[np.float64]
    segments: list[Segment] | None


def speak(espeak: Espeak, sentence: str, voice: str, manner: Manner) -> Utterance:
    spoken = to_speak(sentence)
    sound, events = espeak.say(spoken.text, voice, manner)
    phonemes = phonemes_of(events, spoken.word_at)
    telephone_sound = at_telephone_rate(sound, espeak.rate)
    if {word for phoneme, word, _ in phonemes if phone(phoneme)} != set(range(len(spoken.tokens))):
        return Utterance(spoken.tokens, telephone_sound, None)
    starts = [sample / espeak.rate for _, _, sample in phonemes]
    ends = [*starts[1:], len(sound) / espeak.rate]
    segments = [
        Segment(phone(phoneme), word, start, end)
        for (phoneme, word, _), start, end in zip(phonemes, starts, ends, strict=True)
    ]
    return Utterance(spoken.tokens, telephone_sound, segments)


def phone(phoneme: str) -> str | None:
    """Our phone for a mnemonic of espeak-ng; None for pauses and markers."""
    phoneme = phoneme.strip("'\",%=")
    if not phoneme or phoneme[0] in "_(" or phoneme in (";", "|", "||"):
        return None
    merged = _MERGED.get(phoneme, phoneme)
    return None if merged == "_" else merged


def to_speak(sentence: str) -> SpokenText:
    words: list[str] = []
    word_at: dict[int, int] = {}
    text = ""
    for token in sentence.split():
        if token == PAUSE:
            text = text.rstrip() + ", "
            continue
        position = len(text) + 1
        word_at[position] = len(words)
        if token[0] == "'":  # espeak-ng may report the letter after the apostrophe
            word_at[position + 1] = len(words)
        words.append(token)
        text += spoken_form(token) + " "
    return SpokenText(words, word_at, text.strip() + ".")


def phonemes_of(events: list[SpeechEvent], word_at: dict[int, int]) -> list[tuple[str, int, int]]:
    """(phoneme, index of its word or NO_WORD, sample). A token can be several words to espeak-ng (ict = i c t): a
    position that starts no token belongs to the word before."""
    found, word = [], NO_WORD
    for event in events:
        if event.kind == WORD_EVENT:
            word = word_at.get(event.position, word)
        elif event.kind == PHONEME_EVENT:
            found.append((event.phoneme, word, event.sample))
    return found
