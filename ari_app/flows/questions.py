"""What a script asks somebody to press or enter by key. What was entered is noted nowhere."""

from ari_app.asterisk.channel import Channel
from ari_app.flows.open_call import OpenCall

#: Longer than any customer number or PIN; who goes on has made a mistake.
MOST_DIGITS = 12
#: How often a question is heard that gets a key that is no answer.
ASKED_AT_MOST = 3
#: Who has to take the phone from the ear to press a key gets another moment.
SILENCES = 1
END, AGAIN = "#", "*"


async def ask(call: OpenCall, *prompts: str, within: float) -> str | None:
    """The key that was pressed during the question or within so many seconds after it; None: no key. Raises Hangup."""
    call.call.digits.clear()
    await call.play(*prompts)
    return await call.call.key(within)


async def answer(call: OpenCall, *prompts: str, keys: str) -> str:
    """One of `keys`; another key, or a first silence, repeats the question. "": no answer. Raises Hangup."""
    silences = 0
    for _ in range(ASKED_AT_MOST):
        key = await ask(call, *prompts, within=call.settings.key_within_seconds)
        if key is not None and key in keys:
            return key
        silences += key is None
        if silences > SILENCES:
            break
    return ""


async def entered(call: OpenCall, prompt: str) -> str:
    """The digits up to `#`, or up to a pause; `*` begins anew. "": nothing was entered. Typing ahead is fine. Raises Hangup."""
    within = call.settings.key_within_seconds
    await call.play(prompt)
    digits = await typed(call.call, most=MOST_DIGITS + 1, begins_within=within, within=within)
    if len(digits) > MOST_DIGITS:
        call.call.digits.clear()  # the rest of it answers no other question
    return digits


async def typed(phone: Channel, *, most: int, begins_within: float, within: float) -> str:
    """Digits until `#`, a pause of `within` seconds, or the last that it may have; `*` begins anew. Raises Hangup."""
    digits = ""
    while len(digits) < most and (key := await phone.key(within if digits else begins_within)) not in (None, END):
        digits = "" if key == AGAIN else f"{digits}{key}"
    return digits
