"""Recordings as Asterisk leaves them, whole and damaged."""

import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from transcription.audio import (
    AudioEmpty,
    AudioError,
    AudioMissing,
    AudioNoBytes,
    AudioNotSound,
    AudioTooShort,
    audio_facts,
    peaks,
    read_recording,
    write_wav,
)
from transcription.rendition import KINDS, rendition
from transcription.voice import prepare

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

    with pytest.raises(AudioNoBytes, match="disk"):
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


@pytest.mark.parametrize(
    ("ending", "coding", "rate"),
    [
        ("ulaw", "ULAW", 8000),
        ("pcm", "ULAW", 8000),
        ("alaw", "ALAW", 8000),
        ("gsm", "GSM610", 8000),
        ("sln", "PCM_16", 8000),
        ("sln16", "PCM_16", 16000),
        ("sln48", "PCM_16", 48000),
    ],
)
def test_sound_without_a_header_is_known_by_its_ending(tmp_path: Path, ending: str, coding: str, rate: int) -> None:
    call = tmp_path / f"call.{ending}"
    soundfile.write(call, np.tile(SECOND, rate // 8000), rate, subtype=coding, format="RAW")

    recording = read_recording(call)

    assert (recording.facts.coding, recording.facts.rate, recording.facts.channels) == (coding, rate, 1)
    assert recording.facts.seconds == pytest.approx(1.0, abs=0.02)
    assert len(recording.samples) == pytest.approx(8000, abs=160)


def test_a_file_with_a_header_is_believed_before_its_ending(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "call.gsm", SECOND, 8000, format="WAV")

    assert audio_facts(tmp_path / "call.gsm").coding == "PCM_16"


@pytest.mark.parametrize(
    ("kind", "coding"), [("WAV", "FLOAT"), ("WAV", "PCM_24"), ("FLAC", "PCM_16"), ("MP3", None), ("OGG", "OPUS")]
)
def test_sound_of_other_makers_is_as_loud_as_it_was(tmp_path: Path, kind: str, coding: str | None) -> None:
    soundfile.write(tmp_path / "call", SECOND / 32768, 8000, subtype=coding, format=kind)

    assert np.abs(read_recording(tmp_path / "call").samples).max() == pytest.approx(12000, rel=0.15)


@pytest.mark.parametrize("coding", ["ALAW", "GSM610"])
def test_a_recording_in_a_telephone_coding_that_was_never_closed_is_read(tmp_path: Path, coding: str) -> None:
    soundfile.write(tmp_path / "call.wav", SECOND, 8000, subtype=coding, format="WAV")
    content = bytearray((tmp_path / "call.wav").read_bytes())
    start = content.find(b"data") + 8
    struct.pack_into("<I", content, start - 4, 0)
    struct.pack_into("<I", content, 4, start - 8)
    (tmp_path / "call.wav").write_bytes(content)

    recording = read_recording(tmp_path / "call.wav")

    assert recording.facts.seconds == pytest.approx(1.0, abs=0.05)
    assert recording.facts.truncated
    assert np.abs(recording.samples).max() > 6000


@pytest.mark.parametrize("damage", [slice(8, 12), slice(16, 24), slice(20, 24)], ids=["WAVE", "format", "coding"])
def test_a_damaged_header_is_named_and_the_file_is_kept_as_it_is(tmp_path: Path, damage: slice) -> None:
    write_wav(tmp_path / "call.wav", SECOND)
    content = bytearray((tmp_path / "call.wav").read_bytes())
    content[damage] = b"\xff" * (damage.stop - damage.start)
    (tmp_path / "call.wav").write_bytes(content)

    with pytest.raises(AudioError) as named:
        read_recording(tmp_path / "call.wav")

    assert named.value.result in ("not_sound", "empty")
    assert (tmp_path / "call.wav").read_bytes() == content


def test_a_recording_of_an_hour_is_looked_through_in_little_memory(tmp_path: Path) -> None:
    with soundfile.SoundFile(tmp_path / "call.wav", "w", 8000, 1, "PCM_16") as hour:
        for _ in range(60):
            hour.write(np.tile(SECOND, 30))
            hour.write(np.zeros(8000 * 30, np.int16))
    tracemalloc.start()

    prepared = prepare(tmp_path / "call.wav")
    heard = sum(len(chunk) for chunk in prepared.chunks()) / 2 / 8000
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert prepared.facts.seconds == 3600
    assert heard == pytest.approx(60 * 30.7, abs=10)
    assert most < 16_000_000  # the samples alone are 58 million bytes


@pytest.mark.parametrize("kind", KINDS)
def test_browsers_get_a_small_file_and_the_recording_is_kept(tmp_path: Path, kind: str) -> None:
    write_wav(tmp_path / "call.wav", np.tile(SECOND, 30))
    kept = (tmp_path / "call.wav").read_bytes()

    made = rendition(tmp_path / "call.wav", kind)

    (tmp_path / "made").write_bytes(made)
    assert audio_facts(tmp_path / "made").seconds == pytest.approx(30, abs=0.2)
    assert len(made) < len(kept) / 3
    assert (tmp_path / "call.wav").read_bytes() == kept


def test_there_is_no_rendition_of_a_faulty_recording(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"this is no sound")

    with pytest.raises(AudioNotSound):
        rendition(tmp_path / "call.wav", "mp3")


def test_a_rendition_of_an_unknown_kind_says_which_there_are(tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", SECOND)

    with pytest.raises(ValueError, match=r"mp3.*opus"):
        rendition(tmp_path / "call.wav", "aiff")
