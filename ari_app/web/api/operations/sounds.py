"""What callers hear: the spoken prompts, and studio takes in their place."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from ari_app.desk.actor import DECIDING
from ari_app.desk.prompt_takes import MOST_BYTES, PromptTakes, PromptView
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope

sounds = Group("prompts")

Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["nl"])]
PromptName = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9-]+$", examples=["welcome"])]
_PROMPT = "/prompts/{language}/{name}"


class Kept(BaseModel):
    """Length and level of the take, in Dutch."""

    facts: str


@sounds.get("/prompts")
async def list_prompts(asked: Asked) -> list[PromptView]:
    """Every prompt by language and name, with its text and whether a studio take replaces it."""
    return _takes(asked).all()


@sounds.get(f"{_PROMPT}/sound", media_type="audio/wav")
async def play_prompt(asked: Asked, language: Language, name: PromptName) -> web.StreamResponse:
    """What is played now."""
    file = _takes(asked).sound(language, name)
    if file is None:
        raise Problem("not-found", f"There is no prompt {language}/{name}, or it has no sound.")
    return web.FileResponse(file, headers={"Content-Type": "audio/wav"})


@sounds.put(f"{_PROMPT}/take", Scope.LINE_WRITE, roles=DECIDING, takes_file=True, most_bytes=MOST_BYTES + 1024)
async def keep_take(asked: Asked, language: Language, name: PromptName, file: bytes) -> Kept:
    """A studio take (wav, flac, ogg or mp3, at most a minute) replaces what is spoken, from the next call on."""
    return Kept(facts=(await _takes(asked).keep(language, name, file, asked.by)).facts())


@sounds.delete(f"{_PROMPT}/take", Scope.LINE_WRITE, roles=DECIDING)
async def remove_take(asked: Asked, language: Language, name: PromptName) -> None:
    """The text is spoken again."""
    await _takes(asked).remove(language, name, asked.by)


def _takes(asked: Asked) -> PromptTakes:
    return PromptTakes(asked.settings.sounds, asked.desk.audit, asked.clock)
