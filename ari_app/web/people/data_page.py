"""Requests of people about their data: find, see, hand out, erase; and what is on hold. `/persons`."""

from datetime import date

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.holds import RULE, OnHold
from ari_app.desk.people import Gone
from ari_app.desk.person_reading import Fate
from ari_app.desk.refusal import Refused
from ari_app.web.acting import acting
from ari_app.web.dutch import sentence
from ari_app.web.forms import Form, day_of, form_of, number_of, text_of
from ari_app.web.languages import _
from ari_app.web.rendering import TEMPLATES
from ari_app.web.words import AMSTERDAM
from routing.caller import normal_form

HOLDS_SHOWN = 50


class PersonsPage:
    """`?q=` finds somebody, `?number=` shows all that is held and what erasing would do."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/persons", self.show, name="persons"),
            web.post("/persons/export", self.export, name="person-export"),
            web.post("/persons/erase", self.erase, name="person-erase"),
            web.post("/persons/holds", self.place, name="hold-place"),
            web.post("/persons/holds/{id:[0-9]{1,9}}/lift", self.lift, name="hold-lift"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request, request.query.get("number", ""))

    async def export(self, request: web.Request) -> web.Response:
        """The zip itself: it stands nowhere on the line."""
        number = text_of(await form_of(request), "number")
        try:
            made = await self._desk.people.export(normal_form(number) or number, acting(request))
        except Refused as refused:
            return await self._page(request, number, refused=sentence(refused), status=409)
        name = f"persoonsgegevens-{self._today():%Y-%m-%d}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=made, content_type="application/zip", headers=headers)

    async def erase(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        number = text_of(form, "number")
        try:
            gone = await self._desk.people.erase(normal_form(number) or number, acting(request), text_of(form, "why"))
        except Refused as refused:
            return await self._page(request, number, refused=sentence(refused), status=409)
        return await self._page(request, "", done=_told(gone))

    async def place(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        try:
            until = day_of(form, "until", _("de laatste dag"), RULE) if text_of(form, "until") else None
            await self._desk.people.holds.place(_on(form), acting(request), text_of(form, "why"), until)
        except Refused as refused:
            return await self._page(request, text_of(form, "number"), refused=sentence(refused), typed=form, status=409)
        raise web.HTTPSeeOther("/persons#bewaarplicht")

    async def lift(self, request: web.Request) -> web.Response:
        why, hold = text_of(await form_of(request), "why"), int(request.match_info["id"])
        try:
            await self._desk.people.holds.lift(hold, acting(request), why)
        except Refused as refused:
            return await self._page(request, "", refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/persons#bewaarplicht")

    async def _page(
        self,
        request: web.Request,
        number: str,
        *,
        refused: str = "",
        done: str = "",
        typed: Form | None = None,
        status: int = 200,
    ) -> web.Response:
        by, wanted = acting(request), request.query.get("q", "").strip()
        e164 = normal_form(number)
        context = {
            "page": "persons",
            "q": wanted,
            "found": await self._desk.people.find(wanted, by) if wanted else None,
            "asked": number,
            "held": await self._desk.people.held(e164, by) if e164 else None,
            "fates": Fate,
            "holds": await self._desk.people.holds.all(HOLDS_SHOWN),
            "customers": await self._desk.directory.customers(),
            "today": self._today(),
            "typed": {name: value for name, value in (typed or {}).items() if isinstance(value, str)},
            "refused": refused,
            "done": done,
        }
        return request.app[TEMPLATES].page(request, "persons.html", context, status=status)

    def _today(self) -> date:
        return self._clock.now().astimezone(AMSTERDAM).date()


def _on(form: Form) -> OnHold:
    """The field of the chosen kind; what stands in the others is not looked at."""
    match text_of(form, "scope"):
        case "customer":
            return OnHold(customer_id=number_of(form, "customer", _("de klant"), RULE))
        case "ticket":
            return OnHold(ticket=text_of(form, "ticket"))
        case _:
            return OnHold(number=text_of(form, "number"))


def _told(gone: Gone) -> str:
    parts = [_("Gewist uit: %(tickets)s.", tickets=", ".join(gone.erased) or _("geen enkel ticket"))]
    if gone.kept:
        parts.append(
            _(
                "Nog niet afgerond, dus bewaard: %(tickets)s. Doe dit opnieuw als ze dicht zijn.",
                tickets=", ".join(gone.kept),
            )
        )
    if gone.on_hold:
        parts.append(_("Onder bewaarplicht, dus bewaard: %(tickets)s.", tickets=", ".join(gone.on_hold)))
    return " ".join(parts)
