"""The pages on a full database: 100,000 tickets and a million events, on both databases, beside an empty page of aiohttp."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
from aiohttp import ClientResponse, ClientSession, CookieJar, TCPConnector, web
from argon2 import PasswordHasher

from ari_app.bench.databases import postgres, sqlite
from ari_app.bench.figure import BenchFailed, Figure, compared, tell
from ari_app.bench.full_database import EVENTS, OPEN, TICKETS, fill
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.report import CallReport
from ari_app.store.database import Store
from ari_app.store.schema import upgrade
from ari_app.web.accounts import Accounts
from ari_app.web.app import make_app
from ari_app.web.guard import SESSION_COOKIE

NAME = "pages"
NOW = datetime(2026, 11, 10, 9, 42, tzinfo=UTC)
ROUNDS, WARM_UP, FEW_ROUNDS = 100, 5, 12
WATCHERS, CHANGES = 200, 10
#: What a browser fetches beside the page itself.
_STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')
HEARS_WITHIN = 30.0


@dataclass
class Standing:
    """A clock that a bench moves, so that no answer is the one that was kept."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def pinned(self) -> "Standing":
        return Standing(self.at)


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """Milliseconds as a browser on this machine waits, one request after another. Raises BenchFailed without PostgreSQL."""
    (scratch / "sqlite").mkdir()
    async for figure in _on("SQLite", sqlite(scratch / "sqlite"), scratch / "sqlite"):
        yield figure
    with postgres(scratch / "postgres") as url:
        async for figure in _on("PostgreSQL", url, scratch / "on-postgres"):
            yield figure


async def _on(database: str, url: str, home: Path) -> AsyncIterator[Figure]:
    await asyncio.to_thread(upgrade, url)
    began = perf_counter()
    await asyncio.to_thread(fill, url, NOW)
    tell(f"{database}: {TICKETS:,} tickets and {EVENTS:,} events written in {perf_counter() - began:.0f} s")
    store, clock = Store.open(url), Standing()
    settings = Settings(home=home, database=url)
    desk, accounts = Desk(store, settings, clock), Accounts(store, clock, PasswordHasher(1, 8, 1))
    try:
        async with _browsing(desk, accounts, clock, settings) as browser:
            async for figure in _measured(browser, database, clock, desk):
                yield figure
    finally:
        await store.close()


@dataclass
class _Browser:
    """`get` from the pages, or from the server with the empty page."""

    session: ClientSession
    pages: str
    empty: str

    async def get(self, path: str) -> bytes:
        async with self.session.get(self.pages + path, allow_redirects=False) as answer:
            if answer.status != 200:
                raise BenchFailed(f"{path} answered {answer.status}, so that its speed says nothing.")
            return await answer.read()


class _browsing:
    """The pages and an empty page, each on a port of its own, and somebody who is logged in."""

    def __init__(self, desk: Desk, accounts: Accounts, clock: Standing, settings: Settings) -> None:
        async def ready() -> dict[str, bool]:
            return {"database": True, "asterisk": True, "model": True}

        self._accounts, self._clock = accounts, clock
        bare = web.Application()
        bare.router.add_get("/", _empty)
        apps = make_app(desk, accounts, clock, settings, ready), bare
        self._runners = [web.AppRunner(app, access_log=None) for app in apps]
        self._session: ClientSession | None = None

    async def __aenter__(self) -> _Browser:
        addresses = []
        for runner in self._runners:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            addresses.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        await self._accounts.create("bench", "supervisor")
        token = await self._accounts.open_session(1, self._clock.now())
        self._session = ClientSession(
            connector=TCPConnector(limit=0), cookies={SESSION_COOKIE: token}, cookie_jar=CookieJar(unsafe=True)
        )
        return _Browser(self._session, *addresses)

    async def __aexit__(self, *_why: object) -> None:
        if self._session:
            await self._session.close()
        for runner in self._runners:
            await runner.cleanup()


async def _empty(_request: web.Request) -> web.Response:
    return web.Response(text="", content_type="text/html")


async def _measured(browser: _Browser, database: str, clock: Standing, desk: Desk) -> AsyncIterator[Figure]:
    bare = await _times(lambda: _bare(browser), ROUNDS)
    against = float(np.percentile(bare, 50))
    yield Figure(NAME, f"an empty page of aiohttp, {database}, p50", against, "ms")
    for what, path, rounds in _pages():
        taken = await _times(lambda path=path: _moved(browser, path, clock), rounds)  # type: ignore[misc]
        for percent in (50, 95):
            value = float(np.percentile(taken, percent))
            yield compared(NAME, f"{what}, {database}, p{percent}", value, "ms", "the empty page, p50", against)
        weight = await _weight(browser, path)
        yield Figure(NAME, f"{what}, {database}, with styles and script", weight, "kB")
    async for figure in _watched(browser, database, desk):
        yield figure


def _pages() -> list[tuple[str, str, int]]:
    """(name, address, rounds)"""
    return [
        ("list of tickets", "/", ROUNDS),
        ("inbox", "/review", ROUNDS),
        ("open ticket", f"/tickets/T-{1000 + TICKETS - OPEN // 2}", ROUNDS),
        ("closed ticket", f"/tickets/T-{1000 + TICKETS // 2}", ROUNDS),
        ("board", "/live", ROUNDS),
        ("rota", "/rota", FEW_ROUNDS),
        ("figures of a year, counted anew", "/figures", FEW_ROUNDS),
    ]


async def _moved(browser: _Browser, path: str, clock: Standing) -> None:
    """Two minutes later, so that nothing is answered from what was kept."""
    clock.at += timedelta(minutes=2) if path == "/figures" else timedelta(seconds=1)
    await browser.get(path)


async def _bare(browser: _Browser) -> None:
    async with browser.session.get(browser.empty) as answer:
        await answer.read()


async def _times(ask: Callable[[], Awaitable[None]], rounds: int) -> list[float]:
    """Milliseconds."""
    taken = []
    for _ in range(min(WARM_UP, rounds) + rounds):
        began = perf_counter()
        await ask()
        taken.append((perf_counter() - began) * 1000)
    return taken[-rounds:]


async def _weight(browser: _Browser, path: str) -> float:
    """Uncompressed, everything that the page links to once."""
    page = await browser.get(path)
    linked = sorted(set(_STATIC.findall(page.decode())))
    return sum(len(body) for body in [page, *[await browser.get(one) for one in linked]]) / 1000


async def _watched(browser: _Browser, database: str, desk: Desk) -> AsyncIterator[Figure]:
    """From the change of a call to the last of 200 watchers having it. The board looks at calls twice a second."""
    streams = [await browser.session.get(f"{browser.pages}/live/events") for _ in range(WATCHERS)]
    try:
        await asyncio.gather(*(_hears(stream, b"event: health") for stream in streams))
        taken = []
        for number in range(CHANGES):
            now = desk.now()
            report = CallReport(f"bench-{number}", "bench", f"+3120000{number:04d}", "", now, answered_at=now)
            began = perf_counter()
            with desk.calls_now.following(report):
                heard = f"{number:04d}"[-4:].encode()
                await asyncio.gather(*(_hears(stream, heard) for stream in streams))
            taken.append((perf_counter() - began) * 1000)
            await asyncio.gather(*(_hears(stream, b"Geen gesprekken") for stream in streams))
    finally:
        for stream in streams:
            stream.close()
    for percent in (50, 95):
        value = float(np.percentile(taken, percent))
        yield Figure(NAME, f"a change seen by the last of {WATCHERS} watchers, {database}, p{percent}", value, "ms")


async def _hears(stream: ClientResponse, text: bytes) -> None:
    data = b""
    async with asyncio.timeout(HEARS_WITHIN):
        while text not in data:
            data += await stream.content.readany()
