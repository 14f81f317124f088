"""Work of workers that died, wherever they were, goes to those that live. Every worker looks after all others.

Theory of operation. A living worker's count of beats grows between two looks. One whose count stood still for so many looks
is dead; looks are counted and not seconds, so that clocks that differ, a database that was away or a machine that slept
declare nobody dead. A worker that is declared dead and lives can end nothing of what was taken from it (see durable.py).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from ari_app.desk.workers import Workers

log = structlog.get_logger()

#: With a look every ten seconds a worker that is silent for a minute is dead.
DEAD_AFTER_LOOKS = 6
BEAT_SECONDS = 10.0


class Engine(Protocol):
    """What the reaper needs of the durable engine."""

    def in_hand(self) -> Mapping[str, Mapping[str, str | None]]: ...

    def take_over(self, jobs: Mapping[str, str | None]) -> None: ...


@dataclass(frozen=True, slots=True)
class Silence:
    """`looks` in a row in which a worker had the same count of beats."""

    beats: int
    looks: int = 1


class Reaper:
    """One for each worker; `own_name` is never taken for dead."""

    def __init__(self, own_name: str, workers: Workers, engine: Engine) -> None:
        self._own_name = own_name
        self._workers = workers
        self._engine = engine
        self._silent: dict[str, Silence] = {}
        self._looks = 0

    async def look(self) -> int:
        """Takes over the work of those that are dead by now; gives how many jobs that were."""
        beats = await self._workers.beats()
        self._silent = silences(self._silent, {name: beat for name, beat in beats.items() if name != self._own_name})
        dead = {name: one for name, one in self._silent.items() if one.looks > DEAD_AFTER_LOOKS}
        self._looks += 1
        if not dead and self._looks % DEAD_AFTER_LOOKS != 1:  # who holds what is a dear question
            return 0
        in_hand = await asyncio.to_thread(self._engine.in_hand)
        for name in in_hand.keys() - beats.keys() - {self._own_name}:
            await self._workers.note_unknown(name)
        taken = 0
        for name, silence in dead.items():
            if await self._workers.claim_dead(name, silence.beats):
                taken += await self.bury(name, in_hand.get(name, {}))
        return taken

    async def bury(self, name: str, jobs: Mapping[str, str | None] | None = None) -> int:
        """`name` is dead for certain: its `jobs` (None: look which) go to the living; gives how many."""
        held = (await asyncio.to_thread(self._engine.in_hand)).get(name, {}) if jobs is None else jobs
        await asyncio.to_thread(self._engine.take_over, held)
        await self._workers.leave(name)
        log.warning("A worker died; its work goes on", action="worker_buried", worker=name, jobs=len(held))
        return len(held)


def silences(known: Mapping[str, Silence], beats: Mapping[str, int]) -> dict[str, Silence]:
    """How long each of `beats` has been silent, this look included."""
    found = {}
    for name, beat in beats.items():
        before = known.get(name)
        goes_on = before is not None and before.beats == beat
        found[name] = Silence(beat, before.looks + 1 if before and goes_on else 1)
    return found
