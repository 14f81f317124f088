"""Recordings as Asterisk leaves them, whole and damaged."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from transcription.audio import (
    AudioEmpty,
    AudioMissing,
    AudioNotSound,
    AudioTooShort,
    audio_facts,
    peaks,
    read_recording,
    write_wav,
)

SECOND = (np.sin(np.arange(8000) / 5) * 12000).astype(np.int16)


def test_a_recording_of_asterisk_is_read_as_it_is(tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", SECOND)

    recording = read_recording(tmp_path / "call.wav")

    assert np.array_equal(recording.samples, SECOND)
    assert (recording.facts.seconds, recording.facts.rate, recording.facts.truncated) == (1.0, 8000, False)
    assert b"".join(recording.chunks()) == SECOND.astype("<i2").tobytes()


@pytest.mark.parametrize("coding", ["ALAW", "ULAW", "GSM610"])
def test_telephone_codings_are_read(tmp_path: Path, coding: str) -> None:
    soundfile.write(tmp_path / "call.wav", SECOND, 8000, subtype=coding, format="WAV")

    recording = read_recording(tmp_path / "call.wav")

    assert recording.facts.coding == coding
    assert recording.facts.seconds == pytest.approx(1.0, abs=0.05)
    assert np.abs(recording.samples).max() > 6000


def test_stereo_at_16_khz_becomes_mono_at_8_khz(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "call.wav", np.stack([SECOND, SECOND], axis=1), 16000, format="WAV")

    recording = read_recording(tmp_path / "call.wav", shortest_seconds=0.1)

    assert recording.samples.shape == (4000,)
    assert (recording.facts.rate, recording.facts.channels, recording.facts.seconds) == (16000, 2, 0.5)


def test_a_recording_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioMissing, match=r"call\.wav"):
        read_recording(tmp_path / "call.wav")


def test_a_file_without_bytes_points_at_the_disk(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"")

    with pytest.raises(AudioNotSound, match="disk"):
        read_recording(tmp_path / "call.wav")


@pytest.mark.parametrize("content", [bytes(44), bytes(100_000), b"this is no sound at all"])
def test_a_file_without_a_header_is_no_recording(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "call.wav").write_bytes(content)

    with pytest.raises(AudioNotSound, match="header"):
        read_recording(tmp_path / "call.wav")


def test_a_header_without_sound_is_empty(tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", SECOND[:0])

    with pytest.raises(AudioEmpty):
        read_recording(tmp_path / "call.wav")


def test_a_hiccup_of_a_tenth_of_a_second_is_too_short(tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", SECOND[:800])

    with pytest.raises(AudioTooShort, match=r"0\.10 s"):
        read_recording(tmp_path / "call.wav")


def test_of_a_recording_that_was_cut_off_the_rest_is_taken(tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", SECOND)
    whole = (tmp_path / "call.wav").read_bytes()
    (tmp_path / "call.wav").write_bytes(whole[: 44 + 12000])

    recording = read_recording(tmp_path / "call.wav")

    assert np.array_equal(recording.samples, SECOND[:6000])
    assert recording.facts.truncated


def test_a_recording_that_asterisk_could_not_close_is_read(tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", SECOND)
    content = bytearray((tmp_path / "call.wav").read_bytes())
    struct.pack_into("<I", content, 40, 0)
    struct.pack_into("<I", content, 4, 36)
    (tmp_path / "call.wav").write_bytes(content)

    recording = read_recording(tmp_path / "call.wav")

    assert np.array_equal(recording.samples, SECOND)
    assert recording.facts.truncated


def test_the_length_of_a_very_short_recording_can_be_asked(tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", SECOND[:80])

    assert audio_facts(tmp_path / "call.wav").seconds == 0.01


def test_the_wave_shows_where_it_is_loud(tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", np.concatenate([np.zeros(8000, np.int16), SECOND]))

    wave = peaks(tmp_path / "call.wav")

    assert len(wave) == 160
    assert max(wave[:80]) == 0
    assert min(wave[80:]) > 0.3
