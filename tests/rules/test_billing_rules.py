"""What work costs: units, rates, what is included, and why. R-010, R-019...R-022, R-052, R-058, R-062, R-086...R-093."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from sla.agreement import parse_agreement
from sla.billing import Activity, Charge, Work, WorkSession, billing_month, charge, join_sessions, may_log_time, units
from sla.terms import LEVEL_0, Scope

AGREEMENT = parse_agreement((files("sla.agreements") / "voip-4.10-2023-11.toml").read_text(encoding="utf-8"))
A = Activity


def clock(text: str) -> timedelta:
    minutes, seconds = text.split(":")
    return timedelta(minutes=int(minutes), seconds=int(seconds))


def price(activity: Activity, worked: str, level: str = "premium", used: int = 0, **work: object) -> Charge:
    return charge(Work(activity, clock(worked), **work), AGREEMENT.level(level), AGREEMENT, used)  # type: ignore[arg-type]


def session(begin: str, end: str, engineer: str = "Fenna Fictief", ticket: str = "T1") -> WorkSession:
    begins, ends = (datetime.fromisoformat(f"2026-03-02T{at}").replace(tzinfo=UTC) for at in (begin, end))
    return WorkSession(engineer, ticket, A.REMOTE_SUPPORT, begins, ends)


@pytest.mark.parametrize(
    ("worked", "expected"),
    [("0:00", 0), ("0:01", 1), ("0:06", 1), ("15:00", 1), ("15:01", 2), ("31:00", 3), ("60:00", 4), ("61:00", 5)],
)
def test_time_is_billed_in_quarters_rounded_up(worked, expected):
    """G12, R-087"""
    assert units(clock(worked)) == expected


def test_a_fraction_of_a_second_above_a_quarter_is_the_next_quarter():
    """R-087"""
    assert units(timedelta(minutes=15, microseconds=1)) == 2


def test_negative_time_is_refused():
    with pytest.raises(ValueError, match="is negative"):
        units(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="has no length"):
        session("09:00", "09:00")


@pytest.mark.parametrize(
    ("level", "amount"), [("premium", Decimal("55.00")), ("standard", Decimal("50.00")), (LEVEL_0, None)]
)
def test_work_on_site_costs_the_rate_of_the_level(level, amount):
    """R-010, R-021, R-022, R-036; A-03: no rate is never free."""
    found = price(A.ON_SITE_SUPPORT, "16:00", level)

    assert found.charged_units == 2
    assert found.amount == amount
    assert found.needs_approval


def test_a_rate_still_to_be_given_is_said():
    """A-03"""
    assert price(A.OTHER, "1:00", LEVEL_0).why[-1] == "1 x 15 min: tarief nog te bevestigen (A-03)"


def test_the_reason_is_shown_with_the_arithmetic():
    """R-021, R-069, R-087"""
    found = price(A.OTHER, "31:00")

    assert found.why == (
        "Werkzaamheden die de overeenkomst niet noemt. (R-069)",
        "31 min = 3 x 15 min, naar boven afgerond (R-087)",
        "3 x 15 min: € 110,00/uur = € 82,50 exclusief btw (R-021)",
    )


@pytest.mark.parametrize(
    "activity",
    [A.INCIDENT_MANAGEMENT, A.PROBLEM_MANAGEMENT, A.TECHNICAL_MANAGEMENT, A.REMOTE_SUPPORT, A.HOSTED_MANAGEMENT],
)
@pytest.mark.parametrize("level", ["premium", "standard"])
def test_what_is_included_costs_nothing(activity, level):
    """R-010, R-130"""
    found = price(activity, "90:00", level)

    assert (found.units, found.charged_units, found.amount) == (6, 0, Decimal("0.00"))
    assert not found.needs_approval


@pytest.mark.parametrize(
    ("activity", "level", "work", "rule"),
    [
        (A.VOICE_PROMPTS, "standard", {}, "R-020"),
        (A.ON_SITE_SUPPORT, "premium", {}, "R-010"),
        (A.TRAVEL, "premium", {}, "R-086"),
        (A.OTHER, "premium", {}, "R-069"),
        (A.REMOTE_SUPPORT, "premium", {"scope": Scope.NOT_COVERED}, "R-070"),
        (A.REMOTE_SUPPORT, "premium", {"scope": Scope.THIRD_PARTY}, "R-069"),
        (A.CONFIGURATION_CHANGE, "premium", {"scope": Scope.NOT_COVERED}, "R-070"),
        (A.CONFIGURATION_CHANGE, LEVEL_0, {}, "R-071"),
        (A.CALAMITY_SERVICE, LEVEL_0, {}, "R-052"),
        (A.CALAMITY_SERVICE, "premium", {"caused_by_customer": True}, "R-058"),
        (A.HOSTED_MANAGEMENT, "premium", {"injudicious": True}, "R-131"),
    ],
)
def test_what_is_not_included_is_charged_with_its_rule(activity, level, work, rule):
    """R-020, R-052, R-058, R-069, R-070, R-071, R-086, R-131"""
    found = price(activity, "10:00", level, **work)

    assert (found.charged_units, found.rule) == (1, rule)


@pytest.mark.parametrize(
    ("activity", "work"),
    [
        (A.VOICE_PROMPTS, {}),
        (A.CALAMITY_SERVICE, {}),
        (A.REMOTE_SUPPORT, {"scope": Scope.THIRD_PARTY, "is_intermediary_call": True}),
        (A.REMOTE_SUPPORT, {"scope": Scope.BEST_EFFORT}),
    ],
)
def test_premium_includes_it(activity, work):
    """R-017, R-020, R-081, A-22"""
    assert price(activity, "10:00", **work).charged_units == 0


@pytest.mark.parametrize(
    ("activity", "standard", "level_0"),
    [
        (A.INCIDENT_MANAGEMENT, 0, 1),
        (A.PROBLEM_MANAGEMENT, 0, 1),
        (A.TECHNICAL_MANAGEMENT, 0, 1),
        (A.REMOTE_SUPPORT, 0, 1),
        (A.VOICE_PROMPTS, 1, 1),
        (A.ON_SITE_SUPPORT, 1, 1),
    ],
)
def test_each_activity_is_one_of_its_own_with_its_place_in_the_table(activity, standard, level_0):
    """R-030, R-032, R-034, R-035, R-038, R-039: what the level does not include costs the level's own rate."""
    found = [price(activity, "10:00", level) for level in ("standard", LEVEL_0)]

    assert [one.charged_units for one in found] == [standard, level_0]
    assert found[0].amount == standard * Decimal("25.00")
    assert may_log_time(activity)
    assert not may_log_time(A.HOSTED_MANAGEMENT)


def test_a_call_costs_at_least_one_unit_and_no_travel_costs_nothing():
    """R-086, R-093"""
    assert price(A.CALAMITY_SERVICE, "0:00", LEVEL_0).charged_units == 1
    assert price(A.TRAVEL, "0:00").charged_units == 0


def test_approval_is_not_asked_when_the_provider_reads_it_so():
    """R-090, A-21"""
    own = AGREEMENT.with_settings({"billable_needs_approval": False, "amounts_exclude_vat": False})

    found = charge(Work(A.OTHER, clock("5:00")), own.level("premium"), own)

    assert not found.needs_approval
    assert "inclusief btw" in found.why[-1]


@pytest.mark.parametrize(("worked", "total", "charged"), [("0:00", 1, 0), ("15:00", 1, 0), ("15:01", 2, 2)])
def test_a_change_of_more_than_15_minutes_is_charged_whole(worked, total, charged):
    """G13, R-019, R-062"""
    found = price(A.CONFIGURATION_CHANGE, worked)

    assert (found.units, found.charged_units) == (total, charged)


@pytest.mark.parametrize(("used", "charged"), [(0, 0), (3, 0), (4, 1), (9, 1)])
def test_the_fifth_change_of_ten_minutes_in_a_month_is_charged(used, charged):
    """G14, R-019, A-02"""
    assert price(A.CONFIGURATION_CHANGE, "10:00", used=used).charged_units == charged


@pytest.mark.parametrize(
    ("caps", "worked", "used", "charged"),
    [("each", "10:00", 9, 0), ("each", "16:00", 0, 2), ("month", "50:00", 2, 2), ("month", "16:00", 0, 0)],
)
def test_which_cap_counts_is_a_reading_of_the_provider(caps, worked, used, charged):
    """A-02"""
    own = AGREEMENT.with_settings({"change_caps_apply": caps})

    found = charge(Work(A.CONFIGURATION_CHANGE, clock(worked)), own.level("standard"), own, used)

    assert found.charged_units == charged


def test_a_change_counts_in_the_local_month():
    """A-02"""
    last_evening = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)

    assert billing_month(last_evening, ZoneInfo("Europe/Amsterdam")) == (2026, 4)


def test_a_short_gap_joins_two_sessions_and_a_longer_one_does_not():
    """A-20"""
    joined = join_sessions(
        [session("09:10", "09:20"), session("09:00", "09:06"), session("09:25", "09:30")], timedelta(minutes=5)
    )

    assert joined == (session("09:00", "09:20"), session("09:25", "09:30"))


def test_overlapping_time_counts_once_and_engineers_and_tickets_stay_apart():
    """A-20"""
    sessions = [
        session("09:00", "10:00"),
        session("09:30", "09:40"),
        session("09:00", "09:10", engineer="Bas Bedacht"),
        session("09:05", "09:10", ticket="T2"),
    ]

    joined = join_sessions(sessions, timedelta(minutes=5))

    assert [s.worked for s in joined] == [timedelta(hours=1), timedelta(minutes=10), timedelta(minutes=5)]


def test_no_hours_are_logged_for_hosted_management_unless_the_customer_caused_it():
    """R-130, R-131, A-23"""
    assert not may_log_time(A.HOSTED_MANAGEMENT)
    assert may_log_time(A.HOSTED_MANAGEMENT, injudicious=True)
    assert may_log_time(A.INCIDENT_MANAGEMENT)
