"""One phrase into a list or out of it: nothing else of what the customer wrote changes."""

import pytest

from transcription.phrase_edit import with_phrase, without_phrase
from transcription.phrases import parse_phrases

LIST = """# Van ons.
language = "nl"

[[group]]
name = "stuk"
weights = { cat1 = 1.0 }
phrases = [
    "doet .. niet", "kapot", # gaat mee
    "is ]dood[", # blijft staan
]

[[group]]
name = "alles"
weights = { cat3 = 2.0 }
phrases = ["alles ligt plat"]
"""


def phrases_of(text: str, group: str) -> list[str]:
    return [one.text for one in parse_phrases(text).phrases if one.group.name == group]


@pytest.mark.parametrize(
    ("phrase", "as_kept"),
    [
        ("  Hele   Centrale", "hele centrale"),
        ("café", "café"),
        ("a", "a"),
        ("c++ .. stuk", "c++ .. stuk"),
        ("x.*y", "x.*y"),
    ],
)
def test_a_phrase_is_added_in_the_form_in_which_words_are_heard(phrase: str, as_kept: str) -> None:
    changed = with_phrase(LIST, "alles", phrase)

    assert phrases_of(changed, "alles") == ["alles ligt plat", as_kept]
    assert phrases_of(changed, "stuk") == phrases_of(LIST, "stuk")


def test_a_phrase_leaves_with_the_remark_behind_it_and_all_other_remarks_stay() -> None:
    changed = without_phrase(with_phrase(LIST, "stuk", "rookt"), "stuk", "kapot")

    assert phrases_of(changed, "stuk") == ["doet .. niet", "is ]dood[", "rookt"]
    assert "# Van ons." in changed
    assert "# blijft staan" in changed
    assert "# gaat mee" not in changed


def test_what_is_added_and_taken_out_again_leaves_the_text_as_it_was() -> None:
    assert without_phrase(with_phrase(LIST, "stuk", "rookt"), "stuk", "rookt") == LIST


@pytest.mark.parametrize(
    ("group", "phrase", "why"),
    [
        ("alles", "alles ligt plat", "already"),
        ("niets", "rookt", "no group"),
        ("alles", "*", "letters beside the star"),
        ("alles", ".. rookt", "begins or ends"),
        ("alles", "brand!", "would never be found"),
        ("alles", "woord " * 13, "13 words"),
    ],
)
def test_a_phrase_that_would_do_nothing_is_refused(group: str, phrase: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        with_phrase(LIST, group, phrase)


def test_a_phrase_that_is_not_there_is_not_taken_out() -> None:
    with pytest.raises(ValueError, match="does not stand in"):
        without_phrase(LIST, "alles", "rookt")
