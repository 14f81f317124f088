"""Recordings that Asterisk leaves on disk: whether they are finished, and what the dialplan wrote beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

#: Asterisk writes several times a second while it records.
QUIET_FOR = timedelta(seconds=5)
#: A wav with this many bytes has a header and no sound.
HEADER_BYTES = 44


@dataclass(frozen=True, slots=True)
class FallbackMessage:
    """A message that the dialplan recorded while our service was away. `recording` is relative to the recordings folder."""

    call_id: str
    recording: str
    caller_id_raw: str
    exten: str
    received_at: datetime
    ended_at: datetime


def is_finished(file: Path, now: datetime) -> bool:
    """Whether nobody writes in this file any more. `now` is the system's own time: files know no other."""
    return now - _changed_at(file) >= QUIET_FOR


def has_sound(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > HEADER_BYTES


def fallback_messages(recordings: Path, now: datetime) -> Iterator[FallbackMessage]:
    """Finished messages in `fallback/`, oldest name first. A sidecar without a recording: a caller who left nothing."""
    for sidecar in sorted((recordings / "fallback").glob("*.txt")):
        recording = sidecar.with_suffix(".wav")
        last = recording if recording.is_file() else sidecar
        if not is_finished(last, now):
            continue
        facts = _read_sidecar(sidecar)
        yield FallbackMessage(
            call_id=f"fallback-{sidecar.stem}",
            recording=recording.relative_to(recordings).as_posix(),
            caller_id_raw=facts.get("caller", ""),
            exten=facts.get("exten", ""),
            received_at=_started_at(facts.get("start", ""), sidecar),
            ended_at=_changed_at(last),
        )


def _read_sidecar(sidecar: Path) -> dict[str, str]:
    lines = sidecar.read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key.strip(): value.strip() for key, _, value in pairs}


def _started_at(epoch: str, sidecar: Path) -> datetime:
    """What the sidecar says, in seconds since 1970; without that the moment at which it was written."""
    try:
        return datetime.fromtimestamp(float(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        return _changed_at(sidecar)


def _changed_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
