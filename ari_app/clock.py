"""The only place that asks the time."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


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
        try:
            written = os.stat(self._path).st_mtime_ns
        except FileNotFoundError:
            return timedelta(0)
        if written != self._seen:
            self._shift = timedelta(seconds=json.loads(self._path.read_text())["shift_seconds"])
            self._seen = written
        return self._shift


def set_demo_clock(path: Path, at: datetime | None) -> None:
    """From this moment the line in demo mode thinks that it is `at` (aware), and time goes on from there; None: real time."""
    shift = (at - datetime.now(UTC)).total_seconds() if at else 0.0
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"shift_seconds": shift}))
    draft.replace(path)
