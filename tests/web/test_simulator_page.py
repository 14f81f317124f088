"""The simulator: a question in the address, answered by the very script of a call. Nothing is written."""

import re
from datetime import date, datetime

import pytest
from sqlmodel import func, select

from ari_app.config import read_agreement
from ari_app.desk.actor import Actor
from ari_app.desk.opening_days import Holiday
from ari_app.desk.rota_week import RotaDay
from ari_app.speech.prompts import PROMPT_TEXTS, read_prompts
from ari_app.store.tables import Role, StartedCallRow, TicketRow
from ari_app.web.labels import PROMPTS
from ari_app.web.tape import LEFT, WIDTH, tape
from ari_app.web.words import AMSTERDAM
from sla.agreed_hours import agreed_hours

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


async def test_a_phone_that_rang_out_and_a_text_of_the_line_are_said_in_words(visitor):
    text = await (await visitor.get("/simulator?from=%2B31850004120&day=2026-11-10&time=10:42")).text()

    assert "Balietoestel desk-1 wordt gebeld" in text
    assert "Nam niet op. Niet binnen 20 seconden opgenomen." in text
    assert "niet bereikbaar" not in text
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


async def test_an_announcement_that_a_caller_would_hear_is_told(visitor, desk):
    await desk.announcements.add("Er is een storing in Utrecht.", Actor("ilse", Role.SUPERVISOR))

    text = await (await visitor.get("/simulator?from=%2B31850004120&day=2026-11-10&time=11:00")).text()

    assert '<p class="say">Er is een storing in Utrecht.</p>' in text
    assert "Tekst van dit moment, uitgesproken" in text


async def test_any_number_can_be_typed_and_one_that_we_know_is_recognised(visitor):
    known = await (await visitor.get(f"{SATURDAY}&number=020+-+123+45+67")).text()
    unknown = await (await visitor.get(f"{SATURDAY}&number=06-98765432")).text()

    assert '<option value="+31201234567" selected>' in known
    assert '<option value="+31698765432" selected>06 98765432</option>' in unknown
    assert "staat bij geen enkele klant" in unknown


@pytest.mark.parametrize(
    ("moment", "note", "shown"),
    [
        ("day=2027-03-28&time=02:30", "02:30 bestaat die nacht niet, want de zomertijd begint: dit is 03:30.", "03:30"),
        ("day=2026-10-25&time=02:30", "02:30 komt die nacht twee keer voor: dit is de eerste keer.", "02:30"),
        ("day=2041-01-01&time=09:10", "hoogstens drie jaar): dit is nu.", "10:42"),
        ("day=morgen&time=09:10", "Die datum of tijd is niet te lezen: dit is nu.", "10:42"),
    ],
)
async def test_a_moment_that_is_not_taken_as_it_was_asked_says_so(visitor, moment, note, shown):
    text = await (await visitor.get(f"/simulator?from=%2B31850004120&{moment}")).text()

    assert note in text
    assert f'name="time" type="time" value="{shown}"' in text


async def test_an_ordinary_moment_needs_no_word(visitor):
    for question in ("/simulator", SATURDAY, "/simulator?day=2026-10-25&time=03:00"):
        assert 'class="note soon"' not in await (await visitor.get(question)).text()


async def test_a_hole_in_the_rota_is_the_headline(visitor):
    text = await (await visitor.get("/simulator?from=%2B31850004120&day=2027-11-14&time=09:10")).text()

    assert re.search(r'<h2[^>]*class="headline bad">Niemand heeft dienst: de beller spreekt een bericht in</h2>', text)
    assert '<li class="gap" aria-current="true"><span>08:30–12:00</span> <span>niemand: voicemail</span>' in text


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 23), ("2026-10-25", 25), ("2026-11-21", 24)])
def test_the_strip_of_a_day_is_as_long_as_that_day(day, hours):
    """Noon lies twelve hours before midnight, whenever the clock changed in the night before."""
    at = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=AMSTERDAM)
    closed = agreed_hours(read_agreement("voip-4.10-2023-11"), (), {day: []})
    drawn = tape(RotaDay(at.date(), (), (), None, None), closed, at)

    assert [piece.text for piece in drawn.pieces] == ["dicht: voicemail"]
    assert drawn.now_x == pytest.approx(LEFT + WIDTH * (hours - 12) / hours, abs=0.1)


async def test_both_changes_of_the_clock_and_a_holiday_are_one_press_away(visitor, desk):
    await desk.opening_days.approve([Holiday(date(2026, 12, 25), "Eerste kerstdag")], Actor("ilse", Role.SUPERVISOR))
    text = await (await visitor.get("/simulator")).text()
    chips = dict(re.findall(r'<a class="chip" href="[^"]*day=([\d-]+)[^"]*">([^<]+)</a>', text))

    assert chips["2027-03-28"] == "op de dag van de zomertijd"
    assert chips["2027-10-31"] == "op de dag van de wintertijd"
    assert chips["2026-12-25"] == "op een feestdag"
