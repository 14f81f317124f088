"""What is wrong with a list of phrases, in the language of the page: the core that reads lists writes English."""

import re
from functools import cache

from ari_app.web.languages import DUTCH, catalog, mark, spoken

_PLACE = re.compile(r"%\((\w+)\)s")
_ANY = r"[^\n]+?"
_SHAPES = {
    "phrase": r'[^"\n]+',
    "word": r"'[^'\n]+'",
    "name": r"'?[^'\n)]+'?",
    "number": r"\d+",
    "count": r"\d+",
    "most": r"\d+",
}
#: Their English in the catalog is what the core writes.
_KNOWN = tuple(
    map(
        mark,
        (
            "de lijst heeft fouten:",
            "de lijst is geen TOML: %(why)s",
            "groep %(number)s (%(name)s):",
            '"%(phrase)s" heeft hoofdletters; schrijf kleine letters',
            '"%(phrase)s" begint of eindigt met ..; een gat staat tussen woorden',
            '"%(phrase)s" heeft %(count)s woorden; hoogstens %(most)s, niemand zegt meer twee keer hetzelfde',
            "%(word)s wordt nooit gevonden; laat de tekens eromheen weg",
            "%(word)s zou elk woord vinden; zet letters bij de ster",
            "%(word)s is geen zin; zet woorden tussen aanhalingstekens",
            '"%(phrase)s" staat al in %(name)s',
            '"%(phrase)s" staat niet in %(name)s',
            "er is geen groep %(name)s",
            "er is geen [[group]], dus er valt niets te vinden",
        ),
    )
)


def in_words(text: str) -> str:
    """What is not known stays English."""
    if spoken() != DUTCH:
        return text
    for pattern, dutch in _patterns():
        text = pattern.sub(dutch, text)
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    english = catalog("en")
    return tuple(
        (re.compile(_pattern(english[dutch])), _PLACE.sub(r"\\g<\1>", dutch)) for dutch in _KNOWN if dutch in english
    )


def _pattern(english: str) -> str:
    """A word stands in quotes, and nothing goes beyond its line."""
    return "".join(
        f"(?P<{piece}>{_SHAPES.get(piece, _ANY)})" if place % 2 else re.escape(piece)
        for place, piece in enumerate(_PLACE.split(english))
    )
