"""Places one demo call with a real SIP phone and keeps what the caller heard."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from ari_app.demo.calls import DemoCall
from ari_app.demo.outside import CALLER_HZ
from ari_app.sip_phone.alaw import Pcm
from ari_app.sip_phone.call import CallEnded
from ari_app.sip_phone.listening import contains, tone
from ari_app.sip_phone.outgoing import OutgoingCall
from ari_app.sip_phone.phone import Phone
from ari_app.speech.synth import speak

#: A caller listens at most this long for the beep, and talks at most this long.
PATIENCE = 60.0
#: The middle of the beep: a pure tone, which no voice resembles.
BEEP = tone(1000.0, 0.2)

RATE = 8000


@dataclass
class Placed:
    """A call that was placed: its SIP Call-ID, and what the caller heard (mono 16-bit PCM, 8 kHz)."""

    demo: DemoCall
    sip_call_id: str
    heard: Pcm


async def dial_support(phone: Phone, demo: DemoCall) -> OutgoingCall:
    """Calls the line; returns when it has answered."""
    call = await phone.call("support", from_number=demo.from_number)
    await call.answered(within=10)
    return call


async def converse(call: OutgoingCall, demo: DemoCall) -> Placed:
    """The caller's side of the call, to its end: talks with whoever picks up, or speaks after the beep and hangs up."""
    with suppress(CallEnded, TimeoutError):
        await press_keys(call, demo.keys)
        async with asyncio.timeout(PATIENCE):
            await (_talk(call) if demo.talks else _leave_message(call, demo.says))
    await call.hangup()
    return Placed(demo, call.call_id, call.heard())


async def press_keys(call: OutgoingCall, keys: str) -> None:
    """Half a second after the answer: until then Asterisk learns where the sound comes from, and drops keys."""
    if keys:
        await asyncio.sleep(0.5)
        await call.press(keys)


async def until_beep(call: OutgoingCall) -> None:
    """Waits until the line has beeped. Raises CallEnded when the line hangs up first."""
    while not _has_beeped(call.heard_since(call.seconds - 1.0)):
        await asyncio.sleep(0.1)
        if call.is_over:
            raise CallEnded(await call.ended())


async def say_message(call: OutgoingCall, text: str) -> None:
    """Speaks a text in Dutch with a synthetic voice, and a short silence after it."""
    pcm = await asyncio.to_thread(speak, text)
    await call.say(np.concatenate([pcm, np.zeros(RATE // 2, np.int16)]))


async def _leave_message(call: OutgoingCall, text: str) -> None:
    await until_beep(call)
    await say_message(call, text)


async def _talk(call: OutgoingCall) -> None:
    call.play_forever(tone(CALLER_HZ, 1.0))
    await call.ended()


def _has_beeped(heard: Pcm) -> bool:
    return contains(heard, BEEP).score > 0.9
