"""What routing says at its edges: nobody known, numbers that are none."""

import pytest

from routing.caller import Caller, Pin, spoken_form, stranger


def test_a_caller_is_known_once_we_know_the_customer() -> None:
    assert Caller("+31201234567", customer_id=7).is_known
    assert not Caller("+31201234567").is_known


@pytest.mark.parametrize("written", ["desk-1", "x"])
def test_what_is_no_number_is_read_as_it_was_written(written: str) -> None:
    assert spoken_form(written) == written


def test_a_stranger_keeps_the_number_and_nothing_else() -> None:
    known = Caller("+31201234567", 7, "Transport De Testrit", "premium", True, pin=Pin.NOT_GIVEN)

    assert stranger(known, "Niet bewezen.") == Caller("+31201234567", why="Niet bewezen.", pin=Pin.NOT_GIVEN)
