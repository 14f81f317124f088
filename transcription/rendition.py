"""A recording as browsers and telephones play it everywhere, and small. Made when asked for: no second copy lies anywhere."""

from __future__ import annotations

import io
from pathlib import Path

import soundfile

from transcription.audio import TELEPHONE_RATE, audio_facts, blocks

#: By name: kind of file, coding, media type. MP3 is played everywhere.
_KINDS = {
    "mp3": ("MP3", "MPEG_LAYER_III", "audio/mpeg"),
    "opus": ("OGG", "OPUS", "audio/ogg; codecs=opus"),
}
KINDS = tuple(_KINDS)


def rendition(recording: Path, kind: str) -> bytes:
    """The whole recording, mono, 8 kHz, as "mp3" or "opus"; about 0.2 MB a minute.

    Raises `transcription.audio.AudioError` for the recording, ValueError for another kind.
    """
    if kind not in _KINDS:
        raise ValueError(f"there is no rendition {kind!r}; there are {', '.join(KINDS)}")
    audio_facts(recording)
    container, coding, _ = _KINDS[kind]
    made = io.BytesIO()
    with soundfile.SoundFile(made, "w", TELEPHONE_RATE, 1, coding, format=container) as sound:
        for block in blocks(recording):
            sound.write(block)
    return made.getvalue()


def media_type(kind: str) -> str:
    """Of a kind that `rendition` takes."""
    return _KINDS[kind][2]
