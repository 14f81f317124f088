"""The verbs of a call, as a script reads them aloud: play, record, ring, talk with. Each returns when the thing is done."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ari_app.asterisk.channel import ANSWER_WITHIN, Channel, Found, Hangup
from ari_app.asterisk.client import AriClient
from ari_app.asterisk.errors import Gone, Refused
from ari_app.asterisk.events import Event

#: A leg enters our application within milliseconds of its creation.
LEG_STARTS_WITHIN = 5.0
#: Asterisk's own timer ends the ringing; ours is the safety net behind it.
RING_GRACE = 3.0
#: Nobody talks longer than this (the dialplan's TIMEOUT(absolute) ends the call before).
LONGEST_TALK = 6 * 3600.0

#: What a leg's end means, by Q.850 cause; a SIP code beside it stands in the report.
_RESULTS = {17: "busy", 21: "refused", 18: "no_answer", 19: "no_answer", 1: "unreachable", 23: "unreachable"}


@dataclass(frozen=True, slots=True)
class Target:
    """A phone that may be rung: the endpoint comes from the rota or the settings, never from a caller."""

    who: str
    endpoint: str
    number: str = ""
    engineer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """How a recording ended: "caller" (hung up), "key" (`#`), "silence" or "failed". Its length is read from the file."""

    name: str
    ended_by: str


@dataclass(frozen=True, slots=True)
class Talk:
    """How a conversation ended: "caller" or "leg" hung up first; not connected: before the other one was there."""

    ended_by: str
    is_connected: bool = True


class Leg(Channel):
    """A phone that we ring for a caller."""

    #: It comes right after StasisEnd, and it alone says why nobody answered.
    ends_with = frozenset({"ChannelDestroyed"})

    def __init__(self, call: "Call", target: Target, number: int) -> None:
        super().__init__(call.rest, f"leg-{call.id}-{number}", call.signal)
        self.call = call
        self.target = target
        #: We stopped the ringing, whatever Asterisk then gives as the cause.
        self.was_freed = False
        self._is_parting = False

    async def part(self, *prompts: str) -> None:
        """Says goodbye to somebody whose caller is gone; does not raise."""
        self._is_parting = True
        try:
            await self.play_to_the_end(*prompts)
        except Hangup:
            return

    def _or_hangup(self, found: Callable[[], Found | None]) -> Found | None:
        """While a caller waits, the verbs of a leg end with the caller's hang-up as well."""
        result = super()._or_hangup(found)
        if result is None and self.call.is_gone and not self._is_parting:
            raise Hangup(self.call)
        return result

    @property
    def result(self) -> str:
        """What became of the ringing, in the words of LegReport."""
        if self.is_up:
            return "answered"
        if self.was_freed:
            return "no_answer"
        return _RESULTS.get(self.cause, "unreachable" if self.is_gone else "no_answer")


class Ringing:
    """Phones that were rung together; `answered` is the one that was picked up first, if any."""

    def __init__(self, legs: Sequence[Leg]) -> None:
        self.legs = tuple(legs)
        self.answered: Leg | None = None

    def look(self) -> bool | None:
        """True when the ringing is over: somebody picked up, or every leg is gone."""
        self.answered = next((leg for leg in self.legs if leg.is_up and not leg.is_gone), None)
        return True if self.answered or all(leg.is_gone for leg in self.legs) else None


class Call(Channel):
    """A caller on the line. Every verb but `record` and `talk_with` raises Hangup when the caller is gone."""

    def __init__(self, client: AriClient, event: Event) -> None:
        super().__init__(client.rest, event.channel_id or "")
        self.client = client
        self.line = event.args[1] if len(event.args) > 1 else ""
        self.caller_id = event.caller_number
        self.caller_name = event.caller_name
        self.sip_call_id = event.sip_call_id
        self._legs = 0
        self._hears_music = False

    async def record(self, name: str, *, max_seconds: int, max_silence_seconds: int) -> Recording:
        """Records until `#`, silence, the maximum or hang-up: hanging up is how a message ends, so it does not raise."""
        self.digits.clear()
        try:
            await self.rest.record(self.id, name, max_seconds=max_seconds, max_silence_seconds=max_silence_seconds)
        except Gone:
            self.is_gone = True
            return Recording(name, "caller")
        return await self.recorded(name, within=max_seconds + 10)

    async def recorded(self, name: str, within: float) -> Recording:
        """Waits for the end of a recording that runs."""
        try:
            state = await self.wait_for(lambda: self.recording_state(name), within=within)
        except (Hangup, TimeoutError):
            return Recording(name, "caller" if self.is_gone else "failed")
        if state == "failed":
            return Recording(name, "failed")
        if "#" in self.digits:
            self.digits.clear()
            return Recording(name, "key")
        return Recording(name, "caller" if self.is_gone or self.is_leaving else "silence")

    @asynccontextmanager
    async def music(self) -> AsyncIterator[None]:
        """Music on hold for the caller while the block runs."""
        await self.command(self._start_music())
        try:
            yield
        finally:
            await self._stop_music()

    @asynccontextmanager
    async def ring(
        self, *targets: Target, ring_for: float, caller_id: str, caller_name: str = ""
    ) -> AsyncIterator[Ringing]:
        """Rings phones together, until one is picked up or `ring_for` seconds have passed; leaving the block hangs all of them up.

        Create and dial, never originate: a forwarded leg (SIP 302) is not followed. Raises Hangup when the caller leaves meanwhile.
        """
        ringing = Ringing([self._leg(target) for target in targets])
        try:
            await asyncio.gather(*(self._dial(leg, ring_for, caller_id, caller_name) for leg in ringing.legs))
            try:
                await self.wait_for(ringing.look, within=ring_for + RING_GRACE)
            except TimeoutError:
                ringing.answered = None
            await self._free(leg for leg in ringing.legs if leg is not ringing.answered)
            yield ringing
        finally:
            await self._free(ringing.legs)
            for leg in ringing.legs:
                self.client.forget(leg.id)

    async def talk_with(self, leg: Leg) -> Talk:
        """Both hear each other until one hangs up; then the bridge is gone and the other still there. Does not raise Hangup."""
        bridge = f"talk-{self.id}"
        await self._stop_music()  # a caller with music on does not hear the bridge
        await self.rest.create_bridge(bridge)
        try:
            try:
                await self.rest.add_to_bridge(bridge, self.id, leg.id)
            except Gone:
                await self._find_out_who_left(leg)
                await quietly(self._start_music())  # the caller waits for somebody else now
                return Talk("caller" if self.is_gone else "leg", is_connected=False)
            return await self.talked(leg)
        finally:
            await quietly(self.rest.delete_bridge(bridge))

    async def talked(self, leg: Channel) -> Talk:
        """Waits until the caller or `leg` is gone."""
        ended = await self.signal.until(
            lambda: "caller" if self.is_gone else "leg" if leg.is_gone else None, LONGEST_TALK
        )
        return Talk(ended)

    async def _start_music(self) -> None:
        await self.rest.start_music(self.id)
        self._hears_music = True

    async def _stop_music(self) -> None:
        if self._hears_music:
            self._hears_music = False
            await quietly(self.rest.stop_music(self.id))

    def _leg(self, target: Target) -> Leg:
        self._legs += 1
        leg = Leg(self, target, self._legs)
        self.client.watch(leg)
        return leg

    async def _dial(self, leg: Leg, ring_for: float, caller_id: str, caller_name: str) -> None:
        try:
            app = self.client.app
            await self.rest.create(leg.target.endpoint, leg.id, app, caller_id=caller_id, caller_name=caller_name)
            await leg.signal.until(lambda: leg.is_started or leg.is_gone or None, LEG_STARTS_WITHIN)
            await self.rest.dial(leg.id, ring_for=ring_for)
        except (Gone, Refused, TimeoutError):
            await quietly(self.rest.hang_up(leg.id))  # it may exist, without a call on it
            leg.lost()

    async def _find_out_who_left(self, leg: Leg) -> None:
        """`addChannel` said that somebody is gone; the event that says who is on its way."""
        try:
            await self.signal.until(lambda: True if self.is_gone or leg.is_gone else None, ANSWER_WITHIN)
        except TimeoutError:
            leg.lost()

    async def _free(self, legs: Iterable[Leg]) -> None:
        for leg in legs:
            if not leg.is_gone:
                leg.was_freed = True
                await leg.hang_up()


async def quietly(request: Awaitable[None]) -> None:
    """Awaits a request that cleans up: what is already gone is clean."""
    try:
        await request
    except Gone:
        return
