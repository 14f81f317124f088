"""One sentence for each convention of the clock that the examples leave to the reader. R-043...R-049, R-060."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sla.calendar import parse_calendar
from sla.clock import (
    ClockEvent,
    Pause,
    Reading,
    Reopen,
    Resume,
    SetCalendar,
    SetTarget,
    Start,
    Stop,
    history,
    read_clock,
    target_since,
    worked_windows,
)
from sla.hours import Hours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SERVICE = Hours(parse_calendar({"tz": "Europe/Amsterdam", "weekly": {"mon-fri": [["08:30", "17:30"]]}})).epoch
ALWAYS = Hours(parse_calendar({"tz": "Europe/Amsterdam", "weekly": {"mon-sun": [["00:00", "24:00"]]}})).epoch
ONE_DAY = Hours(parse_calendar({"tz": "Europe/Amsterdam", "overrides": {"2026-03-02": [["08:30", "17:30"]]}})).epoch
HOUR = 3600


def at(text: str) -> int:
    """2 March 2026 is a Monday."""
    return int(datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=AMSTERDAM).timestamp())


def read(*events: ClockEvent, target: int | None = 4 * HOUR, as_of: str = "09T17:30") -> Reading:
    return read_clock(events, SERVICE, target, at(as_of))


def test_a_clock_that_never_started_shows_nothing():
    found = read(Pause(at("02T09:00"), "a"))

    assert found == Reading(None, None, 0, False, False, None)


def test_before_the_start_nothing_has_elapsed():
    found = read(Start(at("02T09:00")), as_of="01T09:00")

    assert (found.elapsed, found.due) == (0, at("02T13:00"))


def test_events_registered_late_come_out_the_same():
    events = (Start(at("02T09:00")), Pause(at("02T10:00"), "a"), Resume(at("02T11:00"), "a"), Stop(at("02T12:00")))

    assert read(*events) == read(*reversed(events))


def test_events_of_one_moment_keep_their_order():
    moment = at("02T10:00")

    paused = read(Start(at("02T09:00")), Resume(moment, "a"), Pause(moment, "a"))
    resumed = read(Start(at("02T09:00")), Pause(moment, "a"), Resume(moment, "a"))

    assert paused.due is None
    assert resumed.due == at("02T13:00")


def test_pausing_twice_is_pausing_once_and_an_unknown_reason_is_ignored():
    found = read(
        Start(at("02T09:00")),
        Pause(at("02T10:00"), "a"),
        Pause(at("02T10:30"), "a"),
        Resume(at("02T10:45"), "b"),
        Resume(at("02T11:00"), "a"),
    )

    assert found.due == at("02T14:00")


def test_waiting_that_was_over_before_the_start_takes_nothing_away():
    waited = [Pause(at("09T08:40"), "customer"), Resume(at("09T09:00"), "customer")]
    again = [Pause(at("09T11:00"), "customer"), Resume(at("09T12:00"), "customer")]

    assert read(*waited, Start(at("09T10:00")), *again, as_of="09T13:00").elapsed == 2 * HOUR


@pytest.mark.parametrize("judged_again", ["02T12:00", "02T10:00", "02T10:30", "02T11:00", "02T14:30"])
def test_a_target_may_change_before_between_in_or_after_two_waits(judged_again):
    waits = [Pause(at("02T10:00"), "a"), Resume(at("02T11:00"), "a"), Pause(at("02T14:00"), "a")]

    found = read(Start(at("02T09:00")), *waits, Resume(at("02T15:00"), "a"), SetTarget(at(judged_again), 5 * HOUR))

    assert (found.due, found.breached_at) == (at("02T16:00"), at("02T16:00:01"))


def test_a_pause_outlives_a_stop():
    found = read(Start(at("02T09:00")), Pause(at("02T10:00"), "a"), Stop(at("02T11:00")), Reopen(at("02T12:00")))

    assert found.due is None
    assert found.elapsed == HOUR


def test_a_target_that_runs_out_at_a_pause_is_kept_until_the_clock_goes_on():
    found = read(Start(at("02T09:00")), Pause(at("02T13:00"), "a"), Resume(at("02T15:00"), "a"))

    assert (found.due, found.met_until) == (at("02T13:00"), at("02T15:00"))
    assert found.breached_at == at("02T15:00:01")


def test_a_stop_before_the_start_holds_until_a_reopening():
    held = read(Stop(at("02T08:45")), Start(at("02T09:00")))
    reopened = read(Stop(at("02T08:45")), Start(at("02T09:00")), Reopen(at("02T10:00")))

    assert (held.elapsed, held.due) == (0, None)
    assert reopened.due == at("02T14:00")


def test_a_restart_begins_a_new_cycle_but_the_old_breach_stays_known():
    found = read(Start(at("02T09:00")), Stop(at("02T15:00")), Reopen(at("03T09:00"), restart=True), as_of="03T10:00")

    assert (found.elapsed, found.due) == (HOUR, at("03T13:00"))
    assert (found.breached, found.breached_ever, found.breached_at) == (False, True, at("02T13:00:01"))


def test_a_restart_of_a_clock_that_never_started_starts_nothing():
    assert read(Reopen(at("02T09:00"), restart=True)).due is None


def test_nothing_promised_is_due_at_the_start_even_outside_hours():
    found = read(Start(at("01T12:00")), target=0, as_of="02T08:30")

    assert (found.due, found.met_until, found.breached) == (at("01T12:00"), at("02T08:30"), False)
    assert read(Start(at("01T12:00")), target=0, as_of="02T08:31").breached


def test_no_target_is_never_due_and_never_broken():
    found = read(Start(at("02T09:00")), target=None)

    assert (found.due, found.met_until, found.breached, found.breached_ever) == (None, None, False, False)


def test_a_target_taken_away_leaves_the_breach_in_the_history():
    found = read(Start(at("02T09:00")), SetTarget(at("02T14:00"), None))

    assert (found.due, found.breached, found.breached_ever) == (None, False, True)


def test_a_target_lowered_below_the_elapsed_time_is_broken_at_that_moment():
    found = read(Start(at("02T09:00")), SetTarget(at("02T12:00"), 2 * HOUR), as_of="02T12:00")

    assert (found.due, found.breached_at) == (at("02T11:00"), at("02T12:00"))


def test_other_hours_count_from_now_on_or_for_the_whole_life():
    start = Start(at("01T12:00"))

    forward = read(start, SetCalendar(at("01T20:00"), ALWAYS, retroactive=False))
    retroactive = read(start, SetCalendar(at("01T20:00"), ALWAYS, retroactive=True))

    assert forward.due == at("02T00:00")
    assert retroactive.due == at("01T16:00")


def test_hours_that_count_for_the_whole_life_replace_every_earlier_change():
    found = read(
        Start(at("01T12:00")),
        SetCalendar(at("01T13:00"), ALWAYS, retroactive=False),
        SetCalendar(at("01T20:00"), SERVICE, retroactive=True),
    )

    assert found.due == at("02T12:30")


def test_hours_that_end_for_good_leave_a_target_unreached():
    found = read_clock([Start(at("02T09:00"))], ONE_DAY, 9 * HOUR, at("02T17:30"))

    assert (found.due, found.met_until, found.breached) == (None, None, False)


@pytest.mark.parametrize(
    ("until", "expected"),
    [("02T08:00", []), ("02T10:00", [("02T09:00", "02T10:00")]), ("03T12:00", [("02T09:00", "02T12:00")])],
)
def test_the_windows_worked_end_where_one_looks(until, expected):
    stretches = history([Start(at("02T09:00")), Stop(at("02T12:00"))], SERVICE, 4 * HOUR)

    assert worked_windows(stretches, at(until)) == [(at(a), at(b)) for a, b in expected]


def test_a_promise_counts_since_its_last_change_however_the_clock_waited():
    waits = [Pause(at("02T10:00"), "a"), Resume(at("02T11:00"), "a"), Pause(at("02T14:00"), "a")]
    told = history([Start(at("02T09:00")), *waits, SetTarget(at("02T12:00"), HOUR)], SERVICE, 4 * HOUR)
    restarted = history(
        [Start(at("02T09:00")), Stop(at("02T10:00")), Reopen(at("03T09:00"), restart=True)], SERVICE, 4 * HOUR
    )

    assert (target_since(told), target_since(restarted)) == (at("02T12:00"), at("03T09:00"))


def test_hours_of_one_day_are_nothing_before_it_and_open_on_it():
    assert ONE_DAY.between(at("01T08:00"), at("02T08:00")) == 0
    assert ONE_DAY.between(at("01T08:00"), at("02T09:00")) == HOUR // 2
    assert (ONE_DAY.is_open(at("02T08:29")), ONE_DAY.is_open(at("02T08:30"))) == (False, True)
