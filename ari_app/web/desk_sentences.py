"""Sentences of the desk in the language of the page. The desk and the agreement write Dutch; what they wrote is recognised here
whole, with its values, or it stays Dutch and is marked so (docs/adr/0012-two-languages.md)."""

import re
from collections.abc import Iterator
from functools import cache

from ari_app.web.languages import DUTCH, mark, spoken, translated
from ari_app.web.words_of_desk import SENTENCES, WORDS

_PLACE = re.compile(r"%\((\w+)\)s")
_DAYS = {"ma": "Mon", "di": "Tue", "wo": "Wed", "do": "Thu", "vr": "Fri", "za": "Sat", "zo": "Sun"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = re.compile(rf"\b({'|'.join(_DAYS)})(?= \d)")
_DATE = re.compile(r"\b(\d\d)-(\d\d)-(\d{4})\b")
_HOURS = re.compile(r"\b(\d+) u\b")
_RULE = r"[AR]-\d+\w?"
_ON = rf"(?:{'|'.join(_DAYS)})"
_MOMENT = rf"(?:{_ON} )?\d\d-\d\d-\d{{4}}(?: \d\d:\d\d(?::\d\d)?)?"
#: What each kind of value looks like; any other is taken as it stands.
_SHAPES = {
    "rules": rf"{_RULE}(?:, {_RULE})*",
    "moment": _MOMENT,
    "until": _MOMENT,
    "window": rf"{_ON} (?:\d\d-\d\d )?\d\d:\d\d(?::\d\d)?-\d\d:\d\d(?::\d\d)?",
    "span": r"\d+ (?:u|min)(?: \d\d)?(?: \d\d s)?",
    "cat": r"I{1,3}",
    "count": r"[\d.,]+",
    "word": r"[^\W\d_][\w -]*?",
}
#: Where one sentence ends and the next begins.
_NEXT = re.compile(r"(?<=[.)]) (?=[A-Z])")

SENTENCES_KNOWN = tuple(map(mark, SENTENCES))
WORDS_KNOWN = frozenset(map(mark, WORDS))


def of_the_desk(text: str) -> str | None:
    """In the language that is spoken; None for what is not known there."""
    if spoken() == DUTCH:
        return text
    whole = _one(text)
    if whole is not None:
        return whole
    parts = [_one(part) for part in _NEXT.split(text)]
    return " ".join(part for part in parts if part) if all(parts) and len(parts) > 1 else None


def _one(text: str) -> str | None:
    if text in WORDS_KNOWN:
        return translated(text)
    for dutch, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found:
            values = {name: _value(name, value) for name, value in found.groupdict().items()}
            return None if None in values.values() else translated(dutch) % values
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((dutch, re.compile("".join(_pieces(dutch)), re.DOTALL)) for dutch in SENTENCES_KNOWN)


def _pieces(dutch: str) -> Iterator[str]:
    for place, piece in enumerate(_PLACE.split(dutch)):
        yield rf"(?P<{piece}>{_SHAPES.get(piece, '.+?')})" if place % 2 else re.escape(piece)


def _value(name: str, value: str) -> str | None:
    """Moments and spans as this language writes them; words are looked up, names stand."""
    if name.startswith("word"):
        return translated(value) if value in WORDS_KNOWN else None
    if name in ("moment", "until", "window", "span"):
        value = _DAY.sub(lambda day: _DAYS[day[1]], value)
        value = _DATE.sub(lambda on: f"{int(on[1])} {_MONTHS[int(on[2]) - 1]} {on[3]}", value)
        return _HOURS.sub(r"\1 h", value)
    return value
