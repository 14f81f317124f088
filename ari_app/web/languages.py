"""Which language a page speaks. The source speaks Dutch; `locale/<language>/LC_MESSAGES/desk.po` has the same words in another.

Words that are written in code stand in `_()` where they are shown. Words in a table are a `Words`, or are marked with `mark`
and go through `_` when they are shown. `make messages` finds them all.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TypeVar

from babel.core import negotiate_locale
from babel.messages.pofile import read_po

DUTCH = "nl"
#: What can be chosen, each by its own name.
LANGUAGES: Mapping[str, str] = {DUTCH: "Nederlands", "en": "English"}
DOMAIN = "desk"
FOLDER = Path(__file__).parent / "locale"
#: Told by browsers; more than this says nothing.
_MOST_PREFERENCES = 20

_spoken: ContextVar[str] = ContextVar("spoken", default=DUTCH)
_marked: dict[str, None] = {}

Key = TypeVar("Key")


def spoken() -> str:
    """The language of what is being made now."""
    return _spoken.get()


def speak(language: str) -> None:
    """From here on, for the rest of this request. Raises KeyError for a language that is not there."""
    if language not in LANGUAGES:
        raise KeyError(language)
    _spoken.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """For what is made outside a request."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def preferred(accept_language: str) -> str:
    """What the header of a browser asks for, of what is there; Dutch when it asks for nothing that is."""
    asked = sorted(map(_preference, accept_language.split(",")[:_MOST_PREFERENCES]), key=lambda one: -one[1])
    names = [name for name, weight in asked if weight > 0]
    return negotiate_locale(names, LANGUAGES, sep="-") or DUTCH


def _(message: str, /, **values: object) -> str:
    """In the language that is spoken. `values` fill the places `%(name)s`; without them a percent sign is itself."""
    said = translated(message)
    return said % values if values else said


def translated(message: str) -> str:
    """For gettext's own callers, such as templates."""
    language = _spoken.get()
    return message if language == DUTCH else catalog(language).get(message) or message


@cache
def catalog(language: str) -> Mapping[str, str]:
    """By the Dutch words; read once in a process."""
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        found = read_po(file, locale=language)
    return {str(one.id): str(one.string) for one in found if one.id and one.string}


def mark(text: str) -> str:
    """The same text; it will be shown through `_`."""
    if text:
        _marked[text] = None
    return text


def marked() -> tuple[str, ...]:
    """All words that tables hold, of the modules that were imported."""
    return tuple(_marked)


class Words(Mapping[Key, str]):
    """A table of Dutch words that answers in the language that is spoken when it is asked."""

    def __init__(self, dutch: Mapping[Key, str]) -> None:
        self._dutch = {key: mark(text) for key, text in dutch.items()}

    def __getitem__(self, key: Key) -> str:
        return translated(self._dutch[key])

    def __iter__(self) -> Iterator[Key]:
        return iter(self._dutch)

    def __len__(self) -> int:
        return len(self._dutch)


def _preference(told: str) -> tuple[str, float]:
    """ "en-GB;q=0.8" -> ("en-GB", 0.8); what can't be read weighs nothing."""
    name, _mark, weight = told.strip().partition(";q=")
    try:
        return name.strip(), float(weight or 1)
    except ValueError:
        return name, 0.0
