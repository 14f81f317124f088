"""What the steps make of a recording; the engine here is a stand-in, the real one is in test_the_worker."""

import json
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest

from ari_app.jobs.listening import check_audio, listen
from transcription.audio import AudioMissing, write_wav
from transcription.reading import ears_in
from transcription.transcript import Transcript, Word
from transcription.voice import Prepared, prepare

NOTHING = Transcript((), 2.0, "vosk-tiny-nl", "nl")


class Hears:
    """Hears what the test says, or fails with it."""

    def __init__(self, outcome: Transcript | Exception) -> None:
        self.outcome = outcome

    def listen(self, _sound: Prepared, hints: Collection[str] = ()) -> Transcript:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "message.wav"
    write_wav(file, (np.sin(np.arange(16000) / 5) * 16384).astype(np.int16))
    return file


def test_a_sound_that_can_be_heard_comes_with_its_drawing(recording: Path) -> None:
    sound = check_audio(recording)

    assert isinstance(sound, Prepared)
    assert max(listen(Hears(NOTHING), sound)["peaks"]) == pytest.approx(0.5, abs=0.01)


def test_words_are_plain_values_that_can_be_kept(recording: Path) -> None:
    transcript = Transcript((Word("hallo", 0.1, 0.5, 0.9),), 2.0, "vosk-tiny-nl", "nl")

    found = listen(Hears(transcript), prepare(recording))

    assert Transcript.from_dict(json.loads(json.dumps(found))["heard"]) == transcript


def test_a_recording_of_a_breath_is_empty(tmp_path: Path) -> None:
    write_wav(tmp_path / "breath.wav", np.ones(800, dtype=np.int16))

    checked = check_audio(tmp_path / "breath.wav")

    assert isinstance(checked, dict)
    assert checked["state"] == "empty"
    assert "lasts 0.10 s" in checked["error"]


def test_a_recording_that_is_no_sound_failed(tmp_path: Path) -> None:
    (tmp_path / "damaged.wav").write_bytes(b"this is no sound" * 100)

    checked = check_audio(tmp_path / "damaged.wav")

    assert isinstance(checked, dict)
    assert checked["state"] == "failed"


def test_a_recording_that_is_not_there_may_come_so_that_the_step_tries_again(tmp_path: Path) -> None:
    with pytest.raises(AudioMissing, match="there is no recording"):
        check_audio(tmp_path / "nowhere.wav")


def test_a_fault_of_the_engine_is_no_answer_so_that_the_step_tries_again(recording: Path) -> None:
    with pytest.raises(RuntimeError, match="decoder"):
        listen(Hears(RuntimeError("the decoder fell over")), prepare(recording))


def test_a_line_may_have_its_own_phrases(tmp_path: Path) -> None:
    (tmp_path / "phrases_nl.toml").write_text(
        'language = "nl"\n[[group]]\nname = "own"\nweights = { cat3 = 2.0 }\nphrases = ["alles staat stil"]\n'
    )

    own = ears_in(tmp_path)("nl")
    shipped = ears_in(tmp_path)("en")

    assert [phrase.text for phrase in own.phrases.phrases] == ["alles staat stil"]
    assert shipped.phrases.language == "en"
