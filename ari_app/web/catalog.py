"""`python -m ari_app.web.catalog`: gathers the words of the pages and brings each catalog up to date with them."""

import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from ari_app import web
from ari_app.web.languages import DOMAIN, DUTCH, FOLDER, LANGUAGES, marked

_CALLS = {"_": None}
#: How Babel reads a file, by its kind; a template that can't be read is an error.
_METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract"}
_OPTIONS = {"silent": "false"}


def words() -> list[str]:
    """All Dutch words that can be shown in another language: in `_()`, in templates and in tables. Sorted."""
    return sorted({*_called(Path(web.__file__).parent), *_in_tables()})


def path_of(language: str) -> Path:
    """Where its catalog stands."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def renew(language: str) -> list[str]:
    """Writes its catalog with the words of now; what is gone leaves. Gives the words that wait for a translation."""
    wanted = Catalog()
    for word in words():
        wanted.add(word)
    with path_of(language).open("rb") as file:
        kept = read_po(file, locale=language)
    kept.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    with path_of(language).open("wb") as file:
        write_po(file, kept, width=0, no_location=True, ignore_obsolete=True, sort_output=True)
    return [str(one.id) for one in kept if one.id and not one.string]


def _called(folder: Path) -> Iterator[str]:
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _METHODS):
        for _line, message, _comments, _context in extract_from_file(
            _METHODS[path.suffix], path, keywords=_CALLS, options=_OPTIONS
        ):
            yield message if isinstance(message, str) else message[0]


def _in_tables() -> tuple[str, ...]:
    """Tables register their words when they are made."""
    for module in pkgutil.walk_packages(web.__path__, f"{web.__name__}."):
        import_module(module.name)
    return marked()


if __name__ == "__main__":
    for language in LANGUAGES:
        if language != DUTCH:
            waiting = renew(language)
            sys.stderr.write(f"{language}: {len(waiting)} words wait for a translation\n")
            sys.stderr.writelines(f"  {word}\n" for word in waiting)
