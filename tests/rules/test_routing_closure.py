"""Holidays and closures: the caller hears until when the desk is closed."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from ari_app.config import read_agreement
from routing.closure import Language, closure_sentence
from sla.agreed_hours import agreed_hours
from sla.calendar import Calendar
from sla.hours import Hours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHRISTMAS = (date(2026, 12, 25),)
SHORT_DAYS = {"2026-12-24": [["08:30", "12:00"], ["13:00", "15:00"]], "2026-12-31": [["10:00", "12:00"]]}
HOURS = agreed_hours(read_agreement("voip-4.10-2023-11"), CHRISTMAS, SHORT_DAYS).phone


def sentence(at: str, language: Language = "nl", hours: Hours = HOURS) -> str | None:
    return closure_sentence(hours, datetime.fromisoformat(at).replace(tzinfo=AMSTERDAM), language)


def test_on_a_holiday_the_caller_hears_when_the_desk_opens_again() -> None:
    heard = sentence("2026-12-25T10:00")

    assert heard == "Wij zijn vandaag gesloten. U kunt ons weer bellen op maandag 28 december vanaf 8 uur 30."


def test_in_english_as_well() -> None:
    heard = sentence("2026-12-25T10:00", "en")

    assert heard == "We are closed today. You can call us again on Monday 28 December from 08:30."


def test_in_the_pause_of_a_short_day_the_desk_opens_again_today() -> None:
    assert sentence("2026-12-24T12:30") == "Wij zijn nu gesloten. U kunt ons weer bellen vandaag vanaf 13 uur."
    assert sentence("2026-12-24T12:30", "en") == "We are closed now. You can call us again today from 13:00."


def test_after_a_short_day_the_holiday_and_the_weekend_are_passed_over() -> None:
    assert (
        sentence("2026-12-24T15:00")
        == "Wij zijn nu gesloten. U kunt ons weer bellen op maandag 28 december vanaf 8 uur 30."
    )


@pytest.mark.parametrize("at", ["2026-12-24T10:00", "2026-12-31T11:00", "2026-12-23T20:00", "2026-12-26T10:00"])
def test_an_open_desk_and_an_ordinary_evening_or_weekend_need_no_sentence(at: str) -> None:
    assert sentence(at) is None


def test_a_desk_that_never_opens_promises_nothing() -> None:
    never = Hours(Calendar(AMSTERDAM, ((),) * 7, frozenset(), {date(2026, 12, 24): ((8 * 3600, 9 * 3600),)}))

    assert sentence("2026-12-24T10:00", hours=never) is None
