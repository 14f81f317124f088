"""Calling a customer back: one of us is rung first and presses 1, then the number on the ticket is rung, under our number."""

from dataclasses import dataclass

from ari_app.asterisk.call import Leg, Party, Target
from ari_app.asterisk.channel import Hangup
from ari_app.asterisk.client import AriClient
from ari_app.asterisk.conversation import conversation
from ari_app.clock import Clock
from ari_app.desk.call_backs import CallBack, CallBackOutcome
from ari_app.flows.open_call import Surroundings
from ari_app.flows.phones import behind_trunk, result_in_words
from ari_app.flows.whisper import asked
from routing.caller import spoken_form

ACCEPT = "1"
#: How long a customer's phone rings: people who did not expect a call take longer than an engineer.
CUSTOMER_RINGS_FOR = 45.0


@dataclass
class CallingBack:
    """One call back on the line. The phone of one of us comes from the settings or the rota, that of the customer from the ticket."""

    client: AriClient
    line: Surroundings
    clock: Clock
    asked: CallBack

    async def run(self) -> CallBackOutcome:
        """Rings both and lets them talk. Never raises what a phone does."""
        nobody = Party(self.client, f"back-{self.asked.id}")
        us, settings = self._our_phone(), self.line.settings
        try:
            async with nobody.ring(
                us, ring_for=settings.ring_for_seconds, caller_id=settings.service_number
            ) as ringing:
                leg = ringing.answered
                if leg is None:
                    return not_reached(self.asked.number, f"{us.who}: {result_in_words(ringing.legs[0])}")
                if not await self._accepts(leg):
                    return not_reached(self.asked.number, f"{us.who} drukte niet op 1")
                return await call_customer(leg, self.asked.number, self.line, self.clock)
        except Hangup:
            return not_reached(self.asked.number, f"{us.who} hing op voordat de klant opnam")
        finally:
            self.client.guard.forget(nobody.id)

    async def _accepts(self, leg: Leg) -> bool:
        """A voicemail box never presses 1."""
        name = await self.line.spoken_name(self.asked.customer or spoken_form(self.asked.number))
        question = [self.line.media("engineer-call-back"), *([name] if name else [])]
        return await asked(leg, question, keys=ACCEPT) == ACCEPT

    def _our_phone(self) -> Target:
        phone = self.asked.phone
        if phone.number:
            return behind_trunk(phone.who, phone.number, self.line.trunk, phone.engineer_id)
        return Target(phone.who, f"PJSIP/{phone.who}")


async def call_customer(us: Leg, number: str, line: Surroundings, clock: Clock) -> CallBackOutcome:
    """`us`, on the line already, hears music until the customer answers, and talks. `number`: that on the ticket, and no other.

    Raises Hangup when `us` leaves before the customer answered.
    """
    customer, shown = behind_trunk("de klant", number, line.trunk), line.settings.service_number
    async with us.music(), us.ring(customer, ring_for=CUSTOMER_RINGS_FOR, caller_id=shown) as ringing:
        if ringing.answered is None:
            outcome = not_reached(number, f"de klant: {result_in_words(ringing.legs[0])}")
            await us.stop_music()
            await us.play_to_the_end(line.media("engineer-customer-no-answer"))
            return outcome
        return await _talk(us, ringing.answered, number, line, clock)


def not_reached(number: str, why: str) -> CallBackOutcome:
    """`why` in Dutch, without a full stop."""
    return CallBackOutcome(f"Terugbellen op {spoken_form(number)} lukte niet: {why}.")


async def _talk(us: Leg, customer: Leg, number: str, line: Surroundings, clock: Clock) -> CallBackOutcome:
    async with conversation(us, customer) as talk:
        if talk.ended_by is not None:
            return not_reached(number, "de verbinding viel weg")
        began = clock.now()
        await talk.over()
        ended = clock.now()
    if us.is_gone:
        await customer.part(line.media("talk-other-left"))
    else:
        await us.part(line.media("talk-other-left"))
    minutes = max(1, round((ended - began).total_seconds() / 60))
    why = f"Teruggebeld op {spoken_form(number)} door {us.target.who}: gesproken, {minutes} min."
    return CallBackOutcome(why, began, ended)
