"""Callers who come while our service is away: real calls, recorded by the dialplan alone."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import soundfile

from ari_app.asterisk.server import AsteriskServer
from ari_app.sip_phone.alaw import Pcm
from ari_app.sip_phone.call import CallFailed
from ari_app.sip_phone.listening import level_of, tone
from ari_app.sip_phone.outgoing import OutgoingCall
from ari_app.sip_phone.phone import Phone

pytestmark = pytest.mark.asterisk

GREETING, BEEP, MESSAGE = 600, 1000, 1700
LOUD = 500


@dataclass
class Left:
    """What is on disk after a call."""

    sidecar: dict[str, str]
    recording: Path

    def seconds_of(self, hertz: int) -> float:
        """How long this tone sounds in the recording."""
        pcm, rate = soundfile.read(self.recording, dtype="int16")
        assert rate == 8000
        return seconds_of(pcm, hertz)


def seconds_of(pcm: Pcm, hertz: int) -> float:
    """In whole blocks of 50 ms: a shorter piece can't tell two tones apart."""
    blocks = [pcm[at : at + 400] for at in range(0, len(pcm) - 399, 400)]
    return sum(level_of(block, hertz) > LOUD for block in blocks) * 0.05


async def until(ready: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not ready():
            await asyncio.sleep(0.02)


def after_the_beep(call: OutgoingCall) -> Callable[[], bool]:
    def beeped() -> bool:
        return seconds_of(call.heard(), BEEP) >= 0.15 and seconds_of(call.heard()[-800:], BEEP) == 0

    return beeped


@asynccontextmanager
async def a_call(
    server: AsteriskServer, to: str = "0850004000", number: str = "0612345678"
) -> AsyncIterator[OutgoingCall]:
    async with Phone.open("127.0.0.2", proxy=(server.sip_ip, server.sip_port)) as phone:
        call = await phone.call(to, from_number=number)
        yield call
        await call.hangup()


async def leave_message(server: AsteriskServer, to: str = "0850004000", number: str = "0612345678") -> Left:
    """Waits for the beep, speaks for a second and a half, hangs up."""
    before = sidecars(server)
    async with a_call(server, to, number) as call:
        await call.answered(within=10)
        await until(after_the_beep(call))
        await call.say(tone(MESSAGE, 1.5))
    return await left_since(server, before)


def sidecars(server: AsteriskServer) -> set[Path]:
    return set((server.recordings / "fallback").glob("*.txt"))


async def left_since(server: AsteriskServer, before: set[Path]) -> Left:
    await until(lambda: len(sidecars(server) - before) == 1)
    [sidecar] = sidecars(server) - before
    await until(lambda: " 0 active channels" in " " + server.cli("core show channels count"))
    facts = dict(line.split("=", 1) for line in sidecar.read_text().splitlines())
    return Left(facts, sidecar.with_suffix(".wav"))


@asynccontextmanager
async def our_service(server: AsteriskServer, heartbeat: float) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Registered with Asterisk, its last sign of life given as seconds since 1970."""
    login = {"Authorization": aiohttp.encode_basic_auth(server.ari_user, server.password())}
    async with aiohttp.ClientSession(headers=login) as session:
        async with session.ws_connect(f"{server.url}/events", params={"app": server.app}) as events:
            await beat(session, server, heartbeat)
            yield events
        await beat(session, server, 0)


async def beat(session: aiohttp.ClientSession, server: AsteriskServer, at: float) -> None:
    variable = {"variable": "LINE_HB", "value": str(int(at))}
    async with session.post(f"{server.url}/asterisk/variable", params=variable) as answer:
        assert answer.status == 204


async def test_a_caller_without_our_service_is_recorded_with_number_and_time(asterisk: AsteriskServer) -> None:
    called_at = time.time()

    left = await leave_message(asterisk, to="0850004001", number="+31612345678")

    assert left.sidecar["caller"] == "+31612345678"
    assert left.sidecar["exten"] == "0850004001"
    assert left.sidecar["why"] == "no-heartbeat"
    assert called_at - 1 <= float(left.sidecar["start"]) <= time.time()
    assert left.seconds_of(MESSAGE) == pytest.approx(1.5, abs=0.2)


async def test_the_caller_hears_the_request_the_beep_and_it_is_not_in_the_message(asterisk: AsteriskServer) -> None:
    before = sidecars(asterisk)

    async with a_call(asterisk) as call:
        await call.answered(within=10)
        await until(after_the_beep(call))
        greeting = seconds_of(call.heard(), GREETING)
        await call.say(tone(MESSAGE, 0.5))
    left = await left_since(asterisk, before)

    assert greeting == pytest.approx(0.4, abs=0.1)
    assert left.seconds_of(GREETING) == 0
    assert left.seconds_of(BEEP) == 0


async def test_who_called_is_on_disk_before_the_caller_has_said_a_word(asterisk: AsteriskServer) -> None:
    before = sidecars(asterisk)

    async with a_call(asterisk) as call:
        await call.answered(within=10)
        [sidecar] = sidecars(asterisk) - before
        written = sidecar.read_text()

    assert "caller=0612345678\n" in written
    assert "start=" in written


async def test_a_number_can_not_write_lines_of_its_own(asterisk: AsteriskServer) -> None:
    left = await leave_message(asterisk, number="06=1$2{3}4")

    assert left.sidecar["caller"] == "061234"


async def test_an_anonymous_caller_has_an_empty_number(asterisk: AsteriskServer) -> None:
    left = await leave_message(asterisk, number="")

    assert left.sidecar["caller"] == ""


async def test_a_service_that_hangs_gets_no_callers(asterisk: AsteriskServer) -> None:
    async with our_service(asterisk, heartbeat=time.time() - 12):
        left = await leave_message(asterisk)

    assert left.sidecar["why"] == "no-heartbeat"


async def test_a_service_that_just_crashed_gets_no_callers(asterisk: AsteriskServer) -> None:
    async with our_service(asterisk, heartbeat=time.time()) as events:
        await events.close()

        left = await leave_message(asterisk)

    assert left.sidecar["why"] == "not-registered"


async def test_a_missing_module_costs_no_message(asterisk: AsteriskServer) -> None:
    async with our_service(asterisk, heartbeat=time.time()) as events:
        await events.close()
        asterisk.cli("module unload app_stasis.so")
        try:
            left = await leave_message(asterisk)
        finally:
            asterisk.cli("module load app_stasis.so")

    assert left.sidecar["why"] == "no-stasis"
    assert left.seconds_of(MESSAGE) == pytest.approx(1.5, abs=0.2)


async def test_a_service_that_is_well_gets_the_caller_and_the_number_dialled(asterisk: AsteriskServer) -> None:
    async with our_service(asterisk, heartbeat=time.time()) as events, a_call(asterisk, to="0850004002"):
        started = await next_event(events, "StasisStart")

    assert started["args"] == ["in", "0850004002"]


async def test_a_caller_whose_service_died_can_be_rescued_and_is_recorded(asterisk: AsteriskServer) -> None:
    before = sidecars(asterisk)
    async with our_service(asterisk, heartbeat=time.time()) as events, a_call(asterisk, to="0850004003") as call:
        started = await next_event(events, "StasisStart")
        await events.close()

        asterisk.cli(f"channel redirect {started['channel']['name']} line-fallback,s,1")
        await call.answered(within=10)
        await until(after_the_beep(call))
        await call.say(tone(MESSAGE, 1.0))

    left = await left_since(asterisk, before)
    assert left.sidecar["why"] == "rescued"
    assert left.sidecar["exten"] == "0850004003"
    assert left.seconds_of(MESSAGE) == pytest.approx(1.0, abs=0.2)


async def test_a_caller_who_hangs_up_at_once_is_with_the_service_or_on_disk(asterisk: AsteriskServer) -> None:
    """Between the call and the service there are some milliseconds: who is gone by then leaves a file."""
    before, calls = sidecars(asterisk), 60
    async with (
        our_service(asterisk, heartbeat=time.time()) as events,
        Phone.open("127.0.0.2", proxy=(asterisk.sip_ip, asterisk.sip_port)) as phone,
    ):
        for _ in range(calls):
            call = await phone.call("0850004000", from_number="0612345678")
            call.cancel()
            with suppress(CallFailed):
                await call.answered(within=10)
        await until(lambda: " 0 active channels" in " " + asterisk.cli("core show channels count"))
        at_the_service = 0
        with suppress(TimeoutError):
            while True:
                async with asyncio.timeout(2):
                    await next_event(events, "StasisStart")
                at_the_service += 1

    left = [dict(line.split("=", 1) for line in one.read_text().splitlines()) for one in sidecars(asterisk) - before]
    assert at_the_service + len(left) == calls
    assert {(one["caller"], one["exten"], one["why"]) for one in left} <= {("0612345678", "0850004000", "gone")}
    assert all(one["sip"] for one in left)


async def next_event(events: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        async for message in events:
            event: dict[str, Any] = message.json()
            if event["type"] == kind:
                return event
    raise AssertionError(f"the connection closed before {kind}")
