"""The caller leaves a message."""

from ari_app.asterisk.call import Recording
from ari_app.desk.recordings import could_be_written
from ari_app.flows.message_menu import message_menu
from ari_app.flows.open_call import OpenCall
from ari_app.flows.silence import is_silent
from transcription.audio import AudioError

#: Something went wrong in the line.
IN_TROUBLE = "sorry-error"


async def voicemail(call: OpenCall, *first: str) -> None:
    """Why (`first`), what to say, a beep, and record until `#`, silence, the maximum or hang-up, which is a normal end.

    The message is sent however the call ends; only who presses `#` hears what else can be done with it. Who says nothing is
    asked once more, and never hears that it was saved. Raises Hangup.
    """
    call.report.route = "voicemail"
    if IN_TROUBLE in first and call.line.hours.is_calamity_time(call.report.received_at):
        call.report.found_nobody_on_duty = True
    name = recording_name(call.call.id)
    recording = await _message(call, name, *first, *_instructions(call))
    if recording.ended_by in ("key", "silence") and _is_empty(call, name):
        _take_away(call, name)
        recording = await _message(call, name, "voicemail-too-short")

    if recording.ended_by == "caller":
        call.report.ended_by = "caller"
        return None
    if _is_lost(call, name):
        call.report.error = f"Het bericht kon niet worden opgeslagen: {name}.wav. Is de schijf van Asterisk vol?"
        call.report.recording = None
        return await call.say("voicemail-not-saved")
    if _is_empty(call, name):
        return await call.say("voicemail-empty")
    if recording.ended_by == "key" and call.settings.message_menu:
        await message_menu(call, name)
    return await call.say("voicemail-thanks")


def recording_name(call_id: str) -> str:
    """Where the message of a call lands in the recordings folder, without `.wav`. Unique: Asterisk's ids are."""
    return "call/" + "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in call_id)


async def _message(call: OpenCall, name: str, *prompts: str) -> Recording:
    await call.say(*prompts, "beep")
    return await call.record(name)


def _is_lost(call: OpenCall, name: str) -> bool:
    """Asterisk calls a message done that it could not write (seen on 22.10.1); where no folder is, none is ever written."""
    return call.line.recordings.is_dir() and not could_be_written(call.line.recordings / f"{name}.wav")


def _is_empty(call: OpenCall, name: str) -> bool:
    try:
        return is_silent(call.line.recordings / f"{name}.wav")
    except AudioError:
        return False


def _take_away(call: OpenCall, name: str) -> None:
    """The next one gets its name: whatever becomes of this service, it is the message of this call."""
    call.note("recording", "nothing said: once more")
    (call.line.recordings / f"{name}.wav").unlink()
    call.report.recording = None


def _instructions(call: OpenCall) -> tuple[str, ...]:
    if call.settings.mention_user_forms:
        return "voicemail-instructions", "voicemail-user-forms"
    return ("voicemail-instructions",)
