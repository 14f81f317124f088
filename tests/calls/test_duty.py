"""The hand-shake by keypad: an engineer calls the line and asks for a call; in our own call to the rota's number the key counts."""

from dataclasses import replace

import pytest

from ari_app.desk import Desk
from ari_app.store.engineer_call_tables import Purpose
from tests.calls.line import Line
from tests.calls.people import BUSY, NO_ANSWER, VOICEMAIL_BOX
from tests.calls.scenario import Caller, Person, PhoneCall

NAME = "Fenna Fictief"
FENNA = Caller("0612345001", at="2026-11-21T20:15", presses={"duty-call-me": "1"})
AS_A_CALLER = ["welcome", "closed-hours", "voicemail-instructions", "beep"]


def PRESSES(*keys: str, at: str = "duty-press-1") -> Person:
    async def person(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        if await call.listen_for(at):
            for key in keys:
                await call.press(key)
        await call.listen_on()

    return person


async def is_taken(line: Line) -> bool:
    desk: Desk = line.desk.desk
    offer = await desk.handshake.offer(1, line.clock.now())
    assert offer is not None
    return offer.is_taken


async def test_an_engineer_who_asks_is_called_on_the_number_of_the_rota_and_takes_the_duty(desk_line: Line) -> None:
    outcome = await desk_line.call(FENNA, phones={NAME: PRESSES("1")})
    heard = await desk_line.calls_out()

    assert outcome.heard == ["duty-call-me", "we-call-you-now"]
    assert (outcome.report.route, outcome.ticket) == ("duty", "")
    assert heard.prompts[NAME] == ["duty-press-1", "duty-taken"]
    assert await is_taken(desk_line)


async def test_a_forged_number_of_an_engineer_takes_no_duty(fake_line_with_desk: Line) -> None:
    """A-25: whoever shows her number can press what they like; her own phone rings, and she does not press."""
    forger = replace(FENNA, presses={"duty-call-me": "1", "we-call-you-now": "1"})

    await fake_line_with_desk.call(forger, phones={NAME: PRESSES("2")})
    await fake_line_with_desk.calls_out()

    assert not await is_taken(fake_line_with_desk)


@pytest.mark.parametrize("person", [BUSY, NO_ANSWER, VOICEMAIL_BOX], ids=["busy", "no answer", "voicemail box"])
async def test_a_phone_that_nobody_answers_takes_no_duty(fake_line_with_desk: Line, person: Person) -> None:
    await fake_line_with_desk.call(FENNA, phones={NAME: person})
    await fake_line_with_desk.calls_out()

    assert not await is_taken(fake_line_with_desk)


async def test_a_forged_number_makes_a_phone_ring_three_times_an_hour_at_most(fake_line_with_desk: Line) -> None:
    line = fake_line_with_desk
    for _ in range(3):
        await line.call(FENNA, phones={NAME: BUSY})
        await line.calls_out()

    outcome = await line.call(FENNA)

    assert outcome.heard == ["duty-call-me", *AS_A_CALLER]
    assert "Zo vaak om een oproep van Fenna Fictief gevraagd" in " ".join(outcome.report.why)


@pytest.mark.parametrize("key", ["", "2"])
async def test_an_engineer_who_does_not_press_1_can_call_as_anybody(fake_line: Line, key: str) -> None:
    outcome = await fake_line.call(replace(FENNA, presses={"duty-call-me": key} if key else {}))

    assert outcome.heard == ["duty-call-me", *AS_A_CALLER]
    assert outcome.report.route == "voicemail"
    assert fake_line.desk.desk.for_engineers.asked == []


async def test_who_hangs_up_at_the_question_is_not_called(fake_line: Line) -> None:
    outcome = await fake_line.call(replace(FENNA, presses={}, hangs_up_at="duty-call-me"))

    assert outcome.report.ended_by == "caller"
    assert fake_line.desk.desk.for_engineers.asked == []


async def test_an_engineer_who_is_not_the_first_hears_no_question(fake_line: Line) -> None:
    assert (await fake_line.call(replace(FENNA, number="0612345002"))).heard == AS_A_CALLER


async def test_an_engineer_is_asked_about_an_urgent_message_that_waits(fake_line: Line) -> None:
    fake_line.desk.desk.for_engineers.messages.append("T-1001")

    await fake_line.call(replace(FENNA, number="0612345002", presses={"urgent-call-me": "1"}))

    (wanted,) = fake_line.desk.desk.for_engineers.asked
    assert (wanted.name, wanted.purpose, wanted.ticket) == ("Bram Bedacht", Purpose.URGENT, "T-1001")
