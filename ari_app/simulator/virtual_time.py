"""An event loop in which waiting takes no time: as soon as nothing is left to do it jumps to its next timer.

What is asked of a database on a socket, or of a thread, is waited for in real time: then no time passes in here.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


class _Jumping(selectors.DefaultSelector):
    """Skips every wait in which nothing could happen, and counts how much it skipped."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0
        #: Threads at work whose answer comes through the loop's own pipe.
        self.threads = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        if self.threads > 0:
            return super().select(None)  # its end comes through the pipe
        if self._has_sockets and (happened := super().select(timeout)):
            return happened
        self.skipped += timeout
        return []

    @property
    def _has_sockets(self) -> bool:
        """Whether one of them still answers, or is only kept for the next question, can't be told."""
        own_pipe: Mapping[Any, selectors.SelectorKey] = self.get_map()
        return len(own_pipe) > 1


class VirtualLoop(asyncio.SelectorEventLoop):
    """For simulated calls, one after another or side by side. Its time begins at 0 and only waits make it pass."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.skipped

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # type: ignore[override]
        self._jumping.threads += 1
        future: asyncio.Future[T] = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._thread_ended)
        return future

    def _thread_ended(self, _future: "asyncio.Future[Any]") -> None:
        self._jumping.threads -= 1


def run_virtually(work: Coroutine[Any, Any, T]) -> T:
    """Runs it to the end in a loop of its own; in a running program call it in a thread of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
