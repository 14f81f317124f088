"""The words that proposals rest on: edit the list, see what it would do, and only then save it: `/phrases`."""

from typing import Any

from aiohttp import web

from ari_app.desk.phrase_lists import MOST_BYTES, Effect, PhraseLists
from ari_app.desk.refusal import Refused
from ari_app.web.acting import acting
from ari_app.web.dutch import sentence
from ari_app.web.forms import form_of, text_of
from ari_app.web.rendering import TEMPLATES

#: A form of this size is the list twice at most, as browsers encode it.
_LARGEST = 3 * MOST_BYTES


class PhrasePages:
    """Trying changes nothing; saving asks for the list whose effect was shown."""

    def __init__(self, lists: PhraseLists) -> None:
        self._lists = lists

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/phrases", self.show, name="phrases"),
            web.post("/phrases/try", self.attempt, name="phrases-effect"),
            web.post("/phrases", self.save, name="phrases-save"),
            web.post("/phrases/drop", self.drop, name="phrases-drop"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        language = request.query.get("language", "nl")
        try:
            return self._page(request, language, self._lists.text(language), saved="saved" in request.query)
        except Refused:
            raise web.HTTPNotFound from None

    async def attempt(self, request: web.Request) -> web.Response:
        form = await form_of(request.clone(client_max_size=_LARGEST))
        language, text = text_of(form, "language"), _list_of(form.get("text"))
        try:
            effect = await self._lists.effect(language, text)
        except Refused as refused:
            return self._page(request, language, text, refused=sentence(refused), status=409)
        return self._page(request, language, text, effect=effect)

    async def save(self, request: web.Request) -> web.Response:
        form = await form_of(request.clone(client_max_size=_LARGEST))
        language, text = text_of(form, "language"), _list_of(form.get("text"))
        try:
            self._lists.save(language, text, text_of(form, "digest"), acting(request))
        except Refused as refused:
            return self._page(request, language, text, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther(f"/phrases?language={language}&saved=1")

    async def drop(self, request: web.Request) -> web.Response:
        language = text_of(await form_of(request), "language")
        try:
            self._lists.drop(language, acting(request))
        except Refused as refused:
            return self._page(request, language, "", refused=sentence(refused), status=409)
        raise web.HTTPSeeOther(f"/phrases?language={language}&saved=1")

    def _page(
        self,
        request: web.Request,
        language: str,
        text: str,
        *,
        effect: Effect | None = None,
        refused: str = "",
        saved: bool = False,
        status: int = 200,
    ) -> web.Response:
        known = language if language in ("nl", "en") else "nl"
        context: dict[str, Any] = {
            "page": "setting-up",
            "language": known,
            "text": text or self._lists.text(known),
            "is_own": self._lists.is_own(known),
            "effect": effect,
            "refused": refused,
            "saved": saved,
        }
        return request.app[TEMPLATES].page(request, "phrases.html", context, status=status)


def _list_of(field: object) -> str:
    """Browsers end lines with CRLF."""
    return field.replace("\r\n", "\n") if isinstance(field, str) else ""
