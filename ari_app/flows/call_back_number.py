"""Where to call back: the caller agrees to a number with 1, or types another one and `#`."""

from ari_app.flows.open_call import DIGIT, OpenCall
from ari_app.flows.questions import ask, typed
from routing.caller import normal_form, spoken_form

AGREE = "1"
TRIES = 3
#: Between two digits of a number that somebody types.
DIGIT_WITHIN = 4.0
#: E.164 has at most 15, and 00 before it.
MOST_DIGITS = 17


async def agree_on_number(call: OpenCall) -> None:
    """Who presses nothing is called back on the number that called, if there is one. Raises Hangup."""
    number = call.caller.number
    for _ in range(TRIES):
        key = await ask(call, *_question(number), within=call.settings.message_menu_seconds)
        if key is None:
            return None
        if key == AGREE and number:
            call.report.call_back_number = number
            call.note("call-back number", "agreed")
            return await call.say("call-back-agreed")
        call.call.digits.appendleft(key)
        digits = await typed(call.call, most=MOST_DIGITS, begins_within=DIGIT_WITHIN, within=DIGIT_WITHIN)
        other = normal_form(digits)
        call.note("call-back number", "typed" if other else "typed, but no number")
        if other is None:
            await call.say("call-back-no-number")
        number = other or number
    return None


def _question(number: str | None) -> tuple[str, ...]:
    if number is None:
        return ("call-back-type",)
    return "call-back-on", *digits_of(number), "call-back-agree"


def digits_of(number: str) -> tuple[str, ...]:
    """The prompts that say an E.164 number as people write it: the zero in front, no country code at home."""
    return tuple(f"{DIGIT}{digit}" for digit in spoken_form(number).replace("+", "00") if digit.isdigit())
