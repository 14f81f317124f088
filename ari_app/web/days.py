"""Hours of the coming year: days that differ, holidays proposed and approved, and dates with hours of their own."""

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal
from urllib.parse import urlencode

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.days_shown import DayEffect
from ari_app.desk.opening_days import Holiday
from ari_app.desk.refusal import Refused
from ari_app.web.acting import acting
from ari_app.web.dutch import RefusedHere, sentence
from ari_app.web.forms import Form, day_of, form_of, text_of
from ari_app.web.languages import _
from ari_app.web.rendering import TEMPLATES
from ari_app.web.words import AMSTERDAM
from sla.calendar import clock_time

A_YEAR = 365
#: What people write, in both languages of the page.
_TIME = r"(\d{1,2}(?:[:.u][0-5]\d)?)"
_WINDOW = re.compile(rf"{_TIME}\s*(?:-|–|tot|to)\s*{_TIME}(?![\d:.])")
_MIDNIGHT = 24 * 60
_BETWEEN = re.compile(r"[\s,;]|\ben\b|\band\b")
_CLOSED = frozenset({"", "dicht", "closed"})


class DayPages:
    """`/days`; every form is one command of `desk.opening_days`."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/days", self.show, name="days"),
            web.post("/days/approve", self.approve, name="days-approve"),
            web.post("/days/revoke", self.revoke, name="days-revoke"),
            web.post("/days/override", self.override, name="days-override"),
            web.post("/days/try", self.attempt, name="days-effect"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request)

    async def approve(self, request: web.Request) -> web.Response:
        """The ticked dates of the proposal, or one date with a name."""
        form = await form_of(request)
        ticked = {value for value in form.getall("day", []) if isinstance(value, str)}
        try:
            named = [one for year in self._years() for one in await self._desk.opening_days.proposal(year)]
            chosen = [Holiday(one.day, one.name, one.source) for one in named if one.day.isoformat() in ticked]
            if text_of(form, "own_day"):
                chosen.append(Holiday(day_of(form, "own_day", _("de datum"), "A-08"), text_of(form, "name")))
            if not chosen:
                raise RefusedHere(_("Kan nadat een datum is aangevinkt of ingevuld"), "A-08")
            await self._desk.opening_days.approve(chosen, acting(request))
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/days#feestdagen")

    async def revoke(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        try:
            day = day_of(form, "day", _("de datum"), "A-08")
            await self._desk.opening_days.revoke(day, acting(request))
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/days")

    async def override(self, request: web.Request) -> web.Response:
        form, days = await form_of(request), self._desk.opening_days
        command = days.override_service if text_of(form, "of") == "service" else days.override
        try:
            day = day_of(form, "day", _("de datum"), "A-17")
            await command(day, _windows(form), text_of(form, "reason"), acting(request))
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), typed=form, status=409)
        raise web.HTTPSeeOther(f"/days?{urlencode({'kept': day.isoformat()})}")

    async def attempt(self, request: web.Request) -> web.Response:
        """What the form would change; it stays filled in."""
        form = await form_of(request)
        try:
            day = day_of(form, "day", _("de datum"), "A-17")
            kind: Literal["phone", "service"] = "service" if text_of(form, "of") == "service" else "phone"
            effect = await self._desk.opening_days.effect(day, _windows(form), kind)
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), typed=form, status=409)
        return await self._page(request, typed=form, effect=effect)

    async def _page(
        self,
        request: web.Request,
        *,
        refused: str = "",
        typed: Form | None = None,
        effect: DayEffect | None = None,
        status: int = 200,
    ) -> web.Response:
        today = self._today()
        days = await self._desk.opening_days.show(today, A_YEAR)
        context = {
            "page": "setting-up",
            "week": days[:7],
            "different": [one for one in days if one.why],
            "holidays": [(year, await self._desk.opening_days.proposal(year)) for year in self._years()],
            "today": today,
            "refused": refused,
            "typed": {name: text_of(typed or {}, name) for name in ("day", "of", "windows", "reason")},
            "effect": effect,
            "kept": next((one for one in days if one.day.isoformat() == request.query.get("kept")), None),
        }
        return request.app[TEMPLATES].page(request, "days.html", context, status=status)

    def _years(self) -> tuple[int, int]:
        today = self._today()
        return today.year, (today + timedelta(days=A_YEAR)).year

    def _today(self) -> date:
        return self._clock.now().astimezone(AMSTERDAM).date()


def _windows(form: Form) -> list[tuple[str, str]]:
    """ "08:30-12:00 13:00-15:00", also "8.30 tot 12"; an empty field, "dicht" or "closed": no hours. Raises Refused."""
    text = text_of(form, "windows")
    if text.casefold() in _CLOSED:
        return []
    found = sorted((_minutes(opens), _minutes(closes)) for opens, closes in _WINDOW.findall(text))
    if not found or _BETWEEN.sub("", _WINDOW.sub("", text)):
        raise RefusedHere(_("Kan nadat de tijden zijn ingevuld zoals 08:30-12:00 13:00-15:00, of dicht"), "A-17")
    for opens, closes in found:
        if closes > _MIDNIGHT:
            raise RefusedHere(_("Kan niet: een dag eindigt om 24:00"), "A-17")
        if opens >= closes:
            raise RefusedHere(
                _("Kan niet: %(window)s eindigt voor het begint. Na middernacht begint een nieuwe dag, met eigen tijden",
                  window=_in_words(opens, closes)),
                "A-17",
            )  # fmt: skip
    for (opens, closes), (next_opens, next_closes) in pairwise(found):
        if next_opens < closes:
            raise RefusedHere(
                _("Kan niet: %(first)s en %(second)s overlappen elkaar",
                  first=_in_words(opens, closes), second=_in_words(next_opens, next_closes)),
                "A-17",
            )  # fmt: skip
    return [(clock_time(opens * 60), clock_time(closes * 60)) for opens, closes in found]


def _minutes(written: str) -> int:
    """Since midnight: of "8", "8:30", "8.30" or "8u30"."""
    hour, _dot, minute = re.sub("[.u]", ":", written).partition(":")
    return int(hour) * 60 + int(minute or 0)


def _in_words(opens: int, closes: int) -> str:
    return f"{clock_time(opens * 60)}-{clock_time(closes * 60)}"
