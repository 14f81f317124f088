"""People who hear each other: one bridge, with the party and the legs that were added to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ari_app.asterisk.call import Leg, Party, quietly
from ari_app.asterisk.channel import ANSWER_WITHIN, Channel
from ari_app.asterisk.errors import Gone, Refused

#: Nobody talks longer than this (the dialplan's TIMEOUT(absolute) ends the call before).
LONGEST_TALK = 6 * 3600.0


class Conversation:
    """`legs` are those who talk with the party, in the order in which they came."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.id = f"talk-{party.id}"
        self.legs: list[Leg] = []

    @property
    def ended_by(self) -> str | None:
        """ "caller" or "leg" (the last one) once one side is gone; None while they talk."""
        if self.party.is_gone:
            return "caller"
        return "leg" if all(leg.is_gone for leg in self.legs) else None

    async def over(self) -> None:
        """Waits until one side is gone."""
        await self.party.signal.until(lambda: self.ended_by, LONGEST_TALK)

    async def next_key(self, within: float = LONGEST_TALK) -> tuple[Leg, str] | None:
        """The next digit of a leg; the party's digits are not listened to. None: `within` seconds are over, or the talk is and
        every digit is read."""
        try:
            await self.party.signal.until(lambda: self._pressed() or self.ended_by, within)
        except TimeoutError:
            return None
        leg = self._pressed()
        return (leg, leg.digits.popleft()) if leg else None

    async def join(self, leg: Leg) -> bool:
        """`leg` hears the others from now on. False: one of the two is gone."""
        leg.digits.clear()  # what was pressed before was not meant for this talk
        try:
            await leg.rest.add_to_bridge(self.id, leg.id)
        except Gone:
            return False
        self.legs.append(leg)
        return True

    async def let_out(self, leg: Leg) -> None:
        """`leg` hears the others no longer, and can hear prompts."""
        await _take_out(self.id, leg)

    async def record(self, name: str, *, max_seconds: int) -> bool:
        """Records everybody as `name`.wav until the end of the talk. False: Asterisk can't."""
        try:
            await self.party.rest.record_bridge(self.id, name, max_seconds=max_seconds)
        except (Gone, Refused):
            return False
        return True

    async def find_out_who_left(self) -> None:
        """`addChannel` said that somebody is gone; the event that says who is on its way."""
        try:
            await self.party.signal.until(lambda: self.ended_by, ANSWER_WITHIN)
        except TimeoutError:
            for leg in self.legs:
                leg.lost()

    def _pressed(self) -> Leg | None:
        return next((leg for leg in self.legs if leg.digits), None)


@asynccontextmanager
async def conversation(party: Party, leg: Leg) -> AsyncIterator[Conversation]:
    """Both hear each other while the block runs; then the bridge is gone, and who did not hang up is still there.

    `ended_by` is set at once when one of them was gone before they heard each other. Digits reach us and nobody else.
    """
    talk = Conversation(party)
    talk.legs.append(leg)
    await party.stop_music()  # who has music on does not hear the bridge
    leg.digits.clear()
    await party.rest.create_bridge(talk.id)
    try:
        try:
            await party.rest.add_to_bridge(talk.id, party.id, leg.id)
        except Gone:
            await talk.find_out_who_left()
        yield talk
    finally:
        if not party.client.is_stopping:  # else they talk on
            await asyncio.shield(take_apart(talk.id, party, *talk.legs))


async def take_apart(bridge: str, *channels: Channel) -> None:
    """Ends a bridge; who of these is still there is first taken out of it, and can hear prompts.

    A prompt that is asked for while a bridge falls apart is never played, and Asterisk never says so: once in forty talks.
    """
    for channel in channels:
        await _take_out(bridge, channel)
    await quietly(channels[0].rest.delete_bridge(bridge))


async def _take_out(bridge: str, channel: Channel) -> None:
    if channel.is_gone:
        return
    try:
        await channel.rest.remove_from_bridge(bridge, channel.id)
    except (Gone, Refused):  # it left meanwhile
        return
