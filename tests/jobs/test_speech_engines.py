"""Engines beside Vosk fit the same port; one of them is truly run. What is not there says so at once."""

import sys
from pathlib import Path

import numpy as np
import pytest

from ari_app.speech.synth import speak
from tests.jobs.not_speech import NOT_SPEECH
from transcription.audio import write_wav
from transcription.engines import open_engine
from transcription.listening import transcribe
from transcription.recognizer import Recognizer, RecognizerUnusable

pytestmark = pytest.mark.speech


@pytest.fixture(scope="module")
def sphinx() -> Recognizer:
    return open_engine("pocketsphinx", "en")


def test_another_engine_hears_words_with_times_and_confidence(sphinx: Recognizer, tmp_path: Path) -> None:
    quiet = np.zeros(8000, np.int16)
    write_wav(tmp_path / "call.wav", np.concatenate([quiet, speak("what is the weather today", "en-us", 130), quiet]))

    transcript = transcribe(sphinx, tmp_path / "call.wav")

    assert (transcript.model, transcript.language) == ("pocketsphinx-en-us", "en")
    assert "the weather" in transcript.text
    assert all(0.5 <= word.start <= word.end <= transcript.seconds for word in transcript.words)
    assert all(0 <= word.confidence <= 1 for word in transcript.words)


@pytest.mark.parametrize("kind", ["engaged tone", "music on a string"])
def test_another_engine_makes_no_words_of_tones_and_music_either(sphinx: Recognizer, tmp_path: Path, kind: str) -> None:
    write_wav(tmp_path / "call.wav", NOT_SPEECH[kind][:8000])

    assert transcribe(sphinx, tmp_path / "call.wav").words == ()


@pytest.mark.parametrize(("engine", "extra"), [("pocketsphinx", "pocketsphinx"), ("whisper", "faster_whisper")])
def test_an_engine_that_is_not_installed_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, extra, None)
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"")
    named = f"whisper:{tmp_path}" if engine == "whisper" else engine

    with pytest.raises(RecognizerUnusable, match=rf"pip install 'meldlijn\[{engine}\]'"):
        open_engine(named, "en")


def test_a_folder_that_holds_half_a_whisper_model_is_named_and_nothing_is_downloaded(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")

    with pytest.raises(RecognizerUnusable, match=r"has no model\.bin, tokenizer\.json.*from a machine with a network"):
        open_engine(f"whisper:{tmp_path}", "nl")


def test_an_engine_never_hears_another_language_than_its_own() -> None:
    with pytest.raises(RecognizerUnusable, match="hears 'en', not 'nl'"):
        open_engine("pocketsphinx", "nl")
