"""Where to call back: the caller agrees to a number with 1, or types another one and `#`."""

from ari_app.flows.open_call import DIGIT, OpenCall
from routing.caller import normal_form, spoken_form

AGREE, END = "1", "#"
TRIES = 3
#: Between two digits of a number that somebody types.
DIGIT_WITHIN = 4.0
#: E.164 has at most 15, and 00 before it.
MOST_DIGITS = 17


async def agree_on_number(call: OpenCall) -> None:
    """Who presses nothing is called back on the number that called, if there is one. Raises Hangup."""
    number = call.caller.number
    for _ in range(TRIES):
        key = await call.ask(*_question(number), within=call.settings.message_menu_seconds)
        if key is None:
            return None
        if key == AGREE and number:
            call.report.call_back_number = number
            call.note("call-back number", "agreed")
            return await call.say("call-back-agreed")
        typed = normal_form(key + await _rest(call)) if key.isdigit() else None
        call.note("call-back number", "typed" if typed else "typed, but no number")
        if typed is None:
            await call.say("call-back-no-number")
        number = typed or number
    return None


def _question(number: str | None) -> tuple[str, ...]:
    if number is None:
        return ("call-back-type",)
    return "call-back-on", *digits_of(number), "call-back-agree"


def digits_of(number: str) -> tuple[str, ...]:
    """The prompts that say an E.164 number as people write it: the zero in front, no country code at home."""
    return tuple(f"{DIGIT}{digit}" for digit in spoken_form(number).replace("+", "00") if digit.isdigit())


async def _rest(call: OpenCall) -> str:
    """The digits up to `#`, or until the caller pauses."""
    typed = ""
    while len(typed) < MOST_DIGITS:
        key = await call.call.key(DIGIT_WITHIN)
        if key is None or key == END:
            break
        typed += key
    return typed
