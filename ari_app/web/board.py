"""The live board: a page, a wall screen, and one stream of changes for each language, which its watchers share."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.board import BoardView
from ari_app.desk.rota_warnings import RotaWarning
from ari_app.web import board_words
from ari_app.web.accounts import VISITOR, Accounts
from ari_app.web.feed import HEARTBEAT, Feed
from ari_app.web.health import Readiness
from ari_app.web.languages import LANGUAGES, speaking, spoken
from ari_app.web.rendering import TEMPLATES, Templates

log = structlog.get_logger()

#: Calls are looked at in memory, so often; rows and the parts of the line only so often.
CALLS_EVERY, ROWS_EVERY, PARTS_EVERY = 0.5, 5.0, 15.0
PARTS = ("head", "calls", "clocks", "duty", "queues", "heed", "health")


@dataclass
class Seen:
    """What was last read. Moments are those of the loop's clock, in seconds; below zero: never."""

    rows: BoardView | None = None
    warnings: list[RotaWarning] = field(default_factory=list)
    needs: Mapping[str, bool] = field(default_factory=dict)
    rows_at: float = -1e9
    needs_at: float = -1e9
    calls: frozenset[str] = frozenset()


class BoardPages:
    """`GET /live`, `GET /live/wall` and `GET /live/events`."""

    def __init__(self, desk: Desk, accounts: Accounts, clock: Clock, settings: Settings, readiness: Readiness) -> None:
        self._desk = desk
        self._accounts = accounts
        self._clock = clock
        self._line = settings.line
        self._readiness = readiness
        self._feeds = {language: Feed() for language in LANGUAGES}
        self._seen = Seen()
        self._reading = asyncio.Lock()
        self._told: tuple[object, ...] = ()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/live", self.page, name="live"),
            web.get("/live/wall", self.wall, name="live-wall"),
            web.get("/live/events", self.events, name="live-events", allow_head=False),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """For a supervisor at a desk."""
        return await self._page(request, "live.html")

    async def wall(self, request: web.Request) -> web.Response:
        """For a screen on the wall, which nobody touches."""
        return await self._page(request, "live_wall.html")

    async def events(self, request: web.Request) -> web.StreamResponse:
        """What changed since `Last-Event-ID`, and everything from now on. The review inbox listens to "review" alone."""
        feed = self._feeds[spoken()]
        feed.tell(await self._told_now(request.app[TEMPLATES]))
        return await feed.stream(request, request[VISITOR].session)

    async def while_served(self, app: web.Application) -> AsyncIterator[None]:
        """For `cleanup_ctx`: looks round as long as the pages are served."""
        looking = asyncio.create_task(self._look_round(app[TEMPLATES]), name="board")
        yield
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)

    async def let_go(self, _app: web.Application) -> None:
        """For `on_shutdown`: a watcher would hold the service up."""
        for feed in self._feeds.values():
            feed.close()

    async def _look_round(self, templates: Templates) -> None:
        loop = asyncio.get_running_loop()
        beat_at = loop.time()
        while True:
            await asyncio.sleep(CALLS_EVERY)
            if not any(feed.watchers for feed in self._feeds.values()):
                continue
            try:
                await self._tell_changes(templates)
                if is_beat := loop.time() - beat_at >= HEARTBEAT:
                    await self._let_go_who_is_out()
            except (SQLAlchemyError, OSError) as failure:
                log.warning("The board could not be read", action="board_not_read", why=type(failure).__name__)
                continue  # no beat: the watchers see that it is stale
            if is_beat:
                beat_at = loop.time()
                for feed in self._feeds.values():
                    feed.beat(self._clock.now().isoformat())

    async def _let_go_who_is_out(self) -> None:
        """Whose session ended meanwhile, or whose account was disabled."""
        watching = {watcher.session for feed in self._feeds.values() for watcher in feed.watchers}
        ended = watching - await self._accounts.alive(watching, self._clock.now())
        for feed in self._feeds.values():
            feed.let_go(ended)

    async def _tell_changes(self, templates: Templates) -> None:
        """Nothing is rendered as long as nothing can have changed: the same rows, calls and minute."""
        async with self._reading:
            await self._read()
        calls = self._desk.calls_now
        about = self._seen.rows_at, calls.list(), calls.engaged(), self._clock.now().replace(second=0, microsecond=0)
        if about != self._told:
            await self._tell(templates)
            self._told = about

    async def _tell(self, templates: Templates) -> None:
        """Each language that somebody reads is rendered once."""
        for language, feed in self._feeds.items():
            if feed.watchers:
                with speaking(language):
                    feed.tell(await self._told_now(templates))

    async def _page(self, request: web.Request, template: str) -> web.Response:
        context = {"page": "live", "parts": await self._parts(request.app[TEMPLATES]), "at": self._clock.now()}
        return request.app[TEMPLATES].page(request, template, context)

    async def _told_now(self, templates: Templates) -> dict[str, str]:
        """The parts of the board, and a sign for the review inbox that its queue can have changed."""
        parts = await self._parts(templates)
        return parts | ({"review": self._seen.rows.queues.mark} if self._seen.rows else {})

    async def _parts(self, templates: Templates) -> dict[str, str]:
        """Each part of the board as HTML, the same for everybody who reads this language."""
        async with self._reading:
            await self._read()
        context = self._context()
        return {part: templates.piece(f"live/{part}.html", context) for part in PARTS}

    async def _read(self) -> None:
        """Rows are read again when a call began or ended, and now and then."""
        seen, now = self._seen, asyncio.get_running_loop().time()
        calls = frozenset(one.call_id for one in self._desk.calls_now.list())
        if now - seen.rows_at >= ROWS_EVERY or calls != seen.calls:
            seen.rows = await self._desk.board.read()
            seen.warnings = await self._desk.rota_warnings.check()
            seen.rows_at, seen.calls = now, calls
        if now - seen.needs_at >= PARTS_EVERY:
            seen.needs = await self._readiness()
            seen.needs_at = now

    def _context(self) -> dict[str, object]:
        rows, now = self._seen.rows, self._clock.now()
        assert rows is not None, "the rows are read before anything is made of them"
        hours = self._desk.days.hours
        facts = board_words.health(rows, self._seen.needs)
        engaged = self._desk.calls_now.engaged()
        window = hours.window_at(now)
        calls = [board_words.call(one, window, self._line) for one in self._desk.calls_now.list()]
        return {
            "window": board_words.window(hours, now),
            "calls": calls,
            "board": rows,
            "duty": board_words.duty(rows.duty, engaged, now),
            "rest": board_words.rest(hours, now),
            "waited": hours.service.between(rows.queues.oldest_at, now) if rows.queues.oldest_at else timedelta(0),
            "facts": facts,
            "heed": board_words.heed(self._seen.warnings, facts),
        }
