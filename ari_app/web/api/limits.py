"""How much a token may ask, and how often a wrong token may be tried. Counted in memory: each service counts for itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Left:
    """`requests` that are left in this window, which ends in `resets_in`. `is_over`: this one is too many."""

    requests: int
    resets_in: timedelta
    is_over: bool


class Allowance:
    """At most `limit` requests of one token, or wrong ones of one address, in a minute that begins with the first of them."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._counts: dict[int | str, tuple[datetime, int]] = {}

    def take(self, key: int | str, now: datetime) -> Left:
        """Counts one request."""
        began_at, count = self._count(key, now)
        if count == 0:
            self._forget_before(now - WINDOW)
        self._counts[key] = began_at, count + 1
        return Left(max(0, self.limit - count - 1), began_at + WINDOW - now, count >= self.limit)

    def wait(self, key: int | str, now: datetime) -> timedelta:
        """How long until there is one left; counts nothing."""
        began_at, count = self._count(key, now)
        return began_at + WINDOW - now if count >= self.limit else timedelta()

    def _count(self, key: int | str, now: datetime) -> tuple[datetime, int]:
        began_at, count = self._counts.get(key, (now, 0))
        return (began_at, count) if timedelta() <= now - began_at < WINDOW else (now, 0)

    def headers(self, left: Left) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 writes them."""
        seconds = in_seconds(left.resets_in)
        policy = f'"token";q={self.limit};w={in_seconds(WINDOW)}'
        return {"RateLimit-Policy": policy, "RateLimit": f'"token";r={left.requests};t={seconds}'}

    def _forget_before(self, since: datetime) -> None:
        self._counts = {key: value for key, value in self._counts.items() if value[0] > since}


def in_seconds(length: timedelta) -> int:
    """Rounded up, so that who waits so long has waited long enough."""
    return -int(-length.total_seconds() // 1)
