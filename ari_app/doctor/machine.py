"""What the machine must give: room, a writable folder, a voice."""

import os
import shutil
import uuid
from pathlib import Path

from ari_app.config import Settings
from ari_app.doctor.finding import Finding, fault, well

GIB = 1024**3
#: Some 17,000 minutes of messages.
ENOUGH_BYTES = GIB


async def check_recordings(settings: Settings) -> list[Finding]:
    folder = settings.recordings
    remedy = f"Make the folder {folder}, owned by the user that Asterisk and Meldlijn run as. Without it nothing is recorded."
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "is not there"
        return [fault("recording folder", f"{folder} {what}", remedy)]
    probe = folder / f"doctor-{uuid.uuid4().hex[:8]}"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as refused:
        return [fault("recording folder", f"{folder} can't be written: {refused.strerror}", remedy)]
    return [well("recording folder", str(folder))]


async def check_disk(settings: Settings, *, enough_bytes: int = ENOUGH_BYTES) -> list[Finding]:
    looked_at = _nearest(settings.recordings.absolute())
    space = os.statvfs(looked_at)
    free = space.f_bavail * space.f_frsize
    found = f"{free / GIB:.1f} GiB free at {looked_at}"
    if free < enough_bytes:
        remedy = f"Make room, at least {enough_bytes / GIB:.0f} GiB: on a full disk a message becomes a file of zeros."
        return [fault("disk", found, remedy)]
    return [well("disk", found)]


def _nearest(path: Path) -> Path:
    """The path itself, or the nearest folder above it that is there."""
    while not path.exists():
        path = path.parent
    return path


async def check_voice(_settings: Settings) -> list[Finding]:
    program = shutil.which("espeak-ng")
    if program is None:
        remedy = (
            "Install the Debian package espeak-ng (`make setup` does): it speaks the prompts and the names of callers."
        )
        return [fault("voice", "espeak-ng is not on the PATH", remedy)]
    return [well("voice", program)]
