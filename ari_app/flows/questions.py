"""What a script asks a caller to enter by key. What was entered is noted nowhere."""

from ari_app.flows.open_call import OpenCall

#: Longer than any customer number or PIN; who goes on has made a mistake.
MOST_DIGITS = 12
#: How often a question is heard that gets a key that is no answer.
ASKED_AT_MOST = 3


async def entered(call: OpenCall, prompt: str) -> str:
    """The digits up to `#`, or up to a pause; `*` begins anew. "": nothing was entered. Typing ahead is fine. Raises Hangup."""
    caller = call.call
    call.note("prompt", prompt)
    await caller.play(call.line.media(prompt, call.report.language))
    digits = ""
    while (key := await caller.key(call.settings.key_within_seconds)) not in (None, "#"):
        digits = "" if key == "*" else f"{digits}{key}"
        if len(digits) > MOST_DIGITS:
            caller.digits.clear()
            break
    return digits


async def answer(call: OpenCall, *prompts: str, keys: str) -> str:
    """One of `keys`; another key repeats the question. "": no key, or no answer after three times. Raises Hangup."""
    for _ in range(ASKED_AT_MOST):
        key = await call.ask(*prompts, within=call.settings.key_within_seconds)
        if key is None or key in keys:
            return key or ""
    return ""
