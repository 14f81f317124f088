"""A crowd of callers, engineers and colleagues at the desk, who do by lot what people do: talk, refuse, forget, hang up at any moment."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from ari_app.bench.places import BEEP_HZ
from ari_app.clock import set_demo_clock
from ari_app.config import Settings
from ari_app.demo.outside import CALLER_HZ, PICKED_UP_HZ, Outside
from ari_app.sip_phone.call import CallEnded, CallFailed
from ari_app.sip_phone.incoming import IncomingCall
from ari_app.sip_phone.listening import level_of, tone
from ari_app.sip_phone.outgoing import OutgoingCall
from ari_app.sip_phone.phone import Phone

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CUSTOMERS = ("0201234567", "0850004120", "0850004130", "0850004150")
#: A caller who is neither served nor asked for a message by then hangs up (seconds).
PATIENCE = 20.0
LISTENS_EVERY = 0.1
#: Samples: a packet, and enough to know a tone for sure. LOUD is a peak, of 32768.
RATE, FRAME, BLOCK, LOUD = 8000, 160, 400, 1000
#: What the crowd's line is set to, so that 1,000 calls take minutes.
LINE = (
    "ring_for_seconds = 2",
    "accept_within_seconds = 3",
    "ring_rounds = 1",
    "wrap_up = false",
    "desk_ring_for_seconds = 2",
    "desk_wait_seconds = 4",
    "desk_wrap_up_seconds = 0",
    "message_silence_seconds = 3",
    "message_menu_seconds = 1",
    "key_within_seconds = 1",
    "dial_legs_per_call = 500",
    "dials_per_minute = 10000",
    "dial_minutes_per_hour = 100000",
)


@dataclass(frozen=True, slots=True)
class Hour:
    """When a call comes in, how often of ten, and what may happen then."""

    at: datetime
    weight: int


HOURS = {
    "evening": Hour(datetime(2026, 11, 23, 20, 15, tzinfo=AMSTERDAM), 3),
    "calamity": Hour(datetime(2026, 11, 21, 9, 10, tzinfo=AMSTERDAM), 4),
    "office": Hour(datetime(2026, 11, 23, 10, 0, tzinfo=AMSTERDAM), 3),
}


@dataclass
class Seen:
    """What the crowd saw. Seconds throughout."""

    sip_call_ids: list[str] = field(default_factory=list)
    messages: int = 0
    talks: int = 0
    left_early: int = 0
    #: Who cancelled before the answer, by SIP Call-ID.
    given_up: list[str] = field(default_factory=list)
    first_sound: list[float] = field(default_factory=list)
    key_to_voice: list[float] = field(default_factory=list)
    #: When each caller hung up, or the line did (time of the loop), by SIP Call-ID.
    over_at: dict[str, float] = field(default_factory=dict)


class Crowd(Outside):
    """Places calls from one phone, and answers all the phones that the line rings for them."""

    def __init__(self, settings: Settings, lot: random.Random, *, leaves_early: float = 0.25) -> None:
        """`leaves_early`: share of callers who hang up at a random moment of the first seconds, or before the answer."""
        super().__init__(frozenset(), 1.0)
        self.seen = Seen()
        self._settings = settings
        self._lot = lot
        self._leaves_early = leaves_early
        self._dialling = asyncio.Lock()

    async def place(self, phone: Phone, calls: int, at_once: int, told: Callable[[int], None]) -> None:
        """Places all calls, never more than `at_once` side by side; `told` hears how many are over."""
        places, over = asyncio.Semaphore(at_once), 0

        async def one() -> None:
            nonlocal over
            async with places:
                await self._one_call(phone)
            over += 1
            told(over)

        async with asyncio.TaskGroup() as all_calls:
            for _ in range(calls):
                all_calls.create_task(one())

    # --- callers
    async def _one_call(self, phone: Phone) -> None:
        hour = self._lot.choices(list(HOURS), [one.weight for one in HOURS.values()])[0]
        leaves_after = self._lot.uniform(-0.5, 6) if self._lot.random() < self._leaves_early else None
        call = await self._dial(phone, HOURS[hour].at, is_given_up=leaves_after is not None and leaves_after < 0)
        self.seen.sip_call_ids.append(call.call_id)
        with suppress(CallEnded, CallFailed, TimeoutError):
            async with asyncio.timeout(PATIENCE if leaves_after is None else max(leaves_after, 0)):
                await self._converse(call)
        if leaves_after is not None and not call.is_over:
            self.seen.left_early += 1
        await call.hangup()
        self.seen.over_at[call.call_id] = asyncio.get_running_loop().time()
        self._note_first_sound(call)

    async def _dial(self, phone: Phone, at: datetime, *, is_given_up: bool) -> OutgoingCall:
        """One after another: the line reads the clock when the call comes in."""
        async with self._dialling:
            set_demo_clock(self._settings.clock_file, at)
            call = await phone.call("support", from_number=self._lot.choice(CUSTOMERS))
            if is_given_up:
                await asyncio.sleep(self._lot.uniform(0, 0.03))
                if not call.is_answered:
                    call.cancel()
                    self.seen.given_up.append(call.call_id)
            with suppress(CallFailed, TimeoutError):
                await call.answered(within=10)
            return call

    async def _converse(self, call: OutgoingCall) -> None:
        """Speaks all the time, talks with whoever is heard, leaves a message after a beep."""
        call.play_forever(tone(CALLER_HZ, 1.0))
        while not call.is_over:
            heard = call.heard_since(call.seconds - 0.4)
            if _sounds(heard, PICKED_UP_HZ):
                return await self._talk(call)
            if _sounds(heard, BEEP_HZ):
                return await self._leave_message(call)
            await asyncio.sleep(LISTENS_EVERY)
        return None

    async def _talk(self, call: OutgoingCall) -> None:
        self.seen.talks += 1
        if self._lot.random() < 0.5:
            await asyncio.sleep(self._lot.uniform(0.2, 1.5))
            return
        await call.ended()

    async def _leave_message(self, call: OutgoingCall) -> None:
        await asyncio.sleep(self._lot.uniform(0.5, 2.0))
        self.seen.messages += 1
        if self._lot.random() < 0.4:
            call.stop_playing()
            await call.press("#")
            await call.ended()

    def _note_first_sound(self, call: OutgoingCall) -> None:
        loud = np.flatnonzero(np.abs(call.heard().astype(np.int32)) > LOUD)
        if len(loud):
            self.seen.first_sound.append(float(loud[0]) / RATE)

    # --- those who are called
    async def engineer(self, call: IncomingCall) -> None:
        does = self._lot.choices(
            (self._accepts, self._lets_it_ring, self._is_busy, self._refuses, self._voicemail_box, self._hangs_up),
            (50, 15, 10, 10, 10, 5),
        )[0]
        with suppress(CallEnded):
            await does(call)

    async def desk_phone(self, call: IncomingCall) -> None:
        does = self._lot.choices((self._picks_up, self._lets_it_ring, self._is_busy), (70, 15, 15))[0]
        with suppress(CallEnded):
            await does(call)

    async def _accepts(self, call: IncomingCall) -> None:
        await call.ring()
        await call.answer()
        await asyncio.sleep(self._lot.uniform(0.5, 1.0))
        await call.press("1", milliseconds=100)
        released = call.seconds - 0.1  # a pause of 100 ms belongs to the key
        await self._talk_to_caller(call)
        frames = _blocks(call.heard_since(released), FRAME)
        at = next((number for number, frame in enumerate(frames) if _is(frame, CALLER_HZ)), None)
        if at is not None:
            self.seen.key_to_voice.append(at * FRAME / RATE)

    async def _picks_up(self, call: IncomingCall) -> None:
        await call.ring()
        await asyncio.sleep(self._lot.uniform(0, 0.5))
        await call.answer()
        await self._talk_to_caller(call)

    async def _talk_to_caller(self, call: IncomingCall) -> None:
        call.play_forever(tone(PICKED_UP_HZ, 1.0))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._lot.uniform(1.5, 3.0)):
                await call.ended()
        await call.hangup()

    async def _lets_it_ring(self, call: IncomingCall) -> None:
        await call.ring()

    async def _is_busy(self, call: IncomingCall) -> None:
        await call.reject(486)

    async def _refuses(self, call: IncomingCall) -> None:
        await call.ring()
        await call.reject(603)

    async def _voicemail_box(self, call: IncomingCall) -> None:
        await call.answer()
        call.play_forever(tone(300, 1.0))
        await call.ended()

    async def _hangs_up(self, call: IncomingCall) -> None:
        await call.answer()
        await asyncio.sleep(self._lot.uniform(0, 1))
        await call.hangup()


def _sounds(heard: np.ndarray, hertz: float) -> bool:
    return any(_is(block, hertz) for block in _blocks(heard, BLOCK))


def _is(block: np.ndarray, hertz: float) -> bool:
    """It holds this tone and hardly anything else."""
    peak = float(np.sqrt(2 * np.mean(block.astype(np.float64) ** 2)))
    return peak > LOUD and level_of(block, hertz) > 0.8 * peak


def _blocks(heard: np.ndarray, size: int) -> list[np.ndarray]:
    return [heard[at : at + size] for at in range(0, len(heard) - size + 1, size)]
