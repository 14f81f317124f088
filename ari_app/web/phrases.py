"""The words that proposals rest on: edit the list, see what it would do, and only then save it: `/phrases`."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from ari_app.desk.actor import Actor
from ari_app.desk.phrase_lists import MOST_BYTES, Effect, PhraseLists, digest_of
from ari_app.desk.refusal import Refused
from ari_app.web.acting import acting
from ari_app.web.dutch import sentence
from ari_app.web.forms import Form, form_of, text_of
from ari_app.web.phrase_mistakes import in_words
from ari_app.web.rendering import TEMPLATES
from transcription.phrases import parse_phrases

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
            web.post("/phrases/undo", self.undo, name="phrases-undo"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        language = request.query.get("language", "nl")
        try:
            return self._page(request, language, self._lists.text(language), saved="saved" in request.query)
        except Refused:
            raise web.HTTPNotFound from None

    async def attempt(self, request: web.Request) -> web.Response:
        """The list as it stands in the form, with one phrase more or less when that was asked."""
        form = await form_of(request.clone(client_max_size=_LARGEST))
        language, text = text_of(form, "language"), _list_of(form.get("text"))
        try:
            text = self._lists.edited(text, text_of(form, "what"), text_of(form, "group"), text_of(form, "phrase"))
            effect = await self._lists.effect(language, text)
        except Refused as refused:
            return self._page(request, language, text, form=form, refused=in_words(sentence(refused)), status=409)
        return self._page(request, language, text, form=form, effect=effect)

    async def save(self, request: web.Request) -> web.Response:
        form = await form_of(request.clone(client_max_size=_LARGEST))
        language, text = text_of(form, "language"), _list_of(form.get("text"))
        based_on, digest = text_of(form, "based_on"), text_of(form, "digest")
        try:
            await self._lists.save(language, text, digest, acting(request), based_on)
        except Refused as refused:
            return self._page(request, language, text, form=form, refused=in_words(sentence(refused)), status=409)
        raise web.HTTPSeeOther(f"/phrases?language={language}&saved=1")

    async def drop(self, request: web.Request) -> web.Response:
        return await self._back(request, self._lists.drop)

    async def undo(self, request: web.Request) -> web.Response:
        return await self._back(request, self._lists.undo)

    async def _back(self, request: web.Request, command: Callable[[str, Actor], Awaitable[None]]) -> web.Response:
        language = text_of(await form_of(request), "language")
        try:
            await command(language, acting(request))
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
        form: Form | None = None,
        refused: str = "",
        saved: bool = False,
        status: int = 200,
    ) -> web.Response:
        known = language if language in ("nl", "en") else "nl"
        in_force, typed = self._lists.text(known), form or {}
        context: dict[str, Any] = {
            "page": "setting-up",
            "language": known,
            "text": text or in_force,
            "based_on": text_of(typed, "based_on") or digest_of(in_force),
            "groups": _groups(in_force),
            "typed": {name: text_of(typed, name) for name in ("phrase", "group")},
            "is_own": self._lists.is_own(known),
            "has_previous": self._lists.has_previous(known),
            "effect": effect,
            "refused": refused,
            "saved": saved,
        }
        return request.app[TEMPLATES].page(request, "phrases.html", context, status=status)


def _groups(text: str) -> list[str]:
    """None for a list that somebody damaged by hand: its mistakes are told when it is tried."""
    try:
        return [one.name for one in parse_phrases(text).groups]
    except ValueError:
        return []


def _list_of(field: object) -> str:
    """Browsers end lines with CRLF."""
    return field.replace("\r\n", "\n") if isinstance(field, str) else ""
