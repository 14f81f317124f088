"""What callers hear, to listen to, and a studio take in the place of the spoken text: `/prompts`."""

from urllib.parse import urlencode

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
        """`kept`: the text whose take was just kept; `prompt`: the one that the form begins with."""
        return self._page(request, chosen=request.query.get("prompt", ""), kept=request.query.get("kept", ""))

    async def play(self, request: web.Request) -> web.StreamResponse:
        file = self._takes.sound(request.match_info["language"], request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        return web.FileResponse(file, headers={"Content-Type": "audio/wav"})

    async def keep(self, request: web.Request) -> web.Response:
        """A take is larger than any other form."""
        prompt = ""
        try:
            form = await form_of(request.clone(client_max_size=MOST_BYTES + 64 * 1024))
            prompt, take = text_of(form, "prompt"), form.get("take")
            language, name = prompt.partition("/")[::2]
            if not isinstance(take, web.FileField) or not take.filename:
                raise RefusedHere(_("Kan nadat een bestand met geluid is gekozen"), RULE)
            with take.file:
                await self._takes.keep(language, name, take.file.read(), acting(request))
        except web.HTTPRequestEntityTooLarge:
            too_large = RefusedHere(_("Kan niet: het bestand is groter dan 20 MB. Een minuut wav is dat nooit"), RULE)
            return self._page(request, refused=sentence(too_large), status=413)
        except Refused as refused:
            return self._page(request, refused=sentence(refused), chosen=prompt, status=409)
        raise web.HTTPSeeOther(f"/prompts?{urlencode({'kept': prompt})}")

    async def remove(self, request: web.Request) -> web.Response:
        language, _, name = text_of(await form_of(request), "prompt").partition("/")
        try:
            await self._takes.remove(language, name, acting(request))
        except Refused as refused:
            return self._page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/prompts")

    def _page(
        self, request: web.Request, *, refused: str = "", chosen: str = "", kept: str = "", status: int = 200
    ) -> web.Response:
        prompts = self._takes.all()
        context = {
            "page": "setting-up",
            "prompts": prompts,
            "file": PROMPT_TEXTS.name,
            "refused": refused,
            "chosen": chosen,
            "kept": next((one for one in prompts if one.take and f"{one.language}/{one.name}" == kept), None),
            "stale": [one for one in prompts if one.is_stale],
        }
        return request.app[TEMPLATES].page(request, "prompts.html", context, status=status)
