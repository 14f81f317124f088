"""One phone at the other end: the caller's channel, or a leg that we ring. Events fold into its state; verbs wait for the state.

Theory of operation. The client hands every event of a channel to `deliver`, in order and at once, from the moment the channel object
exists, which is before the first command about it. So nothing can be missed: a verb asks "is it so by now?" and sleeps until the next
event when it isn't. Every wait ends at the first of: it is so, the channel is gone, the deadline. Channels of one call share one
`Signal`, so that a wait can look at the caller and at a ringing leg together.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import cycle
from typing import TypeVar

from ari_app.asterisk.errors import Gone
from ari_app.asterisk.events import Event
from ari_app.asterisk.rest import Rest

Found = TypeVar("Found")

#: A prompt longer than this is a mistake; the verb goes on.
PROMPT_WITHIN = 60.0
#: Asterisk answers a channel in milliseconds unless a prompt still plays.
ANSWER_WITHIN = 10.0
#: A playback that is told to stop does so at its next frame of 20 ms.
STOPS_WITHIN = 1.0
#: Playbacks of a channel take turns in so many names, so that the next service can stop what this one began.
PLAYBACK_NAMES = 8


class Hangup(Exception):
    """The phone at the other end is gone. Raised by verbs only, so no write to the database is ever cut in half."""

    def __init__(self, channel: "Channel") -> None:
        super().__init__(f"{channel.id} is gone")
        self.channel = channel


class Signal:
    """Wakes whoever waits for news of a call."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def news(self) -> None:
        self._event.set()

    async def until(self, found: Callable[[], Found | None], within: float) -> Found:
        """What `found` returns as soon as that isn't None. Raises TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while (result := found()) is None:
                self._event.clear()
                await self._event.wait()
        return result


class Channel:
    """A channel of ours, with its state as the events told it."""

    #: A caller's channel sends nothing after StasisEnd (asterisk-live, section 2).
    ends_with = frozenset({"StasisEnd", "ChannelDestroyed"})

    def __init__(self, rest: Rest, channel_id: str, signal: Signal | None = None) -> None:
        self.id = channel_id
        self.rest = rest
        self.signal = signal or Signal()
        #: Digits that nobody has read yet: typed early is not lost.
        self.digits: deque[str] = deque()
        self.is_up = False
        self.is_started = False
        self.is_gone = False
        #: Hanging up: what still plays or records ends first, a moment before the channel is gone.
        self.is_leaving = False
        self.was_forwarded = False
        self.cause = 0
        self.sip_code: int | None = None
        self._playbacks: dict[str, str] = {}
        self._names = cycle(_playback_names(channel_id))
        self._recordings: dict[str, str] = {}
        #: Playbacks and recordings that Asterisk took, as long as nobody heard of their end.
        self._playing: set[str] = set()
        self._recording: set[str] = set()

    # --- events
    def deliver(self, event: Event) -> None:
        """Folds an event into the state. Called by the client, never waits."""
        match event.type:
            case "ChannelDtmfReceived":
                self.digits.append(event.digit)
            case "StasisStart":
                self.is_started = True
                self.is_up = self.is_up or event.state == "Up"
            case "ChannelStateChange" if event.state == "Up":
                self.is_up = True
            case "ChannelHangupRequest":
                self.is_leaving = True
            case "PlaybackFinished":
                self._playing.discard(event.playback_id)
                self._playbacks[event.playback_id] = event.medium
            case "RecordingFinished" | "RecordingFailed":
                self._recording.discard(event.recording_name)
                self._recordings[event.recording_name] = event.state
            case "Dial" if event.forward:
                self.was_forwarded = True
        # Our own hang-up and Asterisk's ring timer say 32 first; only the end names the cause.
        if event.cause and (not self.cause or event.type == "ChannelDestroyed"):
            self.cause = event.cause
        self.sip_code = event.sip_code or self.sip_code
        self.is_gone = self.is_gone or event.type in self.ends_with
        self.signal.news()

    def lost(self) -> None:
        """After a reconnect Asterisk no longer knows this channel: it hung up while nobody listened."""
        self.is_gone = True
        self.signal.news()

    async def catch_up(self, state: str) -> None:
        """After a reconnect: what began or ended while nobody listened. `state` is that of the channel now.

        Without it whoever is on this phone waits in silence for an end that was told to nobody.
        """
        self.is_started = True
        self.is_up = self.is_up or state == "Up"
        for playback in list(self._playing):
            if not await self.rest.is_playing(playback):
                self._playing.discard(playback)
                self._playbacks[playback] = ""  # all of it, as far as anybody knows
        for name in list(self._recording):
            if not await self.rest.is_recording(name):
                self._recording.discard(name)
                self._recordings[name] = "done"
        self.signal.news()

    # --- verbs
    async def answer(self) -> None:
        await self.command(self.rest.answer(self.id))
        self.is_up = True

    async def play(self, *prompts: str, on_end: Callable[[Sequence[str]], None] | None = None) -> str | None:
        """Plays prompts one after another to the end, or until a digit: that digit, still to be read by `key`. None: played out.

        Digits typed before the prompt count too. `on_end` hears which prompts had begun, also when the channel is gone. Raises Hangup.
        """
        playback = await self._begin_to_play(prompts)
        try:
            return await self.wait_for(lambda: self._heard(playback), within=PROMPT_WITHIN) or None
        except TimeoutError:
            return None
        finally:
            await self._stop(playback)
            if on_end:
                await self._until_stopped(playback)
                on_end(self._begun(playback, prompts))

    async def play_to_the_end(self, *prompts: str) -> None:
        """Plays prompts whatever is typed meanwhile. Raises Hangup."""
        playback = await self._begin_to_play(prompts)
        try:
            await self.wait_for(lambda: self._has_played(playback), within=PROMPT_WITHIN)
        except TimeoutError:
            return
        finally:
            await self._stop(playback)  # also when whoever waits for it is told to stop

    async def fall_silent(self) -> None:
        """Stops what a service before ours began to play here: else our prompts wait until all of it is over."""
        for playback in _playback_names(self.id):
            try:
                await self.rest.stop_playback(playback)
            except Gone:
                continue

    async def key(self, within: float) -> str | None:
        """The next digit, None after `within` seconds without one. Raises Hangup."""
        try:
            await self.wait_for(lambda: True if self.digits else None, within=within)
        except TimeoutError:
            return None
        return self.digits.popleft()

    async def hang_up(self) -> None:
        """Ends this channel; one that is already gone is fine."""
        if self.is_gone:
            return
        try:
            await self.rest.hang_up(self.id)
        except Gone:
            self.is_gone = True

    # --- for verbs
    async def wait_for(self, found: Callable[[], Found | None], within: float) -> Found:
        """As Signal.until, but raises Hangup when the channel is gone and it still isn't so."""
        return await self.signal.until(lambda: self._or_hangup(found), within)

    async def command(self, request: Awaitable[None]) -> None:
        """Awaits a request about this channel; Gone becomes Hangup."""
        try:
            await request
        except Gone:
            self.is_gone = True
            raise Hangup(self) from None

    def recording_state(self, name: str) -> str | None:
        """done or failed once a recording has ended, else None."""
        return self._recordings.get(name)

    def _or_hangup(self, found: Callable[[], Found | None]) -> Found | None:
        result = found()
        if result is None and self.is_gone:
            raise Hangup(self)
        return result

    async def _begin_to_play(self, prompts: Sequence[str]) -> str:
        playback = next(self._names)
        self._playbacks.pop(playback, None)
        await self.command(self.rest.play(self.id, playback, list(prompts)))
        if playback not in self._playbacks:
            self._playing.add(playback)
        return playback

    def _heard(self, playback: str) -> str | None:
        if self.digits:
            return self.digits[0]
        return "" if self._has_played(playback) else None

    def _has_played(self, playback: str) -> bool | None:
        """True when it ended by itself. A hang-up ends it too: then this waits for the end of the channel, which follows."""
        return (playback in self._playbacks and not self.is_leaving) or None

    async def _stop(self, playback: str) -> None:
        if playback in self._playbacks or self.is_gone:
            return
        try:
            await self.rest.stop_playback(playback)
        except Gone:
            return

    async def _until_stopped(self, playback: str) -> None:
        try:
            await self.signal.until(lambda: playback in self._playbacks or self.is_gone or None, STOPS_WITHIN)
        except TimeoutError:
            return

    def _begun(self, playback: str, prompts: Sequence[str]) -> Sequence[str]:
        """The end of a playback names the prompt that it was at; an end that nobody saw leaves the first as certain."""
        last = self._playbacks.get(playback, prompts[0])
        return prompts[: prompts.index(last) + 1] if last in prompts else prompts


def _playback_names(channel_id: str) -> list[str]:
    return [f"play-{channel_id}-{number}" for number in range(PLAYBACK_NAMES)]
