"""What the steps of the pipeline make of a recording; the engine here is a stand-in, the real one is in test_the_worker."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ari_app.jobs.phrases import phrases_in
from ari_app.jobs.pipeline import Pipeline, conduct, listen
from transcription.audio import AudioMissing, AudioTooShort, write_wav
from transcription.transcript import Transcript, Word


class Hears:
    """Hears what the test says, or fails with it."""

    def __init__(self, outcome: Transcript | Exception) -> None:
        self.outcome = outcome

    def transcribe(self, _path: Path) -> Transcript:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "message.wav"
    write_wav(file, (np.sin(np.arange(16000) / 5) * 16384).astype(np.int16))
    return file


def test_words_come_with_the_drawing_of_their_sound(recording: Path) -> None:
    transcript = Transcript((Word("hallo", 0.1, 0.5, 0.9),), 2.0, "vosk-tiny-nl", "nl")

    heard = listen(Hears(transcript), recording)

    assert heard["state"] == "transcribed"
    assert Transcript.from_dict(heard["transcript"]) == transcript
    assert max(heard["peaks"]) == pytest.approx(0.5, abs=0.01)


def test_no_words_is_no_speech(recording: Path) -> None:
    assert listen(Hears(Transcript((), 2.0, "vosk-tiny-nl", "nl")), recording)["state"] == "no_speech"


def test_a_recording_of_a_breath_is_empty(recording: Path) -> None:
    heard = listen(Hears(AudioTooShort("lasts 0.10 s")), recording)

    assert heard == {"state": "empty", "error": "lasts 0.10 s"}


def test_a_recording_that_is_gone_failed(recording: Path) -> None:
    assert listen(Hears(AudioMissing("there is no recording")), recording)["state"] == "failed"


def test_a_fault_of_the_engine_is_no_answer_so_that_the_step_tries_again(recording: Path) -> None:
    with pytest.raises(RuntimeError, match="decoder"):
        listen(Hears(RuntimeError("the decoder fell over")), recording)


def test_a_line_may_have_its_own_phrases(tmp_path: Path) -> None:
    (tmp_path / "phrases_nl.toml").write_text(
        'language = "nl"\n[[group]]\nname = "own"\nweights = { cat3 = 2.0 }\nphrases = ["alles staat stil"]\n'
    )

    own = phrases_in(tmp_path)("nl")
    shipped = phrases_in(tmp_path)("en")

    assert [phrase.text for phrase in own.phrases] == ["alles staat stil"]
    assert shipped.language == "en"


class OneMessage:
    """A desk with one message to hear, of a caller who chose `language`."""

    def __init__(self, recording: Path, language: str) -> None:
        self._recording = recording
        self._language = language

    async def voicemail_to_hear(self, _voicemail: int) -> Path:
        return self._recording

    async def language_chosen(self, _voicemail: int) -> str:
        return self._language


@pytest.mark.parametrize(("language", "heard_as"), [("", "nl"), ("en", "en")])
async def test_the_language_that_a_caller_chose_is_listened_to(recording: Path, language: str, heard_as: str) -> None:
    dutch, english = (Hears(Transcript((), 2.0, f"vosk-{code}", code)) for code in ("nl", "en"))
    pipeline = _pipeline(OneMessage(recording, language), dutch, {"en": english})

    heard = await asyncio.to_thread(pipeline.hear, 1)

    assert heard["transcript"]["language"] == heard_as


async def test_without_a_model_for_a_language_no_words_are_invented(recording: Path) -> None:
    dutch = Hears(Transcript((Word("hallo", 0.1, 0.5, 0.9),), 2.0, "vosk-nl", "nl"))
    pipeline = _pipeline(OneMessage(recording, "en"), dutch, {})

    heard = await asyncio.to_thread(pipeline.hear, 1)

    assert heard["state"] == "failed"
    assert "geen spraakmodel: beluister het bericht" in heard["error"]


def _pipeline(desk: OneMessage, dutch: Hears, others: dict[str, Hears]) -> Pipeline:
    return Pipeline(desk, dutch, phrases_in(Path()), asyncio.get_running_loop(), others)  # type: ignore[arg-type]


class FilesOnlyFailures:
    """Steps whose filing of a transcript always fails."""

    def __init__(self) -> None:
        self.filed: list[tuple[int, dict[str, Any]]] = []

    def hear(self, _voicemail_id: int) -> dict[str, Any]:
        return {"state": "transcribed", "transcript": {}, "peaks": []}

    def file(self, voicemail_id: int, heard: dict[str, Any]) -> None:
        if heard["state"] == "transcribed":
            raise ValueError("the phrase file has mistakes")
        self.filed.append((voicemail_id, heard))


def test_a_message_that_cannot_be_filed_is_given_up_by_name_and_never_waits_for_ever() -> None:
    steps = FilesOnlyFailures()

    state = conduct(steps, 7, lambda _name, step, *given: step(*given))  # type: ignore[arg-type]

    assert state == "failed"
    assert steps.filed == [(7, {"state": "failed", "error": "the phrase file has mistakes"})]
