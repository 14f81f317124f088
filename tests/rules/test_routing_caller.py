"""Who calls: one form for each way of writing a number, and no number where there is none."""

import pytest

from routing.caller import normal_form, spoken_form


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
