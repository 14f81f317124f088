"""What a message tells of who, how to reach and what: each with its words and its time in the sound (R-048, R-049)."""

import pytest

from transcription.assessment import assess
from transcription.reading import assess_text, ears
from transcription.transcript import Transcript, Word

REPORT = (
    "met fenna van bakkerij de testbol alle twintig collega's zitten sinds vanmorgen zonder telefoon dit is dringend "
    "bel nul zes twaalf vierendertig zesenvijftig achtenzeventig"
)


def heard(text: str, confidence: float = 0.9) -> Transcript:
    words = tuple(Word(word, i * 0.5, i * 0.5 + 0.4, confidence) for i, word in enumerate(text.split()))
    return Transcript(words, seconds=30.0, model="vosk-tiny-nl", language="nl")


def test_who_how_to_reach_how_many_and_since_when_are_found() -> None:
    said = assess_text(REPORT, "nl").extraction

    assert said.person is not None
    assert said.company is not None
    assert said.callback is not None
    assert said.people is not None
    assert said.since is not None
    assert said.person.text == "fenna"
    assert said.company.text == "bakkerij de testbol"
    assert said.callback.value == "0612345678"
    assert said.people.value == "20"
    assert said.since.text == "sinds vanmorgen"
    assert [spot.text for spot in said.urgency] == ["dringend"]
    assert "telefoon" in {spot.text for spot in said.things}


@pytest.mark.parametrize(
    "said", ["met transport zuid onze telefonie doet het niet", "hier is garage nepstra ons toestel is kapot"]
)
def test_a_kind_of_company_is_no_person(said: str) -> None:
    assert assess_text(said, "nl").extraction.person is None


@pytest.mark.parametrize("signs", ["???", "\ufffd", "-- 123"])
def test_signs_alone_name_no_company(signs: str) -> None:
    assert assess_text(signs, "nl").extraction.company is None


def test_what_was_said_stands_at_its_place_in_the_sound() -> None:
    callback = assess(heard(REPORT), ears("nl")).extraction.callback

    assert callback is not None
    assert REPORT.split()[callback.start_word] == "nul"
    assert (callback.start, callback.end) == (callback.start_word * 0.5, (callback.end_word - 1) * 0.5 + 0.4)


def test_a_number_that_was_heard_badly_is_less_sure() -> None:
    clear = assess(heard(REPORT), ears("nl")).extraction.callback
    mumbled = assess(heard(REPORT, confidence=0.4), ears("nl")).extraction.callback

    assert clear is not None
    assert mumbled is not None
    assert mumbled.confidence < clear.confidence / 2


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("mail naar sanne apenstaartje tandwiel punt nl alsjeblieft", "sanne@tandwiel.nl"),
        ("email me at claire at harbourview dot nl", "claire@harbourview.nl"),
        ("jan punt jansen apenstaartje voorbeeld punt com", "jan.jansen@voorbeeld.com"),
        ("naar info@voorbeeld.nl graag", "info@voorbeeld.nl"),
    ],
)
def test_a_spoken_mail_address_is_written_out(said: str, address: str) -> None:
    mail = assess_text(said, "nl").extraction.mail

    assert mail is not None
    assert mail.value == address


def test_words_that_are_no_address_are_none() -> None:
    assert assess_text("call me at nine and bring a dot matrix printer", "en").extraction.mail is None


def test_no_haste_is_no_urgency() -> None:
    assert assess_text("het heeft geen spoed", "nl").extraction.urgency == ()


def test_what_is_missing_of_a_report_is_named() -> None:
    nothing_said = assess_text("op de receptie doet de telefoon het niet klanten kunnen ons niet bereiken", "nl")

    assert nothing_said.missing == ("who", "how_to_reach")
    assert not nothing_said.complete
