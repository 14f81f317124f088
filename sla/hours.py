"""Opening times for people: aware datetimes in, UTC datetimes out. Fractions of a second are dropped."""

from datetime import UTC, datetime, timedelta

from sla.calendar import Calendar
from sla.opening import Opening

#: Only where the first years are laid; every year from 1971 to 2200 can be asked.
DEFAULT_ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Hours:
    """A calendar that can count service time. `epoch` answers the same questions in whole epoch seconds, faster."""

    def __init__(self, calendar: Calendar, anchor: datetime = DEFAULT_ANCHOR) -> None:
        self.calendar = calendar
        self.epoch = Opening(calendar, epoch_seconds(anchor))

    def is_open(self, at: datetime) -> bool:
        """Half-open: 08:30 is open, 17:30 is closed (R-016)."""
        return self.epoch.is_open(epoch_seconds(at))

    def due(self, start: datetime, budget: timedelta) -> datetime:
        """First instant with `budget` of service time since `start`; exactly closing time is possible (R-045)."""
        return from_epoch(self.epoch.due(epoch_seconds(start), whole_seconds(budget)))

    def met_until(self, start: datetime, budget: timedelta) -> datetime:
        """Last instant with no more than `budget` of service time since `start`."""
        return from_epoch(self.epoch.met_until(epoch_seconds(start), whole_seconds(budget)))

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Service time in [begin, end)."""
        return timedelta(seconds=self.epoch.between(epoch_seconds(begin), epoch_seconds(end)))

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when open, otherwise the next opening."""
        return from_epoch(self.epoch.next_opening(epoch_seconds(at)))

    def windows(self, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Open windows inside [begin, end), cut at both ends."""
        found = self.epoch.windows(epoch_seconds(begin), epoch_seconds(end))
        return [(from_epoch(opens), from_epoch(closes)) for opens, closes in found]


def epoch_seconds(at: datetime) -> int:
    """Whole seconds. ValueError for a datetime without zone: it names no instant."""
    try:
        since = at - _EPOCH
    except TypeError as cause:
        raise ValueError(f"{at.isoformat()} has no time zone: give an aware datetime, such as one in UTC") from cause
    return since.days * 86_400 + since.seconds


def from_epoch(at: int) -> datetime:
    """An aware UTC datetime."""
    return datetime.fromtimestamp(at, UTC)


def whole_seconds(length: timedelta) -> int:
    """Whole seconds, fractions dropped. By hand, because a division of timedeltas takes twice as long."""
    return length.days * 86_400 + length.seconds
