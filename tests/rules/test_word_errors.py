"""How many words were heard wrong."""

import pytest

from transcription.word_errors import WordErrors, speakable, word_errors, words_of


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        ("alles ligt plat bij ons", WordErrors(5)),
        ("Alles ligt plat, bij ons!", WordErrors(5)),
        ("alles ligt plaat bij ons", WordErrors(5, replaced=1)),
        ("alles plat bij ons", WordErrors(5, left_out=1)),
        ("alles ligt nu plat bij ons", WordErrors(5, invented=1)),
        ("niets ligt plat", WordErrors(5, replaced=1, left_out=2)),
        ("", WordErrors(5, left_out=5)),
    ],
)
def test_words_are_replaced_left_out_or_invented(heard: str, errors: WordErrors) -> None:
    assert word_errors("alles ligt plat bij ons", heard) == errors


def test_the_rate_of_several_messages_is_that_of_all_their_words() -> None:
    together = word_errors("ja", "nee") + word_errors("alles ligt plat", "alles ligt plat")

    assert (together.wrong, together.said, together.rate) == (1, 4, 0.25)


@pytest.mark.parametrize(("heard", "rate"), [("", 0), ("mama mama", 1)])
def test_words_for_silence_are_all_wrong(heard: str, rate: float) -> None:
    assert word_errors("[stilte]", heard).rate == rate


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Bel 06 12.", "nl", "bel nul zes een twee"),
        ("It's room 7", "en", "it's room seven"),
        ("'t Is zo'n wifi-ding, [zucht] één keer", "nl", "'t is zo'n wifi ding een keer"),
    ],
)
def test_a_text_is_read_as_an_engine_would_write_it(text: str, language: str, words: str) -> None:
    assert " ".join(words_of(text, language)) == words


def test_what_is_read_aloud_keeps_its_pauses() -> None:
    assert speakable("Bel me, [zucht] 06. Dank u.") == "Bel me, nul zes . Dank u."
