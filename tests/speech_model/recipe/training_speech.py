"""Step 2, speech: the training sentences spoken by many voices over many lines, as features with labels."""

import random
from collections import Counter

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from tests.speech_model.recipe.espeak import TRAINING_VOICES, Espeak, Manner
from tests.speech_model.recipe.features import mfcc, step_labels
from tests.speech_model.recipe.phones import NO_WORD, Segment, Utterance, speak
from tests.speech_model.recipe.telephone import Chance, Sound, any_line, silence
from tests.speech_model.recipe.workspace import SAMPLE_RATE, SILENCE, Workspace

VOICES_PER_SENTENCE = 2
_SHORTEST_PAUSE = 0.045  # seconds; a shorter one belongs to the phone before


def speak_training_part(space: Workspace, part: int, parts: int) -> None:
    """Speaks every `parts`-th sentence. Writes train.PART.npz and pronunciations.PART.json.

    The arrays: `features` frames x 40 (float16, all utterances one after another), `frames` per utterance, `labels`
    one a step, `steps` per utterance.
    """
    decide = random.Random(1000 + part)
    chance = Chance(decide, np.random.RandomState(part))
    espeak = Espeak()
    features: list[npt.NDArray[np.float16]] = []
    labels: list[list[str]] = []
    pronunciations: Counter[str] = Counter()
    sentences = space.lines("train")[part::parts]
    for number, sentence in enumerate(sentences):
        for voice in (decide.choice(TRAINING_VOICES), decide.choice(TRAINING_VOICES)):
            utterance = speak(espeak, sentence, voice, _any_manner(decide))
            if utterance.segments is None:  # the other voice would lose its words too
                break
            frames, timeline = _over_a_line(utterance, chance)
            found = step_labels(timeline, (len(frames) + 2) // 3)
            if found is None:
                continue
            features.append(frames.astype(np.float16))
            labels.append(found)
            pronunciations.update(_pronounced(utterance.tokens, timeline))
        if number % 500 == 0:
            hours = sum(map(len, features)) / 360_000
            print(f"speech, part {part}: {number} of {len(sentences)} sentences, {hours:.1f} h", flush=True)
    np.savez(
        space.training_part(part),
        features=np.concatenate(features),
        frames=np.array([len(frames) for frames in features]),
        labels=np.array([label for found in labels for label in found]),
        steps=np.array([len(found) for found in labels]),
    )
    space.write_pronunciations(str(part), pronunciations)


def _any_manner(decide: random.Random) -> Manner:
    return Manner(
        rate=decide.randint(120, 190),
        pitch=decide.randint(20, 80),
        pitch_range=decide.randint(10, 95),
        word_gap=decide.choice([0, 0, 0, 1, 2, 4]),
    )


def _over_a_line(utterance: Utterance, chance: Chance) -> tuple[npt.NDArray[np.float32], list[Segment]]:
    """Features of the utterance between two silences, and its segments from the first to the last sample."""
    decide = chance.decide
    sound, segments = _at_another_speed(utterance, decide)
    before, after = decide.uniform(0.05, 0.5), decide.uniform(0.1, 0.6)
    sound = np.concatenate((silence(before), sound, silence(after)))
    frames = mfcc(any_line(sound, chance))
    return frames, _timeline([segment.moved(before) for segment in segments], before, len(sound) / SAMPLE_RATE)


def _at_another_speed(utterance: Utterance, decide: random.Random) -> tuple[Sound, list[Segment]]:
    """Played slower or faster: another tempo, pitch and vocal tract. Two of three keep their speed."""
    sound, segments = utterance.sound, utterance.segments or []
    factor = decide.choice([1, 1, decide.uniform(0.88, 1.14)])
    if factor == 1:
        return sound, segments
    played = resample_poly(sound, round(100 * factor), 100)
    return played, [segment.stretched(len(played) / len(sound)) for segment in segments]


def _timeline(segments: list[Segment], speech_starts: float, ends: float) -> list[Segment]:
    """The segments with their pauses named as silence, without gaps, from 0 to `ends`."""
    line = [Segment(SILENCE, NO_WORD, 0.0, speech_starts)]
    for segment in segments:
        if segment.phone:
            line.append(segment)
        elif line[-1].phone != SILENCE and segment.end - segment.start >= _SHORTEST_PAUSE:
            line.append(Segment(SILENCE, NO_WORD, segment.start, segment.end))
        else:
            line[-1] = _until(segment.end, line[-1])
    if line[-1].phone == SILENCE:
        line[-1] = _until(ends, line[-1])
    else:
        line.append(Segment(SILENCE, NO_WORD, line[-1].end, ends))
    return line


def _until(end: float, segment: Segment) -> Segment:
    return Segment(segment.phone, segment.word, segment.start, end)


def _pronounced(tokens: list[str], timeline: list[Segment]) -> list[str]:
    """ "word<TAB>phones" for each word that was heard."""
    phones: dict[int, list[str]] = {}
    for segment in timeline:
        if segment.word != NO_WORD and segment.phone:
            phones.setdefault(segment.word, []).append(segment.phone)
    return [f"{tokens[word]}\t{' '.join(said)}" for word, said in phones.items()]
