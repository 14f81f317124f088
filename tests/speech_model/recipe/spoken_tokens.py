"""Written Dutch -> spoken tokens: lower case, numbers as words, pauses as ","."""

import re

from tests.speech_model.recipe.number_words import spoken_number
from tests.speech_model.recipe.workspace import PAUSE

LETTERS = "a-zàáâäçèéêëìíîïñòóôöùúûü"
_TOKEN = re.compile(rf"\d+|[{LETTERS}][{LETTERS}']*[{LETTERS}]|'[st]\b|[{LETTERS}]")
_STOP = re.compile(r"[.,!?:;)]['\"]?$")
_SYMBOLS = {"%": " procent ", "€": " euro ", "&": " en ", "+": " plus "}
_SHORT_FORMS = {"'t": "het", "'n": "een"}

# espeak-ng reads these as words; people say the letters.
_SPELLED = {"ict", "cne", "id", "ip", "vvv", "anwb", "tv", "cd", "dvd", "usb", "pc", "epd", "sla", "hr"}
_LETTER_SOUNDS = {"i": "ie"}


def spoken_form(token: str) -> str:
    """What espeak-ng must be given to say `token`."""
    if token in _SPELLED:
        return " ".join(_LETTER_SOUNDS.get(letter, letter) for letter in token)
    return _LETTER_SOUNDS.get(token, token)


def tokens(text: str) -> list[str]:
    """Words and pauses; no pause at either end, never two in a row. What stands in [ ] is a sound and is dropped."""
    text = re.sub(r"\[[^\]]*\]?", " , ", text)
    text = re.sub("[’‘`]", "'", text).replace("…", "...")
    found: list[str] = []
    for raw in text.split():
        written = _written_out(raw)
        found += _words(written)
        if _STOP.search(written) or written in ("-", "–", "—"):
            found.append(PAUSE)
    return _without_idle_pauses(found)


def pieces(message: list[str], words: int = 14) -> list[list[str]]:
    """`message` cut at pauses into pieces of about `words` words, and hard at 8 more."""
    cut: list[list[str]] = []
    piece: list[str] = []
    for token in message:
        long_enough = token == PAUSE and len(_no_pauses(piece)) >= words // 2
        if long_enough or len(piece) >= words + 8:
            cut.append(piece)
            piece = []
        if token != PAUSE or piece:
            piece.append(token)
    if piece:
        cut.append(piece)
    return [piece[:-1] if piece[-1] == PAUSE else piece for piece in cut if _no_pauses(piece)]


def _written_out(raw: str) -> str:
    if "@" in raw:
        raw = raw.rstrip(".,?!").replace("@", " apenstaartje ").replace(".", " punt ")
    for symbol, word in _SYMBOLS.items():
        raw = raw.replace(symbol, word)
    return raw


def _words(written: str) -> list[str]:
    words: list[str] = []
    for part in _TOKEN.findall(written.lower().replace("'n ", "een ")):
        words += spoken_number(part) if part.isdigit() else [_SHORT_FORMS.get(part, part)]
    return words


def _without_idle_pauses(found: list[str]) -> list[str]:
    kept: list[str] = []
    for token in found:
        if token != PAUSE or (kept and kept[-1] != PAUSE):
            kept.append(token)
    return kept[:-1] if kept and kept[-1] == PAUSE else kept


def _no_pauses(piece: list[str]) -> list[str]:
    return [token for token in piece if token != PAUSE]
