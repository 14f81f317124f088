"""Recordings as Asterisk leaves them (8 kHz, mono, 16-bit PCM wav, and worse) to sound that an engine can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

#: Mono 16-bit PCM samples.
Samples = npt.NDArray[np.int16]

TELEPHONE_RATE = 8000
SHORTEST_MESSAGE_SECONDS = 0.5
CHUNK_SECONDS = 0.25


class AudioError(Exception):
    """A recording that can't be read; the message says which and what to do."""


class AudioMissing(AudioError):
    """There is no such file."""


class AudioEmpty(AudioError):
    """A file with a header and not one sample: the caller hung up before the first sound."""


class AudioNotSound(AudioError):
    """A file without a sound header; Asterisk writes a file of zero bytes when its disk is full."""


class AudioTooShort(AudioError):
    """Shorter than a word."""


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What the file itself says; call events are no measure of its length."""

    seconds: float
    #: Samples a second in the file, before anything was converted.
    rate: int
    channels: int
    #: "PCM_16", "ALAW", "ULAW", "GSM610" ...
    coding: str
    #: The header promises more sound than the file holds: writing was cut off.
    truncated: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound ready for the engine: mono 16-bit PCM at 8 kHz."""

    samples: Samples
    facts: AudioFacts
    rate: int = TELEPHONE_RATE

    def chunks(self, seconds: float = CHUNK_SECONDS) -> Iterator[bytes]:
        """Little-endian 16-bit PCM, each at most `seconds` long."""
        step = max(1, int(self.rate * seconds))
        for start in range(0, len(self.samples), step):
            yield self.samples[start : start + step].astype("<i2").tobytes()


def read_recording(path: Path, *, shortest_seconds: float = SHORTEST_MESSAGE_SECONDS) -> Recording:
    """The whole recording as mono 16-bit PCM, 8 kHz. Raises one of the `AudioError`s."""
    facts, samples = _read(path)
    if facts.seconds < shortest_seconds:
        raise AudioTooShort(
            f"the recording {path} lasts {facts.seconds:.2f} s; nothing can be said in less than {shortest_seconds} s"
        )
    return Recording(samples=samples, facts=facts)


def audio_facts(path: Path) -> AudioFacts:
    """Length and coding, read from the file. Raises `AudioError`, but takes a recording that is very short."""
    return _read(path)[0]


def peaks(path: Path, count: int = 160) -> list[float]:
    """Loudest sample of each of `count` equal pieces, 0..1, for drawing the wave. Raises `AudioError`."""
    samples = _read(path)[1]
    pieces = np.array_split(np.abs(samples.astype(np.float64)) / 32768, count)
    return [round(float(piece.max()), 4) if piece.size else 0.0 for piece in pieces]


def write_wav(path: Path, samples: Samples, rate: int = TELEPHONE_RATE) -> None:
    """Write mono 16-bit PCM as Asterisk plays it; the folder is made when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate, subtype="PCM_16", format="WAV")


def _read(path: Path) -> tuple[AudioFacts, Samples]:
    if not path.is_file():
        raise AudioMissing(f"there is no recording {path}; look whether the recording folder is the one Asterisk uses")
    size = path.stat().st_size
    if size == 0:
        raise AudioNotSound(f"the recording {path} has no bytes at all; look whether the disk of Asterisk is full")
    try:
        with soundfile.SoundFile(path) as sound:
            rate, channels, coding = sound.samplerate, sound.channels, sound.subtype
            # GSM can only be read in one go, and only when told how much.
            samples = sound.read(sound.frames, dtype="int16", always_2d=True)
        unfinished = _unfinished(path) if len(samples) == 0 else samples
    except soundfile.LibsndfileError as cause:
        raise AudioNotSound(f"the recording {path} ({size} bytes) has no header of a sound file: {cause}") from cause
    if len(unfinished) == 0:
        raise AudioEmpty(f"the recording {path} has a header and no sound; the caller hung up before the first word")
    cut_off = unfinished is not samples or _promised_bytes(path) > size
    facts = AudioFacts(len(unfinished) / rate, rate, channels, coding, truncated=cut_off)
    return facts, _to_telephone(unfinished, rate)


def _unfinished(path: Path) -> Samples:
    """Sound behind a header that promises none: Asterisk fills in the length when it closes the file, and was killed."""
    content = path.read_bytes()
    start = content.find(b"data", 0, 4096)
    if not content.startswith(b"RIFF") or start < 0:
        return np.zeros((0, 1), dtype=np.int16)
    sound = content[start + 8 :]
    return np.frombuffer(sound[: len(sound) // 2 * 2], dtype="<i2").astype(np.int16).reshape(-1, 1)


def _promised_bytes(path: Path) -> int:
    """File size that the RIFF header names; 0 when it names none (other kinds of file, or a stream of open length)."""
    with path.open("rb") as file:
        header = file.read(8)
    if header[:4] != b"RIFF":
        return 0
    promised = int.from_bytes(header[4:8], "little") + 8
    open_length = 0xFFFF_F000
    return 0 if promised >= open_length else promised


def _to_telephone(samples: npt.NDArray[np.int16], rate: int) -> Samples:
    mono = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1).astype(np.int16)
    if rate == TELEPHONE_RATE:
        return np.ascontiguousarray(mono)
    return np.asarray(soxr.resample(mono, rate, TELEPHONE_RATE), dtype=np.int16)
