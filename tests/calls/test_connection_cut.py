"""The WebSocket is cut in the middle of a call, on both Asterisks: the call goes on and ends as if nothing had happened."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.calls.line import Line
from tests.calls.people import ACCEPTS, NO_ANSWER
from tests.calls.scenario import Caller

Recovered = Callable[[float], None]

AT_NIGHT = Caller("0201234567", at="2026-11-21T21:00")
CALAMITY = replace(AT_NIGHT, at="2026-11-21T09:10")


class CutsAt:
    """The network drops our connections at a moment of the call; we connect again by ourselves."""

    def __init__(self, line: Line, moment: str) -> None:
        self.line, self.moment = line, moment
        self.connections = 0
        #: From the cut until we were connected again.
        self.seconds = 0.0

    async def __aenter__(self) -> "CutsAt":
        self.task = asyncio.create_task(self._cut())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.task

    async def _cut(self) -> None:
        await self.line.moment(self.moment)
        client, loop = self.line.client, asyncio.get_running_loop()
        cut_at = loop.time()
        # Asterisk sees a closed socket, and so do we: not a close of ours, after which nobody would connect again.
        connector = client.rest.session.connector
        assert connector
        for connection in list(connector._acquired):  # type: ignore[attr-defined]
            if connection.transport:
                connection.transport.abort()
        while client.connected.is_set():
            await asyncio.sleep(0.01)
        await client.connected.wait()
        self.seconds = loop.time() - cut_at
        self.connections += 1


async def test_a_message_that_is_being_spoken_is_kept_whole(line: Line, recovered: Recovered) -> None:
    async with CutsAt(line, "0201234567 speaks the message") as cut:
        outcome = await line.call(AT_NIGHT)

    recovered(cut.seconds)
    assert cut.connections == 1
    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.report.ended_by == "caller"
    assert outcome.report.error is None


@pytest.mark.parametrize("prompt", ["welcome", "voicemail-instructions"])
async def test_a_caller_in_a_prompt_hears_the_rest(line: Line, prompt: str, recovered: Recovered) -> None:
    async with CutsAt(line, f"0201234567 hears {prompt}") as cut:
        outcome = await line.call(AT_NIGHT)

    recovered(cut.seconds)
    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.report.error is None


@pytest.fixture
def away_for_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes three seconds until we are connected again: what happens meanwhile is told to nobody."""
    monkeypatch.setattr("ari_app.asterisk.client.BACK_OFF", (3.0,))


async def test_a_prompt_that_ends_while_nobody_listens_leaves_no_caller_in_silence(
    line: Line, away_for_seconds: None, recovered: Recovered
) -> None:
    silent = replace(AT_NIGHT, message="", after_message="silence")

    async with CutsAt(line, "0201234567 hears voicemail-instructions") as cut:
        outcome = await line.call(silent)

    steps = outcome.report.steps
    asked_at = next(step.at for step in steps if step.detail == "voicemail-instructions")
    recorded_at = next(step.at for step in steps if (step.what, step.detail) == ("recording", "started"))
    recovered((recorded_at - asked_at).total_seconds())
    assert cut.seconds > 2
    assert (recorded_at - asked_at).total_seconds() < cut.seconds + 5
    assert outcome.report.error is None


async def test_a_message_that_ends_while_nobody_listens_is_kept_and_the_caller_thanked(
    line: Line, away_for_seconds: None
) -> None:
    async with CutsAt(line, "0201234567 speaks the message") as cut:
        outcome = await line.call(replace(AT_NIGHT, after_message="#"))

    ended_at = next(step.at for step in outcome.report.steps if step.detail.startswith("ended by"))
    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.heard[-1] == "voicemail-thanks"
    assert (ended_at - outcome.report.received_at).total_seconds() < cut.seconds + 9


async def test_an_engineer_who_picks_up_while_nobody_listens_gets_the_caller(
    line: Line, away_for_seconds: None
) -> None:
    await line.kill()
    line.settings = line.settings.model_copy(update={"ring_for_seconds": 10})
    await line.start()

    async with CutsAt(line, "Fenna Fictief rings"):
        outcome = await line.call(CALAMITY, phones={"Fenna Fictief": ACCEPTS})

    assert outcome.rang == [("Fenna Fictief", "accepted")]
    assert outcome.talked == [("0201234567", "Fenna Fictief"), ("Fenna Fictief", "0201234567")]


async def test_two_people_who_talk_go_on_talking(line: Line, recovered: Recovered) -> None:
    async with CutsAt(line, "Fenna Fictief hears voice of 0201234567") as cut:
        outcome = await line.call(CALAMITY, phones={"Fenna Fictief": ACCEPTS})

    recovered(cut.seconds)
    assert cut.connections == 1
    assert outcome.talked == [("0201234567", "Fenna Fictief"), ("Fenna Fictief", "0201234567")]
    assert outcome.report.talked_with == "Fenna Fictief"
    assert outcome.report.error is None


async def test_while_a_phone_rings_the_next_ones_are_still_rung(line: Line, recovered: Recovered) -> None:
    async with CutsAt(line, "Fenna Fictief rings") as cut:
        outcome = await line.call(CALAMITY, phones={"Fenna Fictief": NO_ANSWER, "Bram Bedacht": ACCEPTS})

    recovered(cut.seconds)
    assert outcome.report.talked_with == "Bram Bedacht"
