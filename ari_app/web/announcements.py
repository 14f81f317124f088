"""What callers hear about outages and maintenance: `/announcements`, with the five items of a notice of maintenance."""

import asyncio
from collections.abc import Iterable

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.announcements import MOST_LETTERS, RULE
from ari_app.desk.maintenance import FIVE_ITEMS
from ari_app.desk.maintenance_words import Notice
from ari_app.desk.refusal import Refused
from ari_app.speech.synth import SpeechFailed, spoken_wav
from ari_app.web.acting import acting
from ari_app.web.dutch import RefusedHere, sentence
from ari_app.web.forms import Form, form_of, moment_of, number_of, text_of
from ari_app.web.languages import _
from ari_app.web.rendering import TEMPLATES

SHOWN = 20
NUMBER = "{id:[0-9]{1,9}}"


class AnnouncementPages:
    """One page; each form is one command of the desk."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/announcements", self.show, name="announcements"),
            web.post("/announcements", self.add, name="announcement-add"),
            web.post("/announcements/listen", self.listen, name="announcement-listen"),
            web.post(f"/announcements/{NUMBER}/end", self.end, name="announcement-end"),
            web.post("/maintenance", self.plan, name="maintenance-plan"),
            web.post(f"/maintenance/{NUMBER}/told", self.told, name="maintenance-told"),
            web.post(f"/maintenance/{NUMBER}/mail", self.mail, name="maintenance-mail"),
            web.post(f"/maintenance/{NUMBER}/cancel", self.cancel, name="maintenance-cancel"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request)

    async def add(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        try:
            await self._desk.announcements.add(
                text_of(form, "text"),
                acting(request),
                text_en=text_of(form, "text_en"),
                customers=await self._names(form.getall("customer", [])),
                starts_at=moment_of(form, "from", _("het begin"), RULE) if text_of(form, "from") else None,
                ends_at=moment_of(form, "until", _("het einde"), RULE) if text_of(form, "until") else None,
                ticket=text_of(form, "ticket") or None,
            )
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), typed=form, status=409)
        raise web.HTTPSeeOther("/announcements")

    async def listen(self, request: web.Request) -> web.Response:
        """What callers would hear of the text in the form, `in` "nl" or "en"; nothing is kept."""
        form = await form_of(request)
        language = "en" if text_of(form, "in") == "en" else "nl"
        text = text_of(form, "text_en" if language == "en" else "text")
        try:
            if not text or len(text) > MOST_LETTERS:
                raise RefusedHere(_("Kan nadat een tekst van hoogstens 600 tekens is ingevuld"), RULE)
            sound = await asyncio.to_thread(spoken_wav, text, language)
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), typed=form, status=409)
        except SpeechFailed as failure:
            return await self._page(
                request, refused=_("Kan nu niet worden uitgesproken: %(why)s", why=failure), typed=form, status=409
            )
        return web.Response(body=sound, content_type="audio/wav")

    async def end(self, request: web.Request) -> web.Response:
        try:
            await self._desk.announcements.end(_id_of(request), acting(request))
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/announcements")

    async def plan(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        try:
            await self._desk.maintenance.plan(_notice(form, form.getall("customer", [])), acting(request))
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), typed=form, status=409)
        raise web.HTTPSeeOther("/announcements#onderhoud")

    async def told(self, request: web.Request) -> web.Response:
        how = text_of(await form_of(request), "how")
        try:
            await self._desk.maintenance.mark_told(_id_of(request), acting(request), how)
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/announcements#onderhoud")

    async def mail(self, request: web.Request) -> web.Response:
        try:
            await self._desk.maintenance.mail(_id_of(request), acting(request))
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/announcements#onderhoud")

    async def cancel(self, request: web.Request) -> web.Response:
        why = text_of(await form_of(request), "why")
        try:
            await self._desk.maintenance.cancel(_id_of(request), acting(request), why)
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/announcements#onderhoud")

    async def _names(self, ticked: Iterable[object]) -> list[str]:
        """The customers that were ticked, by name, as the desk's command takes them."""
        wanted = set(ticked)
        return [one.name for one in await self._desk.directory.customers() if str(one.id) in wanted]

    async def _page(
        self, request: web.Request, *, refused: str = "", typed: Form | None = None, status: int = 200
    ) -> web.Response:
        customers = await self._desk.directory.customers()
        context = {
            "page": "announcements",
            "announcements": list(reversed(await self._desk.announcements.all(SHOWN))),
            "maintenance": await self._desk.maintenance.all(SHOWN),
            "customers": customers,
            "names": {one.id: one.name for one in customers},
            "services": await self._desk.services.names(),
            "at": self._clock.now(),
            "typed": {name: value for name, value in (typed or {}).items() if isinstance(value, str)},
            "refused": refused,
        }
        return request.app[TEMPLATES].page(request, "announcements.html", context, status=status)


def _notice(form: Form, ticked: Iterable[object]) -> Notice:
    """Services one on a line or parted by commas."""
    services = text_of(form, "services").replace("\n", ",").split(",")
    return Notice(
        contact=text_of(form, "contact"),
        starts_at=moment_of(form, "from", _("het begin"), FIVE_ITEMS),
        ends_at=moment_of(form, "until", _("het einde"), FIVE_ITEMS),
        expected_minutes=number_of(form, "minutes", _("de verwachte duur"), FIVE_ITEMS),
        services=tuple(services),
        reason=text_of(form, "reason"),
        customers=tuple(int(value) for value in ticked if isinstance(value, str) and value.isdigit()),
    )


def _id_of(request: web.Request) -> int:
    return int(request.match_info["id"])
