"""The review inbox as a supervisor reads it and as forms decide in it: every state, without any script."""

import re
from datetime import timedelta
from html import unescape

import pytest
from aiohttp.test_utils import TestClient

from ari_app.desk.actor import Actor
from ari_app.desk.commands.judgement import confirm_category
from ari_app.desk.commands.review import review
from ari_app.desk.outcomes import Outcome
from ari_app.desk.transcripts import Unheard
from ari_app.store.tables import Role, VoicemailState
from ari_app.store.work_queue import Sound, SoundJob
from sla.terms import Category, Kind
from sla.ticket import TicketState

ALL_DOWN = "goedemorgen met transport bij ons ligt de hele telefonie plat niemand kan meer bellen of gebeld worden"
ONE_PHONE = "goedemorgen alleen mijn toestel doet het niet de rest werkt gewoon door"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
BRAM = Actor("bram", Role.SUPERVISOR)


def plain(html: str) -> str:
    """The text as read aloud, without the window of keys."""
    body = html[html.index('id="inbox"') :].split("<dialog")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


async def read(client: TestClient, path: str) -> str:
    return plain(await (await client.get(path)).text())


def hidden(html: str, name: str) -> str:
    return re.search(rf'<form[^>]*id="decide".*?name="{name}" value="([^"]*)"', html, re.DOTALL)[1]


async def decide(client: TestClient, number: str, outcome: str, **more: str):
    html = await (await client.get(f"/review/{number}")).text()
    form = {"outcome": outcome, "seen": hidden(html, "seen"), "next": hidden(html, "next"), **more}
    return await client.post(f"/review/{number}/decide", data=form, headers=SAME_SITE, allow_redirects=False)


@pytest.fixture
async def heard(caller) -> str:
    """A message that the machine proposes CAT III for."""
    number = await caller.leaves_message()
    await caller.was_heard(number, ALL_DOWN)
    return number


# What is in the queue, and in which order.


async def test_an_empty_inbox_says_so_and_that_new_ones_come_by_themselves(visitor):
    text = await read(visitor, "/review")

    assert "Alles beoordeeld" in text
    assert "verschijnen vanzelf" in text
    assert "0 van 0 gedaan" in text


async def test_the_queue_goes_by_level_then_category_and_its_second_tab_by_deadline(visitor, caller, clock):
    """R-073, A-16."""
    garage = await caller.leaves_message("+31850004130")
    await caller.was_heard(garage, ONE_PHONE)
    clock.move(timedelta(minutes=5))
    mild = await caller.leaves_message()
    await caller.was_heard(mild, ONE_PHONE)
    grave = await caller.leaves_message()
    await caller.was_heard(grave, ALL_DOWN)

    agreed = await (await visitor.get("/review")).text()
    by_deadline = await (await visitor.get("/review?order=deadline")).text()

    assert re.findall(r'data-row="(T-\d+)"', agreed) == [grave, mild, garage]
    assert re.findall(r'data-row="(T-\d+)"', by_deadline)[0] == grave
    assert 'aria-label="Dringend"' in agreed  # what the machine proposes CAT III for is told at once, by setting
    assert 'aria-label="Premium"' in agreed
    assert 'aria-label="Standard"' in agreed
    assert 'aria-label="Premium"' not in by_deadline


async def test_a_row_shows_the_words_that_count_and_not_the_greeting(visitor, heard):
    html = await (await visitor.get("/review")).text()

    said = plain('id="inbox"' + re.search(r'class="said">(.*?)</a>', html, re.DOTALL)[1])
    assert "hele telefonie plat" in said


async def test_a_call_without_a_message_that_needs_a_look_is_in_the_queue_too(visitor, caller):
    number = await caller.hangs_up("+31612345678")

    text = await read(visitor, f"/review/{number}")

    assert f"{number} · gemiste oproep" in text
    assert "Er is geen opname." in text
    assert "Geen bericht ingesproken: kies zelf" in text
    assert "Bevestig" not in text


async def test_an_urgent_message_that_nobody_took_stands_before_all_levels(visitor, caller, heard):
    mild = await caller.leaves_message()
    urgent = await caller.leaves_message("+31850004130", is_urgent=True)

    html = await (await visitor.get("/review")).text()

    assert re.findall(r'data-row="(T-\d+)"', html) == [heard, urgent, mild]
    assert 'aria-label="Dringend"' in html


async def test_what_is_late_or_almost_stands_on_top_over_all_levels_tickets_included(visitor, caller, heard, clock):
    """A-16."""
    garage = await caller.leaves_message("+31850004130")
    await caller.desk.change(garage, BRAM, confirm_category, Category.II, "de receptie")
    clock.move(timedelta(hours=7))

    html = await (await visitor.get("/review")).text()

    strip = html[html.index('id="strip"') : html.index('class="desk"')]
    assert "Eerst dit" in strip
    assert f'href="/review/{heard}"' in strip
    assert f'href="/tickets/{garage}"' in strip
    assert "te laat" in strip


async def test_more_than_forty_rows_come_when_asked_for(visitor, caller):
    for _ in range(42):
        await caller.leaves_message()

    html = await (await visitor.get("/review")).text()
    more = await (await visitor.get("/review?rows=80")).text()

    assert html.count("data-row=") == 40
    assert "Nog 2 berichten." in plain(html)
    assert more.count("data-row=") == 42


# The message and the decision.


async def test_a_message_tells_the_proposal_its_margin_its_rule_and_each_outcome_with_the_deadline(visitor, heard):
    text = await read(visitor, f"/review/{heard}")

    assert "Het hele bedrijf ligt stil" in text
    assert re.search(r"Marge [01],\d\d op \w+\. (Ruim|Krap, luister eerst): de drempel is 0,20\.", text)
    assert "R-083c" in text
    assert "3 CAT III" in text
    assert "eerste reactie 12:42" in text
    assert "eerste reactie 14:42 · vraagt een reden nog 4 u 00" in text
    assert f"Ticket {heard} wordt CAT III, lijn 1" in text


async def test_the_words_are_buttons_marked_for_and_against(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, f"{ALL_DOWN} alleen mijn toestel heeft het", seconds=20.0)

    html = await (await visitor.get(f"/review/{number}")).text()

    assert 'class="ev ev3"' in html
    assert 'class="ev ev1 against"' in html
    assert re.search(r'<button type="button" class="w [ml]?" data-from="[\d.]+"', html)
    assert 'class="lane3"' in html


async def test_confirming_makes_the_category_moves_the_clock_and_opens_the_next(visitor, caller, heard):
    following = await caller.leaves_message("+31850004130")
    before = await caller.desk.ticket(heard)

    answer = await decide(visitor, heard, "III")

    assert answer.status == 303
    assert answer.headers["Location"] == f"/review/{following}?done={heard}"
    ticket = await caller.desk.ticket(heard)
    assert (ticket.category, ticket.needs_review) == (Category.III, False)
    assert before.category is None
    text = await read(visitor, answer.headers["Location"])
    assert f"{heard}: CAT III" in text
    assert "1 van 2 gedaan" in text


async def test_a_higher_category_asks_nothing_and_changes_the_deadline(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, ONE_PHONE)
    before = (await caller.desk.ticket(number)).next_deadline.due_at

    await decide(visitor, number, "III")

    assert (await caller.desk.ticket(number)).next_deadline.due_at < before


@pytest.mark.parametrize("outcome", ["II", "I", "service_request", "no_report"])
async def test_below_a_proposal_of_cat_iii_a_reason_is_asked_first(visitor, caller, heard, outcome):
    """A-19."""
    asked = await decide(visitor, heard, outcome)
    html = await asked.text()

    assert asked.status == 422
    assert "Waarom" in plain(html)
    assert (await caller.desk.ticket(heard)).category is None
    assert f'<input type="hidden" name="outcome" id="lower" value="{outcome}">' in html

    given = await decide(visitor, heard, outcome, why="2")

    assert given.status == 303
    decisions = (await caller.desk.ticket(heard)).work.decisions
    assert next(one for one in decisions if one.what == "review").why == "Er is een alternatief"


async def test_a_button_that_is_pressed_while_a_reason_is_asked_for_counts_itself(visitor, caller, heard):
    asked = await (await decide(visitor, heard, "II")).text()
    form = asked[asked.index('id="decide"') : asked.index("</form>", asked.index('id="decide"'))]
    in_order = re.findall(r'name="outcome" (?:id="lower" )?value="(\w+)"', form)

    assert in_order[-1] == "II"
    assert 'id="lower"' in form[form.rindex('name="outcome"') :]


async def test_a_request_is_no_disturbance_any_more(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, ONE_PHONE)

    await decide(visitor, number, "service_request")

    ticket = await caller.desk.ticket(number)
    assert (ticket.kind, ticket.needs_review) == (Kind.SERVICE_REQUEST, False)
    assert ticket.next_deadline.clock == "request_response"


async def test_no_report_closes_the_ticket(visitor, caller):
    number = await caller.hangs_up("+31612345678")

    await decide(visitor, number, "no_report")

    assert (await caller.desk.ticket(number)).state == TicketState.CLOSED
    assert "Alles beoordeeld" in await read(visitor, "/review")


async def test_who_can_not_judge_leaves_it_to_somebody_else_and_sees_it_last(visitor, caller, heard):
    mild = await caller.leaves_message("+31850004130")

    await decide(visitor, heard, "cannot_judge")

    html = await (await visitor.get("/review")).text()
    assert re.findall(r'data-row="(T-\d+)"', html) == [mild, heard]
    assert "Voor een ander" in html
    assert "ilse kon dit niet beoordelen." in await read(visitor, f"/review/{heard}")


async def test_a_calamity_can_not_become_cat_i_and_the_button_says_when_it_can(visitor, caller):
    """A-11."""
    number = await caller.leaves_message(route="on_duty")

    html = await (await visitor.get(f"/review/{number}")).text()
    refused = await decide(visitor, number, "I")

    assert re.search(r'value="I"[^>]*aria-disabled="true"', html)
    assert "Kan nadat is vastgesteld dat het geen calamiteit is (A-11)." in plain(html)
    assert refused.status == 409
    assert "Niet bewaard. CAT I kan nadat" in plain(await refused.text())


async def test_people_who_come_or_go_are_sent_to_the_form(visitor, caller):
    """R-076, R-078."""
    number = await caller.leaves_message()
    await caller.was_heard(
        number, "graag een nieuwe medewerker toevoegen die maandag begint met een eigen toestelnummer"
    )
    if (await caller.desk.ticket(number)).proposal != "user_change":
        await caller.was_heard(number, "wilt u een nieuwe gebruiker aanmelden")

    await decide(visitor, number, "form_add")

    ticket = await caller.desk.ticket(number)
    assert (ticket.kind, ticket.state) == (Kind.USER_CHANGE, TicketState.CLOSED)


# Undo, and two people at once.


async def test_undo_puts_it_back_with_both_decisions_on_record(visitor, caller, heard):
    await decide(visitor, heard, "III")

    answer = await visitor.post(f"/review/{heard}/undo", headers=SAME_SITE, allow_redirects=False)

    assert answer.headers["Location"] == f"/review/{heard}"
    ticket = await caller.desk.ticket(heard)
    assert (ticket.category, ticket.needs_review, ticket.state) == (None, True, TicketState.NEW)
    assert [one.what for one in ticket.work.decisions] == ["review", "review_undone"]
    assert ticket.work.history[0].corrected_why == "ongedaan gemaakt"
    assert "0 van 1 gedaan" in await read(visitor, "/review")


async def test_undo_is_refused_when_the_next_person_decided_since(visitor, caller, heard):
    await decide(visitor, heard, "III")
    html = await (await visitor.get("/review")).text()
    mark = re.search(r'/undo"[^>]*>.*?name="seen" value="([^"]+)"', html, re.DOTALL)[1]
    await caller.desk.change(heard, BRAM, review, Outcome.CAT_II, "nog eens gehoord")

    answer = await visitor.post(f"/review/{heard}/undo", data={"seen": mark}, headers=SAME_SITE)

    assert answer.status == 409
    assert "Niet bewaard. bram besliste hier om 10:42 opnieuw: CAT II (R-085)." in plain(await answer.text())
    assert (await caller.desk.ticket(heard)).category is Category.II


async def test_the_second_decision_is_refused_with_who_and_what(visitor, caller, heard):
    html = await (await visitor.get(f"/review/{heard}")).text()
    await caller.desk.change(heard, BRAM, review, Outcome.CAT_III, "gehoord")

    form = {"outcome": "III", "seen": hidden(html, "seen")}
    answer = await visitor.post(f"/review/{heard}/decide", data=form, headers=SAME_SITE)

    text = plain(await answer.text())
    assert answer.status == 409
    assert "Niet bewaard. bram besliste hier om 10:42 al: CAT III (R-085). Je keuze was CAT III." in text
    assert "Kies hieronder om de beslissing te wijzigen" in text
    reviews = [one for one in (await caller.desk.ticket(heard)).work.decisions if one.what == "review"]
    assert len(reviews) == 1


async def test_who_saw_the_decision_of_another_may_change_it(visitor, caller, heard):
    await caller.desk.change(heard, BRAM, review, Outcome.CAT_III, "gehoord")

    await decide(visitor, heard, "II", why="1")

    assert (await caller.desk.ticket(heard)).category is Category.II


async def test_a_message_that_somebody_else_has_open_says_so(visitor, caller, heard, accounts, browsers):
    bram = await browsers()
    given = {"username": "bram", "password": await accounts.create("bram", "supervisor")}
    await bram.post("/login", data=given, headers=SAME_SITE)
    await bram.get(f"/review/{heard}")

    text = await read(visitor, f"/review/{heard}")

    assert "bram heeft dit bericht ook open." in text
    assert "bram kijkt" in text


# States of the text and the recording.


async def test_a_text_that_is_still_to_come_can_be_decided_on_already(visitor, caller):
    number = await caller.leaves_message()

    html = await (await visitor.get(f"/review/{number}")).text()

    assert "De tekst komt er zo aan." in plain(html)
    assert f'src="/recordings/{number}"' in html
    assert (await decide(visitor, number, "II")).status == 303


async def test_no_speech_has_no_proposal_and_the_strictest_clock(visitor, caller):
    """A-19."""
    number = await caller.leaves_message(seconds=4)
    await caller.was_heard(number, "", seconds=4.0)

    html = await (await visitor.get(f"/review/{number}")).text()

    assert "Niets verstaan in 4 seconden." in plain(html)
    assert 'id="confirm"' not in html
    assert "Tot die tijd rekent de klok met CAT II, de strengste die kan" in plain(html)


async def test_a_broken_recording_says_so_and_can_be_fetched(visitor, caller):
    number = await caller.leaves_message()
    job = SoundJob(Sound.MESSAGE, await caller.voicemail_of(number))
    await caller.desk.hearing.file(job, Unheard(VoicemailState.FAILED, "geen geldige WAV-kop"))

    html = await (await visitor.get(f"/review/{number}")).text()

    assert "De opname is beschadigd of niet leesbaar." in plain(html)
    assert f'href="/recordings/{number}" download' in html


async def test_when_the_engine_is_down_the_next_try_is_told(visitor, caller):
    number = await caller.leaves_message()
    job = SoundJob(Sound.MESSAGE, await caller.voicemail_of(number))
    await caller.desk.hearing.begin(job)
    await caller.desk.hearing.fail(job, "het spraakmodel is er niet", timedelta(minutes=1))

    text = await read(visitor, f"/review/{number}")

    assert "Uitwerken lukte niet. Volgende poging 10:43:00" in text
    assert "het spraakmodel is er niet" in text


async def test_a_deciding_word_that_was_heard_badly_must_be_listened_to_first(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "het gaat nu om iets heel anders bij ons ligt de hele telefonie plat")
    (word,) = [word for word in (await caller.desk.ticket(number)).voicemail.words if word.text == "telefonie"]
    assert word.confidence < 0.6

    html = await (await visitor.get(f"/review/{number}")).text()

    assert re.search(rf'id="confirm"[^>]*data-listen="{word.start}" data-word="telefonie"', html)


async def test_a_message_that_was_heard_well_needs_no_listening_before_the_decision(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "goedemorgen ons hele bedrijf ligt plat")

    html = await (await visitor.get(f"/review/{number}")).text()

    assert 'id="confirm"' in html
    assert "data-listen" not in html


async def test_who_may_not_hear_sees_the_row_without_its_quote_and_whom_to_ask(caller, heard, accounts, browsers):
    """R-113."""
    client = await browsers()
    given = {"username": "mara", "password": await accounts.create("mara", "manager")}
    await client.post("/login", data=given, headers=SAME_SITE)

    html = await (await client.get(f"/review/{heard}")).text()

    text = plain(html)
    assert f'data-row="{heard}"' in html
    assert "Niet voor jouw rol." in text
    assert "Dit mag je niet zien." in text
    assert "telefonie" not in text
    assert "Kan door een supervisor" in text
    assert 'id="decide"' not in html


# Facts, questions, merging.


async def test_a_number_to_call_back_is_shown_with_where_it_was_said_and_can_be_put_right(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "bel mij terug op nul zes een twee drie vier vijf zes zeven acht", seconds=20.0)

    html = await (await visitor.get(f"/review/{number}")).text()
    assert "gehoord: “nul zes een twee drie vier vijf zes zeven acht”" in plain(html)
    assert "luister op 0:" in plain(html)

    form = {"name": "call_back", "value": "06 1234 5679"}
    await visitor.post(f"/review/{number}/facts", data=form, headers=SAME_SITE)

    assert await caller.desk.call_backs.number_on(number) == "+31612345679"
    assert "06 12345679 verbeterd door ilse" in await read(visitor, f"/review/{number}")


async def test_a_wrong_number_is_refused_and_the_report_stays(visitor, caller, heard):
    form = {"name": "call_back", "value": "geen nummer"}
    answer = await visitor.post(f"/review/{heard}/facts", data=form, headers=SAME_SITE)

    assert answer.status == 409
    assert "'geen nummer' is geen telefoonnummer" in plain(await answer.text())


async def test_what_was_typed_stands_there_still_when_it_is_refused(visitor, caller, heard):
    question = {"question": "Welke toestellen zijn het?", "sent_to": " "}

    number = await visitor.post(
        f"/review/{heard}/facts", data={"name": "call_back", "value": "06 twaalf"}, headers=SAME_SITE
    )
    asked = await visitor.post(f"/review/{heard}/ask", data=question, headers=SAME_SITE)

    assert (number.status, asked.status) == (409, 409)
    assert 'value="06 twaalf"' in await number.text()
    assert "Welke toestellen zijn het?</textarea>" in await asked.text()


async def test_naming_the_customer_brings_level_and_clock(visitor, caller):
    """R-071."""
    number = await caller.leaves_message("+31612345678")
    assert (await caller.desk.ticket(number)).level == "level_0"

    form = {"name": "customer", "value": "transport de testrit"}
    await visitor.post(f"/review/{number}/facts", data=form, headers=SAME_SITE)

    ticket = await caller.desk.ticket(number)
    assert (ticket.customer_name, ticket.level) == ("Transport De Testrit", "premium")
    assert ticket.next_deadline is not None


async def test_people_and_since_when_are_corrected_beside_what_was_heard(visitor, caller, heard):
    await visitor.post(f"/review/{heard}/facts", data={"name": "people", "value": "34"}, headers=SAME_SITE)
    refused = await visitor.post(f"/review/{heard}/facts", data={"name": "people", "value": "veel"}, headers=SAME_SITE)

    assert refused.status == 409
    assert "34 verbeterd door ilse" in await read(visitor, f"/review/{heard}")


async def test_names_of_customers_are_proposed_while_typing(visitor):
    html = await (await visitor.get("/review/customers?value=nep")).text()

    assert 'value="Garage Nepstra"' in html
    assert "Transport" not in html


async def test_an_incomplete_report_has_its_question_ready_and_waits_for_the_answer(visitor, caller):
    """R-048, R-049."""
    number = await caller.leaves_message()
    await caller.was_heard(number, "de hele telefonie ligt plat niemand kan bellen")
    assert "Namens welk bedrijf belt u" in await read(visitor, f"/review/{number}")

    form = {"question": "Namens welk bedrijf belt u?", "sent_to": "085 000 41 20"}
    await visitor.post(f"/review/{number}/ask", data=form, headers=SAME_SITE)

    assert (await caller.desk.ticket(number)).state == TicketState.WAITING
    assert "1 melding wacht op antwoord van de klant" in await read(visitor, "/review")
    assert "Namens welk bedrijf belt u?" in await read(visitor, f"/review/{number}")

    await visitor.post(f"/review/{number}/answer", data={"answer": "De Testrit"}, headers=SAME_SITE)

    assert 'data-row="' + number in await (await visitor.get("/review")).text()


async def test_merging_closes_the_report_points_to_the_first_and_keeps_the_message(visitor, caller, heard, clock):
    clock.move(timedelta(minutes=10))
    second = await caller.leaves_message()
    await caller.was_heard(second, ALL_DOWN)
    assert heard in await read(visitor, f"/review/{second}")

    await visitor.post(f"/review/{second}/merge", data={"into": heard}, headers=SAME_SITE)

    merged, first = await caller.desk.ticket(second), await caller.desk.ticket(heard)
    assert merged.state == TicketState.CLOSED
    assert merged.voicemail is not None
    assert merged.work.history[-1].texts["merged_into"] == heard
    assert any(one.what == "joined" and one.after.startswith(second) for one in first.work.decisions)


async def test_a_report_of_another_customer_is_never_merged(visitor, caller, heard, clock):
    """R-113."""
    clock.move(timedelta(minutes=10))
    garage = await caller.leaves_message("+31850004130")

    answer = await visitor.post(f"/review/{garage}/merge", data={"into": heard}, headers=SAME_SITE)

    assert answer.status == 409
    assert "Kan alleen bij een melding van dezelfde klant" in plain(await answer.text())
    assert (await caller.desk.ticket(garage)).state == TicketState.NEW


# Pieces for htmx.


async def test_htmx_gets_the_inbox_without_its_page_and_the_address_of_the_next(visitor, caller, heard):
    following = await caller.leaves_message("+31850004130")
    html = await (await visitor.get(f"/review/{heard}")).text()

    form = {"outcome": "III", "seen": hidden(html, "seen"), "next": hidden(html, "next")}
    answer = await visitor.post(
        f"/review/{heard}/decide", data=form, headers={**SAME_SITE, "HX-Request": "true"}, allow_redirects=False
    )

    piece = await answer.text()
    assert answer.status == 200
    assert answer.headers["HX-Push-Url"] == f"/review/{following}"
    assert "<html" not in piece
    assert f'data-number="{following}"' in piece
    assert re.search(r'<div class="toast" id="toast"\s*>', piece)


async def test_an_unknown_ticket_and_an_unknown_outcome_are_errors(visitor, heard):
    assert (await visitor.get("/review/T-99999")).status == 404
    assert (await decide(visitor, heard, "IV")).status == 400
    wrong = await visitor.post(f"/review/{heard}/facts", data={"name": "geheim", "value": "x"}, headers=SAME_SITE)
    assert wrong.status == 400


async def test_the_inbox_asks_for_a_login(stranger):
    answer = await stranger.get("/review", allow_redirects=False)

    assert answer.status == 303
