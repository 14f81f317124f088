"""The verbs of a call, as a script reads them aloud: play, record, ring, talk with. Each returns when the thing is done."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ari_app.asterisk.channel import Channel, Found, Hangup, Signal
from ari_app.asterisk.client import AriClient
from ari_app.asterisk.errors import Gone, Refused
from ari_app.asterisk.events import Event
from routing.dialling import NotDialled

#: A leg enters our application within milliseconds of its creation.
LEG_STARTS_WITHIN = 5.0
#: Asterisk's own timer ends the ringing; ours is the safety net behind it.
RING_GRACE = 3.0
#: Who is left hears why, and is then freed whatever becomes of the prompt.
GOODBYE_WITHIN = 8.0

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


class Taken(Exception):
    """Another phone won the race for the caller. Raised by the verbs of a leg."""


class Race:
    """Phones that are rung side by side for one caller: the first that accepts gets the caller, nobody else can."""

    def __init__(self) -> None:
        self.winner: Leg | None = None

    def is_won_by(self, leg: "Leg") -> bool:
        """True for the first leg that asks, and for it alone. The others stop ringing, and their verbs raise Taken."""
        if self.winner is None:
            self.winner = leg
            leg.signal.news()
        return self.winner is leg


class Party(Channel):
    """Somebody on the line, for whom phones can be rung: a caller, or one of us who calls back."""

    def __init__(self, client: AriClient, channel_id: str, signal: Signal | None = None) -> None:
        super().__init__(client.rest, channel_id, signal)
        self.client = client
        self._legs = 0
        self._hears_music = False

    async def record(self, name: str, *, max_seconds: int, max_silence_seconds: int) -> Recording:
        """Records until `#`, silence, the maximum or hang-up: hanging up is how a message ends, so it does not raise."""
        self.digits.clear()
        self._recordings.pop(name, None)  # of one before it that was taken away
        try:
            await self.rest.record(self.id, name, max_seconds=max_seconds, max_silence_seconds=max_silence_seconds)
        except Gone:
            self.is_gone = True
            return Recording(name, "caller")
        return await self.recorded(name, within=max_seconds + 10)

    async def recorded(self, name: str, within: float) -> Recording:
        """Waits for the end of a recording that runs."""
        if self.recording_state(name) is None:
            self._recording.add(name)
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

    async def pause(self, seconds: float) -> None:
        """Lets time pass. Raises Hangup."""
        try:
            await self.signal.until(self._gone, seconds)
        except TimeoutError:
            return
        raise Hangup(self)

    @asynccontextmanager
    async def music(self) -> AsyncIterator[None]:
        """Music on hold while the block runs."""
        await self.command(self._start_music())
        try:
            yield
        finally:
            await self.stop_music()

    async def hear_over_music(self, *prompts: str) -> None:
        """Prompts break the music off; it begins again behind them. Raises Hangup."""
        await self.play_to_the_end(*prompts)
        await self.command(self._start_music())

    async def stop_music(self) -> None:
        if self._hears_music and not self.client.is_stopping:
            self._hears_music = False
            await quietly(self.rest.stop_music(self.id))

    @asynccontextmanager
    async def ring(
        self,
        *targets: Target,
        ring_for: float,
        caller_id: str,
        caller_name: str = "",
        race: Race | None = None,
        unless: Callable[[], bool] = lambda: False,
    ) -> AsyncIterator["Ringing"]:
        """Rings phones together, until one is picked up, the race is won elsewhere, `unless` is so or `ring_for` seconds passed.

        Leaving the block hangs all of them up, but for one that was kept. Create and dial, never originate: a forwarded leg
        (SIP 302) is not followed. Raises Hangup when the party leaves meanwhile.
        """
        ringing = Ringing([self._leg(target, race) for target in targets], race)
        try:
            await asyncio.gather(*(self._dial(leg, ring_for, caller_id, caller_name) for leg in ringing.legs))
            try:
                await self.wait_for(lambda: ringing.look() or unless() or None, within=ring_for + RING_GRACE)
            except TimeoutError:
                ringing.answered = None
            await self._free(leg for leg in ringing.legs if leg is not ringing.answered)
            yield ringing
        finally:
            await self._free(leg for leg in ringing.legs if leg is not ringing.kept)
            for leg in ringing.legs:
                if leg is not ringing.kept:
                    self.client.forget(leg.id)

    async def let_go(self, leg: "Leg") -> None:
        """Hangs up a leg that was kept."""
        await self._free([leg])
        self.client.forget(leg.id)

    def _gone(self) -> bool | None:
        return self.is_gone or None

    async def _start_music(self) -> None:
        await self.rest.start_music(self.id)
        self._hears_music = True

    def _leg(self, target: Target, race: Race | None) -> "Leg":
        self._legs += 1
        leg = Leg(self, target, self._legs, race)
        self.client.watch(leg)
        return leg

    async def _dial(self, leg: "Leg", ring_for: float, caller_id: str, caller_name: str) -> None:
        try:
            endpoint = self.client.guard.endpoint(self.id, leg.id, leg.target.endpoint, leg.target.number)
        except NotDialled as why:
            leg.not_dialled = str(why)
            leg.lost()
            return
        try:
            app = self.client.app
            await self.rest.create(endpoint, leg.id, app, caller_id=caller_id, caller_name=caller_name)
            await leg.signal.until(lambda: leg.is_started or leg.is_gone or None, LEG_STARTS_WITHIN)
            await self.rest.dial(leg.id, ring_for=ring_for)
        except (Gone, Refused, TimeoutError):
            await quietly(self.rest.hang_up(leg.id))  # it may exist, without a call on it
            leg.lost()

    async def _free(self, legs: Iterable["Leg"]) -> None:
        if self.client.is_stopping:
            return
        for leg in legs:
            if not leg.is_gone:
                leg.was_freed = True
                await leg.hang_up()
            self.client.guard.ended(leg.id)


class Leg(Party):
    """A phone that we ring for `party`."""

    #: It comes right after StasisEnd, and it alone says why nobody answered.
    ends_with = frozenset({"ChannelDestroyed"})

    def __init__(self, party: Party, target: Target, number: int, race: Race | None = None) -> None:
        super().__init__(party.client, f"leg-{party.id}-{number}", party.signal)
        self.party = party
        self.target = target
        self.race = race
        #: We stopped the ringing, whatever Asterisk then gives as the cause.
        self.was_freed = False
        #: Why Asterisk was not asked to ring it, in Dutch.
        self.not_dialled = ""
        #: True: its verbs go on when the party is gone or was taken by somebody else.
        self.is_on_its_own = False

    async def part(self, *prompts: str) -> None:
        """Says goodbye to somebody whose caller is gone or taken; does not raise."""
        self.is_on_its_own = True
        try:
            async with asyncio.timeout(GOODBYE_WITHIN):
                await self.play_to_the_end(*prompts)
        except (Hangup, TimeoutError):
            return

    def _or_hangup(self, found: Callable[[], Found | None]) -> Found | None:
        """While a caller waits, the verbs of a leg end with the caller's hang-up as well, or when another phone was faster."""
        result = super()._or_hangup(found)
        if result is None and not self.is_on_its_own:
            if self.party.is_gone:
                raise Hangup(self.party)
            if self.race and self.race.winner not in (None, self):
                raise Taken
        return result

    @property
    def result(self) -> str:
        """What became of the ringing, in the words of LegReport."""
        if self.not_dialled:
            return "not_dialled"
        if self.is_up:
            return "answered"
        if self.was_freed:
            return "elsewhere" if self.race and self.race.winner else "no_answer"
        return _RESULTS.get(self.cause, "unreachable" if self.is_gone else "no_answer")


class Ringing:
    """Phones that were rung together; `answered` is the one that was picked up first, if any."""

    def __init__(self, legs: Sequence[Leg], race: Race | None = None) -> None:
        self.legs = tuple(legs)
        self.race = race
        self.answered: Leg | None = None
        self.kept: Leg | None = None

    def keep(self, leg: Leg) -> Leg:
        """It stays on the line after the block; `Party.let_go` hangs it up."""
        self.kept = leg
        return leg

    def look(self) -> bool | None:
        """True when the ringing is over: somebody picked up, every leg is gone, or the race is won by another phone."""
        self.answered = next((leg for leg in self.legs if leg.is_up and not leg.is_gone), None)
        is_won = self.race is not None and self.race.winner is not None
        return True if self.answered or is_won or all(leg.is_gone for leg in self.legs) else None


class Call(Party):
    """A caller on the line. Every verb but `record` raises Hangup when the caller is gone."""

    def __init__(self, client: AriClient, event: Event) -> None:
        super().__init__(client, event.channel_id or "")
        self.line = event.args[1] if len(event.args) > 1 else ""
        self.caller_id = event.caller_number
        self.caller_name = event.caller_name
        self.sip_call_id = event.sip_call_id


async def quietly(request: Awaitable[None]) -> None:
    """Awaits a request that cleans up: what is already gone is clean."""
    try:
        await request
    except Gone:
        return
