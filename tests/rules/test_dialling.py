"""Which phones may be rung, and how often."""

import pytest

from routing.dialling import (
    HOUR,
    MINUTE,
    Approved,
    Budget,
    Limits,
    NotDialled,
    approved_endpoint,
    may_be_dialled,
    number_to_dial,
)

NL = frozenset({"NL"})
OURS = Approved("trunk", frozenset({"PJSIP/desk-1"}), NL)


@pytest.mark.parametrize("number", ["+31612345001", "+31201234567", "+31850004000", "+31880000000"])
def test_a_dutch_mobile_or_office_may_be_dialled(number: str) -> None:
    assert number_to_dial(number, NL) == number
    assert may_be_dialled(number, NL)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("0612345001", "geen nummer in de vorm"),
        ("112", "geen nummer in de vorm"),
        ("+31612345001@evil", "geen nummer in de vorm"),
        ("+31612345001&PJSIP/1900@trunk", "geen nummer in de vorm"),
        ("+31612345001\n", "geen nummer in de vorm"),
        ("+٣١٦١٢٣٤٥٠٠١", "geen nummer in de vorm"),
        ("", "geen nummer in de vorm"),
        ("+3161234500123456", "geen nummer in de vorm"),
        ("+999123456789", "geen enkel land"),
        ("+32470000000", "toegestaan: NL"),
        ("+881612345678", "toegestaan: NL"),
        ("+31900123456", "betaald, gratis of onbekend"),
        ("+3190012345", "betaald, gratis of onbekend"),
        ("+31800000000", "betaald, gratis of onbekend"),
        ("+31612", "geen nummer in de vorm"),
    ],
)
def test_a_number_that_is_no_plain_number_of_an_allowed_country_is_not_dialled(number: str, why: str) -> None:
    with pytest.raises(NotDialled, match=why):
        number_to_dial(number, NL)
    assert not may_be_dialled(number, NL)


def test_another_country_can_be_allowed() -> None:
    assert number_to_dial("+32470000000", frozenset({"NL", "BE"})) == "+32470000000"


def test_without_any_country_nothing_is_dialled() -> None:
    with pytest.raises(NotDialled, match="geen enkel land"):
        number_to_dial("+31612345001", frozenset())


def test_an_engineer_is_rung_behind_the_trunk_by_digits_only() -> None:
    assert approved_endpoint("PJSIP/31612345001@trunk", "+31612345001", OURS) == "PJSIP/31612345001@trunk"


@pytest.mark.parametrize("endpoint", ["PJSIP/31612345002@trunk", "PJSIP/31612345001@other", "Local/31612345001@x", ""])
def test_an_endpoint_that_does_not_belong_to_the_number_is_not_rung(endpoint: str) -> None:
    with pytest.raises(NotDialled, match="hoort niet bij"):
        approved_endpoint(endpoint, "+31612345001", OURS)


def test_a_desk_phone_is_rung_by_its_name() -> None:
    assert approved_endpoint("PJSIP/desk-1", "", OURS) == "PJSIP/desk-1"


@pytest.mark.parametrize("endpoint", ["PJSIP/desk-2", "PJSIP/desk-1&PJSIP/1900@trunk", "PJSIP/31612345001@trunk"])
def test_what_is_no_desk_phone_is_not_rung_as_one(endpoint: str) -> None:
    with pytest.raises(NotDialled, match="geen toestel van de servicedesk"):
        approved_endpoint(endpoint, "", OURS)


def test_a_call_rings_so_many_phones_and_no_more() -> None:
    budget = Budget(Limits(legs_per_call=2))
    budget.take("one", "a", 0.0, is_behind_trunk=False)
    budget.take("one", "b", 0.0, is_behind_trunk=True)

    with pytest.raises(NotDialled, match="al 2 keer een toestel"):
        budget.take("one", "c", 0.0, is_behind_trunk=False)

    budget.take("another", "d", 0.0, is_behind_trunk=False)


def test_a_call_that_is_over_is_forgotten() -> None:
    budget = Budget(Limits(legs_per_call=1))
    budget.take("one", "a", 0.0, is_behind_trunk=False)

    budget.forget("one")

    budget.take("one", "b", 0.0, is_behind_trunk=False)


def test_so_many_numbers_are_dialled_in_a_minute_and_no_more() -> None:
    budget = Budget(Limits(dials_per_minute=2))
    budget.take("one", "a", 0.0, is_behind_trunk=True)
    budget.take("two", "b", 30.0, is_behind_trunk=True)

    with pytest.raises(NotDialled, match="In een minuut is al 2 keer"):
        budget.take("three", "c", 59.0, is_behind_trunk=True)

    budget.take("three", "desk", 59.0, is_behind_trunk=False)
    budget.take("three", "c", MINUTE, is_behind_trunk=True)


def test_calls_out_last_so_many_minutes_in_an_hour_and_no_more() -> None:
    budget = Budget(Limits(minutes_per_hour=10))
    budget.take("one", "a", 0.0, is_behind_trunk=True)
    budget.ended("a", 6 * MINUTE)
    budget.take("two", "b", 6 * MINUTE, is_behind_trunk=True)

    with pytest.raises(NotDialled, match="In een uur is al 10 minuten"):
        budget.take("three", "c", 10 * MINUTE, is_behind_trunk=True)

    budget.ended("b", 10 * MINUTE)
    budget.take("three", "c", HOUR + 6 * MINUTE, is_behind_trunk=True)


def test_a_leg_that_was_never_counted_ends_without_harm() -> None:
    budget = Budget(Limits(minutes_per_hour=1))

    budget.ended("unknown", 100.0)

    budget.take("one", "a", 100.0, is_behind_trunk=True)
