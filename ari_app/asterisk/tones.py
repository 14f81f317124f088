"""Sounds that Asterisk itself needs, made by calculation: free of anybody's licence. Standard library only."""

import math
import struct
import wave
from collections.abc import Iterable
from pathlib import Path

RATE = 8000
#: Peak values of 16-bit samples. The hold tone is soft: people wait with the receiver at their ear.
BEEP_LEVEL = 9000
HOLD_LEVEL = 1800
#: Two soft notes (Hz), then quiet, so that a caller hears that the line is alive.
HOLD_NOTES = (440.0, 554.0)


def write_beep(path: Path) -> None:
    """1 kHz, 250 ms, mono 16-bit PCM, 8 kHz."""
    _write(path, _note(1000.0, 0.25, BEEP_LEVEL))


def write_hold_tone(path: Path) -> None:
    """Two soft notes and four seconds of quiet, mono 16-bit PCM, 8 kHz; made to be repeated."""
    notes = [sample for hertz in HOLD_NOTES for sample in _note(hertz, 0.5, HOLD_LEVEL)]
    _write(path, [*notes, *[0] * (4 * RATE)])


def _note(hertz: float, seconds: float, level: int) -> Iterable[int]:
    """A tone that swells and fades, so that it does not click."""
    count = int(seconds * RATE)
    edge = RATE // 50
    for index in range(count):
        swell = min(1.0, index / edge, (count - index) / edge)
        yield round(level * swell * math.sin(2 * math.pi * hertz * index / RATE))


def _write(path: Path, samples: Iterable[int]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
