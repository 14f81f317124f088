"""After the call, for an engineer who stays on the line: category, minutes and a spoken note, with the keys of the phone."""

from ari_app.asterisk.call import Leg
from ari_app.asterisk.channel import Hangup
from ari_app.flows.open_call import OpenCall
from ari_app.flows.questions import typed
from ari_app.flows.voicemail import recording_name

#: Seconds to begin an answer, and between two digits.
BEGINS_WITHIN, DIGIT_WITHIN = 6.0, 4.0
CATEGORIES = ("1", "2", "3")
MOST_DIGITS = 3


async def wrap_up(call: OpenCall, leg: Leg) -> None:
    """Each answer counts as soon as it is given: who hangs up, or says nothing, leaves the rest to the page."""
    leg.is_on_its_own = True
    leg.digits.clear()
    try:
        if not any(one.what == "category" for one in call.report.keyed_in):
            category = await _number(call, leg, "engineer-wrap-up-category", digits=1)
            if category in CATEGORIES:
                call.key_in(leg, "category", category)
        minutes = await _number(call, leg, "engineer-wrap-up-minutes", digits=MOST_DIGITS)
        if minutes.strip("0"):
            call.key_in(leg, "minutes", str(int(minutes)))
        await _note(call, leg)
        await leg.play_to_the_end(call.line.media("engineer-wrap-up-thanks"))
    except Hangup:
        call.note("engineer", f"{leg.target.who}: wrapped up")


async def _number(call: OpenCall, leg: Leg, question: str, *, digits: int) -> str:
    """What was typed, until `#` or the last digit that it may have; "" for nothing."""
    await leg.play(call.line.media(question))
    return await typed(leg, most=digits, begins_within=BEGINS_WITHIN, within=DIGIT_WITHIN)


async def _note(call: OpenCall, leg: Leg) -> None:
    await leg.play(call.line.media("engineer-wrap-up-note"), call.line.media("beep"))
    if leg.digits:  # `#` instead of a note
        leg.digits.clear()
        return
    name = recording_name(call.call.id).replace("call/", "note/", 1)
    call.report.spoken_note = f"{name}.wav"
    await leg.record(
        name,
        max_seconds=call.settings.message_max_seconds,
        max_silence_seconds=call.settings.message_silence_seconds,
    )
