"""Calling a customer back: one of us is rung first and presses 1, then the number on the ticket is rung, under our number."""

import asyncio
from dataclasses import dataclass

import structlog

from ari_app.asterisk.call import Leg, Party, Target
from ari_app.asterisk.channel import Hangup
from ari_app.asterisk.client import AriClient
from ari_app.asterisk.conversation import conversation
from ari_app.clock import Clock
from ari_app.desk.call_backs import CallBack, CallBackOutcome
from ari_app.flows.open_call import Surroundings
from routing.caller import spoken_form

log = structlog.get_logger()

ACCEPT = "1"
KEY_WITHIN = 2.0
#: How long a customer's phone rings: people who did not expect a call take longer than an engineer.
CUSTOMER_RINGS_FOR = 45.0
RESULTS = {
    "no_answer": "nam niet op",
    "busy": "in gesprek",
    "refused": "weigerde het gesprek",
    "unreachable": "niet bereikbaar",
}


@dataclass
class CallingBack:
    """One call back on the line. `phone_endpoint` is made from the settings or the rota, `customer` from the ticket."""

    client: AriClient
    line: Surroundings
    clock: Clock
    asked: CallBack

    async def run(self) -> CallBackOutcome:
        """Rings both and lets them talk. Never raises what a phone does."""
        nobody = Party(self.client, f"back-{self.asked.id}")
        us = self._our_phone()
        try:
            async with nobody.ring(us, ring_for=self.line.settings.ring_for_seconds, caller_id=self._shown) as ringing:
                leg = ringing.answered
                if leg is None:
                    return self._failed(us.who, ringing.legs[0])
                if not await self._accepts(leg):
                    return self._outcome(f"{us.who} drukte niet op 1")
                return await self._ring_customer(leg)
        except Hangup:
            return self._outcome(f"{us.who} hing op voordat de klant opnam")
        finally:
            for party in (nobody.id, f"leg-{nobody.id}-1"):
                self.client.guard.forget(party)

    async def _accepts(self, leg: Leg) -> bool:
        """A voicemail box never presses 1."""
        name = await self.line.spoken_name(self.asked.customer or spoken_form(self.asked.number))
        asking = [self.line.media("engineer-call-back"), *([name] if name else [])]
        try:
            async with asyncio.timeout(self.line.settings.accept_within_seconds):
                while True:
                    await leg.play(*asking)
                    if await leg.key(KEY_WITHIN) == ACCEPT:
                        return True
        except TimeoutError:
            return False

    async def _ring_customer(self, us: Leg) -> CallBackOutcome:
        customer = Target("klant", self._endpoint(self.asked.number), self.asked.number)
        async with us.music(), us.ring(customer, ring_for=CUSTOMER_RINGS_FOR, caller_id=self._shown) as ringing:
            if ringing.answered is None:
                outcome = self._failed("de klant", ringing.legs[0])
                await us.stop_music()
                await us.play_to_the_end(self.line.media("engineer-customer-no-answer"))
                return outcome
            return await self._talk(us, ringing.answered)

    async def _talk(self, us: Leg, customer: Leg) -> CallBackOutcome:
        async with conversation(us, customer) as talk:
            if talk.ended_by is not None:
                return self._outcome("de verbinding viel weg")
            began = self.clock.now()
            await talk.over()
            ended = self.clock.now()
        if us.is_gone:
            await customer.part(self.line.media("talk-other-left"))
        minutes = max(1, round((ended - began).total_seconds() / 60))
        why = f"Teruggebeld op {spoken_form(self.asked.number)} door {self.asked.phone.who}: gesproken, {minutes} min."
        return CallBackOutcome(why, began, ended)

    def _our_phone(self) -> Target:
        phone = self.asked.phone
        endpoint = self._endpoint(phone.number) if phone.number else f"PJSIP/{phone.who}"
        return Target(phone.who, endpoint, phone.number, phone.engineer_id)

    def _endpoint(self, number: str) -> str:
        """A constant template and digits only: nothing that a caller or a page sends can change whom we ring."""
        digits = number.removeprefix("+")
        if not digits.isascii() or not digits.isdigit():
            raise ValueError(f"{number!r} is no number in E.164: correct it on the ticket or in the rota.")
        return f"PJSIP/{digits}@{self.line.trunk}"

    def _failed(self, who: str, leg: Leg) -> CallBackOutcome:
        code = f" (SIP {leg.sip_code})" if leg.sip_code else ""
        return self._outcome(f"{who}: {RESULTS.get(leg.result, leg.result)}{code}")

    def _outcome(self, why: str) -> CallBackOutcome:
        return CallBackOutcome(f"Terugbellen op {spoken_form(self.asked.number)} lukte niet: {why}.")

    @property
    def _shown(self) -> str:
        return self.line.settings.service_number
