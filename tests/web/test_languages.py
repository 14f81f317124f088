"""Dutch by default, English for who asks: which language a page speaks, and that no word is left behind."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from ari_app import web
from ari_app.web import catalog, languages
from ari_app.web.audit_words import what_in_words
from ari_app.web.languages import Words, preferred, speaking
from ari_app.web.languages import catalog as translations

OWN = {"Sec-Fetch-Site": "same-origin"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
TEMPLATES = Path(web.__file__).parent / "templates"
#: Attributes that are read to people.
SPOKEN = {"aria-label", "aria-valuetext", "title", "placeholder", "alt", "label", "data-of"}
#: The same in every language: names, keys of a keyboard, examples to type.
NAMES = {
    "Meldlijn",
    "CSV",
    "API",
    "III",
    "II",
    "Autotask",
    "server",
    "Status",
    "Type",
    "kB",
    "GET",
    "POST",
    "T-",
    "CAT",
}
PLACES = re.compile(r"%\(\w+\)s|%%|\\\d|</?\w+>")


# ---- which language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "nl"),
        ("nl-NL,nl;q=0.9,en;q=0.8", "nl"),
        ("en-US,en;q=0.9,nl;q=0.8", "en"),
        ("en;q=0.3, nl;q=0.9", "nl"),
        ("de-DE,en-GB;q=0.7", "en"),
        ("fr", "nl"),
        ("*", "nl"),
        ("en;q=0, nl", "nl"),
        ("en;q=veel, nl;q=0.1", "nl"),
        (",;q=,,", "nl"),
    ],
)
def test_a_page_speaks_what_the_browser_asks_for_and_else_dutch(header, language):
    assert preferred(header) == language


async def test_a_stranger_logs_in_in_the_language_of_the_browser(stranger):
    dutch = await (await stranger.get("/login")).text()
    english = await (await stranger.get("/login", headers=ENGLISH)).text()

    assert '<html lang="nl"' in dutch
    assert "<h1>Inloggen</h1>" in dutch
    assert '<html lang="en"' in english
    assert "<h1>Log in</h1>" in english


async def test_what_a_person_chose_goes_before_what_the_browser_asks(visitor):
    await visitor.post("/account/language", data={"language": "en"}, headers=OWN)
    chosen = await (await visitor.get("/", headers={"Accept-Language": "nl"})).text()
    await visitor.post("/account/language", data={"language": ""}, headers=OWN)
    asked = await (await visitor.get("/", headers={"Accept-Language": "nl"})).text()

    assert '<html lang="en"' in chosen
    assert "Main menu" in chosen
    assert '<html lang="nl"' in asked


async def test_a_stranger_chooses_a_language_at_the_login_and_it_stays_when_they_are_in(stranger, password):
    first = await (await stranger.get("/login?next=/review")).text()
    form = {"language": "en", "next": "/login?next=/review"}
    chosen = await stranger.post("/language", data=form, headers=OWN)
    login = {"username": "ilse", "password": password, "next": "/review"}
    inside = await stranger.post("/login", data=login, headers=OWN)

    assert '<button class="linkbtn" name="language" value="en" lang="en">English</button>' in first
    assert (chosen.url.path_qs, "<h1>Log in</h1>" in await chosen.text()) == ("/login?next=/review", True)
    assert (inside.url.path, '<html lang="en"' in await inside.text()) == ("/review", True)


async def test_the_account_goes_before_what_was_chosen_in_this_browser_which_is_forgotten(visitor):
    await visitor.post("/language", data={"language": "en", "next": "/"}, headers=OWN)
    in_browser = await (await visitor.get("/")).text()
    await visitor.post("/account/language", data={"language": "nl"}, headers=OWN)
    by_account = await (await visitor.get("/", headers=ENGLISH)).text()
    await visitor.post("/account/language", data={"language": ""}, headers=OWN)
    asked = await (await visitor.get("/", headers={"Accept-Language": "nl"})).text()

    assert '<html lang="en"' in in_browser
    assert '<html lang="nl"' in by_account
    assert '<html lang="nl"' in asked


@pytest.mark.parametrize(
    ("form", "status", "place"),
    [
        ({"language": "fy", "next": "/login"}, 400, None),
        ({"next": "/login"}, 400, None),
        ({"language": "en", "next": "//elders.example"}, 303, "/"),
    ],
)
async def test_only_a_language_that_is_there_is_kept_and_nobody_is_sent_elsewhere(stranger, form, status, place):
    answer = await stranger.post("/language", data=form, headers=OWN, allow_redirects=False)

    assert (answer.status, answer.headers.get("Location")) == (status, place)


async def test_a_language_that_is_not_there_is_refused_and_nothing_is_kept(visitor):
    answer = await visitor.post("/account/language", data={"language": "fy"}, headers=OWN)

    assert answer.status == 409
    assert "&#39;fy&#39; is geen taal van deze pagina" in await answer.text()
    assert '<html lang="nl"' in await (await visitor.get("/account")).text()


async def test_the_account_page_shows_what_was_chosen(visitor):
    await visitor.post("/account/language", data={"language": "en"}, headers=OWN)

    text = await (await visitor.get("/account")).text()

    assert '<option value="en" lang="en" selected>English</option>' in text


async def test_one_connection_serves_both_languages(stranger):
    """Keep-alive: the language of one request is forgotten by the next."""
    for header, language in ((ENGLISH, "en"), ({}, "nl"), (ENGLISH, "en")):
        answer = await stranger.get("/login", headers=header)
        assert f'<html lang="{language}"' in await answer.text()


async def test_an_error_speaks_the_language_of_who_gets_it(visitor):
    answer = await visitor.get("/nergens", headers=ENGLISH)

    assert answer.status == 404
    assert "This page is not there" in await answer.text()


async def test_programs_are_answered_in_one_language(stranger):
    plain = await (await stranger.get("/api/v1/tickets")).json()
    asked = await (await stranger.get("/api/v1/tickets", headers=ENGLISH)).json()

    assert asked == plain


# ---- a few pages


async def test_the_list_and_a_ticket_in_english_with_english_times_and_what_the_caller_said_in_dutch(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "goedemorgen onze telefoons doen het niet meer niemand kan bellen")

    tickets = await (await visitor.get("/", headers=ENGLISH)).text()
    ticket = await (await visitor.get(f"/tickets/{number}", headers=ENGLISH)).text()

    assert "Listen and read" in tickets
    assert "Tue 10 Nov 2026 10:42" in ticket
    assert "First response" in ticket
    assert "Begin resolving" in ticket
    assert "Not judged yet: the strictest category that it can be counts" in ticket
    assert re.search(r'class="text" lang="nl"', ticket)


async def test_the_review_inbox_in_english(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "goedemorgen onze telefoons doen het niet meer niemand kan bellen")

    text = await (await visitor.get("/review", headers=ENGLISH)).text()

    assert "Review reports" in text
    assert "What the caller said" in text
    assert re.search(r'class="text" lang="nl"', text)


async def test_what_is_kept_stays_dutch_whoever_decided(visitor, caller, desk):
    number = await caller.leaves_message()
    await caller.was_heard(number, "goedemorgen onze telefoons doen het niet meer niemand kan bellen")
    form = {"outcome": "I", "why": "2", "seen": await _seen(visitor, number)}

    await visitor.post(f"/review/{number}/decide", data=form, headers=OWN | ENGLISH)

    kept = [one.why for one in (await desk.ticket(number)).work.history if one.type == "category_confirmed"]
    assert kept == ["Er is een alternatief"]


async def _seen(visitor, number):
    text = await (await visitor.get(f"/review/{number}")).text()
    return re.search(r'name="seen" value="([^"]*)"', text)[1]


async def test_watchers_of_the_board_each_get_their_language(visitor):
    first = {}
    for language in ("nl", "en"):
        async with visitor.get("/live/events", headers={"Accept-Language": language}) as stream:
            first[language] = (await stream.content.readuntil(b"event: queues")).decode()

    assert "Gesprekken nu" in first["nl"]
    assert "Calls now" in first["en"]


def test_a_table_answers_in_the_language_that_is_spoken():
    words = Words({"a": "Rooster"})

    assert words["a"] == "Rooster"
    with speaking("en"):
        assert dict(words) == {"a": "Rota"}
        assert what_in_words("login") == "logged in"
    assert words.get("a") == "Rooster"


# ---- no word is left behind


def test_every_word_has_its_english_with_the_same_places_tags_and_edges():
    english = translations("en")

    wrong = [
        f"{word!r} -> {english.get(word)!r}"
        for word in catalog.words()
        if not english.get(word)
        or sorted(PLACES.findall(word)) != sorted(PLACES.findall(english[word]))
        or _edges(word) != _edges(english[word])
    ]

    assert wrong == [], "run `make messages` and translate what it names"


def test_the_catalog_holds_no_words_that_are_gone():
    assert sorted(set(translations("en")) - set(catalog.words())) == [], "run `make messages`"


def test_no_translation_can_break_out_of_an_attribute():
    """Words stand in attributes too, and templates trust them; only words that bring their own quotes may have quotes."""
    assert [word for word, english in translations("en").items() if '"' in english and '"' not in word] == []


@pytest.mark.parametrize("template", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")))
def test_no_template_holds_words_outside_the_catalog(template):
    source = (TEMPLATES / template).read_text("utf-8")

    assert [*_bare_text(source), *_bare_literals(source)] == [], "put them in {{ _(...) }}"


def _edges(text: str) -> tuple[bool, bool]:
    return text.startswith(" "), text.endswith(" ")


class _Reader(HTMLParser):
    """Collects what a person would read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "kbd", "code", "pre"):
            self._inside.append(tag)
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.found.append(data)


def _bare_text(source: str) -> Iterator[str]:
    reader = _Reader()
    reader.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL))
    for text in reader.found:
        plain = re.sub(r'[\w-]+="[^"]*"|\bdata-[\w-]+|/api/[\w.]+', " ", text)
        if set(re.findall(r"[^\W\d_]{2,}-?", plain)) - NAMES:
            yield text.strip()


def _bare_literals(source: str) -> Iterator[str]:
    """Strings in expressions: more than one word, or one that begins with a capital."""
    tree = jinja2.Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    marked = {id(one) for call in tree.find_all(nodes.Call) if _is_marking(call) for one in call.find_all(nodes.Const)}
    marked |= {id(one) for compared in tree.find_all(nodes.Compare) for one in compared.find_all(nodes.Const)}
    marked |= {id(pair.key) for pair in tree.find_all(nodes.Pair)}
    for one in tree.find_all(nodes.Const):
        is_text = isinstance(one.value, str) and re.search(r"\w \w|^[A-Z][a-z]{2,}", one.value.strip())
        if is_text and id(one) not in marked and not re.search(r'="|[{}]|%-?[dmYHM]|^CAT I+$', one.value):
            yield one.value


def _is_marking(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name == "_"


def test_the_catalog_is_read_once():
    assert languages.catalog("en") is languages.catalog("en")
