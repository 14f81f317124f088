"""Who calls: one form for each way of writing a number, and no number where there is none."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.caller import normal_form, spoken_form
from routing.caller_id import CallerId, NoNumber, read_caller_id


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("0201234567", "+31201234567"),
        ("020 123 45 67", "+31201234567"),
        ("020-1234567", "+31201234567"),
        ("(020) 1234567", "+31201234567"),
        ("0031201234567", "+31201234567"),
        ("+31201234567", "+31201234567"),
        ("+31 (0)20 123 4567", "+31201234567"),
        ("31201234567", "+31201234567"),
        ("0612345678", "+31612345678"),
        ("31612345678", "+31612345678"),
        ("0201234567@127.0.0.2", "+31201234567"),
        ("sip:+31201234567@127.0.0.2", "+31201234567"),
        ("0850004120", "+31850004120"),
        ("+3225550123", "+3225550123"),
        ("003225550123", "+3225550123"),
        ("+4915550123456", "+4915550123456"),
        ("+31(0)20 123 4567", "+31201234567"),
        ("0031(0)201234567", "+31201234567"),
        ("201234567", "+31201234567"),
        ("310201234567", "+31201234567"),
        ("+0201234567", "+31201234567"),
        ("+0031201234567", "+31201234567"),
        ("000201234567", "+31201234567"),
        ("00201234567", "+31201234567"),
        ("00000031201234567", "+31201234567"),
        ("001131201234567", "+31201234567"),
        ("tel:+31-20-1234567;phone-context=nl", "+31201234567"),
        ('"Jansen, P." <sip:0201234567;user=phone@192.0.2.1>', "+31201234567"),
        ('"0612345678" <sip:0201234567@192.0.2.1>', "+31201234567"),
        ("%2B31201234567", "+31201234567"),
        ("SIPS:0201234567@192.0.2.1:5061", "+31201234567"),
        ("08001234", "+318001234"),
    ],
)
def test_a_number_has_one_form_however_it_is_written(raw: str, normal: str) -> None:
    assert normal_form(raw) == normal


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "   ",
        "anonymous",
        "Anonymous@anonymous.invalid",
        "restricted",
        "unknown",
        "112",
        "1233",
        "14020",
        "+",
        "12",
        "020123456789012345678",
        "0000000000",
        "'; DROP TABLE customer; --",
        "user1234567",
        "٠٢٠١٢٣٤٥٦٧",
    ],
)
def test_what_is_no_number_of_a_phone_is_anonymous(raw: str | None) -> None:
    assert normal_form(raw) is None


@pytest.mark.parametrize("normal", ["+31201234567", "+31612345678", "+3225550123"])
def test_the_normal_form_of_a_normal_form_is_itself(normal: str) -> None:
    assert normal_form(normal) == normal


@pytest.mark.parametrize(
    ("number", "spoken"),
    [("+31201234567", "020 123 4567"), ("+31612345678", "06 12345678"), (None, "anoniem"), ("", "anoniem")],
)
def test_people_read_a_number_as_they_write_it(number: str | None, spoken: str) -> None:
    assert spoken_form(number) == spoken


@pytest.mark.parametrize(
    ("raw", "fault", "words"),
    [
        ("", NoNumber.ANONYMOUS, "anoniem"),
        ("Anonymous", NoNumber.ANONYMOUS, "anoniem"),
        ("unavailable", NoNumber.ANONYMOUS, "anoniem"),
        ("Restricted", NoNumber.ANONYMOUS, "anoniem"),
        ('"Anoniem" <sip:anonymous@anonymous.invalid>', NoNumber.ANONYMOUS, "anoniem"),
        ("0201234567@anonymous.invalid", NoNumber.ANONYMOUS, "anoniem"),
        ("112", NoNumber.SHORT_CODE, "kort nummer"),
        ("+112", NoNumber.SHORT_CODE, "kort nummer"),
        ("14 020", NoNumber.SHORT_CODE, "kort nummer"),
        ("+", NoNumber.MALFORMED, "geen telefoonnummer"),
        ("0000000000", NoNumber.MALFORMED, "geen telefoonnummer"),
        ("020123456789012345678", NoNumber.MALFORMED, "geen telefoonnummer"),
    ],
)
def test_where_there_is_no_number_the_reason_has_a_name(raw: str, fault: NoNumber, words: str) -> None:
    found = read_caller_id(raw)

    assert found == CallerId(None, fault)
    assert words in found.why


def test_a_number_needs_no_reason() -> None:
    assert read_caller_id("0201234567").why == ""


def dutch_numbers() -> st.SearchStrategy[str]:
    """National significant numbers that were given out: Amsterdam, Den Haag, mobile, company numbers."""
    return st.from_regex(r"(20|70)[1-9][0-9]{6}|6[1-5][0-9]{7}|88[0-9]{7}", fullmatch=True).filter(
        lambda digits: phonenumbers.is_valid_number(phonenumbers.parse("+31" + digits))
    )


WRITTEN = (
    "0{}",
    "+31{}",
    "0031{}",
    "31{}",
    "+31(0){}",
    "0031 (0){}",
    "001131{}",
    "{}",
    "+0{}",
    "tel:+31{};x=1",
    '"A" <sip:0{}@h>',
)


@given(dutch_numbers(), st.sampled_from(WRITTEN), st.sampled_from(("", " ", "-", ".")))
def test_every_dutch_number_in_every_way_of_writing_is_one_number(digits: str, way: str, between: str) -> None:
    spread = f"{digits[:2]}{between}{digits[2:5]}{between}{digits[5:]}"

    assert normal_form(way.format(spread)) == f"+31{digits}"


@given(st.one_of(st.text(max_size=40), st.text(alphabet='+0123456789 ()-;@<>%"', max_size=40)))
def test_whatever_a_trunk_sends_is_a_number_in_e164_or_a_named_reason(raw: str) -> None:
    found = read_caller_id(raw)

    assert (found.number is None) == (found.fault is not None)
    assert found.number is None or re.fullmatch(r"\+[1-9][0-9]{6,14}", found.number)
    assert found.number is None or read_caller_id(found.number) == found
