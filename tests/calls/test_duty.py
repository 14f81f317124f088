"""The hand-shake by keypad: an engineer calls the line from a registered phone and presses 1."""

from dataclasses import replace

import pytest

from tests.calls.line import Line
from tests.calls.scenario import Caller

FENNA = Caller("0612345001", at="2026-11-21T20:15", presses={"duty-press-1": "1"})
AS_A_CALLER = ["welcome", "closed-hours", "voicemail-instructions", "beep"]


async def test_the_first_in_line_takes_the_duty_with_a_key_and_no_ticket_comes_of_it(line: Line) -> None:
    outcome = await line.call(FENNA)

    assert outcome.heard == ["duty-press-1", "duty-taken"]
    assert (outcome.report.route, outcome.ticket) == ("duty", "")
    assert outcome.report.why == ["Fenna Fictief nam de dienst met een toets."]
    assert outcome.rang == []
    assert (await line.desk.desk.handshake.offer_to("+31612345001", line.clock.now())).is_taken


async def test_who_has_taken_the_duty_is_a_caller_like_any_other(fake_line: Line) -> None:
    await fake_line.call(FENNA)

    assert (await fake_line.call(FENNA)).heard == AS_A_CALLER


@pytest.mark.parametrize("key", ["", "2"])
async def test_an_engineer_who_does_not_press_1_can_call_as_anybody(fake_line: Line, key: str) -> None:
    outcome = await fake_line.call(replace(FENNA, presses={"duty-press-1": key} if key else {}))

    assert outcome.heard == ["duty-press-1", *AS_A_CALLER]
    assert outcome.report.route == "voicemail"
    assert fake_line.desk.desk.handshake.taken == []


async def test_who_hangs_up_at_the_question_has_not_taken_the_duty(fake_line: Line) -> None:
    outcome = await fake_line.call(replace(FENNA, presses={}, hangs_up_at="duty-press-1"))

    assert outcome.report.ended_by == "caller"
    assert fake_line.desk.desk.handshake.taken == []


async def test_an_engineer_who_is_not_the_first_hears_no_question(fake_line: Line) -> None:
    assert (await fake_line.call(replace(FENNA, number="0612345002"))).heard == AS_A_CALLER
