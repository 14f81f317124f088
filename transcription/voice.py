"""Where in a recording somebody speaks, how loud, and how that is read: what an engine need not hear is left out.

Theory of operation. One pass over the file, which stays in memory when it is short, finds for each 30 ms its level and
whether WebRTC's detector takes it for a voice (0.1 ms of CPU a second of sound). Pauses longer than 0.7 s are shortened to
that, so silence at both ends goes too; `Prepared.original` takes times back to the recording. The detector also takes tones
and music for a voice: `speech_check.py` looks at what it let through.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import webrtcvad

from transcription.audio import TELEPHONE_RATE, AudioFacts, Samples, blocks, check_audio, drawn, loudest

FRAME = TELEPHONE_RATE * 30 // 1000
FRAME_SECONDS = FRAME / TELEPHONE_RATE
#: 0..3; higher takes less for a voice.
_STRICTNESS = 2
#: Root mean square (of 32768) below which nobody looks: a line that is open and still.
_STILL = 12.0
#: Kept before and after each stretch of voice: soft first and last sounds.
_MARGIN_FRAMES = 12
#: Shorter is a click.
_SHORTEST_VOICE_FRAMES = 3
#: dBFS of the voice itself. Within `_LEVEL_IS_FINE` of it nothing is changed.
_WANTED_LEVEL = -20.0
_LEVEL_IS_FINE = 8.0
_MOST_GAIN = 30.0
CHUNK_BYTES = TELEPHONE_RATE // 2 * 2
#: A recording up to so long is read once: 2 MB.
_KEPT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch that is listened to. In samples from the start of the recording; `end` is exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class Prepared:
    """A recording that was looked through and can be heard, as often as one likes. No part: nobody spoke."""

    path: Path
    facts: AudioFacts
    parts: tuple[Part, ...]
    #: What the samples are multiplied by.
    gain: float
    #: 160 heights, 0..1, for drawing the wave.
    peaks: tuple[float, ...] = field(repr=False)
    #: The whole recording, when it is short.
    kept: tuple[Samples, ...] = field(default=(), repr=False, compare=False)

    @property
    def heard_seconds(self) -> float:
        """Length of the parts together."""
        return sum(part.end - part.start for part in self.parts) / TELEPHONE_RATE

    def chunks(self) -> Iterator[bytes]:
        """The parts one after another, levelled: little-endian mono 16-bit PCM at 8 kHz, at most half a second each."""
        for block in self.samples():
            pcm = block.astype("<i2", copy=False).tobytes()
            for start in range(0, len(pcm), CHUNK_BYTES):
                yield pcm[start : start + CHUNK_BYTES]

    def samples(self) -> Iterator[Samples]:
        """The same as arrays, at most ten seconds each. Two parts never share one."""
        begins = 0
        for block in self.kept or blocks(self.path):
            for part in self.parts:
                piece = block[max(0, part.start - begins) : max(0, part.end - begins)]
                if len(piece):
                    yield self._levelled(piece)
            begins += len(block)

    def original(self, seconds: float) -> float:
        """Seconds from the start of the recording, for `seconds` from the start of what `chunks` gives."""
        heard = round(seconds * TELEPHONE_RATE)
        part = max(0, bisect_right(self._part_begins, heard) - 1)
        return min(self.parts[part].start + heard - self._part_begins[part], self.parts[part].end) / TELEPHONE_RATE

    @cached_property
    def _part_begins(self) -> list[int]:
        lengths = [part.end - part.start for part in self.parts]
        return [0, *np.cumsum(lengths[:-1]).tolist()]

    def _levelled(self, piece: Samples) -> Samples:
        if self.gain == 1.0:
            return piece
        louder: Samples = np.clip(piece * np.float32(self.gain), -32768, 32767).astype(np.int16)
        return louder


def prepare(path: Path) -> Prepared:
    """Reads the recording once; needs memory for two minutes of it at most. Raises one of the `AudioError`s."""
    facts = check_audio(path)
    detector = webrtcvad.Vad(_STRICTNESS)
    levels, voiced, highest = [], [], []
    length, rest, kept = 0, np.zeros(0, np.int16), []
    for block in blocks(path):
        length += len(block)
        if facts.seconds <= _KEPT_SECONDS:
            kept.append(block)
        highest.append(loudest(block))
        frames = np.concatenate([rest, block]) if len(rest) else block
        whole = len(frames) // FRAME * FRAME
        rest = frames[whole:]
        level = _levels(frames[:whole])
        levels.append(level)
        voiced.append(_voiced(frames[:whole], level, detector))
    level, is_voiced = np.concatenate(levels), np.concatenate(voiced)
    parts = _parts(is_voiced, length)
    gain = _gain(level[is_voiced], int(max(piece.max(initial=0) for piece in highest)))
    return Prepared(path, facts, parts, gain, tuple(drawn(highest)), tuple(kept))


def _levels(samples: Samples) -> npt.NDArray[np.float32]:
    """Root mean square of each frame, of 32768."""
    frames = samples.reshape(-1, FRAME).astype(np.float32)
    level: npt.NDArray[np.float32] = np.sqrt(np.einsum("ij,ij->i", frames, frames) / np.float32(FRAME))
    return level


def _voiced(samples: Samples, level: npt.NDArray[np.float32], detector: webrtcvad.Vad) -> npt.NDArray[np.bool_]:
    pcm, size = samples.astype("<i2", copy=False).tobytes(), 2 * FRAME
    is_voiced = level > _STILL
    for number in np.flatnonzero(is_voiced).tolist():
        is_voiced[number] = detector.is_speech(pcm[number * size : (number + 1) * size], TELEPHONE_RATE)
    return is_voiced


def _parts(is_voiced: npt.NDArray[np.bool_], length: int) -> tuple[Part, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_voiced, [False]]).astype(np.int8)))
    runs = [(start, end) for start, end in edges.reshape(-1, 2).tolist() if end - start >= _SHORTEST_VOICE_FRAMES]
    parts: list[Part] = []
    for first, last in runs:
        start, end = max(0, first - _MARGIN_FRAMES) * FRAME, min(length, (last + _MARGIN_FRAMES) * FRAME)
        if parts and start <= parts[-1].end:
            start = parts.pop().start
        parts.append(Part(start, end))
    return tuple(parts)


def _gain(voice: npt.NDArray[np.float32], highest: int) -> float:
    """1.0 for a voice of usual level. Never so much that the highest sample would not fit."""
    if not len(voice):
        return 1.0
    level = 10 * math.log10(float(np.mean(voice**2)) / 32768**2)
    missing = _WANTED_LEVEL - level
    if abs(missing) <= _LEVEL_IS_FINE:
        return 1.0
    return min(10 ** (min(missing, _MOST_GAIN) / 20), 32767 / max(1, highest))
