"""When people are there: every edge of every window, both changes of the clock, holidays. R-016, R-044, R-050, R-075."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from sla.agreed_hours import AgreedHours, agreed_hours
from sla.agreement import parse_agreement
from sla.calendar import parse_calendar, parse_weekly
from sla.hours import Hours, epoch_seconds
from sla.opening import NeverDue

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AGREEMENT = parse_agreement((files("sla.agreements") / "voip-4.10-2023-11.toml").read_text(encoding="utf-8"))
PHONE = {"mon-fri": [["09:00", "12:00"], ["13:00", "17:00"]]}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def calendar(weekly: object, **more: object) -> Hours:
    return Hours(parse_calendar({"tz": "Europe/Amsterdam", "weekly": weekly, **more}))


@pytest.fixture(scope="module")
def hours() -> AgreedHours:
    return agreed_hours(AGREEMENT.with_settings({"phone_hours": PHONE}), [date(2026, 4, 6)])


WEEKDAYS = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]
WEEKEND = ["2026-03-07", "2026-03-08"]
EDGES = [
    *((day, at, window) for day in WEEKDAYS for at, window in [
        ("00:00", "closed"), ("07:29:59", "closed"), ("07:30", "calamity"), ("08:29:59", "calamity"),
        ("08:30", "service"), ("08:59:59", "service"), ("09:00", "phone"), ("11:59:59", "phone"),
        ("12:00", "service"), ("12:59:59", "service"), ("13:00", "phone"), ("16:59:59", "phone"),
        ("17:00", "service"), ("17:29:59", "service"), ("17:30", "closed"), ("23:59:59", "closed"),
    ]),
    *((day, at, window) for day in WEEKEND for at, window in [
        ("00:00", "closed"), ("07:30", "closed"), ("08:29:59", "closed"), ("08:30", "calamity"),
        ("11:59:59", "calamity"), ("12:00", "closed"), ("13:00", "closed"), ("17:00", "closed"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("day", "at", "window"), EDGES)
def test_each_edge_of_the_day_belongs_to_one_window(hours, day, at, window):
    """R-016, R-044, R-050, R-075a: half-open, the closing second is closed."""
    assert hours.window_at(local(f"{day}T{at}")) == window


def test_service_time_is_phone_time_or_not(hours):
    """R-044, R-075a"""
    assert hours.is_service_time(local("2026-03-02T12:30"))
    assert not hours.is_phone_time(local("2026-03-02T12:30"))
    assert hours.is_calamity_time(local("2026-03-07T09:00"))


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("2026-03-29T06:30", "2026-03-29T10:00"), ("2026-10-25T07:30", "2026-10-25T11:00")],
)
def test_the_calamity_window_of_a_sunday_on_which_the_clock_changes_is_three_and_a_half_hours(hours, opens, closes):
    """G11, R-050"""
    sunday = utc(opens[:10] + "T00:00")

    found = hours.calamity.windows(sunday, sunday + timedelta(hours=23))

    assert found == [(utc(opens), utc(closes))]


@pytest.mark.parametrize(
    ("start", "hours_promised", "due"),
    [
        ("2026-03-02T16:00", 8, "2026-03-03T15:00"),  # G1, R-045
        ("2026-03-06T16:30", 2, "2026-03-09T09:30"),  # G2
        ("2026-03-07T09:10", 2, "2026-03-09T10:30"),  # G3, A-05
        ("2026-03-09T07:45", 2, "2026-03-09T10:30"),  # G4
        ("2026-03-02T09:30", 8, "2026-03-02T17:30"),  # G5
        ("2026-03-02T17:30", 4, "2026-03-03T12:30"),  # G6
        ("2026-03-06T12:00", 16, "2026-03-10T10:00"),  # G7
        ("2026-03-27T16:30", 2, "2026-03-30T09:30"),  # G9
        ("2026-10-23T16:30", 2, "2026-10-26T09:30"),  # G10
    ],
)
def test_a_promise_runs_in_service_hours_only(hours, start, hours_promised, due):
    """R-042, R-044, R-045, A-24"""
    assert hours.service.due(local(start), timedelta(hours=hours_promised)) == local(due)


def test_deadlines_are_the_same_instants_in_utc_when_the_clock_changes(hours):
    """G9, G10"""
    assert hours.service.due(utc("2026-03-27T15:30"), timedelta(hours=2)) == utc("2026-03-30T07:30")
    assert hours.service.due(utc("2026-10-23T14:30"), timedelta(hours=2)) == utc("2026-10-26T08:30")


def test_a_deadline_at_closing_time_is_kept_until_the_next_opening(hours):
    """R-016, R-045"""
    start, budget = local("2026-03-06T09:30"), timedelta(hours=8)

    assert hours.service.due(start, budget) == local("2026-03-06T17:30")
    assert hours.service.met_until(start, budget) == local("2026-03-09T08:30")


def test_nothing_promised_is_due_at_once_and_kept_until_the_next_opening(hours):
    start = local("2026-03-07T10:00")

    assert hours.service.due(start, timedelta()) == start
    assert hours.service.met_until(start, timedelta()) == local("2026-03-09T08:30")
    assert hours.service.next_opening(start) == local("2026-03-09T08:30")
    assert hours.service.next_opening(local("2026-03-09T08:31")) == local("2026-03-09T08:31")


def test_the_week_of_the_clock_change_has_45_service_hours(hours):
    """R-044"""
    assert hours.service.between(local("2026-03-23T00:00"), local("2026-03-30T00:00")) == timedelta(hours=45)


def test_windows_are_cut_at_both_ends(hours):
    found = hours.service.windows(local("2026-03-02T17:00"), local("2026-03-03T09:00"))

    assert found == [
        (local("2026-03-02T17:00"), local("2026-03-02T17:30")),
        (local("2026-03-03T08:30"), local("2026-03-03T09:00")),
    ]
    assert hours.service.windows(local("2026-03-03T09:00"), local("2026-03-03T09:00")) == []


def test_a_holiday_closes_the_desk_but_the_contract_clock_runs(hours):
    """A-08: two switches; the text names no holidays."""
    easter_monday = local("2026-04-06T10:00")

    assert hours.window_at(easter_monday) == "service"
    assert hours.service.is_open(easter_monday)


def test_a_holiday_stops_the_contract_clock_when_the_provider_decides_so():
    """A-08"""
    own = AGREEMENT.with_settings({"holiday_stops_contract_clock": True, "holiday_closes_desk": False})
    hours = agreed_hours(own, [date(2026, 4, 6)])

    assert hours.service.due(local("2026-04-03T16:30"), timedelta(hours=2)) == local("2026-04-07T09:30")
    assert hours.window_at(local("2026-04-06T10:00")) == "phone"
    assert hours.extended.is_open(local("2026-04-06T08:00"))
    assert not hours.extended.is_open(local("2026-04-06T10:00"))


def test_the_calamity_service_is_open_on_holidays(hours):
    """R-050: the text names no exception."""
    assert hours.window_at(local("2026-04-06T08:00")) == "calamity"


def test_a_day_can_have_its_own_phone_hours():
    hours = agreed_hours(AGREEMENT, phone_overrides={"2026-12-24": [["08:30", "12:00"]]})

    assert hours.is_phone_time(local("2026-12-24T11:59"))
    assert not hours.is_phone_time(local("2026-12-24T12:00"))


def test_without_phone_hours_the_service_hours_count_and_everybody_can_see_it():
    """A-17, R-075a"""
    hours = agreed_hours(AGREEMENT)

    assert hours.is_phone_time(local("2026-03-02T08:30"))
    assert any("Telefoontijden zijn niet ingesteld" in line for line in hours.warnings)


def test_from_october_on_a_year_without_approved_holidays_is_warned_about():
    """A-08"""
    hours = agreed_hours(AGREEMENT.with_settings({"phone_hours": PHONE}), [date(2026, 4, 6)])

    assert hours.warnings_on(date(2026, 10, 2)) == ()
    assert hours.warnings_on(date(2026, 10, 3)) == (
        "Voor 2027 zijn geen feestdagen goedgekeurd: elke maandag tot en met vrijdag telt mee (A-08).",
    )


def test_one_approved_holiday_of_the_coming_year_ends_that_warning_and_no_other():
    """A-08, A-17"""
    hours = agreed_hours(AGREEMENT, [date(2027, 4, 27)])

    assert hours.warnings_on(date(2026, 11, 22)) == hours.warnings
    assert any("Telefoontijden zijn niet ingesteld" in line for line in hours.warnings)


def test_phone_hours_outside_the_service_hours_are_warned_about():
    """A-17, R-075b"""
    own = AGREEMENT.with_settings({"phone_hours": {"mon-fri": [["08:00", "17:30"]], "sat": [["10:00", "11:00"]]}})

    hours = agreed_hours(own, [date(2026, 12, 25)])

    assert hours.warnings == (
        "Telefoontijden vallen buiten de servicetijden op maandag, dinsdag, woensdag, donderdag, vrijdag, zaterdag: "
        "pas phone_hours aan (A-17, R-075b).",
    )


def test_all_set_gives_no_warnings(hours):
    assert hours.warnings == ()


def test_24x7_has_23_and_25_hours_on_the_days_the_clock_changes():
    """R-063"""
    always = calendar({"mon-sun": [["00:00", "24:00"]]})

    assert always.between(local("2026-03-29T00:00"), local("2026-03-30T00:00")) == timedelta(hours=23)
    assert always.between(local("2026-10-25T00:00"), local("2026-10-26T00:00")) == timedelta(hours=25)
    assert always.windows(utc("2025-12-31T00:00"), utc("2026-01-02T00:00")) == [
        (utc("2025-12-31T00:00"), utc("2026-01-02T00:00"))
    ]


def test_a_time_skipped_by_the_clock_moves_an_hour_later():
    night = calendar({"sun": [["02:30", "06:00"]]})

    assert night.windows(utc("2026-03-29T00:00"), utc("2026-03-29T12:00")) == [
        (utc("2026-03-29T01:30"), utc("2026-03-29T04:00"))
    ]


def test_a_window_that_vanishes_in_the_skipped_hour_is_left_out():
    assert calendar({"sun": [["02:30", "03:00"]]}).windows(utc("2026-03-29T00:00"), utc("2026-03-29T12:00")) == []


def test_a_time_that_comes_twice_is_the_first_one():
    night = calendar({"sun": [["02:30", "06:00"]]})

    assert night.windows(utc("2026-10-25T00:00"), utc("2026-10-25T12:00")) == [
        (utc("2026-10-25T00:30"), utc("2026-10-25T05:00"))
    ]


def test_a_window_that_moves_into_the_next_one_counts_once():
    night = calendar({"sun": [["02:00", "02:30"], ["03:00", "04:00"]]})

    assert night.between(utc("2026-03-29T00:00"), utc("2026-03-29T12:00")) == timedelta(hours=1)


def test_overlapping_windows_count_once():
    assert calendar({"mon": [["10:00", "12:00"], ["09:00", "11:00"], ["12:00:00", "12:30:30"]]}).between(
        local("2026-03-02T00:00"), local("2026-03-03T00:00")
    ) == timedelta(hours=3, minutes=30, seconds=30)


def test_an_exception_for_a_date_beats_weekday_and_holiday():
    weekly = {"mon-fri": [["08:30", "17:30"]]}
    hours = calendar(weekly, holidays=["2026-12-24", "2026-12-25"], overrides={"2026-12-24": [["08:30", "12:00"]]})

    assert hours.between(local("2026-12-24T00:00"), local("2026-12-26T00:00")) == timedelta(hours=3, minutes=30)


@pytest.mark.parametrize("year", [1971, 1999, 2019, 2035, 2199])
def test_any_year_can_be_asked_in_any_order(year):
    hours = calendar({"mon-sun": [["09:00", "10:00"]]})

    assert hours.between(local(f"{year}-06-01T00:00"), local(f"{year}-06-08T00:00")) == timedelta(hours=7)
    assert hours.between(local("2026-06-01T00:00"), local("2026-06-08T00:00")) == timedelta(hours=7)


def test_a_span_over_years_that_were_not_laid_yet_is_whole():
    hours = calendar({"mon-sun": [["00:00", "24:00"]]})

    assert hours.between(utc("2001-01-01T00:00"), utc("2051-01-01T00:00")) == utc("2051-01-01") - utc("2001-01-01")
    assert hours.windows(utc("2001-01-01T00:00"), utc("2051-01-01T00:00")) == [(utc("2001-01-01"), utc("2051-01-01"))]


def test_a_long_budget_lays_the_years_that_it_needs():
    hours = calendar({"mon": [["09:00", "10:00"]]})

    assert hours.due(local("2026-01-05T09:00"), timedelta(hours=1000)) == local("2045-02-27T10:00")
    assert hours.met_until(local("2026-01-05T09:00"), timedelta(hours=1000)) == local("2045-03-06T09:00")


@pytest.mark.parametrize("year", [1969, 2201, 9000])
def test_a_year_outside_the_line_is_refused_by_name(year):
    with pytest.raises(ValueError, match=f"the year {year} lies outside 1971-2200"):
        calendar({"mon": [["09:00", "10:00"]]}).is_open(utc(f"{year}-06-01T00:00"))


def test_an_instant_that_no_calendar_has_is_refused():
    with pytest.raises(ValueError, match="no usable instant"):
        calendar({}).epoch.is_open(10**15)


def test_hours_that_end_for_good_are_never_due():
    hours = calendar({}, overrides={"2026-03-02": [["09:00", "10:00"]], "2026-03-03": []})

    assert hours.due(local("2026-03-01T00:00"), timedelta(hours=1)) == local("2026-03-02T10:00")
    with pytest.raises(NeverDue, match="3601 open seconds after 2026-02-28T23:00:00"):
        hours.due(local("2026-03-01T00:00"), timedelta(seconds=3601))
    with pytest.raises(NeverDue, match="the opening times end in"):
        hours.next_opening(local("2026-03-02T10:00"))
    with pytest.raises(NeverDue):
        calendar({}).next_opening(local("2026-03-02T10:00"))


def test_hours_that_open_far_in_the_future_are_found():
    hours = calendar({}, overrides={"2080-03-04": [["09:00", "10:00"]]})

    assert hours.next_opening(local("2026-03-01T00:00")) == local("2080-03-04T09:00")


def test_impossible_questions_are_refused(hours):
    with pytest.raises(ValueError, match="budget of -1 seconds"):
        hours.service.due(utc("2026-03-02"), timedelta(seconds=-1))
    with pytest.raises(ValueError, match="budget of -1 seconds"):
        hours.service.met_until(utc("2026-03-02"), timedelta(seconds=-1))
    with pytest.raises(ValueError, match="the end lies before the begin"):
        hours.service.between(utc("2026-03-03"), utc("2026-03-02"))
    with pytest.raises(ValueError, match="has no time zone"):
        hours.service.is_open(datetime(2026, 3, 2))  # noqa: DTZ001 - the mistake under test


def test_fractions_of_a_second_are_dropped():
    assert epoch_seconds(utc("1971-01-01T00:00:01.999999")) == 365 * 86400 + 1


@pytest.mark.parametrize(
    ("weekly", "mistake"),
    [
        ([], "give weekdays with their windows"),
        ({"maandag": []}, "'maandag' is no weekday: use mon"),
        ({"fri-mon": []}, "'fri-mon' is no weekday"),
        ({"mon": "09:00-10:00"}, "is no list"),
        ({"mon": [["09:00"]]}, "is no window: write"),
        ({"mon": [["9:00", "10:00"]]}, "mon: '9:00' is no clock time"),
        ({"mon": [["09:00", "24:01"]]}, "'24:01' is no clock time"),
        ({"mon": [[9, 10]]}, "9 is no clock time"),
        ({"mon": [["22:00", "06:00"]]}, "closes before it opens: split it at midnight"),
        ({"mon": [["09:00", "09:00"]]}, "closes before it opens"),
        ({"mon": [], "mon-tue": []}, "mon is given twice"),
    ],
)
def test_a_weekly_table_with_a_mistake_is_refused(weekly, mistake):
    with pytest.raises(ValueError, match=mistake):
        parse_weekly(weekly)


def test_all_mistakes_of_a_calendar_are_named_at_once():
    spec = {"tz": 5, "weekly": {"x": []}, "holidays": ["31-12-2026"], "overrides": []}

    with pytest.raises(
        ValueError, match=r"time zone 5 is unknown.*'x' is no weekday.*'31-12-2026' is no date.*overrides"
    ):
        parse_calendar(spec)


def test_a_calendar_can_take_its_zone_from_outside():
    assert parse_calendar({"holidays": [date(2026, 1, 1)]}, "Europe/Amsterdam").zone == AMSTERDAM
