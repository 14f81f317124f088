"""What the calls of a line share, from its settings and its desk."""

import asyncio
import hashlib

import structlog

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.flows.open_call import Surroundings
from ari_app.speech.synth import VOICES, SpeechFailed, speak_to_file

log = structlog.get_logger()


def surroundings(settings: Settings, desk: Desk) -> Surroundings:
    """What the calls of this line share, with its own sounds and its own desk."""
    own = settings.line.language
    folders = {code: settings.sounds / code for code in VOICES}
    names = settings.sounds / "names"

    async def spoken_name(text: str, language: str = "") -> str | None:
        voice = VOICES[language or own]
        path = names / hashlib.sha256(f"{voice} {text}".encode()).hexdigest()[:16]
        file = path.with_suffix(".wav")
        if not file.exists():
            try:
                await asyncio.to_thread(speak_to_file, text, file, voice)
            except (OSError, SpeechFailed) as failure:
                log.warning("A name could not be spoken", action="name_not_spoken", why=str(failure))
                return None
        return f"sound:{path}"

    return Surroundings(
        settings=settings.line,
        hours=desk.days,
        media=lambda name, language="": f"sound:{folders[language or own] / name}",
        spoken_name=spoken_name,
        recordings=settings.recordings,
        trunk=settings.asterisk.trunk,
        for_engineers=desk.for_engineers,
        customer_now=desk.customer_now,
        agreement=desk.days.terms.agreement,
        check_pin=desk.pins.check,
        keep_consent=desk.keep_consent,
        announcements=desk.announcements.heard_by,
        phone_hours=lambda: desk.days.hours.phone,
        calls_now=desk.calls_now,
    )
