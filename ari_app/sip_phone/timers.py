"""Sending again over UDP until somebody replies (RFC 3261 section 17, timers A, B, E, F, G and H)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timers:
    """All in seconds."""

    #: T1: a message is sent again after this, then after twice this, and so on.
    first_repeat: float = 0.5
    #: T2: never wait longer than this before sending again.
    longest_repeat: float = 4.0
    #: Nobody replied for this long: give up. The standard says 32 s; people who try a line should know sooner.
    patience: float = 4.0
    #: How long an ended call still answers repeated messages.
    linger: float = 5.0


class Repeated:
    """A message sent now and again until `stop()`. After `patience` seconds `give_up` is called, once."""

    def __init__(self, send: Callable[[], None], timers: Timers, give_up: Callable[[], None]) -> None:
        self._send = send
        self._give_up = give_up
        self._longest = timers.longest_repeat
        self._loop = asyncio.get_running_loop()
        self._pause = timers.first_repeat
        self._next = self._loop.call_later(self._pause, self._again)
        self._end = self._loop.call_later(timers.patience, self._over)
        send()

    def hush(self) -> None:
        """Do not send again, but still give up in the end: the message arrived, its effect has not been seen."""
        self._next.cancel()

    def stop(self) -> None:
        self._next.cancel()
        self._end.cancel()

    def _again(self) -> None:
        self._pause = min(2 * self._pause, self._longest)
        self._next = self._loop.call_later(self._pause, self._again)
        self._send()

    def _over(self) -> None:
        self.stop()
        self._give_up()
