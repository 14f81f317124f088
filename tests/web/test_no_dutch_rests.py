"""On an English page all is English but what is marked as Dutch: pages as they are served, code, and scripts.

Dutch is what the catalog translates: a word that stands in its Dutch half and nowhere in its English half.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from aiohttp import ClientSession

from ari_app import web
from ari_app.web.guard import SESSION_COOKIE
from ari_app.web.languages import catalog
from tests.web.sights import Sight, busy, more_sights, sessions, sights_of  # noqa: F401  the fixtures

WEB = Path(web.__file__).parent
#: Elements that never close.
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
#: Nobody reads or hears what stands in these.
SILENT = frozenset({"script", "style", "kbd", "code"})
SPOKEN = frozenset({"aria-label", "aria-valuetext", "title", "placeholder", "alt", "label", "data-of", "data-then"})
#: What people typed on the busy line, and names.
TYPED = (
    "Transport De Testrit",
    "Belt elke zondag voor niets",
    "De klant zet de reserverouter klaar.",
    "De router vervangen, vandaag.",
    "KNMI code rood",
    "welkom",
    "ingesproken",
    "gisteren",
    "je organisatie",
    # The field's own word, from the glossary
    "dienstdoende engineer",
    # English, of a prompt; "want" is a word in both languages
    "If you do not want to wait",
)
#: Addresses and names of files, and what is quoted of a caller.
_NO_WORDS = re.compile(r"\S*\w[/.]\w\S*|“[^”]*”")
_KEPT_WITH_THE_TICKET, _AUDIT, _FILE = "kept with the ticket", "kept in the audit trail", "the name of a file"
#: In Dutch for whoever presses the button, and why.
KEPT = {
    "Zo gezegd in het bericht.": _KEPT_WITH_THE_TICKET,
    "Gaat over hetzelfde als ": _KEPT_WITH_THE_TICKET,
    "Kan ik niet beoordelen: een ander moet kijken.": _KEPT_WITH_THE_TICKET,
    "Geen melding.": _KEPT_WITH_THE_TICKET,
    "Voorstel bevestigd.": _KEPT_WITH_THE_TICKET,
    "Beoordeeld anders dan het voorstel.": _KEPT_WITH_THE_TICKET,
    "wie belt": _KEPT_WITH_THE_TICKET,
    "hoe wij de melder bereiken": _KEPT_WITH_THE_TICKET,
    "wat er aan de hand is": _KEPT_WITH_THE_TICKET,
    "rol: ": _AUDIT,
    " wordt ": _AUDIT,
    "aanbieder: ": _AUDIT,
    ": ook de tweede stap": _AUDIT,
    "ook de tweede stap": _AUDIT,
    "ook de tokens (": _AUDIT,
    " ingetrokken": _AUDIT,
    "herstelcodes: ": _AUDIT,
    'attachment; filename="logboek-': _FILE,
    "uren-": _FILE,
    "cijfers-": _FILE,
    "persoonsgegevens-": _FILE,
}
_PLACE = re.compile(r"%\(\w+\)s|</?\w+>")
_WORD = re.compile(r"[^\W\d_]{2,}")


async def test_no_page_in_english_holds_dutch_that_is_not_marked(server, sessions, busy):  # noqa: F811
    looked = [one async for one in sights_of(server, sessions, busy)]
    sights = [one for one in looked if isinstance(one, Sight)] + more_sights(busy)
    assert len(sights) > 30

    rests: dict[str, list[str]] = {}
    async with ClientSession(server.make_url("/"), headers={"Accept-Language": "en"}) as client:
        for sight in sights:
            cookies = {"Cookie": f"{SESSION_COOKIE}={sessions[sight.who]}"} if sight.who else {}
            async with client.get(sight.path, headers=cookies) as answer:
                for text in _dutch_in(await answer.text()):
                    rests.setdefault(text, []).append(sight.name)

    assert rests == {}


def test_the_test_finds_what_is_left_in_dutch():
    page = """<html lang="en"><body><p>Tickets of <b>Klant</b></p><p lang="nl">Kan nadat de klant belt<br>en <i>wacht</i>.</p>
              <button aria-label="Sluit melding">x</button><code>klant</code><input placeholder="zoek een klant"><p>late</p>"""

    assert list(_dutch_in(page)) == ["Klant", "Sluit melding", "zoek een klant"]


@pytest.mark.parametrize(
    "path", sorted(path for path in WEB.rglob("*.py") if "api" not in path.parts), ids=lambda path: path.stem
)
def test_no_code_of_a_page_holds_dutch_outside_the_catalog(path):
    assert list(_dutch_literals(path.read_text("utf-8"))) == [], "put it in _(...), mark(...) or Words(...)"


@pytest.mark.parametrize(
    "path", sorted(path for path in WEB.glob("static/*.js") if ".min" not in path.name), ids=lambda path: path.stem
)
def test_a_script_says_the_same_in_both_languages_and_nothing_else(path):
    source = re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
    table = re.search(r"const SAYS = \{(.*?)\n\}\[document", source, re.DOTALL)
    says = dict(re.findall(r"^  (\w\w): \{(.*?)\},?$", table[1], re.DOTALL | re.MULTILINE)) if table else {}
    others = source.replace(table[0], "") if table else source
    texts = [found[1] for found in re.finditer(r"""(?:'|"|`)([^'"`\n]*[^\W\d_]{2}[^'"`\n]*)(?:'|"|`)""", others)]

    assert [text for text in texts if " " in text and _dutch_words(text)] == []
    assert len({tuple(re.findall(r"(\w+): (?=['(])", words)) for words in says.values()}) <= 1


@cache
def _dutch() -> frozenset[str]:
    """In small letters; "en" is also how programs call English."""
    english = catalog("en")
    return frozenset(_words(" ".join(english))) - frozenset(_words(" ".join(english.values()))) - {"en"}


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(_PLACE.sub(" ", text))}


def _dutch_words(text: str) -> set[str]:
    return _words(text) & _dutch()


def _dutch_in(page: str) -> Iterator[str]:
    reader = _Reader()
    reader.feed(page)
    for text in reader.said:
        rest = _NO_WORDS.sub(" ", text)
        for typed in TYPED:
            rest = rest.replace(typed, " ")
        if _dutch_words(rest):
            yield " ".join(text.split())


def _dutch_literals(source: str) -> Iterator[str]:
    """Strings that are no docstring, no message of the catalog, and no address."""
    tree, messages = ast.parse(source), catalog("en")
    docstrings = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in docstrings:
            is_known = one.value in messages or one.value in KEPT
            if not is_known and not re.search(r"^[^ ]*[#/\\{]|^\w+$|lang=", one.value) and _dutch_words(one.value):
                yield one.value


class _Reader(HTMLParser):
    """Collects what is read or heard as English."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, str]] = []

    @property
    def _is_english(self) -> bool:
        return not self._open or self._open[-1][1] == "en"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        above = self._open[-1][1] if self._open else "en"
        language = "" if tag in SILENT else dict(attrs).get("lang") or above
        self._open.append((tag, language))
        if self._is_english:
            self.said += [value for name, value in attrs if name in SPOKEN and value]
        if tag in VOID:
            self._open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._is_english and data.strip():
            self.said.append(data)
