"""G.711 A-law, the telephone's 8 bits a sample, to and from 16-bit PCM. All 256 codes in tables."""

import numpy as np
import numpy.typing as npt

#: Mono 16-bit PCM, 8 kHz.
Pcm = npt.NDArray[np.int16]

#: The code for silence.
SILENCE = 0xD5


def encode(pcm: Pcm) -> bytes:
    """One byte a sample. ValueError unless `pcm` is a one-dimensional int16 array (a float array would come out as noise)."""
    if pcm.dtype != np.int16 or pcm.ndim != 1:
        raise ValueError(f"audio must be mono int16, not {pcm.ndim}-dimensional {pcm.dtype}; convert it first")
    return _CODES[pcm.view(np.uint16)].tobytes()


def decode(codes: bytes) -> Pcm:
    return _SAMPLES[np.frombuffer(codes, dtype=np.uint8)]


def _sample_of_each_code() -> Pcm:
    codes = np.arange(256) ^ 0x55
    segment = (codes >> 4) & 7
    middle = ((codes & 0xF) << 4) + 8
    size = np.where(segment == 0, middle, (middle + 0x100) << np.maximum(segment - 1, 0))
    return np.where(codes & 0x80, size, -size).astype(np.int16)


def _code_of_each_sample() -> npt.NDArray[np.uint8]:
    """Indexed by the sample seen as an unsigned number; the nearest code wins."""
    order = np.argsort(_SAMPLES)
    values = _SAMPLES[order].astype(np.int32)
    samples = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    upper = np.clip(np.searchsorted(values, samples), 1, 255)
    nearest = np.where(samples - values[upper - 1] < values[upper] - samples, upper - 1, upper)
    return order[nearest].astype(np.uint8)


_SAMPLES = _sample_of_each_code()
_CODES = _code_of_each_sample()
