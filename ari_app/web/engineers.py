"""Engineers of ours: their line, their phones, and when they have duty next."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.refusal import Refused
from ari_app.desk.rota_reading import at_work
from ari_app.web.accounts import VISITOR
from ari_app.web.acting import acting
from ari_app.web.dutch import sentence
from ari_app.web.forms import Form, form_of, number_of, text_of
from ari_app.web.languages import _
from ari_app.web.permissions import may
from ari_app.web.rendering import TEMPLATES
from ari_app.web.signing_in.register import Register
from routing.rota import Duty, Engineer

NUMBER = r"[0-9]{1,12}"
DUTIES_AHEAD = timedelta(days=180)
FEWEST_FIELDS = 3
RULE = "R-142"

Change = Callable[[Engineer, Form, Actor], Awaitable[object]]


class EngineerPages:
    """`/engineers`; every form is one command of the desk."""

    def __init__(self, desk: Desk, register: Register, clock: Clock) -> None:
        self._desk = desk
        self._register = register
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        one = f"/engineers/{{engineer:{NUMBER}}}"
        return [
            web.get("/engineers", self.show, name="engineers"),
            web.post("/engineers", self.add, name="engineer-add"),
            web.post(f"{one}/line", self._changes("line", self._set_line), name="engineer-line"),
            web.post(f"{one}/phones", self._changes("phones", self._set_phones), name="engineer-phones"),
            web.post(f"{one}/leave", self._changes("leave", self._leaves), name="engineer-leaves"),
            web.post(f"{one}/return", self._changes("return", self._returns), name="engineer-returns"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request)

    async def add(self, request: web.Request) -> web.Response:
        """With a first phone; more of them follow on the engineer's own form."""
        form = await form_of(request)
        try:
            line = number_of(form, "line", _("de lijn"), RULE)
            made = await self._desk.directory.add_engineer(
                text_of(form, "name"), text_of(form, "number"), line, acting(request)
            )
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), typed=form, at="add", status=409)
        raise web.HTTPSeeOther(f"/engineers#engineer-{made}")

    def _changes(self, what: str, change: Change) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            wanted = int(request.match_info["engineer"])
            found = next((one for one in await self._desk.rota.everybody() if one.id == wanted), None)
            if found is None:
                raise web.HTTPNotFound
            form = await form_of(request)
            try:
                await change(found, form, acting(request))
            except Refused as refused:
                told = f"{what}-{found.id}"
                return await self._page(request, refused=sentence(refused), typed=form, at=told, status=409)
            raise web.HTTPSeeOther(f"/engineers#engineer-{found.id}")

        return answer

    async def _set_line(self, engineer: Engineer, form: Form, by: Actor) -> None:
        line = number_of(form, "line", _("de lijn"), RULE)
        await self._desk.directory.set_line(engineer.name, line, by, text_of(form, "why"))

    async def _set_phones(self, engineer: Engineer, form: Form, by: Actor) -> None:
        await self._desk.rota.set_phones(engineer.name, [one for one in _numbers(form) if one], by)

    async def _leaves(self, engineer: Engineer, form: Form, by: Actor) -> None:
        await self._desk.directory.engineer_leaves(engineer.name, by, text_of(form, "why"))

    async def _returns(self, engineer: Engineer, form: Form, by: Actor) -> None:
        await self._desk.directory.engineer_returns(engineer.name, by, text_of(form, "why"))

    async def _page(
        self, request: web.Request, *, refused: str = "", typed: Form | None = None, at: str = "", status: int = 200
    ) -> web.Response:
        """`at`: the form that was refused, which stays as it was `typed`."""
        now = self._clock.now()
        form: Any = typed if typed is not None else {}
        people = await self._desk.rota.everybody()
        context = {
            "page": "rota",
            "engineers": at_work(people),
            "left": [one for one in people if one.has_left],
            "accounts": {one.engineer: one for one in await self._register.all() if one.engineer},
            "next_duty": _next(await self._desk.rota.duties_between(now, now + DUTIES_AHEAD)),
            "may_change": may(request[VISITOR].role, "engineer-add", "POST"),
            "fewest": FEWEST_FIELDS,
            "refused": refused,
            "at": at,
            "typed": {name: text_of(form, name) for name in ("name", "number", "line", "why")},
            "typed_numbers": _numbers(form) if at.startswith("phones-") else [],
        }
        return request.app[TEMPLATES].page(request, "engineers.html", context, status=status)


def _numbers(form: Any) -> list[str]:
    """Also the empty ones between them, so that each stays in its own field."""
    return [one.strip() for one in form.getall("number", []) if isinstance(one, str)]


def _next(duties: tuple[Duty, ...]) -> dict[int, Duty]:
    """The first one of each engineer, by id; `duties` in order of time."""
    found: dict[int, Duty] = {}
    for duty in duties:
        found.setdefault(duty.engineer.id, duty)
    return found
