"""What was heard is kept with its times, and comes back from the database as it went in."""

import json

import pytest

from transcription.transcript import Transcript, Word

HEARD = Transcript(
    words=(Word("alles", 0.3, 0.6, 0.9), Word("plat", 0.75, 1.2, 0.7)),
    seconds=4.5,
    model="vosk-model-small-nl-0.22",
    language="nl",
    alternatives=("alles plaat",),
)


def test_the_text_is_the_words_in_order_of_speaking() -> None:
    assert HEARD.text == "alles plat"


def test_the_confidence_is_the_mean_of_the_words() -> None:
    assert HEARD.confidence == pytest.approx(0.8)


def test_a_message_without_speech_has_no_text_and_no_confidence() -> None:
    silent = Transcript((), seconds=6.0, model="vosk-tiny-nl", language="nl")

    assert silent.text == ""
    assert silent.confidence == 0


def test_a_stored_transcript_comes_back_as_it_was() -> None:
    assert Transcript.from_dict(json.loads(json.dumps(HEARD.to_dict()))) == HEARD


def test_a_stored_transcript_that_lacks_a_field_is_refused_by_name() -> None:
    stored = HEARD.to_dict()
    del stored["seconds"]

    with pytest.raises(ValueError, match="'seconds'"):
        Transcript.from_dict(stored)


@pytest.mark.parametrize(("start", "end", "confidence"), [(2.0, 1.0, 0.5), (-1.0, 1.0, 0.5), (0.0, 1.0, 1.2)])
def test_a_word_that_can_not_be_is_refused(start: float, end: float, confidence: float) -> None:
    with pytest.raises(ValueError, match="plat"):
        Word("plat", start, end, confidence)
