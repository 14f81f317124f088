"""The rota: its page, the calendars to subscribe to, and the page on which an engineer takes the duty."""

from datetime import timedelta

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.actor import DECIDING, Actor
from ari_app.desk.refusal import Refused
from ari_app.store.rota_tables import LinkPurpose
from ari_app.store.tables import Role
from ari_app.web.accounts import VISITOR
from ari_app.web.rendering import TEMPLATES

#: What `secrets.token_urlsafe` gives.
TOKEN = r"[A-Za-z0-9_-]{20,100}"
DAYS_SHOWN = timedelta(days=14)
CALENDAR_AHEAD = timedelta(days=180)


class RotaPages:
    """`GET /rota`, `POST /rota/link`, `GET /rota/{token}.ics`, and `GET` and `POST /duty/{token}`."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    async def show(self, request: web.Request) -> web.Response:
        """The coming two weeks, and what is wrong with them."""
        return await self._page(request, {})

    async def make_link(self, request: web.Request) -> web.Response:
        """A secret address, shown on this one answer only."""
        form, visitor = await request.post(), request[VISITOR]
        actor = Actor(visitor.username, Role(visitor.role), visitor.engineer_id)
        name = form.get("engineer")
        try:
            purpose = LinkPurpose(str(form.get("purpose", "")))
            token = await self._desk.rota_links.make(purpose, str(name) if name else None, actor)
        except Refused as refused:
            return await self._page(request, {"refused": str(refused)}, status=403)
        except ValueError:
            raise web.HTTPBadRequest from None
        path = f"/rota/{token}.ics" if purpose is LinkPurpose.CALENDAR else f"/duty/{token}"
        made = {
            "address": str(request.url.origin()) + path,
            "name": name or "het hele rooster",
            "purpose": purpose.value,
        }
        return await self._page(request, {"made": made})

    async def calendar(self, request: web.Request) -> web.Response:
        """For calendar programs, which can't log in: the address itself is the secret."""
        engineer_id = await self._opened(request, LinkPurpose.CALENDAR)
        engineers = await self._desk.rota.engineers()
        name = next((one.name for one in engineers if one.id == engineer_id), None)
        file = await self._desk.rota.calendar(name, CALENDAR_AHEAD)
        return web.Response(body=file, content_type="text/calendar", charset="utf-8")

    async def duty(self, request: web.Request) -> web.Response:
        """One button on the phone of an engineer."""
        return await self._duty_page(request, await self._own(request))

    async def take(self, request: web.Request) -> web.Response:
        engineer_id = await self._own(request)
        try:
            await self._desk.handshake.take(engineer_id, "page")
        except Refused:
            return await self._duty_page(request, engineer_id, status=409)
        raise web.HTTPSeeOther(request.path)

    async def _duty_page(self, request: web.Request, engineer_id: int, *, status: int = 200) -> web.Response:
        engineers = await self._desk.rota.engineers()
        name = next(one.name for one in engineers if one.id == engineer_id)
        context = {"name": name, "offer": await self._desk.handshake.offer(engineer_id), "path": request.path}
        return request.app[TEMPLATES].page(request, "duty.html", context, status=status)

    async def _page(self, request: web.Request, more: dict[str, object], *, status: int = 200) -> web.Response:
        now = self._clock.now()
        context = {
            "page": "rota",
            "present": await self._desk.rota.on_duty(now),
            "shifts": await self._desk.rota.duties_between(now, now + DAYS_SHOWN),
            "wrong": await self._desk.rota_warnings.check(),
            "engineers": await self._desk.rota.engineers(),
            "may_decide": request[VISITOR].role in DECIDING,
            "made": None,
            "refused": "",
            **more,
        }
        return request.app[TEMPLATES].page(request, "rota.html", context, status=status)

    async def _own(self, request: web.Request) -> int:
        engineer_id = await self._opened(request, LinkPurpose.DUTY)
        if engineer_id is None:
            raise web.HTTPNotFound
        return engineer_id

    async def _opened(self, request: web.Request, purpose: LinkPurpose) -> int | None:
        is_open, engineer_id = await self._desk.rota_links.opened(request.match_info["token"], purpose)
        if not is_open:
            raise web.HTTPNotFound
        return engineer_id
