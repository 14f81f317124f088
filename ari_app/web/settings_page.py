"""What the running line is set to: `/settings`. Nothing is changed here: it says which file or page does."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from aiohttp import web

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.days_shown import DayView
from ari_app.desk.settings_shown import after_restart, read_shown
from ari_app.web.days import A_YEAR
from ari_app.web.languages import mark, translated
from ari_app.web.rendering import TEMPLATES
from ari_app.web.settings_words import PARTS, READINGS, SOURCES, VALUES
from ari_app.web.words import AMSTERDAM
from sla.agreement import Agreement
from sla.calendar import clock_time
from sla.settings import REQUIRED

#: Of the days that a restart would give other hours: enough to see the week, and a holiday near.
DAYS_SHOWN = 14
_DAYS = tuple(map(mark, ("ma", "di", "wo", "do", "vr", "za", "zo")))


@dataclass(frozen=True, slots=True)
class Reading:
    """One doubt of the text and how this line reads it. `value` "" = nobody gave it yet; `is_own`: not as the agreement
    ships; `after_restart` None: a restart changes nothing."""

    name: str
    rule: str
    lines: str
    text: str
    value: str
    is_own: bool
    after_restart: str | None = None


class SettingsPage:
    """`running`: what the line was started with."""

    def __init__(self, desk: Desk, clock: Clock, running: Settings) -> None:
        self._desk = desk
        self._clock = clock
        self._running = running

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/settings", self.show, name="settings")]

    async def show(self, request: web.Request) -> web.Response:
        today = self._clock.now().astimezone(AMSTERDAM).date()
        agreement, shown = self._running.agreement(), read_shown(self._running)
        next_time, _ = after_restart(self._running)
        days = await self._desk.opening_days.show(today, A_YEAR)
        is_same = next_time == self._running
        then = days if is_same else await self._desk.opening_days.show(today, A_YEAR, next_time)
        context = {
            "page": "setting-up",
            "file": self._running.home / "meldlijn.toml",
            "agreement": agreement,
            "readings": readings(agreement, self._running.agreement_settings, next_time.agreement()),
            "missing": agreement.settings.missing,
            "week": days[:7],
            "different": [one for one in days if one.why],
            "other_hours": [day for now, day in zip(days, then, strict=True) if hours_of(now) != hours_of(day)],
            "most_shown": DAYS_SHOWN,
            "until": today + timedelta(days=A_YEAR),
            "parts": [(PARTS.get(part, part), some) for part, some in shown.parts().items()],
            "changed": [one for one in shown.settings if one.after_restart is not None],
            "mistake": shown.mistake,
            "sources_nl": SOURCES,
        }
        return request.app[TEMPLATES].page(request, "settings.html", context)


def hours_of(day: DayView) -> tuple[object, ...]:
    return day.service, day.calamity, day.phone


def readings(agreement: Agreement, own: dict[str, Any], then: Agreement | None = None) -> list[Reading]:
    """In the order of the agreement's data file; `then`: as after a restart."""
    return [
        Reading(
            name=field.name,
            rule=agreement.sources[field.name].rule,
            lines=agreement.sources[field.name].lines,
            text=READINGS[field.name],
            value=_value(getattr(agreement.settings, field.name)),
            is_own=field.name in own and own[field.name] != REQUIRED,
            after_restart=_changed(getattr(agreement.settings, field.name), getattr(then.settings, field.name))
            if then
            else None,
        )
        for field in fields(agreement.settings)
    ]


def _changed(now: Any, then: Any) -> str | None:
    return None if now == then else _value(then)


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return _weekly(value)
    return VALUES.get(str(value), str(value))


def _weekly(week: tuple[tuple[tuple[int, int], ...], ...]) -> str:
    """ "ma 08:30-17:30, di 08:30-17:30"; days without windows are left out."""
    shown = (
        f"{translated(_DAYS[number])} {' '.join(f'{clock_time(begin)}-{clock_time(end)}' for begin, end in windows)}"
        for number, windows in enumerate(week)
        if windows
    )
    return ", ".join(shown)
