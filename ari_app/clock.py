"""The only place that asks the time."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

log = structlog.get_logger()


class ClockDamaged(ValueError):
    """The file of the demo clock does not hold a shift; the message names the file and what to do."""


class Clock(Protocol):
    """Tells the time of this line."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""

    def pinned(self) -> "Clock":
        """A clock that goes on from the present shift, whatever the line is set to later: one for each call."""


class SystemClock:
    """The clock of a line that is in service."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def pinned(self) -> "SystemClock":
        return self


class ShiftedClock:
    """Runs as the system clock does, at a fixed distance from it."""

    def __init__(self, shift: timedelta) -> None:
        self._shift = shift

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def pinned(self) -> "ShiftedClock":
        return self


class DemoClock:
    """The clock of a line in demo mode: all its processes follow one small file that `set_demo_clock` writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: int | None = None
        self._shift = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._current_shift()

    def pinned(self) -> ShiftedClock:
        return ShiftedClock(self._current_shift())

    def _current_shift(self) -> timedelta:
        """A damaged file is reported once and means real time: calls must go on."""
        try:
            written = os.stat(self._path).st_mtime_ns
        except FileNotFoundError:
            return timedelta(0)
        if written != self._seen:
            self._shift, self._seen = self._read(), written
        return self._shift

    def _read(self) -> timedelta:
        try:
            return read_demo_shift(self._path)
        except ClockDamaged as damage:
            log.error("The demo clock can't be read; real time counts", action="clock_damaged", why=str(damage))
            return timedelta(0)


def read_demo_shift(path: Path) -> timedelta:
    """How far the line in demo mode is from real time; zero when its file is not there. Raises ClockDamaged."""
    try:
        return timedelta(seconds=json.loads(path.read_text(encoding="utf-8"))["shift_seconds"])
    except FileNotFoundError:
        return timedelta(0)
    except (OSError, ValueError, TypeError, KeyError, OverflowError) as damage:
        raise ClockDamaged(f"{path} holds no shift ({damage!r}). Remove it, or call once more with --at.") from damage


def set_demo_clock(path: Path, at: datetime | None) -> None:
    """From this moment the line in demo mode thinks that it is `at` (aware), and time goes on from there; None: real time."""
    shift = (at - datetime.now(UTC)).total_seconds() if at else 0.0
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"shift_seconds": shift}))
    draft.replace(path)
