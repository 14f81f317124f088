"""What a supervisor reads. Real rows, real clocks of the agreement, real assessment of the words."""

import re
from datetime import timedelta
from html import unescape

import pytest

from ari_app.desk.report import LegReport, Step
from ari_app.desk.transcripts import Unheard
from ari_app.store.tables import VoicemailState
from ari_app.store.work_queue import Sound, SoundJob

ALL_DOWN = "goedemorgen met transport bij ons ligt de hele telefonie plat niemand kan meer bellen of gebeld worden"


def plain(html: str) -> str:
    """The text as read aloud."""
    body = html[html.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


async def test_an_empty_line_says_what_to_do(visitor):
    text = plain(await (await visitor.get("/")).text())

    assert "Nog geen meldingen" in text
    assert "Bel de lijn" in text


async def test_a_new_voicemail_stands_in_the_list_with_who_level_time_and_time_left(visitor, caller):
    number = await caller.leaves_message()

    text = plain(await (await visitor.get("/")).text())

    assert number in text
    assert "Transport De Testrit" in text
    assert "Premium" in text
    assert "voicemail" in text
    assert "10:42" in text
    assert re.search(r"nog (\d+ u \d\d|\d+ min)", text)


async def test_a_text_that_is_still_to_come_says_so_and_the_recording_can_be_played_already(visitor, caller):
    number = await caller.leaves_message()

    html = await (await visitor.get(f"/tickets/{number}")).text()

    assert "De tekst komt er zo aan." in plain(html)
    assert "data-pending" in html
    assert f'<audio controls preload="none" src="/recordings/{number}"' in html


async def test_the_deciding_words_are_marked_with_colour_numeral_and_hidden_text(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, ALL_DOWN)

    html = await (await visitor.get(f"/tickets/{number}")).text()

    assert '<span class="ev ev3">' in html
    assert '<sup aria-hidden="true">III</sup><span class="sr"> (aanwijzing voor CAT III)</span>' in html
    assert "data-pending" not in html


async def test_a_proposal_and_a_confirmed_category_can_be_told_apart(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, ALL_DOWN)

    html = await (await visitor.get("/")).text()

    assert "CAT III voorstel" in plain(html)
    assert "(bevestigd)" not in html


async def test_words_that_speak_against_the_proposal_are_marked_too(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, f"{ALL_DOWN} alleen mijn toestel heeft het", seconds=20.0)

    html = await (await visitor.get(f"/tickets/{number}")).text()

    (marked,) = re.findall(r'class="ev ev1 against">(.*?)<sup', html.split('class="legend"')[0])
    assert re.findall(r">(\w+)<", marked) == ["alleen", "mijn", "toestel"]
    assert "spreekt tegen het voorstel, wijst op CAT I" in html


async def test_the_demo_model_is_named_as_what_it_is_and_a_real_one_is_not(visitor, caller):
    demo, real = await caller.leaves_message(), await caller.leaves_message()
    await caller.was_heard(demo, ALL_DOWN)
    await caller.was_heard(real, ALL_DOWN, model="vosk-model-nl-spraakherkenning-0.6")

    assert "Demomodel." in await (await visitor.get(f"/tickets/{demo}")).text()
    page = await (await visitor.get(f"/tickets/{real}")).text()
    assert "Demomodel." not in page
    assert "vosk-model-nl-spraakherkenning-0.6" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (VoicemailState.EMPTY, "De opname is leeg."),
        (VoicemailState.FAILED, "De opname is beschadigd of niet leesbaar."),
    ],
)
async def test_a_recording_that_can_not_be_heard_says_so_and_asks_to_call_back(visitor, caller, state, words):
    number = await caller.leaves_message()
    job = SoundJob(Sound.MESSAGE, await caller.voicemail_of(number))
    await caller.desk.hearing.file(job, Unheard(state, "geen geldige WAV-kop"))

    text = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert words in text
    assert "Bel de melder terug." in text


async def test_a_message_without_words_has_no_proposal(visitor, caller):
    number = await caller.leaves_message(seconds=4)
    await caller.was_heard(number, "", seconds=4.0)

    text = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert "Niets verstaan in 4 seconden." in text
    assert "? Onbekend" in text


async def test_a_caller_who_says_nothing_is_a_missed_call_with_the_number_to_call(visitor, caller):
    number = await caller.hangs_up("+31612345678")

    listed = plain(await (await visitor.get("/")).text())
    text = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert "gemiste oproep" in listed
    assert "Gemiste oproep" in text
    assert "06 12345678" in text
    assert "Geen SLA" in text


async def test_an_anonymous_caller_is_shown_as_unknown(visitor, caller):
    number = await caller.hangs_up(None)

    assert "nummer onbekend" in plain(await (await visitor.get(f"/tickets/{number}")).text())


async def test_a_ticket_tells_the_route_with_why_and_whose_phone_rang_with_what_came_of_it(visitor, caller):
    number = await caller.leaves_message()

    text = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert "Naar de voicemail" in text
    assert "Buiten de telefonische meldtijden gaat een melding naar de voicemail." in text
    assert "Fenna Fictief nam niet op" in text
    assert "Bram Bedacht nam op, drukte niet op 1" in text
    assert "Einde: de beller hing op" in text


async def test_the_steps_of_a_call_are_told_in_dutch_and_an_unknown_one_as_it_is(visitor, caller, clock):
    at = clock.now()
    told = [
        Step(at, "prompt", "calamity-nobody-free"),
        Step(at, "recording", "ended by silence"),
        Step(at, "engineer", "Fenna Fictief: declined"),
        Step(at, "nieuw", "iets"),
    ]
    number = await caller.hangs_up(steps=told)

    text = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert "Afgespeeld 10:42:00 er is nu geen engineer bereikbaar" in text
    assert "Opname 10:42:00 het bleef stil" in text
    assert "Fenna Fictief: drukte op 2: de volgende" in text
    assert "nieuw 10:42:00 iets" in text


async def test_a_deadline_shows_its_sum_and_its_rule(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, ALL_DOWN)

    view = await caller.desk.ticket(number)
    text = plain(await (await visitor.get(f"/tickets/{number}")).text())

    running = [one for one in view.deadlines if one.state == "running"]
    assert running
    for deadline in running:
        assert deadline.rule in text
        for line in deadline.why:
            assert " ".join(line.split()) in text


async def test_what_is_late_stands_first_with_how_late(visitor, caller, clock):
    await caller.leaves_message()
    assert "Eerst dit" not in await (await visitor.get("/")).text()

    clock.move(timedelta(hours=5))
    await caller.hangs_up("+31850004140")

    text = plain(await (await visitor.get("/")).text())
    strip = text[text.index("Eerst dit") : text.index("T-1002")]
    assert re.search(r"\d+ (u \d\d|min) te laat Transport De Testrit eerste reactie", strip)


async def test_a_call_that_an_engineer_took_is_no_voicemail(visitor, caller, clock):
    now = clock.now()
    number = await caller.hangs_up(
        route="on_duty",
        legs=[LegReport("Fenna Fictief", "+31612345001", now, "accepted", now + timedelta(minutes=5))],
        talked_with="Fenna Fictief",
        talk_started_at=now,
        talk_ended_at=now + timedelta(minutes=5),
        line="calamity",
    )

    text = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert "telefoon, met Fenna Fictief" in text
    assert "Fenna Fictief nam aan" in text
    assert "Eerste reactie gehaald" in text


HOSTILE = '<script>alert("x")</script>'


async def test_a_hostile_transcript_is_text_and_nothing_else(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, f'{HOSTILE} "><img/src=x/onerror=y> {{{{770*770}}}} niemand kan meer bellen')

    for page in ("/", f"/tickets/{number}"):
        html = await (await visitor.get(page)).text()
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "592900" not in plain(html)
    assert "&lt;script&gt;" in html


async def test_a_hostile_name_and_a_hostile_error_are_text(visitor, caller):
    leg = LegReport(HOSTILE, HOSTILE, caller.clock.now(), "busy", why=HOSTILE)
    number = await caller.hangs_up(legs=[leg], why=[HOSTILE], error=HOSTILE, talked_with=HOSTILE)

    html = await (await visitor.get(f"/tickets/{number}")).text()

    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;") >= 5


async def test_missing_phone_hours_are_a_banner_on_every_page(visitor, caller, line):
    number = await caller.hangs_up()
    warnings = line.agreed_hours().warnings
    assert warnings

    for page in ("/", f"/tickets/{number}"):
        text = re.sub(r"<[^>]+>", "", await (await visitor.get(page)).text())
        assert all(warning in unescape(text) for warning in warnings)


async def test_older_tickets_are_one_page_on(visitor, caller):
    numbers = [await caller.hangs_up() for _ in range(42)]

    first = await (await visitor.get("/")).text()
    (older,) = re.findall(r'href="(/\?before=T-\d+)"', first)
    second = await (await visitor.get(older)).text()

    assert re.findall(r'id="row-(T-\d+)"', first) == numbers[:1:-1]
    assert re.findall(r'id="row-(T-\d+)"', second) == numbers[1::-1]


async def test_a_made_up_place_in_the_list_is_the_newest_page(visitor, caller):
    number = await caller.hangs_up()

    assert number in await (await visitor.get("/?before=' OR 1=1")).text()


async def test_the_history_of_a_ticket_tells_of_every_call_that_joined_it(visitor, caller, clock):
    first = await caller.leaves_message()
    clock.move(timedelta(minutes=3))
    joined = await caller.hangs_up("+31850004130", joins=first, route="announcement")

    text = await (await visitor.get(f"/tickets/{first}")).text()

    assert joined == first
    assert text.count("Nog een beller met deze melding") == 1
    assert "085 000 4130" in text
    assert text.count("Fenna Fictief nam niet op") == 2
