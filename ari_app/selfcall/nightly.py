"""Every night at a set time the line calls itself; a failure is told before people need the line."""

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.jobs.ticks import guarded
from ari_app.selfcall.place import SelfCall


def call_every_night(scheduler: AsyncIOScheduler, settings: Settings, desk: Desk, clock: Clock) -> None:
    """Nothing when no time is set. A night that was missed, since the service was away, is not made up for: the doctor tells."""
    at = settings.self_call.at
    if at is None:
        return

    async def call() -> None:
        await SelfCall(settings, desk, clock).place()

    scheduler.add_job(
        guarded("self-call", call),
        "cron",
        id="self-call",
        hour=at.hour,
        minute=at.minute,
        timezone=settings.agreement().zone,
        max_instances=1,
        misfire_grace_time=600,
    )
