"""Calamity hours: the engineers on duty are rung one after another, until one presses 1."""

import asyncio

from ari_app.asterisk.call import Leg, Target
from ari_app.asterisk.channel import Hangup
from ari_app.flows.open_call import OpenCall
from ari_app.flows.voicemail import voicemail
from routing.rota import Engineer

ACCEPT, NEXT = "1", "2"


async def calamity_line(call: OpenCall, engineers: tuple[Engineer, ...]) -> None:
    """The caller has an SLA and hears music while we look for an engineer; nobody: voicemail. Raises Hangup."""
    call.report.route = "on_duty"
    async with call.call.music():
        for engineer in engineers:
            async with call.ring(
                _phone_of(engineer, call.line.trunk), ring_for=call.settings.ring_for_seconds
            ) as ringing:
                leg = ringing.answered
                if leg and await accepts(call, leg) and await _talks(call, leg):
                    return None

    call.because("Geen dienstdoende engineer nam het gesprek aan: inspreken.")
    return await voicemail(call, "calamity-nobody-free")


async def accepts(call: OpenCall, leg: Leg) -> bool:
    """True when the engineer pressed 1. Only a person does: the voicemail box of a mobile never accepts. Raises Hangup of the caller."""
    report = call.leg_report(leg)
    who = await call.line.spoken_name(f"{call.caller.customer_name}, {call.caller.level.capitalize()}.")
    announcement = [call.line.media("engineer-announce"), *([who] if who else []), call.line.media("engineer-press-1")]
    try:
        async with asyncio.timeout(call.settings.accept_within_seconds):
            key = await _ask(leg, announcement)
    except TimeoutError:
        key = ""
    except Hangup as gone:
        if gone.channel is call.call:
            report.result, report.why = "caller_gone", "De beller hing op voordat er werd aangenomen."
            await leg.part(call.line.media("engineer-no-longer-needed"))
            raise
        report.result, report.why = "not_accepted", "Opgenomen en opgehangen zonder op 1 te drukken."
        return False

    report.result, report.why = _ANSWERS.get(key, _ANSWERS[""])
    call.note("engineer", f"{leg.target.who}: {report.result}")
    return key == ACCEPT


async def _talks(call: OpenCall, leg: Leg) -> bool:
    """False: the engineer's line broke before they heard each other. Raises Hangup of the caller."""
    try:
        is_connected = await call.talk(leg)
    except Hangup:
        call.leg_report(leg).why = "Drukte op 1, maar de beller had net opgehangen."
        await leg.part(call.line.media("engineer-no-longer-needed"))
        raise
    if not is_connected:
        call.leg_report(leg).why = "Drukte op 1, maar de verbinding viel weg."
    return is_connected


async def _ask(leg: Leg, announcement: list[str]) -> str:
    """Says who calls, again and again, until 1 or 2 is pressed; another key starts it anew."""
    while True:
        await leg.play(*announcement)
        key = await leg.key(within=2.0)
        if key in (ACCEPT, NEXT):
            return key


def _phone_of(engineer: Engineer, trunk: str) -> Target:
    """The endpoint comes from a constant template and the digits of the rota: no caller can change whom we ring."""
    digits = engineer.number.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        raise ValueError(
            f"The number of engineer {engineer.id} is {engineer.number!r}: correct it in the rota (E.164)."
        )
    return Target(engineer.name, f"PJSIP/{digits}@{trunk}", engineer.number, engineer.id)


_ANSWERS = {
    ACCEPT: ("accepted", "Drukte op 1."),
    NEXT: ("declined", "Drukte op 2: de volgende."),
    "": ("not_accepted", "Opgenomen, maar niemand drukte op 1: waarschijnlijk een voicemailbox."),
}
