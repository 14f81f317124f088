"""The service dies in the middle of a call, and a new one starts: the caller is helped on, the message is kept, nobody is left over."""

import asyncio
from dataclasses import replace

from tests.calls.line import Line
from tests.calls.people import ACCEPTS, NO_ANSWER
from tests.calls.scenario import Caller, PhoneCall

AT_NIGHT = Caller("0201234567", at="2026-11-21T21:00")
CALAMITY = replace(AT_NIGHT, at="2026-11-21T09:10")


class RestartsAt:
    """Kills the service at a moment of the call, and starts a new one."""

    def __init__(self, line: Line, moment: str) -> None:
        self.line, self.moment = line, moment

    async def __aenter__(self) -> None:
        self.task = asyncio.create_task(self._restart())

    async def __aexit__(self, *_: object) -> None:
        await self.task

    async def _restart(self) -> None:
        await self.line.moment(self.moment)
        await self.line.kill()
        await self.line.start()


async def test_a_caller_in_a_prompt_hears_an_apology_and_leaves_a_message(line: Line) -> None:
    async with RestartsAt(line, "0201234567 hears welcome"):
        outcome = await line.call(AT_NIGHT)

    # What played goes on until the new service is there, and no longer: nobody speaks behind a beep that nothing records.
    assert outcome.heard[-3:] == ["sorry-error", "voicemail-instructions", "beep"]
    assert outcome.heard.count("beep") == 1
    assert outcome.has_recorded(AT_NIGHT.message)
    assert "herstart" in " ".join(outcome.report.why)


async def test_a_message_that_is_being_recorded_goes_on_and_is_kept(line: Line) -> None:
    async with RestartsAt(line, "0201234567 speaks the message"):
        outcome = await line.call(AT_NIGHT)

    assert outcome.heard == ["welcome", "closed-hours", "voicemail-instructions", "beep"]
    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.report.ended_by == "caller"


async def test_a_message_that_ends_with_the_hash_key_after_the_restart_is_kept(line: Line) -> None:
    async with RestartsAt(line, "0201234567 speaks the message"):
        outcome = await line.call(replace(AT_NIGHT, after_message="#"))

    assert outcome.heard[-1] == "voicemail-thanks"
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_two_people_who_talk_are_left_alone_and_freed_at_the_end(line: Line) -> None:
    caller = replace(CALAMITY, ends_talk=False, hangs_up_when="the new service runs")

    async with RestartsAt(line, "Fenna Fictief hears voice of 0201234567"):
        outcome = await line.call(caller, phones={"Fenna Fictief": ACCEPTS})

    assert outcome.talked == [("0201234567", "Fenna Fictief"), ("Fenna Fictief", "0201234567")]
    assert outcome.report.ended_by == "caller"
    assert outcome.heard == ["welcome", "calamity-connecting"]


async def test_a_phone_that_still_rings_is_freed_and_the_caller_leaves_a_message(line: Line) -> None:
    async with RestartsAt(line, "Fenna Fictief rings"):
        outcome = await line.call(CALAMITY, phones={"Fenna Fictief": NO_ANSWER})

    assert outcome.heard[-3:] == ["sorry-error", "voicemail-instructions", "beep"]
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_when_the_caller_left_while_the_service_was_away_the_engineer_is_freed(line: Line) -> None:
    async def talks_and_stays(call: PhoneCall) -> None:
        await ACCEPTS(call)
        call.moments.happened("Fenna Fictief is free")

    caller = replace(CALAMITY, ends_talk=False, hangs_up_when="the service is away")

    async def dies_and_comes_back_late() -> None:
        await line.moment("Fenna Fictief hears voice of 0201234567")
        await line.kill()
        line._moments.happened("the service is away")
        (made,) = line.made_calls
        while not made.handset.is_over:
            await asyncio.sleep(0.01)
        await line.start()

    restarting = asyncio.create_task(dies_and_comes_back_late())
    calling = asyncio.create_task(line.call(caller, phones={"Fenna Fictief": talks_and_stays}))
    await restarting
    await line.moment("Fenna Fictief is free")
    calling.cancel()  # its ticket comes of the note of its start, which no scenario waits for
    await asyncio.gather(calling, return_exceptions=True)

    await line._everything_is_free()


async def test_a_message_that_ended_while_the_service_was_away_is_kept_and_the_caller_thanked(fake_line: Line) -> None:
    async def away_until_the_recorder_stopped() -> None:
        await fake_line.moment("0201234567 speaks the message")
        await fake_line.kill()
        await asyncio.sleep(fake_line.settings.message_silence_seconds + 2)
        await fake_line.start()

    away = asyncio.create_task(away_until_the_recorder_stopped())
    outcome = await fake_line.call(replace(AT_NIGHT, after_message="silence"))
    await away

    assert outcome.heard[-2:] == ["beep", "voicemail-thanks"]
    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.report.error is None
