"""The caller leaves a message."""

from ari_app.flows.open_call import OpenCall


async def voicemail(call: OpenCall, *first: str) -> None:
    """Why (`first`), what to say, a beep, and record until `#`, silence, the maximum or hang-up, which is a normal end.

    Raises Hangup.
    """
    call.report.route = "voicemail"
    await call.say(*first, "voicemail-instructions", "beep")

    recording = await call.record(recording_name(call.call.id))

    if recording.ended_by == "caller":
        call.report.ended_by = "caller"
        return
    await call.say("voicemail-thanks")


def recording_name(call_id: str) -> str:
    """Where the message of a call lands in the recordings folder, without `.wav`. Unique: Asterisk's ids are."""
    return "call/" + "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in call_id)
