"""The phone against a real Asterisk; our service is away, so that the dialplan answers by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ari_app.asterisk.server import AsteriskServer
from ari_app.sip_phone import Ended, IncomingCall, OutgoingCall, Phone
from ari_app.sip_phone.alaw import Pcm
from ari_app.sip_phone.listening import contains, level_of, tone

pytestmark = pytest.mark.asterisk

CUSTOMER = "0201234567"
BEEP_HZ = 1000
#: The first prompt of the fallback in these tests, see conftest.
PROMPT_HZ = 600


@pytest.fixture
async def phone(asterisk: AsteriskServer) -> AsyncIterator[Phone]:
    """At the address of the carrier, so that Asterisk's own calls ring here too."""
    ip, port = asterisk.trunk_contact.split(":")
    async with Phone.open(ip, int(port), proxy=(asterisk.sip_ip, asterisk.sip_port)) as phone:
        yield phone


async def until(true: Callable[[], object]) -> None:
    """Ask again whenever a packet may have come in; the time limit of the test is the limit."""
    while not true():
        await asyncio.sleep(0.02)


def message(seed: int) -> Pcm:
    """Two seconds that are like nothing else."""
    return np.random.default_rng(seed).integers(-8000, 8000, 16000).astype(np.int16)


def recordings(asterisk: AsteriskServer) -> set[Path]:
    return set((asterisk.recordings / "fallback").glob("*.wav"))


def is_quiet(asterisk: AsteriskServer) -> bool:
    """No call is left in Asterisk, so all recordings are closed."""
    return "0 active channels" in asterisk.cli("core show channels")


def recorded(file: Path) -> Pcm:
    pcm, rate = soundfile.read(file, dtype="int16")
    assert rate == 8000
    return np.asarray(pcm)


async def after_the_beep(call: OutgoingCall) -> None:
    await call.answered(within=10)
    await until(lambda: len(call.heard()) > 800 and level_of(call.heard()[-800:], BEEP_HZ) > 4000)
    await until(lambda: level_of(call.heard()[-800:], BEEP_HZ) < 100)


async def leave(phone: Phone, said: Pcm) -> OutgoingCall:
    call = await phone.call("support", from_number=CUSTOMER)
    await after_the_beep(call)
    await call.say(said)
    await call.hangup()
    return call


async def test_the_phone_hears_the_prompt_and_the_beep_and_its_message_is_recorded(
    asterisk: AsteriskServer, phone: Phone
) -> None:
    before, said = recordings(asterisk), message(1)

    call = await leave(phone, said)
    await until(lambda: recordings(asterisk) - before and is_quiet(asterisk))
    [file] = recordings(asterisk) - before

    prompt, beep = contains(call.heard(), tone(PROMPT_HZ, 0.4)), contains(call.heard(), tone(BEEP_HZ, 0.2))
    assert contains(recorded(file), said).score > 0.8
    assert prompt.score > 0.9
    assert beep.score > 0.9
    assert prompt.at < beep.at
    assert await call.ended() == Ended("us", 200, "", "OK")


async def test_ten_callers_at_once_are_each_recorded_with_their_own_message(
    asterisk: AsteriskServer, phone: Phone
) -> None:
    before, said = recordings(asterisk), [message(seed) for seed in range(10, 20)]

    await asyncio.gather(*(leave(phone, words) for words in said))
    await until(lambda: is_quiet(asterisk))
    files = recordings(asterisk) - before

    assert len(files) == len(said)
    for words in said:
        assert sorted(contains(recorded(file), words).score > 0.8 for file in files) == [False] * 9 + [True]
    assert phone.malformed == phone.strays == 0


async def test_a_phone_that_asterisk_calls_rings_answers_hears_and_is_hung_up(
    asterisk: AsteriskServer, phone: Phone
) -> None:
    calls: asyncio.Queue[IncomingCall] = asyncio.Queue()
    phone.on_call(calls.put)

    await originate(asterisk, "0612345678", "application Playback beep")
    call = await calls.get()
    await call.ring()
    await call.answer()
    ended = await call.ended()

    assert call.called_number == "0612345678"
    assert call.from_number == ""
    assert contains(call.heard(), tone(BEEP_HZ, 0.2)).score > 0.9
    assert (ended.by, ended.code) == ("remote", 200)
    assert ended.reason_header.startswith("Q.850;cause=")


async def test_a_busy_phone_is_seen_as_busy_by_asterisk(asterisk: AsteriskServer, phone: Phone) -> None:
    calls: asyncio.Queue[IncomingCall] = asyncio.Queue()
    phone.on_call(calls.put)

    await originate(asterisk, "0687654321", "application Playback beep")
    call = await calls.get()
    await call.reject(486, "Busy Here")  # returns when Asterisk confirmed

    assert (await call.ended()).code == 486
    await until(lambda: is_quiet(asterisk))


async def originate(asterisk: AsteriskServer, number: str, what: str) -> None:
    """Asterisk's own command waits for the answer, which comes from this very loop; so it waits in a thread."""
    await asyncio.to_thread(asterisk.cli, f"channel originate PJSIP/{number}@{asterisk.trunk} {what}")
