"""The list of phrases is data that the customer edits; a mistake in it is named."""

import pytest

from transcription.phrases import Phrases, parse_phrases
from transcription.reading import LANGUAGES, bundled_phrases


def phrases_with(*texts: str) -> Phrases:
    listed = ", ".join(f'"{text}"' for text in texts)
    return parse_phrases(f'language = "nl"\n[[group]]\nname = "g"\nweights = {{ cat1 = 1 }}\nphrases = [{listed}]\n')


def found(phrases: Phrases, text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[start:end]) for _, start, end in phrases.found_in(words)]


@pytest.mark.parametrize(
    ("phrase", "said", "expected"),
    [
        ("ligt plat", "alles ligt plat hier", ["ligt plat"]),
        ("ligt plat", "alles ligt helemaal plat", []),
        ("ligt .. plat", "alles ligt nu echt helemaal plat", ["ligt nu echt helemaal plat"]),
        ("ligt .. plat", "ligt een twee drie vier vijf plat", []),
        ("bel*", "wij bellen en belden", ["bellen", "belden"]),
        ("*balie", "bij de servicebalie", ["servicebalie"]),
        ("*alarm*", "het zorgalarmsysteem piept", ["zorgalarmsysteem"]),
        ("doet|werkt niet", "hij doet niet en zij werkt niet", ["doet niet", "werkt niet"]),
    ],
)
def test_a_phrase_is_found_as_it_is_written(phrase: str, said: str, expected: list[str]) -> None:
    assert found(phrases_with(phrase), said) == expected


def test_phrases_that_write_the_same_word_in_other_ways_are_all_found() -> None:
    phrases = phrases_with("bellen", "bel* niet", "*len niet meer", "*elle* .. uit")

    assert sorted(found(phrases, "bellen niet meer uit")) == [
        "bellen",
        "bellen niet",
        "bellen niet meer",
        "bellen niet meer uit",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bundled_lists_are_without_mistakes(language: str) -> None:
    assert bundled_phrases(language).language == language
    assert len(bundled_phrases(language).phrases) > 100


def test_a_language_without_a_list_is_named() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        bundled_phrases("fr")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("language = ", "no TOML"),
        ('language = "nl"', "no \\[\\[group\\]\\]"),
        ('[[group]]\nname = "g"\nweights = {}\nphrases = []', "language is missing"),
        ('language = "nl"\nspeed = 3\n[[group]]\nname = "g"\nweights = {}\nphrases = []', "unknown key 'speed'"),
        ('language = "nl"\n[[group]]\nname = "g"\nweights = { cat4 = 1 }\nphrases = []', "'cat4' is no category"),
        ('language = "nl"\n[[group]]\nname = "g"\nweights = { cat1 = "x" }\nphrases = []', "'x' is no number"),
        ('language = "nl"\n[[group]]\nweights = {}\nphrases = []', "name is missing"),
        ('language = "nl"\n[[group]]\nname = "g"\nweights = {}\nmark = "m"\nphrases = []', "mark 'm' is unknown"),
        ('language = "nl"\n[[group]]\nname = "g"\nweights = {}\nphrases = [".. plat"]', "begins or ends with"),
        ('language = "nl"\n[[group]]\nname = "g"\nweights = {}\nphrases = ["Plat"]', "has capitals"),
        ('language = "nl"\n[[group]]\nname = "g"\nweights = {}\nphrases = ["alle *"]', "would take any word"),
        ('language = "nl"\n[[group]]\nname = "g"\nweights = {}\nphrases = [""]', "is no phrase"),
    ],
)
def test_a_mistake_in_the_list_is_named(text: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        parse_phrases(text)


def test_all_mistakes_are_told_at_once() -> None:
    text = 'colour = 1\nlanguage = "nl"\n[[group]]\nname = "g"\nweights = { cat9 = 1 }\nphrases = ["Plat"]'

    with pytest.raises(ValueError, match="colour") as mistakes:
        parse_phrases(text)

    assert "cat9" in str(mistakes.value)
    assert "Plat" in str(mistakes.value)
