"""Monday morning, phone hours: the desk's phones ring."""

from dataclasses import replace

from tests.calls.line import Line
from tests.calls.people import BUSY, NO_ANSWER, PICKS_UP, PICKS_UP_AND_ENDS_THE_TALK, REJECTS
from tests.calls.scenario import Caller

CUSTOMER = Caller("0201234567", at="2026-11-23T10:00")
INTO_VOICEMAIL = ["welcome", "desk-connecting", "desk-no-answer", "voicemail-instructions", "beep"]


async def test_the_desk_picks_up_and_talks_with_the_caller(line: Line) -> None:
    outcome = await line.call(CUSTOMER, phones={"desk-1": PICKS_UP})

    assert outcome.heard == ["welcome", "desk-connecting"]
    assert outcome.rang == [("desk-1", "answered")]
    assert outcome.talked == [("0201234567", "desk-1"), ("desk-1", "0201234567")]
    assert outcome.report.route == "desk"
    assert outcome.report.ended_by == "caller"


async def test_the_desk_needs_no_sla(line: Line) -> None:
    outcome = await line.call(replace(CUSTOMER, number="0850004140"), phones={"desk-1": PICKS_UP})

    assert outcome.report.talked_with == "desk-1"


async def test_the_second_desk_phone_rings_when_nobody_comes_to_the_first(line: Line) -> None:
    outcome = await line.call(CUSTOMER, phones={"desk-1": NO_ANSWER, "desk-2": PICKS_UP})

    assert outcome.rang == [("desk-1", "no_answer"), ("desk-2", "answered")]
    assert outcome.talked == [("0201234567", "desk-2"), ("desk-2", "0201234567")]


async def test_a_desk_that_hangs_up_first_ends_the_call(line: Line) -> None:
    caller = replace(CUSTOMER, ends_talk=False)

    outcome = await line.call(caller, phones={"desk-1": PICKS_UP_AND_ENDS_THE_TALK})

    assert outcome.report.ended_by == "desk"


async def test_when_nobody_at_the_desk_is_free_the_caller_leaves_a_message(line: Line) -> None:
    outcome = await line.call(CUSTOMER, phones={"desk-1": BUSY, "desk-2": REJECTS})

    assert outcome.rang == [("desk-1", "busy"), ("desk-2", "refused")]
    assert outcome.heard == INTO_VOICEMAIL
    assert outcome.report.route == "voicemail"
    assert outcome.has_recorded(CUSTOMER.message)


async def test_all_desk_phones_ring_together_and_one_answer_stops_the_others(together: Line) -> None:
    outcome = await together.call(CUSTOMER, phones={"desk-1": NO_ANSWER, "desk-2": PICKS_UP})

    assert sorted(outcome.phones_that_rang) == ["desk-1", "desk-2"]
    assert outcome.rang == [("desk-1", "no_answer"), ("desk-2", "answered")]
    assert outcome.talked == [("0201234567", "desk-2"), ("desk-2", "0201234567")]


async def test_when_all_desk_phones_that_ring_together_refuse_the_caller_leaves_a_message(together: Line) -> None:
    outcome = await together.call(CUSTOMER, phones={"desk-1": BUSY, "desk-2": REJECTS})

    assert outcome.rang == [("desk-1", "busy"), ("desk-2", "refused")]
    assert outcome.has_recorded(CUSTOMER.message)
