"""The metronome: what must be looked after every few seconds. The truth is in the database; a missed tick loses nothing."""

from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from ari_app.clock import SystemClock

log = structlog.get_logger()

Work = Callable[[], Awaitable[object]]


def start_ticks(work: dict[str, tuple[float, Work]]) -> AsyncIOScheduler:
    """Runs each named piece of work every so many seconds, never twice at once, first time at once. Stop with `.shutdown()`."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for name, (seconds, piece) in work.items():
        scheduler.add_job(
            guarded(name, piece),
            "interval",
            id=name,
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=SystemClock().now(),
        )
    scheduler.start()
    return scheduler


def guarded(name: str, piece: Work) -> Work:
    """A tick that fails is reported; the next one tries again."""

    async def tick() -> None:
        await attempt(piece, "A tick failed", action="tick_failed", tick=name)

    return tick


async def attempt(work: Work, failed: str, **about: str) -> None:
    """A failure, such as a database that is away, is logged: `failed` is the sentence, `about` its fields. Whoever repeats
    the work tries again."""
    try:
        await work()
    except Exception:
        log.exception(failed, **about)
