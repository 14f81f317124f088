"""200 who watch the board at once: from the change of a call to the last of them having it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from time import perf_counter

import numpy as np
from aiohttp import ClientResponse

from ari_app.bench.browsing import Browser
from ari_app.bench.figure import Figure
from ari_app.desk import Desk
from ari_app.desk.report import CallReport

WATCHERS, CHANGES = 200, 10
HEARS_WITHIN = 30.0


async def watched(name: str, browser: Browser, database: str, desk: Desk) -> AsyncIterator[Figure]:
    """The board looks at calls twice a second, which is in these figures."""
    streams = [await browser.session.get(f"{browser.pages}/live/events") for _ in range(WATCHERS)]
    try:
        heard, taken = await _all_hear(streams, b"event: health"), []
        for number in range(CHANGES):
            now, began = desk.now(), perf_counter()
            with desk.calls_now.following(_call(number, now)):
                heard = min(heard, await _all_hear(streams, f"{number:04d}".encode()))
            taken.append((perf_counter() - began) * 1000)
            heard = min(heard, await _all_hear(streams, b"Geen gesprekken"))
    finally:
        for stream in streams:
            stream.close()
    yield Figure(name, f"watchers who saw all {CHANGES} changes, {database}", heard, "").with_bar(least=WATCHERS)
    for percent in (50, 95):
        value = float(np.percentile(taken, percent))
        yield Figure(name, f"a change seen by the last of {WATCHERS} watchers, {database}, p{percent}", value, "ms")


def _call(number: int, now: datetime) -> CallReport:
    return CallReport(f"bench-{number}", "bench", f"+3120000{number:04d}", "", now, answered_at=now)


async def _all_hear(streams: list[ClientResponse], text: bytes) -> int:
    """How many heard it in time."""
    return sum(await asyncio.gather(*(_hears(stream, text) for stream in streams)))


async def _hears(stream: ClientResponse, text: bytes) -> bool:
    data = b""
    try:
        async with asyncio.timeout(HEARS_WITHIN):
            while text not in data:
                data += await stream.content.readany()
    except TimeoutError:
        return False
    return True
