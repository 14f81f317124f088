"""What the board sees of a call while it goes on, and what an engineer answers on the duty page while the phone rings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ari_app.desk.calls_now import CallStep
from tests.calls.line import Line
from tests.calls.people import ACCEPTS, NO_ANSWER
from tests.calls.scenario import Caller

CUSTOMER = Caller("0201234567", at="2026-11-21T09:10")
FENNA = 1


@asynccontextmanager
async def watched(line: Line) -> AsyncIterator[list[tuple[CallStep, str]]]:
    """Each step with who rings or talks, when it changed."""
    seen: list[tuple[CallStep, str]] = []

    async def watch() -> None:
        while True:
            for call in line.calls_now.list():
                who = call.talks_with or ", ".join(phone.who for phone in call.ringing)
                if (call.step, who) not in seen[-1:]:
                    seen.append((call.step, who))
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    try:
        yield seen
    finally:
        watching.cancel()


async def test_the_board_sees_each_step_of_a_call_and_who_rings(line: Line) -> None:
    async with watched(line) as seen:
        await line.call(CUSTOMER, phones={"Fenna Fictief": NO_ANSWER, "Bram Bedacht": ACCEPTS})

    told = [one for one in seen if one[0] in (CallStep.GREETING, CallStep.RINGS, CallStep.ASKED, CallStep.TALKS)]
    assert told == [
        (CallStep.GREETING, ""),
        (CallStep.RINGS, "Fenna Fictief"),
        (CallStep.RINGS, "Bram Bedacht"),
        (CallStep.ASKED, "Bram Bedacht"),
        (CallStep.TALKS, "Bram Bedacht"),
    ]
    assert line.calls_now.list() == ()


async def test_who_leaves_a_message_is_seen_to_do_so(line: Line) -> None:
    async with watched(line) as seen:
        await line.call(Caller("0201234567", at="2026-11-21T20:10"))

    assert CallStep.MESSAGE in [step for step, _ in seen]
    assert {who for _, who in seen} == {""}


async def test_an_engineer_who_says_next_on_the_page_is_passed_over_while_the_phone_rings(line: Line) -> None:
    saying = asyncio.create_task(_says(line, "declined"))

    outcome = await line.call(CUSTOMER, phones={"Fenna Fictief": NO_ANSWER, "Bram Bedacht": ACCEPTS})

    assert await saying
    assert outcome.rang == [("Fenna Fictief", "declined"), ("Bram Bedacht", "accepted")]
    assert outcome.report.legs[0].why == "Koos op de dienstpagina: de volgende."


async def test_an_answer_on_the_page_when_no_phone_rings_does_nothing(line: Line) -> None:
    assert not line.calls_now.answer(FENNA, "declined")


async def _says(line: Line, what: str) -> bool:
    while not line.calls_now.ringing_for(FENNA):
        await asyncio.sleep(0.01)
    return line.calls_now.answer(FENNA, what)
