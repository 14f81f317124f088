"""The caller hangs up while somebody is looked for: nothing rings on, and nobody talks to nobody."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.calls.line import Line
from tests.calls.people import ACCEPTS, NO_ANSWER, SILENT
from tests.calls.scenario import Caller, PhoneCall

CUSTOMER = Caller("0201234567", at="2026-11-21T09:10")


async def test_a_caller_who_gives_up_while_it_rings_stops_the_ringing(line: Line) -> None:
    caller = replace(CUSTOMER, hangs_up_when="Fenna Fictief rings")

    outcome = await line.call(caller, phones={"Fenna Fictief": NO_ANSWER})

    assert outcome.rang == [("Fenna Fictief", "caller_gone")]
    assert outcome.phones_that_rang == ["Fenna Fictief"]
    assert outcome.report.ended_by == "caller"


async def test_a_caller_who_gives_up_while_the_desk_rings_stops_the_ringing(line: Line) -> None:
    caller = Caller("0201234567", at="2026-11-23T10:00", hangs_up_when="desk-1 rings")

    outcome = await line.call(caller, phones={"desk-1": NO_ANSWER})

    assert outcome.rang == [("desk-1", "caller_gone")]
    assert outcome.phones_that_rang == ["desk-1"]


@pytest.mark.parametrize("prompt", ["engineer-announce", "engineer-press-1"])
async def test_an_engineer_whose_caller_left_is_told_so(line: Line, prompt: str) -> None:
    caller = replace(CUSTOMER, hangs_up_when=f"Fenna Fictief hears {prompt}")

    outcome = await line.call(caller, phones={"Fenna Fictief": SILENT})

    assert outcome.rang == [("Fenna Fictief", "caller_gone")]
    assert outcome.heard_by["Fenna Fictief"][-1] == "engineer-no-longer-needed"
    assert outcome.phones_that_rang == ["Fenna Fictief"]
    assert outcome.report.talked_with is None


@pytest.mark.parametrize("moment", ["presses", "pressed"])
async def test_an_engineer_who_presses_1_as_the_caller_leaves_talks_with_nobody(fake_line: Line, moment: str) -> None:
    caller = replace(CUSTOMER, hangs_up_when=f"Fenna Fictief {moment} 1")

    outcome = await fake_line.call(caller, phones={"Fenna Fictief": ACCEPTS, "Bram Bedacht": ACCEPTS})

    assert outcome.talked == []
    assert outcome.report.talked_with is None
    assert outcome.report.talk_started_at is None
    assert outcome.report.ended_by == "caller"
    assert outcome.report.error is None
    assert outcome.phones_that_rang == ["Fenna Fictief"]


async def test_whoever_is_first_when_1_is_pressed_and_the_caller_leaves_nobody_is_left_over(
    line: Line, recovered: Callable[[float], None]
) -> None:
    """On the real one it is a race of milliseconds: both ends of it are fine, as long as everybody is freed."""
    caller = replace(CUSTOMER, hangs_up_when="Fenna Fictief pressed 1")

    outcome = await line.call(caller, phones={"Fenna Fictief": ACCEPTS, "Bram Bedacht": ACCEPTS})

    recovered(outcome.settled_after)
    assert outcome.rang == [("Fenna Fictief", "accepted")]
    assert outcome.phones_that_rang == ["Fenna Fictief"]
    assert outcome.report.ended_by == "caller"
    assert outcome.report.error is None


async def test_a_caller_whose_engineer_is_cut_off_after_pressing_1_gets_the_next_engineer(fake_line: Line) -> None:
    async def accepts_and_is_cut_off(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        await call.listen_for("engineer-press-1")
        await call.press("1")
        await call.handset.hang_up()

    outcome = await fake_line.call(CUSTOMER, phones={"Fenna Fictief": accepts_and_is_cut_off, "Bram Bedacht": ACCEPTS})

    assert outcome.report.talked_with == "Bram Bedacht"
    assert outcome.phones_that_rang == ["Fenna Fictief", "Bram Bedacht"]
    music = [method for method, path, *_ in fake_line.requests if path.endswith("/moh")]
    assert music == ["POST", "DELETE", "POST", "DELETE"], "the caller has music again until the next engineer talks"
