"""Sounds that are no speech, as a telephone line carries them: eight seconds each, mono 16-bit PCM at 8 kHz."""

import numpy as np
import numpy.typing as npt

from transcription.audio import Samples

RATE = 8000
SECONDS = 8
T = np.arange(RATE * SECONDS) / RATE
NOTES = (262, 330, 392, 523, 440, 349, 294, 392)
CHORDS = ((262, 330, 392), (220, 262, 330), (349, 440, 523), (392, 494, 587))


def _pcm(wave: npt.NDArray[np.float64], loudness: float = 0.3) -> Samples:
    return np.asarray(wave / np.abs(wave).max() * loudness * 32767, dtype=np.int16)


def _tone(*hertz: float) -> npt.NDArray[np.float64]:
    return np.sum([np.sin(2 * np.pi * one * T) for one in hertz], axis=0)


def _every(seconds: float, of: float) -> npt.NDArray[np.bool_]:
    return T % of < seconds


def _hiss(loudness: float) -> Samples:
    return _pcm(np.random.default_rng(1).normal(size=len(T)), loudness)


def _pink() -> Samples:
    spectrum = np.fft.rfft(np.random.default_rng(2).normal(size=len(T)))
    return _pcm(np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1), len(T)))


def _plucked() -> Samples:
    """A melody on a string: four notes a second, each with overtones that die away."""
    one = np.arange(RATE // 4) / RATE
    notes = [np.sum([np.sin(2 * np.pi * n * note * one) / n for n in range(1, 6)], axis=0) for note in NOTES]
    return _pcm(np.tile(np.concatenate([note * np.exp(-6 * one) for note in notes]), 4))


def _organ() -> Samples:
    two = np.arange(RATE * 2) / RATE
    return _pcm(
        np.concatenate(
            [
                np.sum([np.sin(2 * np.pi * n * note * two) / n for note in chord for n in range(1, 5)], axis=0)
                for chord in CHORDS
            ]
        )
    )


NOT_SPEECH: dict[str, Samples] = {
    "silence": np.zeros(len(T), np.int16),
    "a still line": _hiss(0.002),
    "a hissing line": _hiss(0.02),
    "loud noise": _hiss(0.5),
    "pink noise": _pink(),
    "noise in bursts": _pcm(np.random.default_rng(3).normal(size=len(T)) * _every(0.3, 0.7)),
    "mains hum": _pcm(np.sum([np.sin(2 * np.pi * 50 * n * T) / n for n in range(1, 9)], axis=0)),
    "dial tone": _pcm(_tone(425)),
    "engaged tone": _pcm(_tone(425) * _every(0.5, 1.0)),
    "ringing tone": _pcm(_tone(440, 480) * _every(2.0, 6.0)),
    "a fax that calls": _pcm(_tone(1100) * _every(0.5, 3.5)),
    "keys": _pcm(_tone(770, 1336) * _every(0.2, 0.4)),
    "a siren": _pcm(np.sin(2 * np.pi * 700 * T - 600 * np.cos(np.pi * T))),
    "music on a string": _plucked(),
    "music on an organ": _organ(),
}
