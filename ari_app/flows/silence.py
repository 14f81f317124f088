"""Whether somebody said something in a recording that just ended."""

from pathlib import Path

import numpy as np

from transcription.audio import AudioEmpty, AudioTooShort, read_recording

#: Shorter or softer than this (of 32768) nobody said anything.
SHORTEST_SECONDS, SOFTEST = 0.5, 200


def is_silent(recording: Path) -> bool:
    """Too short, too soft, or no sound at all. Raises AudioError for a file that can't be read: it may hold something."""
    try:
        message = read_recording(recording, shortest_seconds=SHORTEST_SECONDS)
    except (AudioEmpty, AudioTooShort):
        return True
    return bool(np.max(np.abs(message.samples.astype(np.int32))) < SOFTEST)
