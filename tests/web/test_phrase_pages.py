"""The list of phrases in the pages: its effect is seen before it is saved."""

import html
import re

import pytest

from ari_app.desk.audit import Asked

OWN = {"Sec-Fetch-Site": "same-origin"}
#: Pleads for CAT III in nearly every message.
SHOUTING = """language = "nl"
[[group]]
name = "alles is erg"
weights = { cat3 = 9.0 }
phrases = ["de", "het", "een", "ik", "wij"]
"""


async def press(visitor, path: str, **form: str) -> tuple[int, str]:
    answer = await visitor.post(path, data=form, headers=OWN)
    return answer.status, await answer.text()


async def test_the_list_that_ships_would_change_nothing(visitor):
    page = await (await visitor.get("/phrases")).text()
    text = html.unescape(re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.DOTALL).group(1))

    status, tried = await press(visitor, "/phrases/try", language="nl", text=text)

    assert status == 200
    assert "<dt>Anders voorgesteld</dt><dd>0</dd>" in tried


async def test_a_list_is_saved_only_after_its_own_effect_was_seen(visitor, line):
    refused, why = await press(visitor, "/phrases", language="nl", text=SHOUTING, digest="")
    _, tried = await press(visitor, "/phrases/try", language="nl", text=SHOUTING)
    (digest,) = re.findall(r'name="digest" value="(\w+)"', tried)
    other, _ = await press(visitor, "/phrases", language="nl", text=SHOUTING + "# anders\n", digest=digest)
    nothing_yet = not (line.home / "phrases_nl.toml").exists()

    saved, page = await press(visitor, "/phrases", language="nl", text=SHOUTING, digest=digest)

    assert (refused, other, nothing_yet, saved) == (409, 409, True, 200)
    assert "Kan nadat je het effect van precies deze lijst hebt bekeken" in why
    assert "CAT III" in tried
    assert (line.home / "phrases_nl.toml").read_text() == SHOUTING
    assert "eigen lijst" in page


async def test_a_list_with_mistakes_is_kept_on_the_page_with_every_mistake_named(visitor, line):
    wrong = 'language = "nl"\n[[group]]\nname = "x"\nweights = { cat9 = 1 }\nphrases = ["HOOFD"]\n'

    status, page = await press(visitor, "/phrases/try", language="nl", text=wrong)

    assert status == 409
    assert "cat9" in page
    assert "groep 1 (x)" in page
    assert "heeft hoofdletters; schrijf kleine letters" in page
    assert "has capitals" not in page
    assert "HOOFD" in page
    assert not (line.home / "phrases_nl.toml").exists()


async def test_a_list_of_another_language_is_refused(visitor):
    for language in ("en", "fr"):
        assert (await press(visitor, "/phrases/try", language=language, text=SHOUTING))[0] == 409
    assert (await visitor.get("/phrases?language=fr")).status == 404


async def test_the_own_list_can_be_dropped(visitor, line):
    (line.home / "phrases_nl.toml").write_text(SHOUTING)

    _, page = await press(visitor, "/phrases/drop", language="nl")

    assert "meegeleverd" in page
    assert not (line.home / "phrases_nl.toml").exists()


def text_on(page: str) -> str:
    return html.unescape(re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.DOTALL).group(1))


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="(\w+)"', page).group(1)


async def shouts(visitor) -> str:
    """Saves the list of a supervisor who shouts."""
    _, tried = await press(visitor, "/phrases/try", language="nl", text=SHOUTING)
    _, saved = await press(visitor, "/phrases", language="nl", text=SHOUTING, digest=hidden(tried, "digest"))
    return saved


async def test_a_phrase_is_added_with_its_effect_and_without_a_word_of_toml(visitor, line):
    await shouts(visitor)
    asked = {"language": "nl", "text": SHOUTING, "group": "alles is erg", "phrase": "Telefoon", "what": "add"}

    _, tried = await press(visitor, "/phrases/try", **asked)
    _, out = await press(visitor, "/phrases/try", **asked | {"text": text_on(tried), "what": "remove"})

    assert '"telefoon"' in text_on(tried)
    assert "Wat deze lijst zou doen" in tried
    assert '"telefoon"' not in text_on(out)
    assert (line.home / "phrases_nl.toml").read_text() == SHOUTING


async def test_a_phrase_that_can_not_be_is_kept_in_the_form(visitor):
    asked = {"language": "nl", "text": SHOUTING, "group": "alles is erg", "what": "add"}

    status, page = await press(visitor, "/phrases/try", **asked, phrase="brand!")
    empty, why = await press(visitor, "/phrases/try", **asked, phrase="  ")

    assert (status, 'value="brand!"' in page, empty) == (409, True, 409)
    assert "wordt nooit gevonden; laat de tekens eromheen weg" in page
    assert "Kan nadat een zin is ingevuld" in why


async def test_the_list_before_the_last_change_comes_back(visitor, line):
    before = text_on(await (await visitor.get("/phrases")).text())
    await shouts(visitor)

    _, back = await press(visitor, "/phrases/undo", language="nl")
    _, forth = await press(visitor, "/phrases/undo", language="nl")

    assert (text_on(back), "eigen lijst" in back) == (before, False)
    assert text_on(forth) == SHOUTING
    assert (await press(visitor, "/phrases/undo", language="en"))[0] == 409


async def test_a_list_that_another_saved_meanwhile_is_not_overwritten(visitor, line):
    page = await (await visitor.get("/phrases")).text()
    other = SHOUTING + "# van een ander"
    (line.home / "phrases_nl.toml").write_text(other)
    _, tried = await press(visitor, "/phrases/try", language="nl", text=SHOUTING, based_on=hidden(page, "based_on"))

    given = {name: hidden(tried, name) for name in ("digest", "based_on")}
    status, why = await press(visitor, "/phrases", language="nl", text=SHOUTING, **given)

    assert (status, "intussen heeft een ander" in why) == (409, True)
    assert (line.home / "phrases_nl.toml").read_text() == other


async def test_who_changed_the_list_stands_in_the_audit_trail(visitor, desk):
    await shouts(visitor)
    await press(visitor, "/phrases/undo", language="nl")

    entries = await desk.audit.entries(Asked(who="ilse"), 2)
    assert [(one.what, one.detail[:3]) for one in entries] == [("phrases-undo", "nl:"), ("phrases-save", "nl:")]


async def test_what_callers_of_this_line_said_counts_and_leads_to_its_ticket(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(
        number,
        "de bel in de werkplaats gaat sinds gisteren niet meer over binnen sta ik onder een brug en hoor ik niks voorin loopt het",
    )
    await press(visitor, f"/tickets/{number}/do/confirm-category", category="I", why="Een toestel.")

    _, tried = await press(visitor, "/phrases/try", language="nl", text=SHOUTING)

    assert "1 van deze lijn" in tried
    assert f'<a href="/tickets/{number}">{number}</a>' in tried


async def test_a_list_that_was_damaged_by_hand_can_be_mended_on_the_page(visitor, line):
    (line.home / "phrases_nl.toml").write_text("language =")

    assert (await visitor.get("/phrases")).status == 200


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("de", "staat al in"),
        ("*", "zou elk woord vinden"),
        (".. plat", "begint of eindigt met .."),
        ("woord " * 13, "heeft 13 woorden; hoogstens 12"),
    ],
)
async def test_what_is_wrong_with_a_phrase_is_dutch_on_a_dutch_page_and_english_on_an_english_one(
    visitor, phrase, told
):
    asked = {"language": "nl", "text": SHOUTING, "group": "alles is erg", "what": "add", "phrase": phrase}

    _, dutch = await press(visitor, "/phrases/try", **asked)
    await visitor.post("/account/language", data={"language": "en"}, headers=OWN)
    _, english = await press(visitor, "/phrases/try", **asked)

    assert told in html.unescape(dutch)
    assert "The list can't be read like this" in html.unescape(english)
    assert told not in html.unescape(english)
