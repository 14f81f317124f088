"""The rota: the week on a time axis, overrides, swaps, and the calendars to subscribe to."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.actor import DECIDING, Actor
from ari_app.desk.refusal import Refused
from ari_app.desk.rota_reading import RULE
from ari_app.desk.rota_swaps import Period
from ari_app.store.rota_tables import LinkPurpose, SwapState
from ari_app.store.tables import Role
from ari_app.web.accounts import VISITOR
from ari_app.web.dutch import RefusedHere, sentence
from ari_app.web.forms import form_of, in_reach
from ari_app.web.languages import _
from ari_app.web.rendering import TEMPLATES
from ari_app.web.rota_grid import grid
from ari_app.web.words import AMSTERDAM
from routing.rota import Duty

#: What `secrets.token_urlsafe` gives.
TOKEN = r"[A-Za-z0-9_-]{20,100}"
NUMBER = r"[0-9]{1,12}"
CALENDAR_AHEAD = timedelta(days=180)
SWAPS_SHOWN = 20
_A_WEEK = timedelta(days=7)
_NO_FORM: Mapping[str, str] = {"engineer": "", "position": "1", "from": "", "until": "", "why": ""}


class RotaPages:
    """`GET /rota`, its forms, and `GET /rota/{token}.ics`."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/rota", self.show, name="rota"),
            web.post("/rota/override", self.override, name="rota-override"),
            web.post(f"/rota/override/{{override:{NUMBER}}}/remove", self.remove, name="rota-override-remove"),
            web.post("/rota/swap", self.ask_swap, name="rota-swap"),
            web.post(f"/rota/swap/{{swap:{NUMBER}}}", self.answer_swap, name="rota-swap-answer"),
            web.post("/rota/link", self.make_link, name="rota-link"),
            web.post("/rota/link/revoke", self.revoke_link, name="rota-link-revoke"),
            web.get(f"/rota/{{token:{TOKEN}}}.ics", self.calendar, name="calendar"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The week of `week`, a date; `from` and `until` fill the form in, such as for a hole."""
        given = {name: request.query[name] for name in ("from", "until") if _moment(request.query.get(name))}
        return await self._page(request, {"form": {**_NO_FORM, **given}})

    async def override(self, request: web.Request) -> web.Response:
        """One engineer has a place for a while, whatever the pattern says."""
        form = await _fields(request)
        try:
            engineer = await self._desk.rota.engineer(form.get("engineer", ""))
            period = _period(form, "from", "until", "position")
            duty = Duty(engineer, period.starts_at, period.ends_at, period.position)
            await self._desk.rota.override([duty], form.get("why", ""), _actor(request))
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused), "form": {**_NO_FORM, **form}}, status=409)
        raise web.HTTPSeeOther(_address(form))

    async def remove(self, request: web.Request) -> web.Response:
        """The pattern holds again."""
        form = await _fields(request)
        try:
            await self._desk.rota.remove_override(
                int(request.match_info["override"]), form.get("why", ""), _actor(request)
            )
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, status=409)
        raise web.HTTPSeeOther(_address(form))

    async def ask_swap(self, request: web.Request) -> web.Response:
        """Nothing changes until the other engineer accepts."""
        form = await _fields(request)
        try:
            given = _period(form, "from", "until", "position")
            back = _period(form, "return_from", "return_until", "return_position") if form.get("return_from") else None
            await self._desk.swaps.ask(form.get("giver", ""), form.get("taker", ""), given, _actor(request), back)
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, status=409)
        raise web.HTTPSeeOther(_address(form))

    async def answer_swap(self, request: web.Request) -> web.Response:
        """`answer`: accept or refuse, by who was asked; withdraw, by who asked."""
        form, number = await _fields(request), int(request.match_info["swap"])
        if form.get("answer") not in ("accept", "refuse", "withdraw"):
            raise web.HTTPBadRequest
        try:
            if form["answer"] == "withdraw":
                await self._desk.swaps.withdraw(number, _actor(request))
            else:
                await self._desk.swaps.answer(number, form["answer"] == "accept", _actor(request))
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, status=409)
        raise web.HTTPSeeOther(_address(form))

    async def make_link(self, request: web.Request) -> web.Response:
        """A secret address, shown on this one answer only."""
        form = await _fields(request)
        name = form.get("engineer")
        try:
            purpose = LinkPurpose(form.get("purpose", ""))
            token = await self._desk.rota_links.make(purpose, name or None, _actor(request))
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, status=403)
        except ValueError:
            raise web.HTTPBadRequest from None
        path = f"/rota/{token}.ics" if purpose is LinkPurpose.CALENDAR else f"/duty/{token}"
        made = {
            "address": str(request.url.origin()) + path,
            "name": name or _("het hele rooster"),
            "purpose": purpose.value,
        }
        return await self._page(request, {"made": made})

    async def revoke_link(self, request: web.Request) -> web.Response:
        """A calendar that was given to the wrong firm, or the phone of who left: it opens nothing from now on."""
        form = await _fields(request)
        try:
            purpose = LinkPurpose(form.get("purpose", ""))
            await self._desk.rota_links.revoke(purpose, form.get("engineer") or None, _actor(request))
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, status=409)
        except ValueError:
            raise web.HTTPBadRequest from None
        raise web.HTTPSeeOther(_address(form))

    async def calendar(self, request: web.Request) -> web.Response:
        """For calendar programs, which can't log in: the address itself is the secret."""
        is_open, engineer_id = await self._desk.rota_links.opened(request.match_info["token"], LinkPurpose.CALENDAR)
        if not is_open:
            raise web.HTTPNotFound
        engineers = await self._desk.rota.engineers()
        name = next((one.name for one in engineers if one.id == engineer_id), None)
        file = await self._desk.rota.calendar(name, CALENDAR_AHEAD)
        return web.Response(body=file, content_type="text/calendar", charset="utf-8")

    async def _page(self, request: web.Request, more: dict[str, Any], *, status: int = 200) -> web.Response:
        now, visitor = self._clock.now(), request[VISITOR]
        monday = _monday(request, now)
        week = await self._desk.rota_weeks.week(monday)
        form = more.get("form", _NO_FORM)
        starts_at, ends_at = _moment(form["from"]), _moment(form["until"])
        candidates = []
        if starts_at and ends_at and starts_at < ends_at:
            candidates = await self._desk.rota_weeks.candidates(starts_at, ends_at, week.shares)
        swaps, engineers = await self._desk.swaps.list(SWAPS_SHOWN), await self._desk.rota.engineers()
        drawn = {hole.starts_at for hole in week.holes}
        context = {
            "page": "rota",
            "week": week,
            "grid": grid(week, now),
            "monday": monday,
            "before": monday - _A_WEEK,
            "after": monday + _A_WEEK,
            "this_week": _monday_of(now.astimezone(AMSTERDAM).date()),
            "candidates": candidates,
            "period": (starts_at, ends_at) if candidates else None,
            "fills_hole": any((one.starts_at, one.ends_at) == (starts_at, ends_at) for one in week.holes),
            "present": await self._desk.rota.on_duty(now),
            "wrong": [one for one in await self._desk.rota_warnings.check() if one.starts_at not in drawn],
            "engineers": engineers,
            "overrides": await self._desk.rota.overrides(),
            "swaps": [one for one in swaps if one.state is SwapState.ASKED],
            "answered": [one for one in swaps if one.state is not SwapState.ASKED][:5],
            "links": await self._desk.rota_links.list() if visitor.role in DECIDING else [],
            "may_decide": visitor.role in DECIDING,
            "own_id": visitor.engineer_id,
            "own_name": next((one.name for one in engineers if one.id == visitor.engineer_id), ""),
            "made": None,
            "refused": "",
            **more,
            "form": form,
        }
        return request.app[TEMPLATES].page(request, "rota.html", context, status=status)


async def _fields(request: web.Request) -> dict[str, str]:
    return {name: value.strip() for name, value in (await form_of(request)).items() if isinstance(value, str)}


def _actor(request: web.Request) -> Actor:
    visitor = request[VISITOR]
    return Actor(visitor.username, Role(visitor.role), visitor.engineer_id)


def _period(form: Mapping[str, str], starts: str, ends: str, position: str) -> Period:
    """Raises Refused for what is no time."""
    starts_at, ends_at, place = _moment(form.get(starts)), _moment(form.get(ends)), form.get(position) or "1"
    if starts_at is None or ends_at is None or not place.isdecimal():
        raise RefusedHere(_("Kan nadat begin en einde zijn ingevuld, met dag en tijd"), RULE)
    return Period(starts_at, ends_at, int(place))


def _moment(text: str | None) -> datetime | None:
    """Local, as a field for date and time sends it."""
    try:
        return in_reach(datetime.fromisoformat(text or "")).replace(tzinfo=AMSTERDAM)
    except ValueError:
        return None


def _monday(request: web.Request, now: datetime) -> date:
    asked = request.query.get("week", "")
    try:
        return _monday_of(in_reach(date.fromisoformat(asked)))
    except ValueError:
        return _monday_of(now.astimezone(AMSTERDAM).date())


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _address(form: Mapping[str, str]) -> str:
    """Back to the week that is looked at."""
    try:
        return f"/rota?week={_monday_of(in_reach(date.fromisoformat(form.get('week', ''))))}"
    except ValueError:
        return "/rota"
