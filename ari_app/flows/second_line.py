"""An engineer who talks with a caller calls in a colleague of the second line: three people talk."""

from ari_app.asterisk.call import Leg, Race
from ari_app.asterisk.channel import Hangup
from ari_app.asterisk.conversation import LONGEST_TALK, Conversation
from ari_app.flows.open_call import OpenCall
from ari_app.flows.phones import phone_of
from ari_app.flows.whisper import accepts, briefing
from routing.rota import Engineer

SECOND_LINE = 2


async def call_in(call: OpenCall, talk: Conversation, asked_by: Leg) -> None:
    """Rings who is on duty of the second or third line, one after another, until one accepts; stays as long as they talk.

    Whoever asked has to stay on the line until somebody accepted.
    """
    whispered = await briefing(call)
    try:
        for engineer in _second_line(call):
            for number in engineer.numbers:
                if await _joined(call, talk, asked_by, engineer, number, whispered):
                    return
        await asked_by.play_to_the_end(call.line.media("engineer-second-line-nobody"))
    except Hangup:
        return  # the talk notices who


def _second_line(call: OpenCall) -> list[Engineer]:
    engaged = call.line.engaged
    return [one for one in call.on_duty if one.line >= SECOND_LINE and one.id not in engaged]


async def _joined(
    call: OpenCall, talk: Conversation, asked_by: Leg, engineer: Engineer, number: str, whispered: list[str]
) -> bool:
    phone = phone_of(engineer, number, call.line.trunk)
    call.line.engaged.add(engineer.id)
    try:
        async with call.ring(phone, ring_for=call.settings.ring_for_seconds) as ringing:
            leg = ringing.answered
            if not leg or not await accepts(call, leg, Race(), whispered) or not await talk.join(leg):
                return False
            call.key_in(asked_by, "second_line", engineer.name)
            call.note("talk", f"joined by {engineer.name}")
            await leg.signal.until(lambda: talk.ended_by or leg.is_gone or None, LONGEST_TALK)
            await talk.let_out(leg)  # the bridge changes while one leaves it, and a prompt in it can be lost
            await leg.part(call.line.media("engineer-caller-left"))
            return True
    finally:
        call.line.engaged.discard(engineer.id)
