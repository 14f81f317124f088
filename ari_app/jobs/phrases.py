"""The lists of phrases that messages are assessed with."""

from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path

from transcription.phrases import Phrases, parse_phrases


def phrases_in(home: Path) -> Callable[[str], Phrases]:
    """By language: the list in the line's home when there is one, else the one that ships. Read once; restart to change.

    Raises FileNotFoundError for a language without a list.
    """

    @cache
    def of_language(language: str) -> Phrases:
        name = f"phrases_{language}.toml"
        own = home / name
        shipped = resources.files("transcription") / name
        return parse_phrases((own if own.is_file() else shipped).read_text(encoding="utf-8"))

    return of_language
