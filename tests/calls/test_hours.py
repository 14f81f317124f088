"""Which moment leads where: the windows of the agreement to the second (R-050, R-075a; closing time is closed)."""

import asyncio
from typing import Any

import pytest

from tests.calls.line import Line
from tests.calls.people import ACCEPTS, PICKS_UP
from tests.calls.scenario import Caller

EVERYBODY_IS_THERE = {"Fenna Fictief": ACCEPTS, "Sanne Schijn": ACCEPTS, "desk-1": PICKS_UP}


@pytest.mark.parametrize(
    ("at", "route"),
    [
        ("2026-11-21T08:29:55", "voicemail"),
        ("2026-11-21T08:30:00", "on_duty"),
        ("2026-11-21T11:59:55", "on_duty"),
        ("2026-11-21T12:00:00", "voicemail"),
        ("2026-11-22T08:30:00", "on_duty"),
        ("2026-11-22T12:00:00", "voicemail"),
        ("2026-11-23T07:29:55", "voicemail"),
        ("2026-11-23T07:30:00", "on_duty"),
        ("2026-11-23T08:29:55", "on_duty"),
        ("2026-11-23T08:30:00", "desk"),
        ("2026-11-23T17:29:55", "desk"),
        ("2026-11-23T17:30:00", "voicemail"),
        ("2026-11-24T03:00:00", "voicemail"),
    ],
)
async def test_the_window_in_which_a_call_is_answered_decides_where_it_goes(
    fake_line: Line, at: str, route: str
) -> None:
    outcome = await fake_line.call(Caller("0201234567", at=at), phones=EVERYBODY_IS_THERE)

    assert outcome.report.route == route


@pytest.mark.parametrize("at", ["2026-11-21T08:29:59.5", "2026-11-23T07:29:59.5"])
async def test_who_calls_before_the_window_and_is_answered_in_it_gets_an_engineer(fake_line: Line, at: str) -> None:
    """A-26: the database takes a second, and meanwhile the calamity hours begin."""
    look_up = fake_line.desk.desk.take_call

    async def slowly(*arguments: Any) -> Any:
        await asyncio.sleep(1)
        return await look_up(*arguments)

    fake_line.desk.desk.take_call = slowly

    outcome = await fake_line.call(Caller("0201234567", at=at), phones={"Fenna Fictief": ACCEPTS})

    assert outcome.rang == [("Fenna Fictief", "accepted")]
    assert not outcome.report.found_nobody_on_duty


async def test_outside_all_hours_a_caller_is_told_so_and_leaves_a_message(line: Line) -> None:
    """R-075b, A-18"""
    outcome = await line.call(Caller("0201234567", at="2026-11-21T21:00"), phones=EVERYBODY_IS_THERE)

    assert outcome.heard == ["welcome", "closed-hours", "voicemail-instructions", "beep"]
    assert outcome.phones_that_rang == []
    assert outcome.has_recorded("Niemand kan bellen")


async def test_a_call_that_began_in_a_window_is_finished_in_it(fake_line: Line) -> None:
    """A-26: the engineer still gets the call though twelve o'clock passes while the phone rings."""
    outcome = await fake_line.call(Caller("0201234567", at="2026-11-21T11:59:59"), phones={"Bram Bedacht": ACCEPTS})

    assert outcome.rang == [("Fenna Fictief", "no_answer"), ("Bram Bedacht", "accepted")]
