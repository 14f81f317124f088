"""What the machine must give: room, a writable folder, a voice, and the time zone of the agreement."""

import os
import shutil
import uuid
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ari_app.clock import SystemClock
from ari_app.config import ConfigurationError, Settings
from ari_app.doctor.finding import Finding, fault, well

#: Some 17,000 minutes of messages.
ENOUGH_BYTES = 1024**3


async def check_zone(settings: Settings) -> list[Finding]:
    try:
        zone = settings.agreement().zone
        local = SystemClock().now().astimezone(ZoneInfo(zone.key))
    except (ZoneInfoNotFoundError, ConfigurationError) as missing:
        return [fault("clock zone", f"{missing}", "Install the package tzdata (pip or Debian).")]
    return [well("clock zone", f"{zone.key}, now {local:%a %d-%m-%Y %H:%M:%S %z}")]


async def check_recordings(settings: Settings) -> list[Finding]:
    folder = settings.recordings
    remedy = f"Make the folder {folder}, owned by the user that Asterisk and Meldlijn run as. Without it nothing is recorded."
    if not folder.is_dir():
        return [fault("recording folder", f"{folder} is not there", remedy)]
    probe = folder / f"doctor-{uuid.uuid4().hex[:8]}"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as refused:
        return [fault("recording folder", f"{folder} can't be written: {refused.strerror}", remedy)]
    return [well("recording folder", str(folder))]


async def check_disk(settings: Settings) -> list[Finding]:
    looked_at = settings.recordings if settings.recordings.exists() else settings.home
    while not looked_at.exists():
        looked_at = looked_at.parent
    space = os.statvfs(looked_at)
    free = space.f_bavail * space.f_frsize
    found = f"{free / 1024**3:.1f} GiB free at {looked_at}"
    if free < ENOUGH_BYTES:
        return [fault("disk", found, "Make room, at least 1 GiB: on a full disk a message becomes a file of zeros.")]
    return [well("disk", found)]


async def check_voice(settings: Settings) -> list[Finding]:
    program = shutil.which("espeak-ng")
    if program is None:
        remedy = (
            "Install the Debian package espeak-ng (`make setup` does): it speaks the prompts and the names of callers."
        )
        return [fault("voice", "espeak-ng is not on the PATH", remedy)]
    return [well("voice", program)]
