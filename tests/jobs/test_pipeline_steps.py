"""What the steps make of a recording; the engine here is a stand-in, the real one is in test_the_worker."""

from pathlib import Path

import numpy as np
import pytest

from ari_app.desk.transcripts import Unheard
from ari_app.jobs.listening import check_audio
from ari_app.store.tables import VoicemailState
from transcription.audio import AudioMissing, write_wav
from transcription.reading import ears_in
from transcription.voice import Prepared


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "message.wav"
    write_wav(file, (np.sin(np.arange(16000) / 5) * 16384).astype(np.int16))
    return file


def test_a_sound_that_can_be_heard_comes_with_its_drawing(recording: Path) -> None:
    sound = check_audio(recording)

    assert isinstance(sound, Prepared)
    assert max(sound.peaks) == pytest.approx(0.5, abs=0.01)


def test_a_recording_of_a_breath_is_empty(tmp_path: Path) -> None:
    write_wav(tmp_path / "breath.wav", np.ones(800, dtype=np.int16))

    checked = check_audio(tmp_path / "breath.wav")

    assert isinstance(checked, Unheard)
    assert checked.state is VoicemailState.EMPTY
    assert "lasts 0.10 s" in checked.error


def test_a_recording_that_is_no_sound_failed(tmp_path: Path) -> None:
    (tmp_path / "damaged.wav").write_bytes(b"this is no sound" * 100)

    checked = check_audio(tmp_path / "damaged.wav")

    assert isinstance(checked, Unheard)
    assert checked.state is VoicemailState.FAILED


def test_a_recording_that_is_not_there_may_come_so_that_the_step_tries_again(tmp_path: Path) -> None:
    with pytest.raises(AudioMissing, match="there is no recording"):
        check_audio(tmp_path / "nowhere.wav")


def test_a_list_that_was_saved_counts_for_the_next_message_without_a_restart(tmp_path: Path) -> None:
    ears, own = ears_in(tmp_path), tmp_path / "phrases_nl.toml"
    text = 'language = "nl"\n[[group]]\nname = "own"\nweights = { cat3 = 2.0 }\nphrases = ["alles staat stil"]\n'
    shipped = ears("nl")

    own.write_text(text)
    first = ears("nl")
    own.write_text(text.replace("stil", "helemaal stil"))
    second = ears("nl")
    own.unlink()

    assert [phrase.text for phrase in first.phrases.phrases] == ["alles staat stil"]
    assert [phrase.text for phrase in second.phrases.phrases] == ["alles staat helemaal stil"]
    assert ears("nl").phrases is shipped.phrases


def test_a_line_may_have_its_own_phrases(tmp_path: Path) -> None:
    (tmp_path / "phrases_nl.toml").write_text(
        'language = "nl"\n[[group]]\nname = "own"\nweights = { cat3 = 2.0 }\nphrases = ["alles staat stil"]\n'
    )

    own = ears_in(tmp_path)("nl")
    shipped = ears_in(tmp_path)("en")

    assert [phrase.text for phrase in own.phrases.phrases] == ["alles staat stil"]
    assert shipped.phrases.language == "en"
