"""Recordings that Asterisk leaves on disk: whether they are finished, and what the dialplan wrote beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ari_app.desk.fallback_rings import Ring, instant_of, rings_of
from ari_app.desk.report import RESCUED

#: Asterisk writes several times a second while it records.
QUIET_FOR = timedelta(seconds=5)
#: Why, in the sidecar of a caller who hung up before the service or the dialplan had the call.
GONE = "gone"
#: A wav with this many bytes has a header and no sound.
HEADER_BYTES = 44
#: The dialplan ends no call that it took by itself later than this; a sidecar without an end is then that of an Asterisk that died.
LONGEST_ALONE = timedelta(seconds=5400)


@dataclass(frozen=True, slots=True)
class FallbackMessage:
    """A call that the dialplan took while our service was away. `recording` is relative to the recordings folder."""

    call_id: str
    recording: str
    caller_id_raw: str
    exten: str
    received_at: datetime
    ended_at: datetime
    #: Phones that it rang, in order.
    rings: tuple[Ring, ...] = ()
    #: Our service had this caller before it died: `call_id` is that call's.
    is_rescued: bool = False
    #: Hung up before anybody had the call; the SIP Call-ID tells which it was.
    is_gone: bool = False
    sip_call_id: str = ""


def is_finished(file: Path, now: datetime) -> bool:
    """Whether nobody writes in this file any more. `now` is the system's own time: files know no other."""
    return not _was_changed(file, now, QUIET_FOR)


def could_be_written(file: Path) -> bool:
    """Whether a recording that is over is one: on a full disk Asterisk leaves no file, an empty one, or zeros, and calls it done."""
    if not file.is_file():
        return False
    with file.open("rb") as begin:
        return begin.read(4) == b"RIFF"


def has_sound(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > HEADER_BYTES


def seconds_of_sound(file: Path) -> float:
    """By its size, as Asterisk records: 8 kHz, 16 bits, mono. 0 when there is no file."""
    return max(0, file.stat().st_size - HEADER_BYTES) / 16000 if file.is_file() else 0.0


def fallback_messages(recordings: Path, now: datetime) -> Iterator[FallbackMessage]:
    """Calls in `fallback/` that are over, oldest name first. A sidecar without a recording: a caller who left nothing."""
    for sidecar in sorted((recordings / "fallback").glob("*.txt")):
        recording = sidecar.with_suffix(".wav")
        last = recording if recording.is_file() else sidecar
        lines = _read_sidecar(sidecar)
        facts, rings = dict(lines), rings_of(lines)
        # Nobody writes while people talk or a phone rings: then only the end says that it is over.
        within = LONGEST_ALONE if rings else QUIET_FOR
        if "end" not in facts and _was_changed(last, now, within):
            continue
        yield FallbackMessage(
            call_id=sidecar.stem if facts.get("why") == RESCUED else f"fallback-{sidecar.stem}",
            recording=recording.relative_to(recordings).as_posix(),
            caller_id_raw=facts.get("caller", ""),
            exten=facts.get("exten", ""),
            # Without a start in it: the moment at which it was written.
            received_at=instant_of(facts.get("start", "")) or _changed_at(sidecar),
            ended_at=instant_of(facts.get("end", "")) or _changed_at(last),
            rings=rings,
            is_rescued=facts.get("why") == RESCUED,
            is_gone=facts.get("why") == GONE,
            sip_call_id=facts.get("sip", ""),
        )


def _read_sidecar(sidecar: Path) -> list[tuple[str, str]]:
    lines = sidecar.read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return [(key.strip(), value.strip()) for key, _, value in pairs]


def _was_changed(file: Path, now: datetime, within: timedelta) -> bool:
    """Lately. A file from the future was written before the clock was set back, and by nobody since."""
    return abs(now - _changed_at(file)) < within


def _changed_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
