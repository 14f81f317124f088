"""Numbers as people say them and as a recogniser writes them: the final, complete one counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.phone_numbers import Numbers, numbers_in
from transcription.spoken_numbers import rows_in

UNITS = ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")


def told(text: str) -> Numbers:
    words = text.split()
    return numbers_in(rows_in(words), words)


def callback(text: str) -> str | None:
    number = told(text).callback
    return number.digits if number else None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("bel nul zes drieënvijftig zeventien tachtig tweeënveertig", "0653178042"),
        ("nul zes een twee drie vier vijf zes zeven acht", "0612345678"),
        ("nul zes dubbel twee vier een zeven nul vijf drie", "0622417053"),
        ("zero six double two nineteen forty seven thirty", "0622194730"),
        ("oh six one seven four four eight two nine five", "0617448295"),
        ("zero six eleven eighty six fifty to forty seven", "0611865247"),
        ("nul zes acht en twintig een en veertig drie en zestig vijftig", "0628416350"),
        ("nul vier zeven acht achtenvijftig nul drie zes en zestig", "0478580366"),
        ("nul zes uh drieënvijftig en dan zeventien en dan nog tachtig tweeënveertig", "0653178042"),
        ("nul zes en dan momentje ik weet het nooit drieënvijftig zeventien tachtig tweeënveertig", "0653178042"),
        ("plus eenendertig zes drieënvijftig zevenentwintig negentien nul zes", "+31653271906"),
        ("mijn nul zes is eenenveertig negentig vijfendertig zevenentwintig", "0641903527"),
        ("bel 06 53 17 80 42 alstublieft", "0653178042"),
        ("nul veertien eenenveertig negentig vijfendertig", "014419035"),
    ],
)
def test_a_spoken_number_is_read_exactly(said: str, number: str) -> None:
    assert callback(said) == number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("nul zes twaalf eenenveertig nee veertien zevenentachtig dertig", "0612148730"),
        ("nul zes drieënvijftig zeventien tachtig tweeënveertig nee drieënveertig", "0653178043"),
        ("nul zes twaalf drie nee nul zes drieënvijftig zeventien tachtig tweeënveertig", "0653178042"),
        (
            "nul zes drieënvijftig zeventien tachtig tweeënveertig ik herhaal nul zes drieënvijftig zeventien tachtig tweeënveertig",
            "0653178042",
        ),
    ],
)
def test_a_number_that_is_corrected_is_the_final_one(said: str, number: str) -> None:
    assert callback(said) == number


@pytest.mark.parametrize("said", ["bel nul zes drieënvijftig zeventien", "we zijn met zestien man", "", "een ogenblik"])
def test_a_number_that_is_cut_off_is_none(said: str) -> None:
    assert callback(said) is None


@pytest.mark.parametrize(
    ("said", "customer", "number"),
    [
        (
            "klantnummer een twee nul nul zeven nul zes tien vijfenvijftig drieëntachtig tweeënnegentig",
            "12007",
            "0610558392",
        ),
        ("vier zes drie negen nul is ons klantnummer", "46390", None),
        ("klantcode zeven vier twee nul", "7420", None),
        ("customer number five five one seven two", "55172", None),
        ("klantnummer zes vijf een twee nul twee telefoons stil", "65120", None),
        ("mijn toestelnummer is drie een twee", None, None),
        ("test test een twee drie vier vijf", None, None),
    ],
)
def test_a_customer_number_is_no_number_to_call(said: str, customer: str | None, number: str | None) -> None:
    found = told(said)

    assert (found.customer_number.digits if found.customer_number else None) == customer
    assert callback(said) == number


@given(st.text("0123456789", min_size=8, max_size=8).filter(lambda digits: digits[0] != "0"))
def test_every_number_said_digit_by_digit_comes_back(rest: str) -> None:
    said = " ".join(UNITS[int(digit)] for digit in f"06{rest}")

    assert callback(f"u kunt mij bellen op {said} dank u") == f"06{rest}"
