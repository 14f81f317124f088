"""The list of phrases in the pages: its effect is seen before it is saved."""

import html
import re

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
    assert "has capitals" in page
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
