"""A telephone in somebody's hand, in the fake world: what a person hears and does. The real one is in `tests/calls/real_handset.py`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.fakes.channels import FakeChannel

#: A key is held this many seconds, as on the real phone.
KEY_SECONDS = 0.12
VOICE = "voice of "


class FakeHandset:
    """One call on a telephone. `name` is whose."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.channel: FakeChannel | None = None
        self.called_number = ""
        self.caller_id = ""
        self.sip_call_id = f"fake-{id(self):x}"
        self.is_speaking = False
        self.ended_with: int | None = None
        self._sounds: asyncio.Queue[str | None] = asyncio.Queue()
        self._over = asyncio.Event()
        self._answered = asyncio.Event()

    # --- what a person does
    async def answered(self) -> None:
        """The other side picked up, or refused."""
        await self._answered.wait()

    async def ring(self) -> None:
        self._line.rings()

    async def answer(self) -> None:
        self._line.goes_up()

    async def reject(self, code: int) -> None:
        self._line.refused(code)

    async def redirect(self, number: str) -> None:
        """302: call `number` instead."""
        self._line.redirected(number)

    async def press(self, key: str) -> None:
        await asyncio.sleep(KEY_SECONDS)
        if not self.is_over:
            self._line.pressed(key)

    async def say(self, pcm: np.ndarray) -> None:
        """Mono 16-bit PCM, 8 kHz. Returns when it is said, or the call is over."""
        self._line.said(pcm)
        await self.pause(len(pcm) / 8000)

    def speak(self) -> None:
        """From now on this person talks, whoever listens."""
        self.is_speaking = True
        if self.channel:
            self.channel.voice_begins()

    async def hang_up(self) -> None:
        if not self.is_over:
            self._line.hung_up_by_phone()

    async def pause(self, seconds: float) -> None:
        """Waits, but not beyond the end of the call."""
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return

    async def next_sound(self) -> str | None:
        """The next prompt or voice ("voice of Fenna Fictief") that begins; None: the call is over."""
        return await self._sounds.get()

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    # --- what Asterisk does to it
    def hears(self, sound: str) -> None:
        self._sounds.put_nowait(sound)

    def was_answered(self) -> None:
        self._answered.set()

    def ended(self, code: int) -> None:
        """`code`: 200 after a hang-up, else the SIP refusal that the phone got."""
        if self.is_over:
            return
        self.ended_with = code
        self._over.set()
        self._answered.set()
        self._sounds.put_nowait(None)

    @property
    def _line(self) -> "FakeChannel":
        assert self.channel is not None, f"{self.name} has no call"
        return self.channel


#: What somebody does when their phone is called.
Behaviour = Callable[[FakeHandset], Awaitable[None]]
