"""The page on the phone of an engineer: take the duty, see who calls, write down what came of it. The address is the secret."""

from typing import Any

from aiohttp import web

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.calls_now import CallNow
from ari_app.desk.refusal import Refused
from ari_app.store.engineer_call_tables import Purpose
from ari_app.store.rota_tables import LinkPurpose
from ari_app.web.dutch import sentence
from ari_app.web.forms import form_of
from ari_app.web.languages import _
from ari_app.web.rendering import TEMPLATES
from ari_app.web.rota import TOKEN
from routing.rota import Engineer

#: What the two buttons of a call mean for the search.
_ANSWERS = {"next": "declined", "later": "not_now"}


class DutyPages:
    """`GET` and `POST /duty/{token}`, and what else an engineer does there."""

    def __init__(self, desk: Desk, clock: Clock, settings: Settings) -> None:
        self._desk = desk
        self._clock = clock
        self._ring_for = settings.line.ring_for_seconds

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"/duty/{{token:{TOKEN}}}", self.show, name="duty"),
            web.post(f"/duty/{{token:{TOKEN}}}", self.take, name="duty"),
            web.post(f"/duty/{{token:{TOKEN}}}/pass", self.pass_on, name="duty-hand-over"),
            web.post(f"/duty/{{token:{TOKEN}}}/test", self.test_phone, name="duty-test"),
            web.post(f"/duty/{{token:{TOKEN}}}/ring", self.answer_ring, name="duty-ring"),
            web.post(f"/duty/{{token:{TOKEN}}}/wrap-up", self.wrap_up, name="duty-wrap-up"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """A call of theirs first, then what is still to be written down, then the duty."""
        return await self._page(request, await self._own(request))

    async def take(self, request: web.Request) -> web.Response:
        """One button."""
        engineer = await self._own(request)
        return await self._done(request, engineer, lambda: self._desk.handshake.take(engineer.id, "page"))

    async def pass_on(self, request: web.Request) -> web.Response:
        """The second takes it from here."""
        engineer = await self._own(request)
        return await self._done(request, engineer, lambda: self._desk.handshake.pass_on(engineer.id))

    async def test_phone(self, request: web.Request) -> web.Response:
        """The line rings the phones of the engineer at once; key 1 takes the duty, so the test is the hand-shake too."""
        engineer = await self._own(request)
        return await self._done(request, engineer, lambda: self._desk.for_engineers.test_phone(engineer.id))

    async def answer_ring(self, request: web.Request) -> web.Response:
        """The phone stops ringing, and the next engineer is rung. Taking a call is done by key 1 only."""
        engineer, form = await self._own(request), await form_of(request)
        answer = _ANSWERS.get(str(form.get("answer")))
        if answer is None:
            raise web.HTTPBadRequest
        if not self._desk.calls_now.answer(engineer.id, answer):
            return await self._page(request, engineer, refused=_("Je telefoon gaat niet meer over."), status=409)
        raise web.HTTPSeeOther(_address(request))

    async def wrap_up(self, request: web.Request) -> web.Response:
        """What came of the talk: calamity or not, solved or planned, and the time."""
        engineer, form = await self._own(request), await form_of(request)
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        return await self._done(request, engineer, lambda: self._desk.wrapping_up.save(engineer, given))

    async def _done(self, request: web.Request, engineer: Engineer, command: Any) -> web.Response:
        try:
            await command()
        except Refused as refused:
            return await self._page(request, engineer, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther(_address(request))

    async def _page(
        self, request: web.Request, engineer: Engineer, *, refused: str = "", status: int = 200
    ) -> web.Response:
        call = self._desk.calls_now.ringing_for(engineer.id) or self._desk.calls_now.talks_with(engineer.id)
        context: dict[str, Any] = {
            "engineer": engineer,
            "first_name": engineer.name.split()[0],
            "path": _address(request),
            "at": self._clock.now(),
            "refused": refused,
            "call": call,
            "about": await self._about(call) if call else None,
            "ring_for": self._ring_for,
            "wrap": None if call else await self._desk.wrapping_up.waiting(engineer),
            "offer": None,
            "tried": None,
        }
        if call is None and context["wrap"] is None:
            context["offer"] = await self._desk.handshake.offer(engineer.id)
            context["tried"] = await self._desk.engineer_calls.last(engineer.id, Purpose.DUTY)
        return request.app[TEMPLATES].page(request, "duty.html", context, status=status)

    async def _about(self, call: CallNow) -> Any:
        caller = await self._desk.who_is(call.number)
        return await self._desk.customer_now(caller.customer_id) if caller.customer_id else None

    async def _own(self, request: web.Request) -> Engineer:
        is_open, engineer_id = await self._desk.rota_links.opened(request.match_info["token"], LinkPurpose.DUTY)
        found = [one for one in await self._desk.rota.engineers() if one.id == engineer_id] if is_open else []
        if not found:
            raise web.HTTPNotFound
        return found[0]


def _address(request: web.Request) -> str:
    return f"/duty/{request.match_info['token']}"
