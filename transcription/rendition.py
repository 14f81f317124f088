"""A recording as browsers and telephones play it everywhere: small, and made beside the original, which is kept."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import soundfile

from transcription.audio import TELEPHONE_RATE, audio_facts, blocks

#: Kind of file and coding, by ending. MP3 is played everywhere, Opus is half as large.
KINDS = {
    ".mp3": ("MP3", "MPEG_LAYER_III"),
    ".opus": ("OGG", "OPUS"),
    ".ogg": ("OGG", "VORBIS"),
}
MEDIA_TYPES = {".mp3": "audio/mpeg", ".opus": "audio/ogg; codecs=opus", ".ogg": "audio/ogg"}


def rendition(recording: Path, target: Path) -> Path:
    """Writes `target` (mono, 8 kHz; `.mp3`, `.opus` or `.ogg`) and returns it. It appears whole or not at all.

    Raises `transcription.audio.AudioError` for the recording, ValueError for another ending.
    """
    if target.suffix not in KINDS:
        raise ValueError(f"{target.name} can't be made; there are {', '.join(KINDS)}")
    audio_facts(recording)
    target.parent.mkdir(parents=True, exist_ok=True)
    kind, coding = KINDS[target.suffix]
    with (
        _unfinished(target) as unfinished,
        soundfile.SoundFile(unfinished, "w", TELEPHONE_RATE, 1, coding, format=kind) as sound,
    ):
        for block in blocks(recording):
            sound.write(block)
    return target


@contextlib.contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A file beside `target` that takes its name when all went well, and goes away otherwise."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
