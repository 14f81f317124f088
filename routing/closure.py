"""What a caller hears on a day that is closed, or closed at other times, by exception. Pure."""

from datetime import datetime
from typing import Literal

from sla.hours import Hours

Language = Literal["nl", "en"]

_DAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


def closure_sentence(phone: Hours, at: datetime, language: Language) -> str | None:
    """None when `at` is open, on a day with its ordinary hours, and when it is not known when the desk opens again."""
    calendar = phone.calendar
    today = at.astimezone(calendar.zone).date()
    windows = calendar.day(today)
    if windows == calendar.weekly[today.weekday()] or phone.is_open(at) or not calendar.opens_weekly:
        return None
    opens = phone.next_opening(at).astimezone(calendar.zone)
    is_today = opens.date() == today
    if language == "nl":
        when = "vandaag" if is_today else f"op {_date(opens, language)}"
        return (
            f"Wij zijn {'nu' if windows else 'vandaag'} gesloten. U kunt ons weer bellen {when} vanaf {_time(opens)}."
        )
    when = "today" if is_today else f"on {_date(opens, language)}"
    return f"We are closed {'now' if windows else 'today'}. You can call us again {when} from {opens:%H:%M}."


def _date(on: datetime, language: Language) -> str:
    return f"{_DAYS[language][on.weekday()]} {on.day} {_MONTHS[language][on.month - 1]}"


def _time(at: datetime) -> str:
    return f"{at.hour} uur {at.minute}" if at.minute else f"{at.hour} uur"
