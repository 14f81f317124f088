"""The words that proposals rest on: read, tried, and only then saved."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ari_app.desk import phrase_lists
from ari_app.desk.actor import DECIDING
from ari_app.desk.phrase_lists import Effect, PhraseLists
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body

phrases = Group("phrases")

#: JSON writes a letter in up to six bytes; a list is plain text with few of those.
_MOST_BYTES = 3 * phrase_lists.MOST_BYTES
Language = Literal["nl", "en"]
List = Annotated[str, Field(max_length=phrase_lists.MOST_BYTES, pattern=r"^[^\x00]*$", description="TOML.")]


class PhraseList(BaseModel):
    """`is_own`: this line has a list of its own; else it is the one that ships. `digest` names the list."""

    language: str
    text: str
    is_own: bool
    digest: str


class TriedList(Body):
    text: List


class SavedList(Body):
    """`digest`: of the list whose effect you read; another list is refused."""

    text: List
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


@phrases.get("/phrases/{language}")
async def read_phrases(asked: Asked, language: Language) -> PhraseList:
    """The list in force for a language."""
    return _now(asked, language)


@phrases.post("/phrases/{language}/effect", Scope.READ, roles=DECIDING, most_bytes=_MOST_BYTES)
async def try_phrases(asked: Asked, language: Language, body: TriedList) -> Effect:
    """What a changed list would do on messages that people labelled. Saves nothing; takes a few seconds."""
    return await _lists(asked).effect(language, body.text)


@phrases.put("/phrases/{language}", Scope.LINE_WRITE, roles=DECIDING, most_bytes=_MOST_BYTES)
async def save_phrases(asked: Asked, language: Language, body: SavedList) -> PhraseList:
    """Save a list whose effect was read: proposals rest on it from the next message on (R-085)."""
    await _lists(asked).save(language, body.text, body.digest, asked.by)
    return _now(asked, language)


@phrases.delete("/phrases/{language}", Scope.LINE_WRITE, roles=DECIDING)
async def drop_phrases(asked: Asked, language: Language) -> PhraseList:
    """Back to the list that ships."""
    await _lists(asked).drop(language, asked.by)
    return _now(asked, language)


@phrases.post("/phrases/{language}/undo", Scope.LINE_WRITE, roles=DECIDING)
async def undo_phrases(asked: Asked, language: Language) -> PhraseList:
    """Back to the list before the last change."""
    await _lists(asked).undo(language, asked.by)
    return _now(asked, language)


def _lists(asked: Asked) -> PhraseLists:
    return PhraseLists(asked.settings.home, asked.desk.store, asked.desk.audit)


def _now(asked: Asked, language: str) -> PhraseList:
    lists = _lists(asked)
    text = lists.text(language)
    return PhraseList(language=language, text=text, is_own=lists.is_own(language), digest=phrase_lists.digest_of(text))
