"""Sound files of every kind that Asterisk leaves, block by block as mono 16-bit PCM at 8 kHz. Nothing is ever written to them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

#: Mono 16-bit PCM samples.
Samples = npt.NDArray[np.int16]

TELEPHONE_RATE = 8000
#: So much is in memory at a time, however long the recording is.
BLOCK_SECONDS = 10.0
#: The header of a wav file ends within this many bytes.
_HEADER_BYTES = 4096
#: A length like this, or more, means "until the file ends".
_OPEN_LENGTH = 0xFFFF_F000
#: First bytes of files that tell their own coding, whatever they are called.
_MAGIC = (b"RIFF", b"RIFX", b"OggS", b"fLaC", b".snd", b"FORM", b"ID3")


class Coding(NamedTuple):
    """Of sound without a header. One channel."""

    subtype: str
    rate: int


#: Endings that Asterisk gives to sound without a header; `.pcm` is u-law to Asterisk.
_WITHOUT_HEADER = {
    **dict.fromkeys((".ulaw", ".ul", ".ulw", ".mu", ".pcm"), Coding("ULAW", 8000)),
    **dict.fromkeys((".alaw", ".al", ".alw"), Coding("ALAW", 8000)),
    **dict.fromkeys((".sln", ".raw"), Coding("PCM_16", 8000)),
    **{f".sln{thousands}": Coding("PCM_16", thousands * 1000) for thousands in (12, 16, 24, 32, 48, 96, 192)},
    ".sln44": Coding("PCM_16", 44100),
    ".gsm": Coding("GSM610", 8000),
}


@contextmanager
def opened(path: Path) -> Iterator[soundfile.SoundFile]:
    """The file, at its first sample. Raises soundfile.LibsndfileError when it is no sound."""
    raw = _coding_by_name(path)
    if raw:
        with soundfile.SoundFile(path, format="RAW", subtype=raw.subtype, samplerate=raw.rate, channels=1) as sound:
            yield sound
        return
    with soundfile.SoundFile(path) as sound:
        unfinished = sound.frames == 0 and _sound_begins_at(path)
        if not unfinished:
            yield sound
            return
        coding = {"subtype": sound.subtype, "samplerate": sound.samplerate, "channels": sound.channels}
    with (
        path.open("rb") as file,
        soundfile.SoundFile(_Tail(file, unfinished), format="RAW", endian="LITTLE", **coding) as tail,
    ):
        yield tail


def is_cut_off(path: Path) -> bool:
    """The header promises another length than the file has: writing was never finished."""
    if _coding_by_name(path):
        return False
    with path.open("rb") as file:
        header = file.read(8)
    if header[:4] != b"RIFF":
        return False
    promised, size = int.from_bytes(header[4:8], "little") + 8, path.stat().st_size
    if promised >= _OPEN_LENGTH:
        return False
    begins = _sound_begins_at(path)
    is_never_closed = promised <= begins < size
    return promised > size or is_never_closed


def telephone_blocks(path: Path, seconds: float = BLOCK_SECONDS) -> Iterator[Samples]:
    """The recording from its start, each block at most `seconds` long; other rates and channels are converted."""
    with opened(path) as sound:
        rate = sound.samplerate
        mono = (_mono(block) for block in _read(sound, max(1, int(rate * seconds))))
        if rate == TELEPHONE_RATE:
            yield from mono
        else:
            yield from _resampled(mono, rate)


def _read(sound: soundfile.SoundFile, frames: int) -> Iterator[npt.NDArray[np.int16]]:
    # libsndfile cuts floating point down to whole numbers instead of scaling it.
    is_float = sound.subtype in ("FLOAT", "DOUBLE")
    left = sound.frames
    while left > 0:
        block = sound.read(min(frames, left), dtype="float32" if is_float else "int16", always_2d=True)
        if not len(block):
            return
        left -= len(block)
        yield (np.clip(block, -1, 1) * 32767).astype(np.int16) if is_float else block


def _mono(block: npt.NDArray[np.int16]) -> Samples:
    return block[:, 0] if block.shape[1] == 1 else block.mean(axis=1).astype(np.int16)


def _resampled(blocks: Iterator[Samples], rate: int) -> Iterator[Samples]:
    stream = soxr.ResampleStream(rate, TELEPHONE_RATE, 1, dtype="int16")
    for block in blocks:
        yield np.asarray(stream.resample_chunk(block), dtype=np.int16)
    yield np.asarray(stream.resample_chunk(np.zeros(0, np.int16), last=True), dtype=np.int16)


def _coding_by_name(path: Path) -> Coding | None:
    coding = _WITHOUT_HEADER.get(path.suffix.lower())
    if coding is None:
        return None
    with path.open("rb") as file:
        return None if file.read(4).startswith(_MAGIC) else coding


def _sound_begins_at(path: Path) -> int:
    """Bytes before the first sample of a wav file; 0 when there is no such place."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    place = header.find(b"data")
    return place + 8 if header.startswith(b"RIFF") and place >= 0 else 0


class _Tail(io.RawIOBase):
    """A file as if it began at `start`: the sound behind a header that promises none.

    Asterisk fills in the length when it closes the file; killed before that, it leaves all sound and a length of 0.
    """

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._start = start
        file.seek(start)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = offset + self._start if whence == io.SEEK_SET else offset
        return self._file.seek(at, whence) - self._start

    def tell(self) -> int:
        return self._file.tell() - self._start

    def readinto(self, buffer: Any) -> int:
        read = self._file.read(len(buffer))
        buffer[: len(read)] = read
        return len(read)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True
