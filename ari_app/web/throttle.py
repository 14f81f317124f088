"""How often a password may be tried. Counted in memory: a restart forgives, nothing else does."""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta


class Throttle:
    """At most `limit` failures for one key within `window`; a key is a login name or a network address."""

    def __init__(self, limit: int, window: timedelta) -> None:
        self._limit = limit
        self._window = window
        self._failures: dict[str, deque[datetime]] = defaultdict(deque)

    def wait(self, keys: Iterable[str], now: datetime) -> timedelta:
        """How long until every key may try again; zero when all may try now."""
        self._forget_before(now - self._window)
        full = [self._failures[key][0] for key in keys if len(self._failures.get(key, ())) >= self._limit]
        return max((oldest + self._window - now for oldest in full), default=timedelta(0))

    def count(self, keys: Iterable[str], now: datetime) -> None:
        """Counted before the password is checked: tries sent at the same moment must not slip through together."""
        for key in keys:
            self._failures[key].append(now)

    def forgive(self, keys: Iterable[str]) -> None:
        """Take back the last count: the password was right."""
        for key in keys:
            if self._failures.get(key):
                self._failures[key].pop()

    def _forget_before(self, since: datetime) -> None:
        for key, failures in list(self._failures.items()):
            while failures and failures[0] <= since:
                failures.popleft()
            if not failures:
                del self._failures[key]
