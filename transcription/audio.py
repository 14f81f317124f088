"""Recordings as Asterisk leaves them: what each file is, what is wrong with it, and its sound as an engine reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import soundfile

from transcription.sound_file import TELEPHONE_RATE, Samples, is_cut_off, opened, telephone_blocks

__all__ = [
    "TELEPHONE_RATE",
    "AudioEmpty",
    "AudioError",
    "AudioFacts",
    "AudioMissing",
    "AudioNoBytes",
    "AudioNotSound",
    "AudioTooShort",
    "Recording",
    "Samples",
    "audio_facts",
    "blocks",
    "check_audio",
    "peaks",
    "read_recording",
    "write_wav",
]

SHORTEST_MESSAGE_SECONDS = 0.5
CHUNK_SECONDS = 0.25
#: The finest piece whose loudest sample is kept for drawing.
_DRAWN_SAMPLES = TELEPHONE_RATE // 200


class AudioError(Exception):
    """A recording that can't be heard; the message says which and what to do, `result` names it. The file is kept."""

    result: ClassVar[str] = "failed"


class AudioMissing(AudioError):
    """There is no such file."""

    result = "missing"


class AudioEmpty(AudioError):
    """A file with a header and not one sample: the caller hung up before the first sound."""

    result = "empty"


class AudioNotSound(AudioError):
    """A file without a sound header, or with one that makes no sense."""

    result = "not_sound"


class AudioNoBytes(AudioNotSound):
    """Asterisk writes a file of zero bytes when its disk is full."""

    result = "no_bytes"


class AudioTooShort(AudioError):
    """Shorter than a word."""

    result = "too_short"


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What the file itself says; call events are no measure of its length."""

    seconds: float
    #: Samples a second in the file, before anything was converted.
    rate: int
    channels: int
    #: "PCM_16", "ALAW", "ULAW", "GSM610" ...
    coding: str
    #: The header promises another length than the file holds: writing was cut off. What is there is heard.
    truncated: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """A whole recording in memory: mono 16-bit PCM at 8 kHz."""

    samples: Samples
    facts: AudioFacts
    rate: int = TELEPHONE_RATE

    def chunks(self, seconds: float = CHUNK_SECONDS) -> Iterator[bytes]:
        """Little-endian 16-bit PCM, each at most `seconds` long."""
        step = max(1, int(self.rate * seconds))
        for start in range(0, len(self.samples), step):
            yield self.samples[start : start + step].astype("<i2").tobytes()


def audio_facts(path: Path) -> AudioFacts:
    """Length and coding, read from the file. Raises `AudioError`, but takes a recording that is very short."""
    if not path.is_file():
        raise AudioMissing(f"there is no recording {path}; look whether the recording folder is the one Asterisk uses")
    size = path.stat().st_size
    if size == 0:
        raise AudioNoBytes(f"the recording {path} has no bytes at all; look whether the disk of Asterisk is full")
    try:
        with opened(path) as sound:
            seconds = sound.frames / sound.samplerate
            facts = AudioFacts(seconds, sound.samplerate, sound.channels, sound.subtype, truncated=is_cut_off(path))
    except soundfile.LibsndfileError as cause:
        raise AudioNotSound(f"the recording {path} ({size} bytes) has no header of a sound file: {cause}") from cause
    if not facts.seconds:
        raise AudioEmpty(f"the recording {path} has a header and no sound; the caller hung up before the first word")
    return facts


def check_audio(path: Path, *, shortest_seconds: float = SHORTEST_MESSAGE_SECONDS) -> AudioFacts:
    """The same for a recording that is to be heard: also raises `AudioTooShort`."""
    facts = audio_facts(path)
    if facts.seconds < shortest_seconds:
        raise AudioTooShort(
            f"the recording {path} lasts {facts.seconds:.2f} s; nothing can be said in less than {shortest_seconds} s"
        )
    return facts


def blocks(path: Path) -> Iterator[Samples]:
    """Mono 16-bit PCM at 8 kHz, at most ten seconds each, of a recording that `audio_facts` took. Raises AudioNotSound."""
    try:
        yield from telephone_blocks(path)
    except soundfile.LibsndfileError as cause:
        raise AudioNotSound(f"the recording {path} can't be read to its end: {cause}") from cause


def read_recording(path: Path, *, shortest_seconds: float = SHORTEST_MESSAGE_SECONDS) -> Recording:
    """The whole recording as mono 16-bit PCM, 8 kHz: 1 MB a minute. Raises one of the `AudioError`s."""
    facts = check_audio(path, shortest_seconds=shortest_seconds)
    return Recording(np.concatenate(list(blocks(path))), facts)


def peaks(path: Path, count: int = 160) -> list[float]:
    """Loudest sample of each of `count` equal pieces, 0..1, for drawing the wave. Raises `AudioError`."""
    audio_facts(path)
    return drawn([loudest(block) for block in blocks(path)], count)


def loudest(block: Samples) -> Samples:
    """The loudest sample of each 5 ms, 0..32767; what is left at the end of the block counts as a piece of its own."""
    whole = len(block) // _DRAWN_SAMPLES * _DRAWN_SAMPLES
    pieces = block[:whole].reshape(-1, _DRAWN_SAMPLES)
    # The lowest sample has no positive twin in 16 bits.
    found = np.maximum(pieces.max(axis=1, initial=0), -np.maximum(pieces.min(axis=1, initial=0), -32767))
    rest = block[whole:]
    return np.append(found, np.int16(min(32767, int(np.abs(rest.astype(np.int32)).max())))) if len(rest) else found


def drawn(pieces: list[Samples], count: int = 160) -> list[float]:
    """`count` heights, 0..1, from what `loudest` gave for each block."""
    all_of_them = np.concatenate(pieces)
    edges = np.linspace(0, len(all_of_them), count + 1)
    starts, ends = np.floor(edges[:-1]).astype(int), np.ceil(edges[1:]).astype(int)
    # Every second stretch is one of ours; the nought lets the last of them end where the sound does.
    stretches = np.column_stack([starts, ends]).ravel()
    highest = np.maximum.reduceat(np.append(all_of_them, np.int16(0)), stretches)[::2]
    return [round(height / 32768, 4) for height in highest.tolist()]


def write_wav(path: Path, samples: Samples, rate: int = TELEPHONE_RATE) -> None:
    """Write mono 16-bit PCM as Asterisk plays it; the folder is made when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate, subtype="PCM_16", format="WAV")
