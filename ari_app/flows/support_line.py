"""The script of a call to the support line, from the first word to the last."""

from ari_app.flows.calamity import calamity_line
from ari_app.flows.desk_line import desk_line
from ari_app.flows.duty_handshake import took_duty
from ari_app.flows.open_call import OpenCall
from ari_app.flows.voicemail import voicemail
from routing.decision import ToDesk, ToOnDuty, ToVoicemail, decide


async def support_line(call: OpenCall) -> None:
    """Answer, welcome, and go where this moment and this caller's contract lead. Raises Hangup."""
    await call.answer()
    if await took_duty(call):
        return
    route = decide(call.clock.now(), call.caller, call.line.hours, call.on_duty)
    call.because(*route.why)

    match route:
        case ToDesk():
            await call.say("welcome", "desk-connecting")
            await desk_line(call)
        case ToOnDuty(engineers=engineers):
            await call.say("welcome", "calamity-connecting")
            await calamity_line(call, engineers)
        case ToVoicemail(announcement=announcement):
            await voicemail(call, "welcome", announcement)
