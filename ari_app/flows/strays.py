"""Phones that a service before ours rang: two people who talk go on talking, and nobody else is left in nothing."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog

from ari_app.asterisk.call import quietly
from ari_app.asterisk.channel import Channel, Hangup, Signal
from ari_app.asterisk.client import AriClient
from ari_app.asterisk.conversation import LONGEST_TALK
from ari_app.asterisk.errors import AsteriskError
from ari_app.flows.open_call import Surroundings

log = structlog.get_logger()

#: Of a phone that we ring, of the bridge of a talk, and of one in which such a phone talks with another rung for it.
LEG, TALK, TALK_OF_LEG = "leg-", "talk-", "talk-leg-"
GOODBYE_WITHIN = 8.0


def is_leg(channel_id: str) -> bool:
    """A phone that we rang, and no caller."""
    return channel_id.startswith(LEG)


@dataclass
class Strays:
    """Each talk is watched once, whoever asks for it."""

    client: AriClient
    line: Surroundings
    _talks: dict[str, asyncio.Task[bool]] = field(default_factory=dict)

    async def free(self, legs: list[dict[str, Any]], bridges: list[str]) -> None:
        """`legs`: phones that no call of ours knows; `bridges`: all that Asterisk holds. Returns when all of them are free."""
        # A call that is watched sees to its own bridge, also one that is rescued just now.
        strange = [bridge for bridge in bridges if not self.client.watches(bridge.removeprefix(TALK))]
        talks = [bridge for bridge in strange if bridge.startswith(TALK_OF_LEG)]
        try:
            talking = {
                member
                for bridge in bridges
                if bridge in talks or bridge not in strange
                for member in await self.client.rest.bridge_members(bridge)
            }
        except AsteriskError as failure:
            log.warning("Talks could not be found again", action="strays_unknown", why=str(failure))
            return
        await asyncio.gather(
            *(self.talk_to_its_end(bridge) for bridge in talks),
            *(self._let_go(leg["id"], is_up=leg["state"] == "Up") for leg in legs if leg["id"] not in talking),
        )
        for bridge in strange:
            await self._delete(bridge)

    async def call_back_to_its_end(self, call_back: int) -> bool:
        """Whether one of us and the customer of this call back still talked."""
        return await self.talk_to_its_end(f"{TALK_OF_LEG}back-{call_back}-1")

    async def talk_to_its_end(self, bridge: str) -> bool:
        """Leaves those in the bridge alone until one hangs up; the other is told and freed. False: there were no two of them."""
        if bridge not in self._talks:
            self._talks[bridge] = asyncio.create_task(self._watch_over(bridge))
        return await asyncio.shield(self._talks[bridge])

    async def _watch_over(self, bridge: str) -> bool:
        rest, signal = self.client.rest, Signal()
        try:
            phones = [Channel(rest, member, signal) for member in await rest.bridge_members(bridge)]
            for phone in phones:
                self.client.watch(phone)
            talked = len(phones) > 1
            if talked:
                await signal.until(lambda: any(phone.is_gone for phone in phones) or None, LONGEST_TALK)
            for phone in phones:
                await self._goodbye(phone, "talk-other-left" if talked else "line-restarted")
        except (AsteriskError, TimeoutError) as failure:
            log.warning("A talk could not be watched", action="stray_talk", bridge=bridge, why=repr(failure))
            return False
        return talked

    async def _delete(self, bridge: str) -> None:
        try:
            await quietly(self.client.rest.delete_bridge(bridge))
        except AsteriskError as failure:
            log.warning("A bridge could not be removed", action="stray_bridge", bridge=bridge, why=str(failure))

    async def _let_go(self, leg: str, *, is_up: bool) -> None:
        phone = Channel(self.client.rest, leg)
        self.client.watch(phone)
        try:
            if is_up:
                await self._goodbye(phone, "line-restarted")
            await phone.hang_up()
        except AsteriskError as failure:
            log.warning("A stray leg could not be freed", action="stray_leg", leg=leg, why=str(failure))
        finally:
            self.client.forget(leg)

    async def _goodbye(self, phone: Channel, prompt: str) -> None:
        """Says why, and hangs up; who is gone meanwhile is free."""
        try:
            async with asyncio.timeout(GOODBYE_WITHIN):
                if not phone.is_gone:
                    await phone.fall_silent()
                    await phone.command(phone.rest.stop_music(phone.id))
                    await phone.play_to_the_end(self.line.media(prompt))
        except (Hangup, TimeoutError):
            log.info("Nobody heard the goodbye", action="goodbye_unheard", channel=phone.id)
        await phone.hang_up()
        self.client.forget(phone.id)
