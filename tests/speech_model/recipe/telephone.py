"""Makes clean synthetic speech sound like a telephone line. All sound is mono, 8 kHz, floats scaled as 16-bit."""

import random
from dataclasses import dataclass
from math import gcd

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, resample_poly, sosfilt

from tests.speech_model.recipe.workspace import SAMPLE_RATE

Sound = npt.NDArray[np.float64]

_TELEPHONE_BAND = butter(2, [300, 3400], "band", fs=SAMPLE_RATE, output="sos")
_NO_RUMBLE = butter(1, 200, "high", fs=SAMPLE_RATE, output="sos")
_LINE_FILTERS = [
    _TELEPHONE_BAND,
    _NO_RUMBLE,
    butter(2, 3200, "low", fs=SAMPLE_RATE, output="sos"),
    butter(4, [250, 3450], "band", fs=SAMPLE_RATE, output="sos"),
]
_A = 87.6  # the constant of G.711 A-law


@dataclass(frozen=True)
class Chance:
    """Two streams of random numbers: one for decisions, one for noise."""

    decide: random.Random
    noise: np.random.RandomState


def at_telephone_rate(samples: npt.NDArray[np.int16], rate: int) -> Sound:
    """`samples` at `rate` hertz -> the same sound at 8 kHz."""
    common = gcd(SAMPLE_RATE, rate)
    return resample_poly(samples.astype(np.float64), SAMPLE_RATE // common, rate // common)


def silence(seconds: float) -> Sound:
    return np.zeros(int(seconds * SAMPLE_RATE))


def clean_line(sound: Sound) -> Sound:
    """The telephone band and A-law; no noise, always the same loudness."""
    loud = sound / _peak(sound) * 32768 * 0.4
    return np.round(a_law(_clipped(sosfilt(_TELEPHONE_BAND, loud))))


def any_line(sound: Sound, chance: Chance, noise_below: float | None = None) -> Sound:
    """A line of any quality. `noise_below`: decibels between speech and noise; None: often noise, of 10 to 40 dB."""
    decide = chance.decide
    sound = sound / _peak(sound) * 32768 * 10 ** (decide.uniform(-20, -1) / 20)
    if decide.random() < 0.2:
        sound = _with_echo(sound, decide)
    if decide.random() < 0.75:
        sound = sosfilt(_LINE_FILTERS[decide.randrange(4)], sound)
    if noise_below or decide.random() < 0.65:
        sound = _with_noise(sound, chance, noise_below)
    sound = _clipped(sound)
    return np.round(a_law(sound) if decide.random() < 0.7 else sound)


def a_law(sound: Sound) -> Sound:
    """G.711 A-law there and back."""
    sign = np.sign(sound)
    level = np.minimum(np.abs(sound) / 32768.0, 1.0)
    log_part = 1 + np.log(_A)
    compressed = np.where(level < 1 / _A, _A * level, 1 + np.log(np.maximum(_A * level, 1))) / log_part
    coarse = (np.floor(compressed * 128) + 0.5) / 128
    loud = np.exp(np.minimum(coarse * log_part - 1, 0))
    expanded = np.where(coarse < 1 / log_part, coarse * log_part, loud) / _A
    return sign * expanded * 32768.0 + (sign == 0) * 8.0


def _with_echo(sound: Sound, decide: random.Random) -> Sound:
    delay = int(decide.uniform(0.008, 0.09) * SAMPLE_RATE)
    gain = decide.uniform(0.1, 0.4)
    echoed = sound.copy()
    echoed[delay:] += gain * sound[:-delay]
    return echoed


def _with_noise(sound: Sound, chance: Chance, noise_below: float | None) -> Sound:
    noise = chance.noise.standard_normal(len(sound))
    kind = chance.decide.random()
    if kind < 0.4:  # brownish
        noise = sosfilt(_NO_RUMBLE, np.cumsum(noise))
    elif kind < 0.55:  # hum of the mains
        hum = 2 * np.pi * 50 * chance.decide.randint(1, 6) * np.arange(len(sound)) / SAMPLE_RATE
        noise = noise * 0.3 + np.sin(hum)
    decibels = noise_below or chance.decide.uniform(10, 40)
    loudness = np.sqrt((sound**2).mean() / ((noise**2).mean() + 1e-9))
    return sound + noise * loudness * 10 ** (-decibels / 20)


def _peak(sound: Sound) -> float:
    return float(np.abs(sound).max()) + 1e-6


def _clipped(sound: Sound) -> Sound:
    return np.clip(sound, -32700, 32700)
