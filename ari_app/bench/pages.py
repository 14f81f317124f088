"""The pages on a full database: 100,000 tickets and a million events, on both databases, beside an empty page of aiohttp."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np

from ari_app.bench.browsing import Browser, Standing, Taken, browsing
from ari_app.bench.databases import postgres, sqlite
from ari_app.bench.figure import Figure, compared, tell
from ari_app.bench.full_database import OPEN, TICKETS, TO_REVIEW, fill, gather_statistics
from ari_app.bench.open_tickets import open_tickets
from ari_app.bench.watchers import watched
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.garbage import spare_what_is_there
from ari_app.store.database import Store
from ari_app.store.schema import upgrade

NAME = "pages"
NOW = datetime(2026, 11, 10, 9, 42, tzinfo=UTC)
ROUNDS, FEW_ROUNDS, WARM_UP = 100, 20, 5
#: What a page may take of the server, in ms at the 95th percentile, and what it may weigh without sound, in kB.
SERVER_MS, WEIGHT_KB = 100.0, 150.0
#: Who looks at figures looks again after a while; then the kept ones are old.
LATER = {"/figures": timedelta(minutes=2)}
DECISIONS, COUNTS = 60, 5
#: What a browser fetches beside the page itself.
_STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass(frozen=True, slots=True)
class Page:
    """`has_bar`: the page has to answer within SERVER_MS."""

    name: str
    path: str
    rounds: int = ROUNDS
    has_bar: bool = True


def pages(tickets: int) -> list[Page]:
    """Of a database with so many tickets, the last ones open."""
    return [
        Page("inbox", "/review"),
        Page("list of tickets", "/"),
        Page("open ticket", f"/tickets/T-{1000 + tickets - OPEN // 2}"),
        Page("closed ticket", f"/tickets/T-{1000 + tickets // 2}"),
        Page("board", "/live"),
        Page("figures of a year", "/figures", FEW_ROUNDS),
        Page("rota", "/rota", FEW_ROUNDS, has_bar=False),
    ]


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """One request after another from this machine. Raises BenchFailed without PostgreSQL."""
    (scratch / "sqlite").mkdir()
    async for figure in measured("SQLite", sqlite(scratch / "sqlite"), scratch / "sqlite", TICKETS):
        yield figure
    with postgres(scratch / "postgres") as url:
        async for figure in measured("PostgreSQL", url, scratch / "on-postgres", TICKETS):
            yield figure


async def measured(database: str, url: str, home: Path, tickets: int) -> AsyncIterator[Figure]:
    """On an empty database, which it fills."""
    await asyncio.to_thread(upgrade, url)
    began = perf_counter()
    await asyncio.to_thread(fill, url, NOW, tickets)
    store, clock = Store.open(url), Standing(NOW)
    settings = Settings(home=home, database=url)
    desk = Desk(store, settings, clock)
    try:
        await open_tickets(desk, clock, OPEN, TO_REVIEW)
        await asyncio.to_thread(gather_statistics, url)
        tell(f"{database}: {tickets:,} tickets and {tickets * 10:,} events written in {perf_counter() - began:.0f} s")
        async with browsing(desk, store, clock, settings) as browser:
            spare_what_is_there()  # as the service does when all is open
            bare = await _times(browser, browser.get_empty, ROUNDS)
            against = float(np.percentile(bare.waited, 50))
            yield Figure(NAME, f"an empty page of aiohttp, {database}, p50", against, "ms")
            for page in pages(tickets):
                for figure in await _of_page(browser, database, page, against, desk):
                    yield figure
            for figure in _figures(f"a decision and the next report, {database}", await _decisions(browser), against):
                yield figure
            async for figure in watched(NAME, browser, database, desk):
                yield figure
            yield await _counted_anew(database, desk, clock)
    finally:
        await store.close()


async def _of_page(browser: Browser, database: str, page: Page, against: float, desk: Desk) -> list[Figure]:
    async def later() -> None:
        browser.clock.at += LATER.get(page.path, timedelta(seconds=1))
        await browser.get(page.path)

    name = f"{page.name}, {database}"
    weight = Figure(NAME, f"{name}, weight with styles and script", await _weight(browser, page.path), "kB")
    taken = await _times(browser, later, page.rounds, before=desk.figures.rest)
    return [*_figures(name, taken, against, has_bar=page.has_bar), weight.with_bar(most=WEIGHT_KB)]


def _figures(name: str, taken: Taken, against: float, *, has_bar: bool = True) -> list[Figure]:
    """The bar is about the server's own time; the CPU tells how far others on the machine are in that."""
    usual, rare = (float(np.percentile(taken.waited, percent)) for percent in (50, 95))
    served = Figure(NAME, f"{name}, p95 of the server's time", float(np.percentile(taken.served, 95)), "ms")
    return [
        compared(NAME, f"{name}, p50", usual, "ms", "the empty page, p50", against),
        compared(NAME, f"{name}, p95", rare, "ms", "the empty page, p50", against),
        served.with_bar(most=SERVER_MS) if has_bar else served,
        Figure(NAME, f"{name}, p95 of CPU, with the browser's", float(np.percentile(taken.cpu, 95)), "ms"),
    ]


async def _counted_anew(database: str, desk: Desk, clock: Standing) -> Figure:
    """What the first visitor of a while waits for; it is counted aside, and holds nobody else up."""
    taken = []
    for _ in range(COUNTS):
        clock.at += timedelta(hours=1)
        began = perf_counter()
        await desk.figures.read("year")
        taken.append((perf_counter() - began) * 1000)
    return Figure(NAME, f"figures of a year, counted anew, {database}, p50", float(np.percentile(taken, 50)), "ms")


async def _nothing() -> None:
    pass


async def _times(
    browser: Browser,
    ask: Callable[[], Awaitable[object]],
    rounds: int,
    before: Callable[[], Awaitable[object]] = _nothing,
) -> Taken:
    """`before` each, outside what is measured."""
    taken = Taken()
    for number in range(WARM_UP + rounds):
        await before()
        async with browser.timing(taken if number >= WARM_UP else Taken()):
            await ask()
    return taken


async def _weight(browser: Browser, path: str) -> float:
    """As sent to a browser that has nothing yet: the page, and everything that it links to once."""
    page = await browser.get_bytes(path)
    linked = sorted(set(_STATIC.findall(page.decode())))
    return sum(len(body) for body in [page, *[await browser.get_bytes(one) for one in linked]]) / 1000


async def _decisions(browser: Browser) -> Taken:
    """One key after another, as htmx gives them: each answer holds the next report."""
    piece, taken = await browser.get("/review"), Taken()
    for _ in range(DECISIONS):
        browser.clock.at += timedelta(seconds=15)
        number = _found(r'data-number="(T-\d+)"', piece)
        form = {name: _found(rf'name="{name}" value="([^"]*)"', piece) for name in ("seen", "next")}
        async with browser.timing(taken):
            piece = await browser.post(f"/review/{number}/decide", {"outcome": "III", **form})
    return taken


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, f"{pattern} is not in the inbox: the bench reads another page than there is"
    return found[1]
