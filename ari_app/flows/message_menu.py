"""What a caller can do with a message that was just recorded: hear it, record it again, mark it urgent, say where to call back.

The message is there from the first moment and stays, whatever is pressed and whenever the caller hangs up.
"""

from pathlib import Path

from ari_app.flows.call_back_number import agree_on_number
from ari_app.flows.open_call import OpenCall
from ari_app.flows.questions import ask
from ari_app.flows.silence import is_silent
from transcription.audio import AudioError

#: A phone that presses keys by itself does not hold the line for ever.
MOST_CHOICES = 20


async def message_menu(call: OpenCall, name: str) -> None:
    """`name`: the recording, without `.wav`. No key, or too many, sends the message as it is. Raises Hangup."""
    own_message = f"sound:{call.line.recordings / name}"
    call.texts[own_message] = "own message"
    first: tuple[str, ...] = ()
    for choice in range(MOST_CHOICES):
        key = await ask(call, *first, "message-menu", within=call.settings.message_menu_seconds)
        first = ()
        match key:
            case "2":
                first = (own_message,)
            case "3":
                await _record_again(call, name, f"{name}-{choice}")
            case "5":
                call.report.is_urgent = True
                call.note("message", "urgent")
                first = ("message-urgent",)
            case "1":
                return await agree_on_number(call)
            case None:
                return None
    return None


async def _record_again(call: OpenCall, name: str, new: str) -> None:
    """The new message takes the place of the old one once it is there; when nothing was said the old one stays."""
    await call.say("message-again", "beep")
    settings = call.settings
    recording = await call.call.record(
        new, max_seconds=settings.message_max_seconds, max_silence_seconds=settings.message_silence_seconds
    )
    is_taken = _takes_place_of(call.line.recordings / f"{new}.wav", call.line.recordings / f"{name}.wav")
    what_now = "in place of the first" if is_taken else "nothing said, the first stays"
    call.note("recording", f"again, ended by {recording.ended_by}: {what_now}")


def _takes_place_of(new: Path, old: Path) -> bool:
    if not _says_something(new):
        new.unlink(missing_ok=True)
        return False
    new.replace(old)
    return True


def _says_something(recording: Path) -> bool:
    try:
        return not is_silent(recording)
    except AudioError:
        return False
