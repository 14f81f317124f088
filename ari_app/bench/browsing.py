"""For benches of the pages: the real pages and an empty one, each on a port of its own, and somebody who is logged in."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter, process_time

from aiohttp import ClientSession, CookieJar, TCPConnector, web
from aiohttp.abc import AbstractAccessLogger
from argon2 import PasswordHasher

from ari_app.bench.figure import BenchFailed
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.store.database import Store
from ari_app.web.accounts import Accounts
from ari_app.web.app import make_app
from ari_app.web.guard import SESSION_COOKIE


@dataclass
class Standing:
    """A clock that a bench moves, so that no answer is the one that was kept."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def pinned(self) -> "Standing":
        return Standing(self.at)


@dataclass
class Taken:
    """Milliseconds of each answer: what the browser waited, what the server took by its own count, and the CPU of the
    process that holds both; the CPU of PostgreSQL is not in it."""

    waited: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass
class Browser:
    """One after another; `served` gets the server's own count of seconds for each answer."""

    session: ClientSession
    pages: str
    empty: str
    clock: Standing
    served: list[float]

    async def get(self, path: str) -> str:
        """Raises BenchFailed for an answer that is no page: its speed would say nothing."""
        return (await self.get_bytes(path)).decode()

    async def get_bytes(self, path: str) -> bytes:
        """As sent: what is packed stays packed. Raises BenchFailed."""
        async with self.session.get(self.pages + path, allow_redirects=False) as answer:
            return self._page(path, answer.status, await answer.read())

    async def post(self, path: str, form: dict[str, str]) -> str:
        """As htmx posts; raises BenchFailed."""
        headers = {"Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
        async with self.session.post(self.pages + path, data=form, headers=headers) as answer:
            return self._page(path, answer.status, await answer.read()).decode()

    async def get_empty(self) -> str:
        """The page that holds nothing."""
        async with self.session.get(self.empty) as answer:
            return await answer.text()

    @asynccontextmanager
    async def timing(self, taken: Taken) -> AsyncIterator[None]:
        """One request in the block."""
        self.served.clear()
        wall, cpu = perf_counter(), process_time()
        yield
        taken.waited.append((perf_counter() - wall) * 1000)
        taken.cpu.append((process_time() - cpu) * 1000)
        taken.served.append(sum(self.served) * 1000)

    def _page(self, path: str, status: int, body: bytes) -> bytes:
        if status != 200:
            raise BenchFailed(f"{path} answered {status}, so that its speed says nothing.")
        return body


@asynccontextmanager
async def browsing(desk: Desk, store: Store, clock: Standing, settings: Settings) -> AsyncIterator[Browser]:
    """A supervisor's browser."""
    accounts, served = Accounts(store, clock, PasswordHasher(1, 8, 1)), list[float]()
    bare = web.Application()
    bare.router.add_get("/", _empty)
    async with AsyncExitStack() as ends:
        pages = await _serve(make_app(desk, accounts, clock, settings, _ready), served, ends)
        empty = await _serve(bare, served, ends)
        await accounts.create("bench", "supervisor")
        token = await accounts.open_session(1, clock.now())
        session = ClientSession(
            connector=TCPConnector(limit=0),
            cookies={SESSION_COOKIE: token},
            cookie_jar=CookieJar(unsafe=True),
            auto_decompress=False,
        )
        ends.push_async_callback(session.close)
        yield Browser(session, pages, empty, clock, served)


async def _serve(app: web.Application, served: list[float], ends: AsyncExitStack) -> str:
    class Stopwatch(AbstractAccessLogger):
        """From the first byte of a request that was read to the last of its answer that was written."""

        def log(self, _request: web.BaseRequest, _response: web.StreamResponse, time: float) -> None:
            served.append(time)

    runner = web.AppRunner(app, access_log_class=Stopwatch, access_log=logging.getLogger(__name__))
    ends.push_async_callback(runner.cleanup)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _ready() -> dict[str, bool]:
    return {"database": True, "asterisk": True, "model": True}


async def _empty(_request: web.Request) -> web.Response:
    return web.Response(text="", content_type="text/html")
