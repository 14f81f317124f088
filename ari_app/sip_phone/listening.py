"""Judging audio in tests and demos: which tone, which prompt, how sure. Mono 16-bit PCM, 8 kHz throughout."""

from typing import NamedTuple

import numpy as np

from ari_app.sip_phone.alaw import Pcm

_RATE = 8000
#: Mean square of what counts as silence: A-law says "nothing" as a sample of 8.
_SILENT_POWER = 16.0**2


class Match(NamedTuple):
    #: Best normalised cross-correlation: 1.0 is the same sound at any loudness, around 0 is another sound.
    score: float
    #: Seconds from the start of what was heard to the start of the reference; negative when its start was missed.
    at: float


def tone(hz: float, seconds: float, level: float = 8000) -> Pcm:
    """A sine; `level` is its peak (32767 is the loudest)."""
    samples = np.arange(round(seconds * _RATE))
    return np.rint(level * np.sin(2 * np.pi * hz * samples / _RATE)).astype(np.int16)


def level_of(pcm: Pcm, hz: float) -> float:
    """Peak of the sine of `hz` in it, averaged over the whole: `tone(440, 1, 8000)` gives 8000 at 440, 0 elsewhere."""
    if not len(pcm):
        return 0.0
    wave = np.exp(-2j * np.pi * hz * np.arange(len(pcm)) / _RATE)
    return float(2 * abs(np.dot(pcm.astype(np.float64), wave)) / len(pcm))


def contains(heard: Pcm, reference: Pcm) -> Match:
    """Where `reference` fits best. Half of it may be missing before or behind what was heard, which lowers the score:
    a message that was cut off 20 ms before its end is still found.

    ValueError when the reference is silent, since that fits everywhere.
    """
    wanted = reference.astype(np.float64)
    if not len(wanted) or np.mean(wanted**2) <= _SILENT_POWER:
        raise ValueError("the reference is silent or empty: it would be found everywhere")
    margin = (len(wanted) + 1) // 2
    sound = np.pad(heard.astype(np.float64), margin)
    sound = np.pad(sound, (0, max(0, len(wanted) - len(sound))))
    places = len(sound) - len(wanted) + 1
    size = 1 << (len(sound) + len(wanted)).bit_length()
    spectrum = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(wanted, size))
    products = np.fft.irfft(spectrum, size)[:places]
    sums = np.concatenate(([0.0], np.cumsum(sound**2)))
    energy = sums[len(wanted) :] - sums[:places]
    audible = energy > _SILENT_POWER * len(wanted)
    scores = np.where(audible, products / np.sqrt(np.maximum(energy, 1.0) * np.sum(wanted**2)), 0.0)
    best = int(np.argmax(scores))
    return Match(float(scores[best]), (best - margin) / _RATE)
