"""What a worker does beside its work: it beats, takes over from the dead, forgets what is over, and finds what fell out."""

import asyncio
import os
import socket
from datetime import timedelta

import structlog

from ari_app.clock import SystemClock
from ari_app.desk.hear_again import HearAgain
from ari_app.desk.workers import Workers
from ari_app.jobs.durable import Durable
from ari_app.jobs.reaper import Reaper
from ari_app.jobs.ticks import Work, attempt

log = structlog.get_logger()

#: Finished jobs are kept no longer than it takes to look into a fault.
KEEP_FINISHED = timedelta(hours=1)
#: In beats: every two minutes, at a beat of ten seconds.
SWEEP_EVERY = 12


class Upkeep:
    """Of one worker."""

    def __init__(
        self, name: str, model: str, workers: Workers, reaper: Reaper, durable: Durable, hear_again: HearAgain
    ) -> None:
        self._name = name
        self._model = model
        self._workers = workers
        self._reaper = reaper
        self._durable = durable
        self._hear_again = hear_again

    async def begin(self, before: str) -> None:
        """`before` had this place and is dead."""
        if before:
            await self._reaper.bury(before)
        await self.sweep()

    async def beat(self) -> None:
        await self._workers.beat(self._name, socket.gethostname(), os.getpid(), self._model)
        await self._reaper.look()

    async def sweep(self) -> None:
        """Jobs that are over are forgotten, those of other versions begun anew; a sound that is in no queue is put back."""
        dropped = await asyncio.to_thread(self._durable.drop_other_versions)
        if dropped:
            log.warning("Jobs of another version are begun anew", action="jobs_of_other_version", jobs=dropped)
        await asyncio.to_thread(self._durable.forget_finished, SystemClock().now() - KEEP_FINISHED)
        unheard = await self._hear_again.unheard()
        active = await asyncio.to_thread(self._durable.states, [job.name for job in unheard])
        for job in unheard:
            if not active.get(job.name, False):
                log.warning("A sound was in no queue", action="sound_put_back", sound=job.name)
                await self._hear_again.put_back(job, has_ended=job.name in active)


async def every(seconds: float, upkeep: Upkeep, before: str) -> None:
    """A beat each so many seconds, for ever. A failure, such as a database that is away, is reported; the next beat tries again."""
    await _attempt("begin", lambda: upkeep.begin(before))
    beats = 0
    while True:
        await asyncio.sleep(seconds)
        await _attempt("beat", upkeep.beat)
        beats += 1
        if beats % SWEEP_EVERY == 0:
            await _attempt("sweep", upkeep.sweep)


async def _attempt(what: str, work: Work) -> None:
    await attempt(work, "The upkeep of the worker failed", action="upkeep_failed", what=what)
