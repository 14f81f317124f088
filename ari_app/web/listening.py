"""Recordings: only from the recordings folder, in ranges, and each time that a person listens is an access entry."""

from datetime import datetime, timedelta
from pathlib import Path

_STILL_LISTENING = timedelta(minutes=15)


class Listening:
    """Tells a new play from the further range requests of the same play, by session and ticket.

    A browser asks for one recording in many pieces, from any place in the file. The first request opens a play; it goes on
    while the pieces are less than fifteen minutes apart. Kept in memory: after a restart one play may be counted twice,
    never not at all.
    """

    def __init__(self) -> None:
        self._heard_at: dict[tuple[str, str], datetime] = {}

    def is_new(self, session: str, ticket: str, now: datetime) -> bool:
        """Whether this request starts a play; `opened` says that it was written down."""
        last = self._heard_at.get((session, ticket))
        return last is None or now - last >= _STILL_LISTENING

    def opened(self, session: str, ticket: str, now: datetime) -> None:
        self._heard_at = {key: at for key, at in self._heard_at.items() if now - at < _STILL_LISTENING}
        self._heard_at[session, ticket] = now


def inside(folder: Path, name: str) -> Path | None:
    """The file `name` in `folder`; None when it lies outside, also by a symbolic link, or is no file."""
    root = folder.resolve()
    path = (root / name).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None
