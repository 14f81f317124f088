"""Step 2, test recordings: what the finished model is measured on."""

import json
import random
import wave
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from tests.speech_model.recipe.corpus import read_messages
from tests.speech_model.recipe.espeak import HELD_OUT_VOICES, SEEN_TEST_VOICES, Espeak, Manner
from tests.speech_model.recipe.phones import Segment, speak
from tests.speech_model.recipe.telephone import Chance, Sound, any_line, clean_line, silence
from tests.speech_model.recipe.workspace import SAMPLE_RATE, Workspace

_MESSAGES = 60
_SILENCE_BEFORE, _SILENCE_AFTER = 0.3, 0.4  # seconds


@dataclass(frozen=True)
class Recording:
    """What was really said in `file`. word_times: seconds, one (start, end) a word, or None where it is not known."""

    file: str
    group: str
    voice: str
    words: list[str]
    word_times: list[tuple[float, float] | None]

    @property
    def held_out(self) -> bool:
        return self.voice in HELD_OUT_VOICES


def make_recordings(space: Workspace, messages: dict[str, Path]) -> None:
    """Grammar sentences by all test voices; `messages` (name -> file) each by one seen and one held-out voice.

    Every third is also made with noise, 8 to 18 dB below the speech.
    """
    space.recordings.mkdir(exist_ok=True)
    decide = random.Random(7)
    chance, espeak = Chance(decide, np.random.RandomState(7)), Espeak()
    made: list[Recording] = []
    for group, number, sentence, voice in _assignments(space, messages):
        manner = Manner(decide.randint(125, 180), decide.randint(30, 70), decide.randint(25, 75))
        utterance = speak(espeak, sentence, voice, manner)
        sound = np.concatenate((silence(_SILENCE_BEFORE), utterance.sound, silence(_SILENCE_AFTER)))
        lines = [(group, f"{group}-{number:03d}-{voice}.wav", clean_line(sound))]
        if number % 3 == 0:
            noisy = any_line(sound, chance, noise_below=decide.uniform(8, 18))
            lines.append((f"{group} + noise 8-18 dB", f"{group}-{number:03d}-{voice}-n.wav", noisy))
        times = _word_times(utterance.segments or [], len(utterance.tokens))
        for name, file, heard in lines:
            _write_wav(space.recordings / file, heard)
            made.append(Recording(file, name, voice, utterance.tokens, times))
    rows = json.dumps([asdict(recording) for recording in made], ensure_ascii=False)
    (space.recordings / "recordings.json").write_text(rows, encoding="utf-8")
    print(f"test recordings: {len(made)}")


def read_recordings(space: Workspace) -> list[Recording]:
    rows = json.loads((space.recordings / "recordings.json").read_text(encoding="utf-8"))
    return [Recording(**row) for row in rows]


def _assignments(space: Workspace, messages: dict[str, Path]) -> Iterator[tuple[str, int, str, str]]:
    """(group, number, sentence, voice) of each recording."""
    for number, sentence in enumerate(space.lines("test")):
        for voice in SEEN_TEST_VOICES + HELD_OUT_VOICES:
            yield "grammar", number, sentence, voice
    for group, path in messages.items():
        for number, message in enumerate(read_messages(path)[:_MESSAGES]):
            yield group, number, " ".join(message), SEEN_TEST_VOICES[number % 3]
            yield group, number, " ".join(message), HELD_OUT_VOICES[number % 2]


def _word_times(segments: list[Segment], words: int) -> list[tuple[float, float] | None]:
    times: dict[int, tuple[float, float]] = {}
    for segment in segments:
        if segment.word >= 0 and segment.phone:
            start, _ = times.get(segment.word, (segment.start + _SILENCE_BEFORE, 0.0))
            times[segment.word] = (start, segment.end + _SILENCE_BEFORE)
    return [times.get(word) for word in range(words)]


def _write_wav(path: Path, sound: Sound) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(sound.astype("<i2").tobytes())
