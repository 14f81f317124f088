"""The caller leaves a message."""

from ari_app.flows.message_menu import message_menu
from ari_app.flows.open_call import OpenCall


async def voicemail(call: OpenCall, *first: str) -> None:
    """Why (`first`), what to say, a beep, and record until `#`, silence, the maximum or hang-up, which is a normal end.

    The message is sent however the call ends; only who presses `#` hears what else can be done with it. Raises Hangup.
    """
    call.report.route = "voicemail"
    await call.say(*first, *_instructions(call), "beep")

    name = recording_name(call.call.id)
    recording = await call.record(name)

    if recording.ended_by == "caller":
        call.report.ended_by = "caller"
        return
    if recording.ended_by == "key" and call.settings.message_menu:
        await message_menu(call, name)
    await call.say("voicemail-thanks")


def recording_name(call_id: str) -> str:
    """Where the message of a call lands in the recordings folder, without `.wav`. Unique: Asterisk's ids are."""
    return "call/" + "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in call_id)


def _instructions(call: OpenCall) -> tuple[str, ...]:
    if call.settings.mention_user_forms:
        return "voicemail-instructions", "voicemail-user-forms"
    return ("voicemail-instructions",)
