"""The conventions of the batch that its fifteen examples leave open, each as one case by itself. R-043...R-049."""

from typing import Any

import pytest

from sla.batch import run_batch

CALENDARS: dict[str, Any] = {
    "svc": {
        "tz": "Europe/Amsterdam",
        "weekly": {"mon-fri": [["08:30", "17:30"]]},
        "holidays": ["2026-04-06", "2026-04-27"],
        "overrides": {"2026-04-27": [["10:00", "12:00"]], "2026-03-04": []},
    },
    "always": {"tz": "Europe/Amsterdam", "weekly": {"mon-sun": [["00:00", "24:00"]]}},
    "nights": {"tz": "Europe/Amsterdam", "weekly": {"fri": [["22:00", "24:00"]], "sat": [["00:00", "02:00"]]}},
    "new_york": {"tz": "America/New_York", "weekly": {"mon-fri": [["09:00", "17:00"]]}},
    "kathmandu": {"tz": "Asia/Kathmandu", "weekly": {"mon-fri": [["09:00", "12:00"], ["13:00", "17:00"]]}},
    "one_day": {"tz": "UTC", "weekly": {}, "overrides": {"2026-03-02": [["08:00", "10:00"]]}},
}
START = ("2026-03-02T09:00:00+01:00", "start")


def read(*events: tuple[Any, ...], calendar: str = "svc", hours: float | None = 4, **case: Any) -> dict[str, Any]:
    """Each event: at, type, and a reason or a mapping with the rest. 2 March 2026 is a Monday."""
    told = [{"at": at, "type": what, **_more(*more)} for at, what, *more in events]
    given = {"id": "X", "calendar": calendar, "target_hours": hours, "events": told, **case}
    [result] = run_batch({"calendars": CALENDARS, "cases": [given]})
    return result


def _more(given: Any = None) -> dict[str, Any]:
    return {"reason": given} if isinstance(given, str) else given or {}


def march(day_and_time: str) -> str:
    return f"2026-03-{day_and_time}:00+01:00"


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "due"),
    [
        # Both changes of the clock, service hours and around the clock.
        ("svc", "2026-03-27T16:30:00+01:00", 2, "2026-03-30T09:30:00+02:00"),
        ("svc", "2026-10-23T16:30:00+02:00", 2, "2026-10-26T09:30:00+01:00"),
        ("always", "2026-03-29T00:00:00+01:00", 24, "2026-03-30T01:00:00+02:00"),
        ("always", "2026-10-25T00:00:00+02:00", 24, "2026-10-25T23:00:00+01:00"),
        ("always", "2026-10-25T02:30:00+02:00", 1, "2026-10-25T02:30:00+01:00"),
        # Windows that meet at midnight are one night.
        ("nights", "2026-03-06T23:00:00+01:00", 2, "2026-03-07T01:00:00+01:00"),
        ("nights", "2026-03-06T22:00:00+01:00", 4, "2026-03-07T02:00:00+01:00"),
        ("nights", "2026-03-06T22:00:00+01:00", 4.5, "2026-03-13T22:30:00+01:00"),
        # An override beats the holiday, an empty one closes a working day.
        ("svc", "2026-04-24T17:00:00+02:00", 1, "2026-04-27T10:30:00+02:00"),
        ("svc", "2026-04-27T11:00:00+02:00", 2, "2026-04-28T09:30:00+02:00"),
        ("svc", "2026-04-03T17:00:00+02:00", 1, "2026-04-07T09:00:00+02:00"),
        ("svc", "2026-03-03T17:00:00+01:00", 1, "2026-03-05T09:00:00+01:00"),
        # Another zone: asked in ours, answered in its own.
        ("new_york", "2026-03-06T21:00:00+01:00", 4, "2026-03-09T11:00:00-04:00"),
        ("kathmandu", "2026-03-02T07:00:00Z", 5, "2026-03-03T10:00:00+05:45"),
        # Seconds, minutes, fractions of an hour, hundreds of days.
        ("svc", "2026-03-02T09:00:30+01:00", 4, "2026-03-02T13:00:30+01:00"),
        ("svc", "2026-03-02T09:00+01:00", 0.25, "2026-03-02T09:15:00+01:00"),
        ("svc", "2026-03-02T09:00:00.900+01:00", 1, "2026-03-02T10:00:00+01:00"),
        ("always", "2026-01-01T00:00:00+01:00", 24 * 365 * 30, "2055-12-25T00:00:00+01:00"),
        # Hours that end for good.
        ("one_day", "2026-03-02T08:00:00Z", 2, "2026-03-02T10:00:00+00:00"),
        ("one_day", "2026-03-02T08:00:00Z", 3, None),
    ],
)
def test_a_target_is_reached_in_the_time_of_its_calendar(calendar, start, hours, due):
    assert read((start, "start"), calendar=calendar, hours=hours)["due"] == due


def test_a_stop_that_comes_twice_holds_from_the_first():
    found = read(START, (march("02T10:00"), "stop"), (march("02T12:00"), "stop"))

    assert (found["elapsed_seconds"], found["due"]) == (3600, None)


def test_a_start_that_comes_twice_counts_from_the_first():
    assert read(START, (march("02T11:00"), "start"))["due"] == march("02T13:00")


def test_a_second_reopening_changes_nothing_when_the_clock_goes_on():
    goes_on = {"policy": "continue"}

    found = read(
        START,
        (march("02T10:00"), "stop"),
        (march("02T11:00"), "reopen", goes_on),
        (march("02T12:00"), "reopen", goes_on),
    )

    assert found["due"] == march("02T14:00")


def test_a_pause_that_outlives_the_stop_holds_after_the_reopening_until_it_ends():
    events = [
        START,
        (march("02T10:00"), "pause", "waiting"),
        (march("02T11:00"), "stop"),
        (march("02T12:00"), "reopen", {"policy": "continue"}),
    ]

    assert read(*events)["due"] is None
    assert read(*events, (march("02T13:00"), "resume", "waiting"))["due"] == march("02T16:00")


def test_two_reasons_of_one_moment_both_have_to_end():
    events = [START, (march("02T10:00"), "pause", "a"), (march("02T10:00"), "pause", "b")]

    half = read(*events, (march("02T11:00"), "resume", "b"))
    whole = read(*events, (march("02T11:00"), "resume", "b"), (march("02T12:00"), "resume", "a"))

    assert half["due"] is None
    assert whole["due"] == march("02T15:00")


def test_events_of_one_moment_keep_the_order_of_the_list():
    paused = read(START, (march("02T10:00"), "resume", "a"), (march("02T10:00"), "pause", "a"))
    running = read(START, (march("02T10:00"), "pause", "a"), (march("02T10:00"), "resume", "a"))

    assert (paused["due"], running["due"]) == (None, march("02T13:00"))


def test_a_target_taken_away_and_given_back_measures_all_elapsed_time():
    events = [START, (march("02T10:00"), "set_target", {"hours": None})]

    none = read(*events, as_of=march("02T16:00"))
    back = read(*events, (march("02T12:00"), "set_target", {"hours": 2}), as_of=march("02T12:00"))

    assert (none["due"], none["breached"], none["breached_ever"]) == (None, False, False)
    assert (back["due"], back["elapsed_seconds"]) == (march("02T11:00"), 3 * 3600)
    assert (back["breached"], back["breached_ever"]) == (True, True)


def test_a_calendar_that_changes_while_paused_counts_from_the_end_of_the_pause():
    """The pause ends on Saturday, when the new hours run and the old ones would not."""
    changed = {"calendar": "always"}
    events = [(march("06T17:00"), "start"), (march("06T17:15"), "pause", "a"), (march("07T10:00"), "resume", "a")]

    forward = read(*events, (march("06T20:00"), "set_calendar", {**changed, "mode": "forward"}), hours=1)
    retroactive = read(*events, (march("07T12:00"), "set_calendar", {**changed, "mode": "retroactive"}), hours=1)

    assert forward["due"] == retroactive["due"] == march("07T10:45")


def test_a_calendar_that_counts_for_the_whole_life_recounts_the_past():
    found = read(
        (march("02T18:00"), "start"),
        (march("02T20:00"), "set_calendar", {"calendar": "always", "mode": "retroactive"}),
        hours=3,
        as_of=march("02T20:00"),
    )

    assert (found["elapsed_seconds"], found["due"]) == (7200, march("02T21:00"))


def test_a_new_cycle_begins_at_zero_and_remembers_the_old_breach():
    found = read(
        START,
        (march("02T14:00"), "stop"),
        (march("03T09:00"), "reopen", {"policy": "restart"}),
        as_of=march("03T10:00"),
    )

    assert (found["elapsed_seconds"], found["due"]) == (3600, march("03T13:00"))
    assert (found["breached"], found["breached_ever"]) == (False, True)


def test_two_cycles_that_each_keep_the_target_break_nothing():
    found = read(
        START,
        (march("02T12:00"), "stop"),
        (march("03T09:00"), "reopen", {"policy": "restart"}),
        as_of=march("03T12:00"),
    )

    assert (found["elapsed_seconds"], found["breached"], found["breached_ever"]) == (3 * 3600, False, False)


def test_a_target_of_one_second_is_one_second():
    assert read(START, hours=1 / 3600, target_seconds=1)["due"] == "2026-03-02T09:00:01+01:00"


@pytest.mark.parametrize(
    ("as_of", "elapsed", "breached", "ever"),
    [
        ("01T09:00", 0, False, False),
        ("02T09:00", 0, False, False),
        ("02T10:30", 5400, False, False),
        ("02T13:00", 4 * 3600, False, False),
        ("02T13:01", 4 * 3600 + 60, True, True),
        ("03T07:00", 8 * 3600 + 1800, True, True),
    ],
)
def test_a_clock_is_read_at_the_moment_that_is_asked(as_of, elapsed, breached, ever):
    found = read(START, as_of=march(as_of))

    assert (found["elapsed_seconds"], found["breached"], found["breached_ever"]) == (elapsed, breached, ever)
    assert found["due"] == march("02T13:00")


def test_nothing_promised_is_due_at_the_start_and_broken_with_the_first_service_second():
    found = read((march("01T12:00"), "start"), hours=0, as_of=march("02T08:30"))

    assert (found["due"], found["met_until"], found["breached"]) == (march("01T12:00"), march("02T08:30"), False)


def test_a_target_that_ends_at_closing_time_is_kept_until_the_next_opening():
    """Wednesday is closed by an override, so that Tuesday's closing lasts until Thursday."""
    found = read((march("03T08:30"), "start"), (march("04T12:00"), "stop"), hours=9)

    assert (found["due"], found["met_until"]) == (march("03T17:30"), None)
    assert (found["elapsed_seconds"], found["breached"]) == (9 * 3600, False)
    assert read((march("03T08:30"), "start"), hours=9)["met_until"] == march("05T08:30")


@pytest.mark.parametrize(("hours", "seconds", "agrees"), [(1, 3601, True), (1, 3602, False), (0.3333, 1200, True)])
def test_hours_and_seconds_of_one_target_agree_within_a_second(hours, seconds, agrees):
    given = {"target_seconds": seconds, "hours": hours}

    if agrees:
        assert read((march("02T09:00"), "start"), **given)["due"] is not None
        return
    with pytest.raises(ValueError, match="it contradicts target_hours"):
        read((march("02T09:00"), "start"), **given)


def test_a_policy_of_the_case_counts_when_the_event_has_none_of_its_own():
    events = [START, (march("02T10:00"), "stop"), (march("03T09:00"), "reopen")]

    found = read(*events, policy="category_change=retroactive, reopen=restart")

    assert found["due"] == march("03T13:00")


def test_a_local_time_without_an_offset_names_no_instant():
    with pytest.raises(
        ValueError, match=r"case X: events\[0\].at is '2026-03-02T09:00': give an instant with its offset"
    ):
        read(("2026-03-02T09:00", "start"))
