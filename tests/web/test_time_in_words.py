"""Time left and moments as a tired supervisor reads them. Hours of the real agreement."""

from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest

from ari_app.desk.views import DeadlineView
from ari_app.web import words
from ari_app.web.deadlines import due
from sla.agreed_hours import agreed_hours
from sla.agreement import parse_agreement
from sla.terms import ClockKind

TUESDAY_10_42 = datetime(2026, 11, 10, 9, 42, tzinfo=UTC)
HOURS = agreed_hours(
    parse_agreement((resources.files("sla") / "agreements" / "voip-4.10-2023-11.toml").read_text("utf-8"))
)


def clock(state: str, left: timedelta, target: timedelta = timedelta(hours=8)) -> DeadlineView:
    return DeadlineView(
        ClockKind.FIRST_RESPONSE, target.total_seconds(), None, state, left.total_seconds(), "R-013", ()
    )


@pytest.mark.parametrize(
    ("left", "text", "urgency"),
    [
        (timedelta(hours=4, minutes=18), "nog 4 u 18", ""),
        (timedelta(hours=2), "nog 2 u 00", "soon"),
        (timedelta(minutes=15), "nog 15 min", "soon"),
        (timedelta(seconds=20), "nog minder dan 1 min", "soon"),
        (-timedelta(seconds=20), "net te laat", "late"),
        (-timedelta(minutes=37), "37 min te laat", "late"),
        (-timedelta(hours=26), "26 u 00 te laat", "late"),
    ],
)
def test_time_left_is_said_in_words_never_with_a_minus(left, text, urgency):
    found = due(clock("running", left), TUESDAY_10_42, HOURS)

    assert (found.text, found.urgency) == (text, urgency)


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (datetime(2026, 11, 10, 6, 0, tzinfo=UTC), "staat stil tot 08:30"),
        (datetime(2026, 11, 10, 16, 30, tzinfo=UTC), "staat stil tot wo 08:30"),
        (datetime(2026, 11, 13, 20, 0, tzinfo=UTC), "staat stil tot ma 08:30"),
    ],
)
def test_outside_service_hours_a_clock_stands_still_and_says_until_when(now, text):
    """R-044"""
    assert due(clock("running", timedelta(hours=5)), now, HOURS).text == text


def test_a_clock_that_is_nearly_due_stays_amber_through_the_night():
    night = datetime(2026, 11, 10, 22, 0, tzinfo=UTC)

    found = due(clock("running", timedelta(minutes=10)), night, HOURS)

    assert (found.urgency, found.text) == ("soon", "staat stil tot wo 08:30, dan nog 10 min")


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("met", "gehaald"),
        ("paused", "wachttijd, staat stil"),
        ("not_started", "loopt nog niet"),
        ("none", "niet van toepassing"),
    ],
)
def test_a_clock_at_rest_says_why_it_does_not_run(state, text):
    found = due(clock(state, timedelta(0)), TUESDAY_10_42, HOURS)

    assert (found.text, found.urgency) == (text, "")


def test_a_ticket_without_promise_has_no_clock():
    assert due(None, TUESDAY_10_42, HOURS).text == "geen klok"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 11, 10, 14, 0, tzinfo=UTC), "15:00"),
        (datetime(2026, 11, 9, 15, 0, tzinfo=UTC), "ma 16:00"),
        (datetime(2026, 11, 3, 14, 0, tzinfo=UTC), "di 3 nov 15:00"),
        (datetime(2025, 7, 1, 14, 0, tzinfo=UTC), "di 1 jul 2025 16:00"),
        (datetime(2026, 11, 10, 23, 30, tzinfo=UTC), "wo 00:30"),
    ],
)
def test_moments_are_local_and_as_short_as_they_can_be(at, text):
    assert words.moment(at, TUESDAY_10_42) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("+31850004120", "085 000 4120"),
        ("+31612345678", "06 12345678"),
        ("+4930123456", "+49 30 123456"),
        (None, "nummer onbekend"),
        ("<b>", "<b>"),
    ],
)
def test_numbers_are_written_as_a_dutch_reader_writes_them(number, text):
    assert words.phone(number) == text
