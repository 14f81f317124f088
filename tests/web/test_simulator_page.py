"""The simulator: a question in the address, answered by the very script of a call. Nothing is written."""

import re

import pytest
from sqlmodel import func, select

from ari_app.speech.prompts import PROMPT_TEXTS, read_prompts
from ari_app.store.tables import StartedCallRow, TicketRow
from ari_app.web.labels import PROMPTS

SATURDAY = "/simulator?from=%2B31850004120&day=2026-11-21&time=09:10"


async def test_the_answer_names_who_is_rung_and_after_how_long(visitor):
    text = await (await visitor.get(SATURDAY)).text()

    assert re.search(r"<h2[^>]*>Fenna Fictief wordt gebeld, na \d+ seconden</h2>", text)
    assert "Welkom bij de supportlijn." in text
    assert "ma 23 nov 2026 10:30" in text
    assert re.search(r"Binnen de calamiteitentijden \(<abbr[^>]*>R-050</abbr>\)\.", text)


async def test_the_tone_is_told_and_not_quoted_as_if_it_were_spoken(visitor):
    text = await (await visitor.get(SATURDAY)).text()

    assert '<p class="do">Pieptoon</p>' in text
    assert '<p class="say">beep</p>' not in text


async def test_a_phone_that_can_not_be_reached_and_a_text_of_the_line_are_said_in_words(visitor):
    text = await (await visitor.get("/simulator?from=%2B31850004120&day=2026-11-10&time=10:42")).text()

    assert "Balietoestel desk-1 wordt gebeld" in text
    assert "Toestel niet bereikbaar (480)." in text
    assert "Vaste tekst: wij verbinden u door met de servicedesk" in text
    assert not re.search(r"SIP \d|desk-connecting|Prompt ", text)


def test_every_text_that_the_line_says_has_a_name_in_words():
    spoken = {name for language in read_prompts(PROMPT_TEXTS).languages for name in language.texts}

    assert sorted(spoken - set(PROMPTS)) == []


async def test_one_thing_different_is_shown_with_what_becomes_of_it(visitor):
    text = await (await visitor.get(SATURDAY)).text()
    others = re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a></th><td>([^<]+)</td>', text)

    assert ("om 12:00", "voicemail") in [(text, outcome) for _, text, outcome in others]
    address = next(address for address, text, _ in others if text == "om 12:00")
    again = await (await visitor.get(address.replace("&amp;", "&"))).text()
    assert "De beller spreekt een bericht in" in again


async def test_the_day_is_drawn_with_the_moment_and_who_answers(visitor):
    text = await (await visitor.get(SATURDAY)).text()

    (label,) = re.findall(r'class="tape"[^>]*aria-label="([^"]+)"', text)
    assert "08:30 tot 12:00 Fenna Fictief, dan Bram Bedacht" in label
    assert label.endswith("Gekozen moment 09:10.")


async def test_an_engineer_who_takes_the_call_changes_the_headline(visitor):
    text = await (await visitor.get(f"{SATURDAY}&engineers=accept")).text()

    assert "Fenna Fictief krijgt de beller aan de lijn" in text


async def test_nothing_is_written_and_nothing_is_called(visitor, web_store, desk):
    await visitor.get(SATURDAY)

    async with web_store.reading() as session:
        counts = [
            (await session.exec(select(func.count()).select_from(row))).one() for row in (TicketRow, StartedCallRow)
        ]
    assert counts == [0, 0]
    assert desk.calls_now.list() == ()


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?day=morgen&time=vroeg",
        "?from=anoniem",
        "?from=112",
        "?keys=abc;1",
        "?engineers=dansen&desk=zingen",
        "?day=9999-12-31&time=23:59",
    ],
)
async def test_a_question_that_can_not_be_read_is_filled_in_and_never_breaks_the_page(visitor, question):
    assert (await visitor.get(f"/simulator{question}")).status == 200
