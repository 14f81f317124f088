"""What callers hear, to listen to, and a studio take in the place of the spoken text: `/prompts`."""

from aiohttp import web

from ari_app.desk.prompt_takes import MOST_BYTES, RULE, PromptTakes
from ari_app.desk.refusal import Refused
from ari_app.speech.prompts import PROMPT_TEXTS
from ari_app.web.acting import acting
from ari_app.web.dutch import RefusedHere, sentence
from ari_app.web.forms import form_of, text_of
from ari_app.web.languages import _
from ari_app.web.rendering import TEMPLATES


class PromptPages:
    """One page of all prompts."""

    def __init__(self, takes: PromptTakes) -> None:
        self._takes = takes

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/prompts", self.show, name="prompts"),
            web.get("/prompts/{language:[a-z]{2}}/{name:[a-z0-9-]+}.wav", self.play, name="prompt-sound"),
            web.post("/prompts", self.keep, name="prompt-take"),
            web.post("/prompts/remove", self.remove, name="prompt-take-remove"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return self._page(request)

    async def play(self, request: web.Request) -> web.StreamResponse:
        file = self._takes.sound(request.match_info["language"], request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        return web.FileResponse(file, headers={"Content-Type": "audio/wav"})

    async def keep(self, request: web.Request) -> web.Response:
        """A take is larger than any other form."""
        form = await form_of(request.clone(client_max_size=MOST_BYTES + 64 * 1024))
        language, name = text_of(form, "prompt").partition("/")[::2]
        take = form.get("take")
        try:
            if not isinstance(take, web.FileField):
                raise RefusedHere(_("Kan nadat een wav-bestand is gekozen"), RULE)
            with take.file:
                wav = take.file.read()
            facts = await self._takes.keep(language, name, wav, acting(request))
        except Refused as refused:
            return self._page(request, refused=sentence(refused), status=409)
        return self._page(request, kept=f"{language}/{name}: {facts}")

    async def remove(self, request: web.Request) -> web.Response:
        language, _, name = text_of(await form_of(request), "prompt").partition("/")
        try:
            await self._takes.remove(language, name, acting(request))
        except Refused as refused:
            return self._page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/prompts")

    def _page(self, request: web.Request, *, refused: str = "", kept: str = "", status: int = 200) -> web.Response:
        context = {
            "page": "setting-up",
            "prompts": self._takes.all(),
            "file": PROMPT_TEXTS.name,
            "refused": refused,
            "kept": kept,
        }
        return request.app[TEMPLATES].page(request, "prompts.html", context, status=status)
