"""Who has which report open now, so that two supervisors do not listen to the same one."""

from datetime import datetime, timedelta

_STILL_THERE = timedelta(minutes=2)


class Looking:
    """Kept in memory, and forgotten after two minutes: it is a courtesy, nothing is decided by it."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, datetime]] = {}

    def opens(self, who: str, number: str, now: datetime) -> None:
        """`who` looks at this one and no longer at another."""
        self._open[who] = (number, now)

    def others(self, who: str, now: datetime) -> dict[str, str]:
        """By number: somebody else who has it open."""
        return {number: name for name, (number, at) in self._open.items() if name != who and now - at < _STILL_THERE}
