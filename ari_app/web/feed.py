"""Server-sent events: each change is made to bytes once and given to everybody who watches.

A watcher that is too slow is let go. Its browser connects again by itself, names the last event that it has, and gets what
is newer; after a restart of the service it gets everything.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field

from aiohttp import web

#: A browser that hears nothing for 15 seconds calls the page stale.
HEARTBEAT = 10.0
#: More than this behind, and the watcher has to connect again.
MOST_BEHIND = 32
#: A browser that takes nothing for so long is gone or asleep.
TAKES_WITHIN = 10.0
#: Then a watcher connects again.
LONGEST = 900.0
CONNECT_AGAIN_AFTER_MS = 1500


@dataclass(eq=False)
class Watcher:
    """One open connection: what it is still to be sent. None: it is to end. `session`: whose it is, as `Visitor.session`."""

    session: str = ""
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(MOST_BEHIND))
    is_dropped: bool = False

    def give(self, message: bytes) -> None:
        if self.waiting.full():
            self.drop()
        elif not self.is_dropped:
            self.waiting.put_nowait(message)

    def drop(self) -> None:
        """What it was still to get is thrown away: it will ask for it again."""
        self.is_dropped = True
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


@dataclass
class Feed:
    """The newest text of each event by name. Ids count up within one run of the service."""

    watchers: set[Watcher] = field(default_factory=set)
    _run: str = field(default_factory=lambda: secrets.token_hex(4))
    _number: int = 0
    _texts: dict[str, str] = field(default_factory=dict)
    _messages: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def tell(self, texts: Mapping[str, str]) -> int:
        """Sends those that differ from what was sent before; gives how many."""
        changed = {name: text for name, text in texts.items() if self._texts.get(name) != text}
        for name, text in changed.items():
            self._number += 1
            self._texts[name] = text
            message = event(name, text, f"{self._run}-{self._number}")
            self._messages[name] = self._number, message
            self._give(message)
        return len(changed)

    def beat(self, text: str) -> None:
        """A sign of life; it has no id, and nobody gets it later."""
        self._give(event("beat", text))

    def newer_than(self, last_id: str) -> list[bytes]:
        """In order of telling. All of them for an id of another run."""
        run, _, number = last_id.partition("-")
        last = int(number) if run == self._run and number.isdecimal() else 0
        return [message for at, message in sorted(self._messages.values()) if at > last]

    def close(self) -> None:
        """The service stops: nobody holds it up."""
        for watcher in self.watchers:
            watcher.drop()

    def let_go(self, sessions: Collection[str]) -> None:
        """These sessions ended: who watches by one is dropped, and gets nothing when it connects again."""
        for watcher in self.watchers:
            if watcher.session in sessions:
                watcher.drop()

    async def stream(self, request: web.Request, session: str) -> web.StreamResponse:
        """One watcher, from connecting until it leaves or is dropped."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        first = b"".join(self.newer_than(request.headers.get("Last-Event-ID", "")))
        watcher = Watcher(session)
        self.watchers.add(watcher)
        try:
            await _send(response, b"retry: %d\n\n" % CONNECT_AGAIN_AFTER_MS + first)
            async for message in _messages(watcher):
                await _send(response, message)
        except (ConnectionError, TimeoutError):
            return response  # the browser left, or sleeps
        finally:
            self.watchers.discard(watcher)
        return response

    def _give(self, message: bytes) -> None:
        for watcher in self.watchers:
            watcher.give(message)


def event(name: str, text: str, event_id: str = "") -> bytes:
    """As it goes over the wire."""
    head = f"id: {event_id}\n" if event_id else ""
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"{head}event: {name}\n{lines}\n".encode()


async def _messages(watcher: Watcher) -> AsyncIterator[bytes]:
    try:
        async with asyncio.timeout(LONGEST):
            while (message := await watcher.waiting.get()) is not None:
                yield message
    except TimeoutError:
        return


async def _send(response: web.StreamResponse, message: bytes) -> None:
    async with asyncio.timeout(TAKES_WITHIN):
        await response.write(message)
