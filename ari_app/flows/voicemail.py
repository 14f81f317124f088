"""The caller leaves a message."""

from ari_app.desk.recordings import could_be_written
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
        return None
    if _is_lost(call, name):
        call.report.error = f"Het bericht kon niet worden opgeslagen: {name}.wav. Is de schijf van Asterisk vol?"
        call.report.recording = None
        return await call.say("voicemail-not-saved")
    if recording.ended_by == "key" and call.settings.message_menu:
        await message_menu(call, name)
    return await call.say("voicemail-thanks")


def recording_name(call_id: str) -> str:
    """Where the message of a call lands in the recordings folder, without `.wav`. Unique: Asterisk's ids are."""
    return "call/" + "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in call_id)


def _is_lost(call: OpenCall, name: str) -> bool:
    """Asterisk calls a message done that it could not write (seen on 22.10.1); where no folder is, none is ever written."""
    return call.line.recordings.is_dir() and not could_be_written(call.line.recordings / f"{name}.wav")


def _instructions(call: OpenCall) -> tuple[str, ...]:
    if call.settings.mention_user_forms:
        return "voicemail-instructions", "voicemail-user-forms"
    return ("voicemail-instructions",)
