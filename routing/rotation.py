"""The pattern of a rota: engineers take a position in turn, with a hand-over at a time on the wall."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing.rota import Duty, Engineer


@dataclass(frozen=True, slots=True)
class Rotation:
    """`engineers` in turn, `weeks` each, from `first_day` on; the hand-over is always on that day of the week.

    `hand_over_at` is local to `zone`. A time that the clock skips in spring is an hour later; of a time that comes
    twice in autumn it is the first. `ends_at`: from then on this pattern gives no duties.
    """

    position: int
    engineers: tuple[Engineer, ...]
    first_day: date
    hand_over_at: time
    zone: ZoneInfo
    weeks: int = 1
    ends_at: datetime | None = None

    def hand_over(self, number: int) -> datetime:
        """The start of turn `number`, counted from 0; aware UTC."""
        day = self.first_day + timedelta(weeks=self.weeks * number)
        return datetime.combine(day, self.hand_over_at, self.zone).astimezone(UTC)

    def duties(self, starts_at: datetime, ends_at: datetime) -> Iterator[Duty]:
        """The turns that touch [starts_at, ends_at), whole, in order of time."""
        passed = (starts_at.astimezone(self.zone).date() - self.first_day) // timedelta(weeks=self.weeks)
        number = max(0, passed - 1)
        last = ends_at if self.ends_at is None else min(ends_at, self.ends_at)
        while (begin := self.hand_over(number)) < last:
            end = self.hand_over(number + 1)
            if self.ends_at is not None:
                end = min(end, self.ends_at)
            if end > starts_at:
                yield Duty(self.engineers[number % len(self.engineers)], begin, end, self.position)
            number += 1
