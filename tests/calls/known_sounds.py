"""Which of many sounds begins here? One look costs milliseconds, so that an ear does not take the time of who it listens to."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ari_app.sip_phone.alaw import Pcm

#: Samples that are looked at in one go; half a sound may be missing before or behind what was heard.
WINDOW = 8192
#: As in ari_app.sip_phone.listening: mean square of what counts as silence.
_SILENT_POWER = 16.0**2


@dataclass(frozen=True)
class Found:
    """`at`: samples from the start of what was heard to the start of the sound; negative when its start was missed."""

    name: str
    score: float
    at: int


class KnownSounds:
    """Sounds of one length, looked for all together: the spectra of the sounds are made once, that of what was heard once a look."""

    def __init__(self, sounds: Mapping[str, Pcm]) -> None:
        self._names = list(sounds)
        (self._length,) = {len(sound) for sound in sounds.values()}
        heads = np.array([sounds[name] for name in self._names], dtype=np.float32)
        self._spectra = np.conj(np.fft.rfft(heads, WINDOW))
        self._norms = np.sqrt(np.sum(heads**2, axis=1))[:, None]
        self._margin = self._length // 2
        #: More than this is not looked at.
        self.most = WINDOW - 2 * self._margin

    def first(self, heard: Pcm, score: float) -> Found | None:
        """The earliest sound in the first `most` samples that scores more than `score`, as `listening.contains` counts."""
        sound = np.pad(heard[: self.most].astype(np.float32), self._margin)
        sums = np.concatenate(([0.0], np.cumsum(sound**2, dtype=np.float64)))
        energy = sums[self._length :] - sums[: len(sound) - self._length + 1]
        audible = energy > _SILENT_POWER * self._length
        if not audible.any():
            return None
        products = np.fft.irfft(np.fft.rfft(sound, WINDOW) * self._spectra, WINDOW, axis=1)[:, : len(energy)]
        scores = np.where(audible, products / (np.sqrt(np.maximum(energy, 1.0)) * self._norms), 0.0)
        places = np.argmax(scores, axis=1)
        best = scores[np.arange(len(places)), places]
        known = np.flatnonzero(best > score)
        if not len(known):
            return None
        earliest = known[np.argmin(places[known])]
        at = int(places[earliest]) - self._margin
        return Found(self._names[earliest], float(best[earliest]), at)
