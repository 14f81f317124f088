"""Time that does not take time: an idle event loop jumps to its next timer. Tests wait for nothing, in the right order."""

import asyncio
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: What is under way inside the kernel (loopback sockets of this process) arrives within this many seconds.
SETTLES_WITHIN = 0.002


class _Selector:
    """The loop's own selector, but a wait in which nothing happens is skipped and added to the loop's time."""

    def __init__(self, real: selectors.BaseSelector) -> None:
        self.real = real
        self.skipped = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or timeout <= SETTLES_WITHIN:
            return self.real.select(timeout)
        if happened := self.real.select(SETTLES_WITHIN):
            return happened
        self.skipped += timeout - SETTLES_WITHIN
        return []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@contextmanager
def fast_time(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Within the block the loop's timers are due as soon as nothing else is left to do. Only for loops without threads at work."""
    anything: Any = loop  # the two attributes belong to the loops of the standard library, not to their interface
    real_selector, real_time = anything._selector, loop.time
    fast = _Selector(real_selector)
    anything._selector = fast
    anything.time = lambda: real_time() + fast.skipped
    try:
        yield
    finally:
        anything._selector = real_selector
        # Timers that were set meanwhile are due later than the real time says; the time stays ahead.
        ahead = fast.skipped
        anything.time = lambda: real_time() + ahead
