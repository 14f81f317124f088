"""Caller and engineer talk, and what the engineer can do meanwhile: a star and a digit, which the caller does not hear.

The star is there because a digit alone is pressed by a cheek. `*1` no calamity, `*2` caused by the customer, `*3` and a
digit the category, `*4` call in the second line, `*5` the caller wants to be called back, which one key more does after the call.
"""

import asyncio

from ari_app.asterisk.call import Leg
from ari_app.asterisk.channel import Hangup
from ari_app.asterisk.conversation import Conversation
from ari_app.flows.call_back_now import call_back_now
from ari_app.flows.open_call import OpenCall
from ari_app.flows.second_line import call_in
from ari_app.flows.wrap_up import wrap_up

STAR = "*"
DIGIT_WITHIN = 5.0
CATEGORIES = ("1", "2", "3")


async def in_call(call: OpenCall, leg: Leg) -> bool:
    """Until one hangs up, or the engineer finds that it is no calamity. False: the engineer's line broke before they talked.

    Raises Hangup when the caller was gone before.
    """
    keys = _Keys(call)
    try:
        if not await call.talk(leg, keys.listen):
            call.leg_report(leg).why = "Drukte op 1, maar de verbinding viel weg."
            return False
    except Hangup:
        if call.report.talk_started_at is None:
            call.leg_report(leg).why = "Drukte op 1, maar de beller had net opgehangen."
            await leg.part(call.line.media("engineer-no-longer-needed"))
        raise
    if keys.is_no_calamity:
        await call.let_go(leg)  # free for who has a calamity; the caller hears what happens next
        await call.say("not-a-calamity")
        return True
    if not leg.is_gone:
        await call_back_now(call, leg)
    if not leg.is_gone and call.settings.wrap_up:
        await wrap_up(call, leg)
    return True


class _Keys:
    def __init__(self, call: OpenCall) -> None:
        self.call = call
        self.is_no_calamity = False
        self._calling_in: asyncio.Task[None] | None = None

    async def listen(self, talk: Conversation) -> None:
        """Returns when the talk is over, or is to be ended."""
        try:
            while not self.is_no_calamity and (pressed := await talk.next_key()):
                leg, key = pressed
                if key == STAR:
                    await self._obey(talk, leg)
        finally:
            if self._calling_in:
                if talk.ended_by != "caller":
                    self._calling_in.cancel()  # else it ends by itself, and the colleague hears why
                await asyncio.gather(self._calling_in, return_exceptions=True)

    async def _obey(self, talk: Conversation, leg: Leg) -> None:
        match await _digit(talk):
            case "1":
                self.is_no_calamity = True
                self.call.key_in(leg, "not_a_calamity")
            case "2":
                self.call.key_in(leg, "customer_caused")
                await self._confirm(leg, "engineer-keys-noted")
            case "3":
                await self._category(talk, leg)
            case "4":
                await self._call_in(talk, leg)
            case "5":
                self.call.key_in(leg, "call_back")
                await self._confirm(leg, "engineer-keys-noted")
            case _:
                await self._confirm(leg, "engineer-keys-unknown")

    async def _category(self, talk: Conversation, leg: Leg) -> None:
        if (category := await _digit(talk)) in CATEGORIES:
            self.call.key_in(leg, "category", category)
            return await self._confirm(leg, "engineer-keys-noted")
        return await self._confirm(leg, "engineer-keys-unknown")

    async def _call_in(self, talk: Conversation, leg: Leg) -> None:
        await self._confirm(leg, "engineer-second-line-called")
        if self._calling_in is None or self._calling_in.done():
            self._calling_in = asyncio.create_task(call_in(self.call, talk, leg))

    async def _confirm(self, leg: Leg, prompt: str) -> None:
        """Only the engineer hears it, until the next key. Who is gone meanwhile is noticed by the talk."""
        try:
            await leg.play(self.call.line.media(prompt))
        except Hangup:
            return


async def _digit(talk: Conversation) -> str:
    pressed = await talk.next_key(within=DIGIT_WITHIN)
    return pressed[1] if pressed else ""
