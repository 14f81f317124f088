"""One call for `meldlijn call`: a real SIP phone on the trunk's side dials the running line."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import soundfile
import soxr

from ari_app.clock import set_demo_clock
from ari_app.config import Settings
from ari_app.demo.finding import finished_ticket, is_pending
from ari_app.demo.judge import AMSTERDAM
from ari_app.demo.outside import address
from ari_app.demo.placing import press_keys, until_beep
from ari_app.desk.views import TicketView
from ari_app.setting_up import open_desk
from ari_app.sip_phone.alaw import Pcm
from ari_app.sip_phone.call import CallEnded, PhoneError
from ari_app.sip_phone.outgoing import OutgoingCall
from ari_app.sip_phone.phone import Phone
from ari_app.speech.synth import speak

TICKET_WITHIN = 60.0
LONGEST_CALL = 300.0


class NotPlaced(Exception):
    """The call could not be placed, or no ticket came of it; says what to do."""


@dataclass(frozen=True)
class CallPlan:
    """What `meldlijn call` was asked to do. `at` is local time in Amsterdam unless it has an offset."""

    to: str
    from_number: str
    at: str | None
    say: str | None
    wav: Path | None
    dtmf: str


async def place_call(settings: Settings, plan: CallPlan) -> TicketView:
    """Places the call, waits until it is over and its ticket has a text if it has a message. Raises NotPlaced."""
    _set_clock(settings, plan.at)
    speech = await asyncio.to_thread(_speech, plan)
    proxy = (settings.asterisk.sip_host, settings.asterisk.sip_port)
    ip, _port = address(settings.asterisk.trunk_contact)
    async with Phone.open(ip=ip, port=0, proxy=proxy) as phone:
        call = await phone.call(plan.to, from_number=plan.from_number)
        try:
            await call.answered(within=10)
        except (PhoneError, TimeoutError) as failure:
            raise NotPlaced(f"The line did not answer: {failure}. Is it running? `meldlijn doctor` tells.") from failure
        with suppress(CallEnded, TimeoutError):
            async with asyncio.timeout(LONGEST_CALL):
                await _behave(call, plan.dtmf, speech)
        await call.hangup()
    return await _ticket_of(settings, call.call_id)


def _set_clock(settings: Settings, at: str | None) -> None:
    if at is None:
        return
    if not settings.demo:
        raise NotPlaced(
            "--at works for a line in demo mode only: a line in service has the real time. Start `make demo`."
        )
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise NotPlaced(f"--at {at!r} is no moment. Write it as 2026-11-21T09:10.") from None
    set_demo_clock(settings.clock_file, moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM))


def _speech(plan: CallPlan) -> Pcm | None:
    if plan.wav:
        sound, rate = soundfile.read(plan.wav, dtype="float32", always_2d=True)
        mono = soxr.resample(sound.mean(axis=1), rate, 8000)
        samples: Pcm = np.rint(np.clip(mono, -1, 1) * 32767).astype(np.int16)
        return samples
    return speak(plan.say) if plan.say else None


async def _behave(call: OutgoingCall, dtmf: str, speech: Pcm | None) -> None:
    await press_keys(call, dtmf)
    if speech is not None:
        await until_beep(call)
        await call.say(speech)
        await call.say(np.zeros(4000, np.int16))
        return
    await call.ended()


async def _ticket_of(settings: Settings, sip_call_id: str) -> TicketView:
    async with open_desk(settings) as desk:
        ticket = await finished_ticket(desk, sip_call_id, within=TICKET_WITHIN)
    if ticket and not is_pending(ticket):
        return ticket
    raise NotPlaced(f"No finished ticket within {TICKET_WITHIN:.0f} s. Does the worker run? `meldlijn doctor` tells.")
