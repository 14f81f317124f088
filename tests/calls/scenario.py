"""The language of the scenarios: people at phones, one call, one outcome. The same words in both worlds, fake and real."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from ari_app.desk.report import CallReport
from tests.calls.sounds import MESSAGE, MESSAGE_SECONDS, message_audio, was_recorded

VOICE = "voice of "
#: A person needs this long between two actions.
BREATH = 0.2


class Handset(Protocol):
    """One call on a telephone, in either world."""

    name: str

    async def answered(self) -> None: ...
    async def ring(self) -> None: ...
    async def answer(self) -> None: ...
    async def reject(self, code: int) -> None: ...
    async def redirect(self, number: str) -> None: ...
    async def press(self, key: str) -> None: ...
    async def say(self, pcm: np.ndarray) -> None: ...
    def speak(self) -> None: ...
    async def hang_up(self) -> None: ...
    async def pause(self, seconds: float) -> None: ...
    async def next_sound(self) -> str | None: ...
    @property
    def is_over(self) -> bool: ...


class Moments:
    """What happened in a call so far, as sentences ("Fenna Fictief rings"), for people who act on it."""

    def __init__(self) -> None:
        self._moments: dict[str, asyncio.Event] = {}
        self._at: dict[str, float] = {}

    def happened(self, moment: str) -> None:
        self._at.setdefault(moment, asyncio.get_running_loop().time())
        self._event(moment).set()

    def seconds(self, since: str, until: str) -> float:
        """From the first time of one moment to the first time of another; both have happened."""
        return self._at[until] - self._at[since]

    async def until(self, moment: str) -> None:
        await self._event(moment).wait()

    def __contains__(self, moment: str) -> bool:
        return self._event(moment).is_set()

    def _event(self, moment: str) -> asyncio.Event:
        return self._moments.setdefault(moment, asyncio.Event())


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the line. `at` is local time in Amsterdam; an empty `number` is anonymous.

    `hangs_up_at` names a prompt, `hangs_up_when` a moment; `presses` says which keys at which prompt, or what at each time
    that it is heard. `again` is said at the second beep; None: the same as at the first.
    """

    number: str
    at: str
    message: str = MESSAGE
    again: str | None = None
    after_message: Literal["hang_up", "#", "silence"] = "hang_up"
    hangs_up_at: str = ""
    hangs_up_when: str = ""
    #: A moment, and the key.
    presses_when: tuple[str, str] | None = None
    presses: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    #: False: the other side ends the conversation.
    ends_talk: bool = True


@dataclass
class PhoneCall:
    """What one person heard and did in one call."""

    handset: Handset
    moments: Moments
    heard: list[str] = field(default_factory=list)

    async def listen(self) -> str | None:
        """The next prompt or voice; None: the call is over. A voice that goes on counts once."""
        while sound := await self.handset.next_sound():
            if sound.startswith(VOICE) and sound in self.heard:
                continue
            self.heard.append(sound)
            self.moments.happened(f"{self.handset.name} hears {sound}")
            return sound
        return None

    async def listen_for(self, *wanted: str) -> str | None:
        """The next of these sounds; None: the call ended before."""
        while sound := await self.listen():
            if sound in wanted or (sound.startswith(VOICE) and VOICE in wanted):
                return sound
        return None

    async def listen_on(self) -> None:
        while await self.listen():
            pass

    async def until(self, moment: str) -> None:
        """Waits for it, but not beyond the end of the call."""
        while moment not in self.moments and not self.handset.is_over:
            await self.handset.pause(BREATH / 4)

    async def press(self, key: str) -> None:
        self.moments.happened(f"{self.handset.name} presses {key}")
        await self.handset.press(key)
        self.moments.happened(f"{self.handset.name} pressed {key}")


Person = Callable[[PhoneCall], Awaitable[None]]


@dataclass
class Outcome:
    """What came of a call. `left_over` is checked for every call by the line itself."""

    report: CallReport
    ticket: str
    heard: list[str]
    #: What the people at the phones heard, by name, the last call of each.
    heard_by: dict[str, list[str]]
    #: (listener, speaker): who heard whom, judged by the sound of the voices.
    talked: list[tuple[str, str]]
    #: Names in the order in which their phones rang.
    phones_that_rang: list[str]
    recordings: Path
    #: Seconds from the end of the caller's call until it was a ticket and nothing was left of it.
    settled_after: float = 0.0

    @property
    def rang(self) -> list[tuple[str, str]]:
        """Who was rung, and what came of it, as the report says."""
        return [(leg.who, leg.result) for leg in self.report.legs]

    @property
    def message_file(self) -> Path | None:
        return self.recordings / self.report.recording if self.report.recording else None

    def has_recorded(self, message: str) -> bool:
        """The file of this call holds this message."""
        return bool(self.message_file) and was_recorded(self.message_file, message)


async def make_call(call: PhoneCall, caller: Caller) -> None:
    """What a caller does from the answer to the end of the call."""
    acts = [_leave_when(call, caller.hangs_up_when)] if caller.hangs_up_when else []
    acts += [_press_when(call, *caller.presses_when)] if caller.presses_when else []
    at_moments = [asyncio.create_task(act) for act in acts]
    try:
        await call.handset.answered()
        while sound := await call.listen():
            await _react(call, caller, sound)
    finally:
        for act in at_moments:
            act.cancel()
        await asyncio.gather(*at_moments, return_exceptions=True)


async def _react(call: PhoneCall, caller: Caller, sound: str) -> None:
    if sound == caller.hangs_up_at:
        await call.handset.hang_up()
    elif sound in caller.presses:
        await _press(call, caller.presses[sound], call.heard.count(sound))
    elif sound == "beep":
        is_first = caller.again is None or call.heard.count("beep") == 1
        await _leave_message(call, caller, caller.message if is_first else caller.again or "")
    elif sound.startswith(VOICE):
        await _converse(call, caller, sound.removeprefix(VOICE))


async def _press(call: PhoneCall, keys: str | tuple[str, ...], time: int) -> None:
    """`time`: this is the first, second, ... time that the prompt is heard."""
    now = keys if isinstance(keys, str) else keys[time - 1] if time <= len(keys) else ""
    for key in now:
        await call.press(key)
        await call.handset.pause(BREATH)


async def _leave_message(call: PhoneCall, caller: Caller, message: str) -> None:
    await call.handset.pause(MESSAGE_SECONDS)  # until the beep is over and the recorder runs
    if message:
        call.moments.happened(f"{call.handset.name} speaks the message")
        await call.handset.say(message_audio(message))
        await call.handset.pause(BREATH)
    if caller.after_message == "hang_up":
        await call.handset.hang_up()
    elif caller.after_message == "#":
        await call.press("#")


async def _converse(call: PhoneCall, caller: Caller, other: str) -> None:
    call.handset.speak()
    if caller.ends_talk:
        await call.until(f"{other} hears {VOICE}{call.handset.name}")
        await call.handset.hang_up()


async def _press_when(call: PhoneCall, moment: str, key: str) -> None:
    await call.moments.until(moment)
    await call.press(key)


async def _leave_when(call: PhoneCall, moment: str) -> None:
    await call.moments.until(moment)
    await call.handset.hang_up()
