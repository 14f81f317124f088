"""The page on an engineer's phone: the hand-shake, a call that rings, and what is written down after the talk."""

from datetime import timedelta

import pytest

from ari_app.desk.actor import Actor
from ari_app.desk.report import CallReport, LegReport
from ari_app.store.rota_tables import LinkPurpose
from ari_app.store.tables import Role
from routing.rota import Duty
from sla.terms import Category, Kind

OWN = {"Sec-Fetch-Site": "same-origin"}
SUPERVISOR = Actor("ilse", Role.SUPERVISOR)


@pytest.fixture
async def fenna(desk) -> str:
    """The secret address of her page."""
    return f"/duty/{await desk.rota_links.make(LinkPurpose.DUTY, 'Fenna Fictief', SUPERVISOR)}"


def _report(desk, clock, caller, result: str, **facts) -> CallReport:
    now = clock.now()
    leg = LegReport("Fenna Fictief", "+31612345001", now - timedelta(seconds=8), result, engineer_id=1)
    return CallReport(
        "call-now", "support", "+31850004120", "", now - timedelta(seconds=30), caller=caller, route="on_duty",
        answered_at=now - timedelta(seconds=29), legs=[leg], **facts,
    )  # fmt: skip


@pytest.fixture
async def talked(desk, clock) -> str:
    """Fenna talked with a customer; the ticket of it."""
    now = clock.now()
    report = _report(desk, clock, await desk.who_is("+31850004120"), "accepted")
    report.talked_with, report.talk_started_at = "Fenna Fictief", now - timedelta(minutes=7)
    report.talk_ended_at = report.ended_at = now - timedelta(minutes=1)
    report.received_at = now - timedelta(minutes=8)
    return await desk.close_call(report)


async def test_the_page_says_until_when_to_confirm_and_who_goes_first_otherwise(stranger, fenna, desk, clock):
    hour, sanne = timedelta(hours=1), await desk.rota.engineer("Sanne Schijn")
    await desk.rota.override([Duty(sanne, clock.now() - hour, clock.now() + hour)], "tandarts", SUPERVISOR)

    text = await (await stranger.get(fenna)).text()

    assert "Hallo Fenna" in text
    assert "Nog te doen, uiterlijk 12:12" in text
    assert "Bevestig je niet voor 12:12, dan wordt Bram Bedacht het eerst gebeld" in text


async def test_where_nobody_was_asked_the_page_threatens_with_nothing(stranger, fenna):
    """Her shift began days ago, before this line was there."""
    text = await (await stranger.get(fenna)).text()

    assert "Mag, hoeft niet" in text
    assert "Bevestig je niet" not in text


async def test_an_engineer_has_the_own_phone_tested_and_sees_what_became_of_it(stranger, fenna, desk):
    before = await (await stranger.get(fenna)).text()
    waits = await (await stranger.post(f"{fenna}/test", headers=OWN)).text()
    asked = await desk.engineer_calls.take()
    await desk.engineer_calls.ended(asked.id, "Fenna Fictief gebeld: nam niet op.", is_taken_up=False)
    failed = await (await stranger.get(fenna)).text()
    await stranger.post(f"{fenna}/test", headers=OWN)
    asked = await desk.engineer_calls.take()
    await desk.engineer_calls.ended(asked.id, "Fenna Fictief gebeld: nam de dienst.", is_taken_up=True)

    assert (asked.purpose, asked.engineer.name) == ("duty", "Fenna Fictief")
    assert "Vandaag nog niet getest" in before
    assert "De lijn belt je nu: neem op en druk op 1" in waits
    assert "Bel me nu" not in waits
    assert "Fenna Fictief gebeld: nam niet op." in failed
    assert "je drukte op 1" in await (await stranger.get(fenna)).text()


async def test_a_phone_is_tested_three_times_an_hour_and_only_of_who_is_first(stranger, fenna, desk, clock):
    for _ in range(3):
        await stranger.post(f"{fenna}/test", headers=OWN)
    too_often = await stranger.post(f"{fenna}/test", headers=OWN)
    bram = f"/duty/{await desk.rota_links.make(LinkPurpose.DUTY, 'Bram Bedacht', SUPERVISOR)}"

    assert (too_often.status, "hoogstens drie keer" in await too_often.text()) == (409, True)
    assert (await stranger.post(f"{bram}/test", headers=OWN)).status == 409


async def test_a_line_that_does_not_ring_in_ten_minutes_is_no_test_that_passed(stranger, fenna, clock):
    await stranger.post(f"{fenna}/test", headers=OWN)
    clock.move(timedelta(minutes=11))

    assert "De lijn belde niet." in await (await stranger.get(fenna)).text()


async def test_who_can_not_come_hands_the_duty_to_the_second_at_once(stranger, fenna, desk, clock):
    await stranger.post(f"{fenna}/pass", headers=OWN)

    assert [one.name for one in await desk.on_duty(clock.now())][:2] == ["Bram Bedacht", "Fenna Fictief"]
    assert "Ben je er toch?" in await (await stranger.get(fenna)).text()


async def test_a_call_that_rings_shows_who_it_is_and_offers_no_button_to_take_it(stranger, fenna, desk, clock):
    report = _report(desk, clock, await desk.who_is("+31850004120"), "ringing")

    with desk.calls_now.following(report):
        text = await (await stranger.get(fenna)).text()

    assert "Je telefoon gaat over" in text
    assert "Transport De Testrit" in text
    assert 'value="next"' in text
    assert "Ik ben er" not in text


@pytest.mark.parametrize(("button", "said"), [("next", "declined"), ("later", "not_now")])
async def test_a_button_while_it_rings_tells_the_search(stranger, fenna, desk, clock, button, said):
    woken = []
    report = _report(desk, clock, await desk.who_is("+31850004120"), "ringing")

    with desk.calls_now.following(report, lambda: woken.append(1)):
        await stranger.post(f"{fenna}/ring", data={"answer": button}, headers=OWN)

        assert desk.calls_now.answer_of("call-now", 1) == said
    assert woken == [1]
    assert desk.calls_now.answer_of("call-now", 1) == ""


async def test_a_button_after_the_ringing_says_so(stranger, fenna):
    answer = await stranger.post(f"{fenna}/ring", data={"answer": "next"}, headers=OWN)

    assert answer.status == 409
    assert "Je telefoon gaat niet meer over." in await answer.text()


async def test_what_is_written_down_after_the_talk_lands_on_the_ticket_at_once(stranger, fenna, desk, talked):
    page = await (await stranger.get(fenna)).text()
    form = {"judged": "cat3", "work": "planned", "text": "Trunk herstarten", "told_to": "mevrouw De Wit"}

    await stranger.post(f"{fenna}/wrap-up", data={**form, "minutes": "0"}, headers=OWN)
    ticket = await desk.ticket(talked)

    assert talked in page
    assert "Was dit een calamiteit?" in page
    assert (ticket.kind, ticket.category, ticket.state) == (Kind.CALAMITY, Category.III, "planned")
    assert "Was dit een calamiteit?" not in await (await stranger.get(fenna)).text()


async def test_what_the_desk_refuses_changes_nothing_and_says_why(stranger, fenna, desk, talked):
    form = {"judged": "cat3", "work": "planned", "text": "", "told_to": "", "minutes": "0"}

    answer = await stranger.post(f"{fenna}/wrap-up", data=form, headers=OWN)

    assert answer.status == 409
    assert "Kan nadat het Resolution Plan is ingevuld" in await answer.text()
    assert (await desk.ticket(talked)).category is None
