"""Terms, notice, payment, buy-out, exclusion. R-004, R-057, R-064...R-068, R-071."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.agreement import parse_agreement
from sla.contract import (
    Contract,
    Term,
    add_months,
    buy_out,
    ends_on,
    last_notice_on,
    propose_exclusion,
    remaining_months,
    term_at,
    valid_at,
)
from sla.terms import LEVEL_0

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AGREEMENT = parse_agreement((files("sla.agreements") / "voip-4.10-2023-11.toml").read_text(encoding="utf-8"))
SETTINGS = AGREEMENT.settings
CONTRACT = Contract("premium", date(2026, 1, 1), 12, "MO-2025-001", "AV-2023-11", paid_until=date(2026, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("expires", "last_notice"),
    [
        (date(2026, 12, 31), date(2026, 9, 30)),
        (date(2027, 5, 31), date(2027, 2, 28)),
        (date(2028, 5, 31), date(2028, 2, 29)),
        (date(2027, 1, 15), date(2026, 10, 15)),
    ],
)
def test_the_last_day_of_notice_is_three_calendar_months_before(expires, last_notice):
    """G16, R-066"""
    assert last_notice_on(expires) == last_notice


def test_a_contract_renews_for_the_same_period_until_somebody_ends_it():
    """R-065"""
    assert term_at(CONTRACT, date(2026, 12, 31)) == Term(date(2026, 1, 1), date(2026, 12, 31))
    assert term_at(CONTRACT, date(2029, 6, 1)) == Term(date(2029, 1, 1), date(2029, 12, 31))
    assert term_at(CONTRACT, date(2026, 6, 1)).last_notice_on == date(2026, 9, 30)
    assert ends_on(CONTRACT) is None


def test_a_longer_renewal_counts_when_it_was_entered():
    """R-065"""
    longer = replace(CONTRACT, renewal_months=24)

    assert term_at(longer, date(2027, 1, 1)) == Term(date(2027, 1, 1), date(2028, 12, 31))


def test_a_term_that_begins_on_the_31st_comes_back_after_short_months():
    """R-065"""
    monthly = replace(CONTRACT, starts_on=date(2026, 1, 31), period_months=1)

    assert term_at(monthly, date(2026, 3, 5)) == Term(date(2026, 2, 28), date(2026, 3, 30))
    assert term_at(monthly, date(2026, 3, 31)) == Term(date(2026, 3, 31), date(2026, 4, 29))


@pytest.mark.parametrize(
    ("notice", "end"),
    [
        (date(2026, 9, 30), date(2026, 12, 31)),
        (date(2026, 10, 1), date(2027, 12, 31)),
        (date(2025, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_late_notice_ends_the_next_term(notice, end):
    """R-066"""
    assert ends_on(replace(CONTRACT, notice_on=notice)) == end


def test_the_end_of_the_framework_agreement_ends_the_contract_the_same_day():
    """R-004"""
    contract = replace(CONTRACT, framework_ends_on=date(2026, 6, 30), notice_on=date(2026, 3, 1))

    assert ends_on(contract) == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ({"framework_agreement": ""}, "R-004"),
        ({"general_terms": ""}, "R-004"),
        ({"period_months": 0}, "R-065"),
        ({"renewal_months": 6}, "R-065"),
    ],
)
def test_a_contract_that_can_not_exist_is_refused(change, mistake):
    """R-004, R-065"""
    with pytest.raises(ValueError, match=mistake):
        replace(CONTRACT, **change)


def test_before_its_first_day_a_contract_has_no_term():
    with pytest.raises(ValueError, match="2025-12-31 lies before the contract begins"):
        term_at(CONTRACT, date(2025, 12, 31))


@pytest.mark.parametrize(
    ("contract", "moment", "level", "is_valid", "is_unpaid"),
    [
        (None, "2026-03-02T10:00", LEVEL_0, False, False),
        (CONTRACT, "2025-12-31T23:59:59", LEVEL_0, False, False),
        (CONTRACT, "2026-01-01T00:00", "premium", True, False),
        (CONTRACT, "2026-12-31T23:59:59", "premium", True, False),
        (CONTRACT, "2027-01-01T00:00", "premium", True, True),
        (replace(CONTRACT, paid_until=None), "2026-03-02T10:00", "premium", True, True),
        (replace(CONTRACT, level=None), "2026-03-02T10:00", LEVEL_0, True, False),
        (replace(CONTRACT, level=" "), "2026-03-02T10:00", LEVEL_0, True, False),
        (replace(CONTRACT, level_0_from=date(2026, 3, 2)), "2026-03-01T23:59", "premium", True, False),
        (replace(CONTRACT, level_0_from=date(2026, 3, 2)), "2026-03-02T00:00", LEVEL_0, True, False),
        (replace(CONTRACT, notice_on=date(2026, 3, 2)), "2026-12-31T23:59:59", "premium", True, False),
        (replace(CONTRACT, notice_on=date(2026, 3, 2)), "2027-01-01T00:00", LEVEL_0, False, False),
    ],
)
def test_the_level_at_a_second(contract, moment, level, is_valid, is_unpaid):
    """R-064, R-065, R-066, R-071, A-14"""
    found = valid_at(contract, at(moment), AMSTERDAM, SETTINGS)

    assert (found.level, found.is_valid, found.is_unpaid) == (level, is_valid, is_unpaid)
    assert found.why.endswith(").")


def test_the_day_is_the_local_one():
    """R-064"""
    assert valid_at(CONTRACT, datetime(2025, 12, 31, 23, 0, tzinfo=UTC), AMSTERDAM, SETTINGS).is_valid


def test_an_unpaid_renewal_is_level_0_when_the_provider_reads_it_so():
    """A-14"""
    own = AGREEMENT.with_settings({"unpaid_renewal_is_valid": False}).settings

    found = valid_at(CONTRACT, at("2027-01-01T00:00"), AMSTERDAM, own)

    assert (found.level, found.is_valid) == (LEVEL_0, False)
    assert found.why.startswith("ONBETAALD")


@pytest.mark.parametrize(("users", "counted"), [(0, 3), (1, 3), (4, 3), (6, 3), (7, 4), (10, 5), (11, 6)])
def test_a_buy_out_counts_half_the_users_rounded_up_and_at_least_three(users, counted):
    """G15, R-067"""
    assert buy_out(users, None, date(2026, 9, 30), date(2026, 12, 31)).users == counted


def test_a_buy_out_is_a_proposal_with_its_arithmetic():
    """R-067, R-068, A-15"""
    proposal = buy_out(7, Decimal("12.50"), date(2026, 9, 15), date(2026, 12, 31))

    assert proposal.months == 4
    assert proposal.amount == Decimal("200.00")
    assert "CNE hoeft niet akkoord te gaan (R-068)" in proposal.why[-1]
    assert buy_out(7, None, date(2026, 9, 15), date(2026, 12, 31)).amount is None


def test_a_negative_number_of_users_is_refused():
    with pytest.raises(ValueError, match="-1 users for 4 months is impossible"):
        buy_out(-1, None, date(2026, 9, 15), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("on", "months"),
    [
        (date(2026, 12, 31), 0),
        (date(2027, 1, 1), 0),
        (date(2026, 12, 30), 1),
        (date(2026, 11, 30), 1),
        (date(2026, 11, 29), 2),
        (date(2026, 6, 30), 6),
    ],
)
def test_a_part_of_a_month_counts_as_a_month(on, months):
    """A-15"""
    assert remaining_months(on, date(2026, 12, 31)) == months


@pytest.mark.parametrize(
    ("on", "expires_on", "months"),
    [
        (date(2026, 2, 28), date(2026, 5, 31), 3),
        (date(2028, 2, 28), date(2028, 5, 31), 4),
        (date(2028, 2, 29), date(2028, 5, 31), 3),
        (date(2026, 4, 30), date(2026, 5, 31), 1),
        (date(2026, 1, 30), date(2026, 2, 27), 1),
        (date(2026, 1, 30), date(2026, 2, 28), 2),
        (date(2026, 3, 14), date(2027, 3, 14), 12),
        (date(2026, 3, 14), date(2027, 3, 15), 13),
    ],
)
def test_months_left_are_counted_from_first_day_to_first_day(on, expires_on, months):
    """A-15"""
    assert remaining_months(on, expires_on) == months


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(-40, 2000))
def test_months_left_are_the_fewest_that_reach_the_end(on, days):
    """A-15: written as a search."""
    expires_on = on + timedelta(days=days)
    begin, end = on + timedelta(days=1), expires_on + timedelta(days=1)

    assert remaining_months(on, expires_on) == next(n for n in range(100) if add_months(begin, n) >= end)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_on_its_eve_a_term_has_all_its_months_left(starts_on, months):
    """A-15, R-064"""
    expires_on = add_months(starts_on, months) - timedelta(days=1)

    assert remaining_months(starts_on - timedelta(days=1), expires_on) == months


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), -12, date(2025, 12, 31)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
    ],
)
def test_months_are_calendar_months(on, months, expected):
    assert add_months(on, months) == expected


def test_three_times_no_calamity_in_ninety_days_is_a_proposal_for_a_supervisor():
    """R-057, A-12"""
    now = at("2026-11-22T12:00")
    rulings = [now, now - timedelta(days=1), now - timedelta(days=89)]

    proposal = propose_exclusion(rulings, now, SETTINGS)

    assert proposal is not None
    assert proposal.count == 3
    assert proposal.until == date(2027, 5, 22)


@pytest.mark.parametrize("ago", [timedelta(days=90), timedelta(seconds=-1)])
def test_rulings_outside_the_ninety_days_do_not_count(ago):
    """A-12"""
    now = at("2026-11-22T12:00")

    assert propose_exclusion([now, now, now - ago], now, SETTINGS) is None
