"""Who says nothing gets no words: not for silence, tones, music or noise, with the real engine and its small model."""

from pathlib import Path

import numpy as np
import pytest

from ari_app.speech.synth import speak
from tests.jobs.not_speech import NOT_SPEECH
from transcription.audio import write_wav
from transcription.speech_check import SpeechCheck
from transcription.voice import prepare
from transcription.vosk_engine import VoskEngine

MODEL = Path(__file__).parents[1] / "speech_model" / "vosk-tiny-nl"
MESSAGE = "de telefoon op de receptie doet het niet"

pytestmark = pytest.mark.speech


@pytest.fixture(scope="module")
def engine() -> VoskEngine:
    return VoskEngine(MODEL)


@pytest.fixture(scope="module")
def check() -> SpeechCheck:
    return SpeechCheck()


@pytest.mark.parametrize("kind", NOT_SPEECH)
def test_what_is_no_speech_gives_no_words(engine: VoskEngine, tmp_path: Path, kind: str) -> None:
    write_wav(tmp_path / "call.wav", NOT_SPEECH[kind])

    transcript = engine.transcribe(tmp_path / "call.wav")

    assert (transcript.text, transcript.alternatives) == ("", ())
    assert transcript.seconds == 8.0


@pytest.mark.parametrize("kind", ["engaged tone", "music on a string", "loud noise"])
def test_who_speaks_before_it_is_still_heard(engine: VoskEngine, tmp_path: Path, kind: str) -> None:
    quiet = np.zeros(12000, np.int16)
    write_wav(tmp_path / "call.wav", np.concatenate([speak(MESSAGE), quiet, NOT_SPEECH[kind]]))

    assert MESSAGE in engine.transcribe(tmp_path / "call.wav").text


@pytest.mark.parametrize("voice", ["nl", "nl+f2", "nl+m3", "en-gb"])
@pytest.mark.parametrize("noise", [0, 1500])
def test_a_voice_is_taken_for_speech(check: SpeechCheck, voice: str, noise: int) -> None:
    samples = speak(MESSAGE, voice) + np.random.default_rng(4).normal(0, 1, len(speak(MESSAGE, voice))) * noise

    assert check.is_speech(np.clip(samples, -32768, 32767).astype(np.int16))


@pytest.mark.parametrize("text", ["ja", "nee", "goedemorgen"])
def test_one_word_is_enough(engine: VoskEngine, tmp_path: Path, text: str) -> None:
    write_wav(tmp_path / "call.wav", np.concatenate([np.zeros(8000, np.int16), speak(text), np.zeros(8000, np.int16)]))

    assert engine.transcribe(tmp_path / "call.wav").text == text


def test_silence_before_between_and_after_is_not_listened_to(tmp_path: Path) -> None:
    spoken, quiet = speak(MESSAGE), np.zeros(8000 * 10, np.int16)
    write_wav(tmp_path / "call.wav", np.concatenate([quiet, spoken, quiet, spoken, quiet]))

    prepared = prepare(tmp_path / "call.wav")

    assert len(prepared.parts) == 2
    assert prepared.heard_seconds < 2 * len(spoken) / 8000 + 1.5
    assert sum(len(chunk) for chunk in prepared.chunks()) == prepared.heard_seconds * 16000


def test_times_are_those_of_the_recording_however_much_was_left_out(engine: VoskEngine, tmp_path: Path) -> None:
    spoken, quiet = speak(MESSAGE), np.zeros(8000 * 10, np.int16)
    write_wav(tmp_path / "alone.wav", spoken)
    write_wav(tmp_path / "call.wav", np.concatenate([quiet, spoken, quiet, spoken]))

    alone = engine.transcribe(tmp_path / "alone.wav").words
    words = engine.transcribe(tmp_path / "call.wav").words

    second = 20 + len(spoken) / 8000
    assert [word.text for word in words] == [word.text for word in alone] * 2
    for word, expected in zip(words, alone, strict=False):
        assert word.start == pytest.approx(10 + expected.start, abs=0.1)
    for word, expected in zip(words[len(alone) :], alone, strict=True):
        assert word.start == pytest.approx(second + expected.start, abs=0.1)
        assert word.end == pytest.approx(second + expected.end, abs=0.1)


@pytest.mark.parametrize("loudness", [0.03, 0.1, 1.0])
def test_a_soft_voice_is_made_louder_and_a_usual_one_is_left_as_it_is(
    engine: VoskEngine, tmp_path: Path, loudness: float
) -> None:
    write_wav(tmp_path / "call.wav", (speak(MESSAGE) * loudness).astype(np.int16))

    prepared = prepare(tmp_path / "call.wav")

    assert prepared.gain == (1.0 if loudness == 1.0 else pytest.approx(1 / loudness, rel=0.3))
    assert engine.transcribe(tmp_path / "call.wav").text == MESSAGE
