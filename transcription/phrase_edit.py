"""One phrase put into the text of a list, or taken out of it; all else stays as the customer wrote it, remarks too."""

import json
import re

from transcription.phrases import parse_phrases

_GROUP = re.compile(r"^\[\[group\]\]", re.MULTILINE)
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|.', re.DOTALL)
_BEGIN = re.compile(r"^phrases\s*=\s*\[", re.MULTILINE)


def with_phrase(text: str, group: str, phrase: str) -> str:
    """The text with `phrase` at the end of the group: in lower case, one blank between words. Raises ValueError for a list or a
    phrase with mistakes, for an unknown group, and for a phrase that is there."""
    wanted = _tidy(phrase)
    if wanted in _phrases_of(text, group):
        raise ValueError(f'"{wanted}" stands in {group!r} already')
    begin, end = _span(text, group)
    inside = text[begin:end].rstrip()
    comma = "" if not inside or inside.endswith(",") else ","
    changed = f"{text[:begin]}{inside}{comma}\n    {json.dumps(wanted, ensure_ascii=False)},\n{text[end:]}"
    return _sure(changed, group, wanted, is_there=True)


def without_phrase(text: str, group: str, phrase: str) -> str:
    """The text without `phrase`. Raises ValueError as `with_phrase` does, and for a phrase that is not there."""
    wanted = _tidy(phrase)
    if wanted not in _phrases_of(text, group):
        raise ValueError(f'"{wanted}" does not stand in {group!r}')
    begin, end = _span(text, group)
    tokens = [found[0] for found in _TOKEN.finditer(text[begin:end])]
    place = next((at for at, token in enumerate(tokens) if token[0] in "\"'" and token[1:-1] == wanted), None)
    if place is None:
        raise ValueError(f'"{wanted}" is written in a way that only you can take out of the text')
    after = place + 1
    while after < len(tokens) and tokens[after] in (" ", ","):
        after += 1
    return _sure(text[:begin] + "".join([*tokens[:place], *tokens[after:]]) + text[end:], group, wanted, is_there=False)


def _tidy(phrase: str) -> str:
    return " ".join(phrase.lower().split())


def _phrases_of(text: str, group: str) -> list[str]:
    phrases = parse_phrases(text)
    if group not in {one.name for one in phrases.groups}:
        raise ValueError(f"there is no group {group!r}")
    return [one.text for one in phrases.phrases if one.group.name == group]


def _span(text: str, group: str) -> tuple[int, int]:
    """What stands between the brackets of a group's phrases."""
    begins = [found.start() for found in _GROUP.finditer(text)]
    for begin, end in zip(begins, [*begins[1:], len(text)], strict=True):
        part = text[begin:end]
        opened = _BEGIN.search(part)
        if opened and re.search(rf"^name\s*=\s*{re.escape(json.dumps(group, ensure_ascii=False))}", part, re.MULTILINE):
            return begin + opened.end(), begin + opened.end() + _closing(part[opened.end() :])
    raise ValueError(f"the group {group!r} is written in a way that only you can change in the text")


def _closing(part: str) -> int:
    for found in _TOKEN.finditer(part):
        if found[0] == "]":
            return found.start()
    raise ValueError("a list of phrases does not end")


def _sure(changed: str, group: str, phrase: str, *, is_there: bool) -> str:
    if (phrase in _phrases_of(changed, group)) is not is_there:
        raise ValueError(f"the group {group!r} is written in a way that only you can change in the text")
    return changed
