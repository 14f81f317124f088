"""A telephone in somebody's hand, in the real world: the SIP phone, and an ear that knows the sounds of the tests."""

import asyncio
from functools import cache

import numpy as np

from ari_app.sip_phone import CallEnded, IncomingCall, OutgoingCall
from tests.calls.known_sounds import KnownSounds
from tests.calls.scenario import VOICE
from tests.calls.sounds import (
    HEAD_SECONDS,
    MESSAGE,
    OWN_MESSAGE,
    PROMPTS,
    RATE,
    SAME,
    message_audio,
    prompt_audio,
    voice_audio,
)

#: How often the ear compares what it heard: a person reacts more slowly.
LISTENS_EVERY = 0.05
HEAD = round(HEAD_SECONDS * RATE)


class RealHandset:
    """One call on the SIP phone. `voices`: whom this person may hear."""

    def __init__(self, name: str, call: OutgoingCall | IncomingCall, voices: list[str]) -> None:
        self.name = name
        self.call = call
        self._ear = _ear_for(tuple(who for who in voices if who != name))
        #: Up to here (seconds since the answer) everything is understood.
        self._understood = 0.0

    @property
    def sip_call_id(self) -> str:
        return self.call.call_id

    @property
    def is_over(self) -> bool:
        return self.call.is_over

    async def answered(self) -> None:
        assert isinstance(self.call, OutgoingCall)
        await self.call.answered(within=10)

    async def ring(self) -> None:
        await self._incoming.ring()

    async def answer(self) -> None:
        await self._incoming.answer()

    async def reject(self, code: int) -> None:
        await self._incoming.reject(code)

    async def redirect(self, number: str) -> None:
        await self._incoming.redirect(f"sip:{number}@127.0.0.2")

    async def press(self, key: str) -> None:
        try:
            await self.call.press(key)
        except CallEnded:
            return  # the other side was faster: the scenario judges what came of it

    async def say(self, pcm: np.ndarray) -> None:
        try:
            await self.call.say(pcm)
        except CallEnded:
            return

    def speak(self) -> None:
        try:
            self.call.play_forever(voice_audio(self.name))
        except CallEnded:
            return

    async def hang_up(self) -> None:
        await self.call.hangup()

    async def pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.call.ended()
        except TimeoutError:
            return

    async def next_sound(self) -> str | None:
        """As on the fake: the next prompt or voice that begins; None: the call is over and all is understood."""
        while True:
            is_over = self.call.is_over
            if sound := self._recognise():
                return sound
            if is_over:
                return None
            await self.pause(LISTENS_EVERY)

    def _recognise(self) -> str | None:
        while len(heard := self.call.heard_since(self._understood)) >= HEAD:
            if found := self._ear.first(heard, SAME):
                self._understood += found.at / RATE + HEAD_SECONDS
                return found.name
            self._understood += max(0, min(len(heard), self._ear.most) - 2 * HEAD) / RATE
            if len(heard) <= self._ear.most:
                break
        return None

    @property
    def _incoming(self) -> IncomingCall:
        assert isinstance(self.call, IncomingCall), "only a phone that is called can ring"
        return self.call


@cache
def _ear_for(voices: tuple[str, ...]) -> KnownSounds:
    """Made once for each circle of people."""
    sounds = {prompt: prompt_audio(prompt) for prompt in PROMPTS}
    sounds[OWN_MESSAGE] = message_audio(MESSAGE)
    sounds |= {VOICE + who: voice_audio(who) for who in voices}
    return KnownSounds({name: sound[:HEAD] for name, sound in sounds.items()})
