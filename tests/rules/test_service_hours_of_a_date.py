"""Service hours that a person gave one date, against a slow reading that walks minute by minute. R-044, R-075b, A-08, A-17."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ari_app.config import read_agreement
from sla.agreed_hours import AgreedHours, OwnHours, agreed_hours
from sla.calendar import DAY_SECONDS, DayWindow, clock_time, joined
from sla.plan import Deadline, plan
from sla.terms import Category, ClockKind, Kind, Scope
from sla.ticket import EventType, TicketEvent, TicketFacts

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AGREEMENT = read_agreement("voip-4.10-2023-11")
CHRISTMAS_EVE = date(2026, 12, 24)
HALF_A_DAY = OwnHours(((30600, 43200),), "Kerstavond", "Fenna Fictief")
CLOSED = OwnHours((), "Inventarisatie", "Fenna Fictief")
DAYS = 12
#: First days of a walk: around both changes of the clock, and over Christmas.
BEGINS = [date(2026, 3, 24), date(2026, 10, 20), date(2026, 12, 21)]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def first_response(reported: str, hours: AgreedHours, answered: str | None = None) -> Deadline:
    """Of an incident of category I at Premium, eight hours, as it is judged at the report, or when it was answered."""
    at = local(reported)
    moments = [local(answered)] if answered else []
    events = tuple(TicketEvent(one, one, EventType.FIRST_RESPONSE) for one in moments)
    facts = TicketFacts(Kind.INCIDENT, "premium", Category.I, Scope.IN_SCOPE, at, AGREEMENT.version, events)
    found = plan(facts, AGREEMENT, hours, max([at, *moments])).deadline(ClockKind.FIRST_RESPONSE)
    assert found is not None
    return found


def with_own(own: dict[date, OwnHours]) -> AgreedHours:
    return agreed_hours(AGREEMENT, own_service=own)


def test_the_clock_stops_at_noon_when_service_ends_at_noon():
    """R-044"""
    hours = with_own({CHRISTMAS_EVE: HALF_A_DAY})

    assert first_response("2026-12-23T13:30", hours).due_at == local("2026-12-25T09:00")


def test_the_clock_runs_on_a_saturday_with_service_hours_of_its_own():
    """R-044"""
    saturday = OwnHours(((36000, 43200),), "Verhuizing van een klant", "Fenna Fictief")
    hours = with_own({date(2026, 12, 19): saturday})

    assert first_response("2026-12-18T10:30", hours).due_at == local("2026-12-19T11:00")


@pytest.mark.parametrize("closes", [True, False])
@pytest.mark.parametrize("stops", [True, False])
def test_service_hours_of_a_date_win_from_both_switches_of_a_holiday(stops: bool, closes: bool):
    """R-044, A-08"""
    chosen = {"holiday_stops_contract_clock": stops, "holiday_closes_desk": closes}
    hours = agreed_hours(AGREEMENT.with_settings(chosen), [CHRISTMAS_EVE], None, {CHRISTMAS_EVE: HALF_A_DAY})

    assert hours.service.windows(local("2026-12-24T00:00"), local("2026-12-25T00:00")) == [
        (local("2026-12-24T08:30"), local("2026-12-24T12:00"))
    ]
    assert hours.is_phone_time(local("2026-12-24T10:00")) is not closes


def test_phone_hours_and_service_hours_of_a_date_do_not_change_each_other():
    """R-075a, A-17"""
    hours = agreed_hours(AGREEMENT, (), {"2026-12-24": [["09:00", "10:00"]]}, {CHRISTMAS_EVE: HALF_A_DAY})

    assert hours.phone.calendar.day(CHRISTMAS_EVE) == ((32400, 36000),)
    assert hours.service.calendar.day(CHRISTMAS_EVE) == ((30600, 43200),)
    assert hours.own_hours_warning(CHRISTMAS_EVE) is None


def test_phones_that_are_answered_outside_the_service_hours_of_a_date_are_warned_about_until_it_is_over():
    """A-17, R-075b"""
    hours = with_own({CHRISTMAS_EVE: HALF_A_DAY, date(2026, 12, 31): HALF_A_DAY})

    assert hours.own_hours_warning(CHRISTMAS_EVE) == (
        "Telefoontijden vallen buiten de servicetijden op 24-12-2026, 31-12-2026: "
        "pas de tijden van die dag aan (A-17, R-075b)."
    )
    assert hours.own_hours_warning(CHRISTMAS_EVE) in hours.warnings_on(CHRISTMAS_EVE)
    assert "24-12-2026" not in str(hours.own_hours_warning(date(2026, 12, 25)))
    assert hours.own_hours_warning(date(2027, 1, 1)) is None


def test_calamity_hours_stay_beside_the_service_hours_of_a_date():
    """R-050, A-05: for the inner target, and for the clock where calamity hours count."""
    hours = with_own({CHRISTMAS_EVE: OwnHours(((28800, 43200),), "Kerstavond", "Fenna Fictief")})

    assert hours.calamity.calendar.day(CHRISTMAS_EVE) == ((27000, 30600),)
    assert hours.extended.calendar.day(CHRISTMAS_EVE) == ((27000, 43200),)


def test_a_clock_names_the_service_hours_that_it_ran_by_who_approved_them_and_why():
    """R-044"""
    found = first_response("2026-12-23T13:30", with_own({CHRISTMAS_EVE: HALF_A_DAY}))

    assert found.why[2:6] == (
        "wo 13:30-17:30 = 4 u",
        "do 08:30-12:00 = 3 u 30",
        "vr 08:30-09:00 = 30 min",
        "Andere servicetijden op do 24-12-2026: 08:30-12:00, Kerstavond; goedgekeurd door Fenna Fictief (R-044).",
    )


def test_a_clock_names_a_day_without_service_that_it_skipped():
    """R-044"""
    found = first_response("2026-12-23T13:30", with_own({CHRISTMAS_EVE: CLOSED}))

    assert "Geen servicetijd op do 24-12-2026: Inventarisatie; goedgekeurd door Fenna Fictief (R-044)." in found.why


def test_a_clock_names_the_day_that_moves_the_last_moment_that_keeps_the_promise():
    """R-045: due on Wednesday at closing time."""
    found = first_response("2026-12-23T09:30", with_own({CHRISTMAS_EVE: CLOSED}))

    assert (found.due_at, found.met_until) == (local("2026-12-23T17:30"), local("2026-12-25T08:30"))
    assert any("op do 24-12-2026" in line for line in found.why)


@pytest.mark.parametrize("reported", ["2026-12-21T09:30", "2026-12-28T09:30"])
def test_a_clock_is_silent_about_days_on_which_it_did_not_run(reported: str):
    """R-044"""
    found = first_response(reported, with_own({CHRISTMAS_EVE: HALF_A_DAY}))

    assert not any("24-12-2026" in line for line in found.why)


def test_a_clock_that_stopped_names_the_days_up_to_then():
    """R-044: answered on Wednesday, or on Thursday."""
    hours = with_own({CHRISTMAS_EVE: HALF_A_DAY})

    before = first_response("2026-12-23T09:30", hours, "2026-12-23T17:00")
    on_it = first_response("2026-12-23T13:30", hours, "2026-12-24T09:00")

    assert not any("24-12-2026" in line for line in before.why)
    assert any("servicetijden op do 24-12-2026" in line for line in on_it.why)


WINDOW = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(
    lambda pair: (min(pair) * 60, max(pair) * 60)
)  # edges in the hour that DST skips or has twice have sentences of their own in test_service_hours.py


def is_plain(window: DayWindow) -> bool:
    return window[0] < window[1] and not any(7200 <= edge <= 10800 for edge in window)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[date, AgreedHours, dict[date, OwnHours], frozenset[date], bool]:
    first = draw(st.sampled_from(BEGINS))
    on = st.integers(0, DAYS - 1).map(lambda number: first + timedelta(days=number))
    windows = st.lists(WINDOW.filter(is_plain), max_size=3).map(joined)
    own = draw(
        st.dictionaries(on, st.builds(OwnHours, windows, st.just("proef"), st.just("Fenna Fictief")), max_size=5)
    )
    holidays, stops = draw(st.frozensets(on, max_size=3)), draw(st.booleans())
    phone = draw(st.dictionaries(on, windows, max_size=2))
    spoken = {day.isoformat(): [tuple(map(clock_time, one)) for one in found] for day, found in phone.items()}
    agreement = AGREEMENT.with_settings(
        {"holiday_stops_contract_clock": stops, "holiday_closes_desk": draw(st.booleans())}
    )
    return first, agreed_hours(agreement, holidays, spoken, own), own, holidays, stops


def runs_at(at: datetime, own: dict[date, OwnHours], holidays: frozenset[date], stops: bool) -> bool:
    """What the wall clock and the decisions say of one minute, and nothing clever."""
    wall = at.astimezone(AMSTERDAM)
    second, day = wall.hour * 3600 + wall.minute * 60, wall.date()
    if day in own:
        return any(opens <= second < closes for opens, closes in own[day].windows)
    if day in holidays and stops:
        return False
    return day.weekday() < 5 and 30600 <= second < 63000


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(calendars(), st.integers(0, DAYS * 1440 - 1), st.integers(1, 1440))
def test_service_time_and_deadlines_agree_with_a_walk_minute_by_minute(calendar, start, budget):
    """R-042, R-044, R-045, A-08: over both changes of the clock, with holidays and phone hours of dates beside."""
    first, hours, own, holidays, stops = calendar
    begin = datetime(first.year, first.month, first.day, tzinfo=AMSTERDAM).astimezone(UTC) + timedelta(minutes=start)
    spent, due, at = 0, None, begin
    end = begin + timedelta(days=DAYS)
    while at < end:
        spent += runs_at(at, own, holidays, stops)
        at += timedelta(minutes=1)
        if spent == budget and due is None:
            due = at

    assert hours.service.between(begin, end) == timedelta(minutes=spent)
    found = hours.service.due(begin, timedelta(minutes=budget))
    assert found == due if due is not None else found > end


@settings(deadline=None, max_examples=60)
@given(calendars())
def test_hours_of_a_date_lie_within_that_date_and_the_inner_target_is_never_later(calendar):
    """R-044, A-05"""
    first, hours, own, *_ = calendar

    for day in own:
        assert all(0 <= opens < closes <= DAY_SECONDS for opens, closes in hours.service.calendar.day(day))
    begin = datetime(first.year, first.month, first.day, tzinfo=AMSTERDAM)
    assert hours.extended.due(begin, timedelta(hours=8)) <= hours.service.due(begin, timedelta(hours=8))
