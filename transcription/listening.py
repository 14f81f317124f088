"""From a recording to a transcript, whatever the engine: look through, recognise, check, and set times back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np

from transcription.recognizer import Recognizer, Utterance
from transcription.sound_file import TELEPHONE_RATE, Samples
from transcription.speech_check import SpeechCheck
from transcription.transcript import Transcript, Word
from transcription.voice import Prepared, prepare

#: Readings of the whole message that are kept beside the likeliest.
MOST_ALTERNATIVES = 5
_LEAST_PROBABILITY = 0.02
#: A message is in doubt when its words are fewer, or their mean confidence is lower. So is an utterance that is unsure.
_WORDS_THAT_NEED_NO_CHECK = 8
_SURE = 0.9
_UNSURE_UTTERANCE = 0.7
#: The detector needs so much sound around words to warm up (seconds).
_AROUND = 0.5

_check = SpeechCheck()


def transcribe(recognizer: Recognizer, path: Path, hints: Collection[str] = ()) -> Transcript:
    """Words with times and confidence; no speech gives no words. Raises `transcription.audio.AudioError`."""
    return listen(recognizer, prepare(path), hints)


def listen(recognizer: Recognizer, sound: Prepared, hints: Collection[str] = ()) -> Transcript:
    """The same for a recording that was looked through already. Times are those of the recording. All is rounded as it is
    stored, so that what is kept is assessed as what was heard."""
    spoken = list(recognizer.utterances(sound, hints)) if sound.parts else []
    utterances = without_noise(spoken, sound)
    words = tuple(_in_recording(word, sound) for utterance in utterances for word in utterance.words)
    return Transcript(
        words, round(sound.facts.seconds, 3), recognizer.name, recognizer.language, alternatives(utterances)
    )


def without_noise(utterances: list[Utterance], sound: Prepared) -> list[Utterance]:
    """Leaves out what an engine made of tones, music and noise. Only what is in doubt is checked, for that is dear."""
    words = [word for utterance in utterances for word in utterance.words]
    is_doubtful = len({word.text for word in words}) < _WORDS_THAT_NEED_NO_CHECK or _mean(words) < _SURE
    return [
        utterance
        for utterance in utterances
        if not (is_doubtful or _mean(utterance.words) < _UNSURE_UTTERANCE)
        or _check.is_speech(_sound_of(utterance, sound))
    ]


def alternatives(utterances: list[Utterance]) -> tuple[str, ...]:
    """The whole message with one utterance read otherwise, the likeliest change first."""
    others = [
        (reading.probability, number, reading.text)
        for number, utterance in enumerate(utterances)
        for reading in utterance.readings[1:]
        if reading.probability >= _LEAST_PROBABILITY
    ]
    texts = [" ".join(word.text for word in utterance.words) for utterance in utterances]
    likeliest = sorted(others, key=lambda other: (-other[0], other[1]))[:MOST_ALTERNATIVES]
    return tuple(" ".join(filter(None, [*texts[:number], text, *texts[number + 1 :]])) for _, number, text in likeliest)


def _mean(words: Iterable[Word]) -> float:
    confidences = [word.confidence for word in words]
    return sum(confidences) / len(confidences) if confidences else 0.0


def _sound_of(utterance: Utterance, sound: Prepared) -> Samples:
    first = int((utterance.words[0].start - _AROUND) * TELEPHONE_RATE)
    last = int((utterance.words[-1].end + _AROUND) * TELEPHONE_RATE)
    pieces, at = [np.zeros(0, np.int16)], 0
    for block in sound.samples():
        pieces.append(block[max(0, first - at) : max(0, last - at)])
        at += len(block)
    return np.concatenate(pieces)


def _in_recording(word: Word, sound: Prepared) -> Word:
    start = sound.original(word.start)
    end = max(start, sound.original(word.end))
    return Word(word.text, round(start, 3), round(end, 3), round(word.confidence, 3))
