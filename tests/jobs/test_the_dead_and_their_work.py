"""A worker that falls silent loses its work to the living, once, wherever it was; a slow one does not."""

from collections.abc import Mapping

from ari_app.clock import SystemClock
from ari_app.desk.workers import Workers
from ari_app.jobs.reaper import DEAD_AFTER_LOOKS, Reaper
from ari_app.store.database import Store


class Engine:
    """Knows who holds what; who takes over gets it."""

    def __init__(self, **held: list[str]) -> None:
        self.held = held
        self.taken: list[str] = []

    def in_hand(self) -> Mapping[str, Mapping[str, str | None]]:
        return {worker: dict.fromkeys(jobs, "ordinary") for worker, jobs in self.held.items() if jobs}

    def take_over(self, jobs: Mapping[str, str | None]) -> None:
        self.taken += jobs
        self.held = {worker: [one for one in held if one not in jobs] for worker, held in self.held.items()}


async def looks(reaper: Reaper, times: int) -> int:
    return sum([await reaper.look() for _ in range(times)])


async def test_the_work_of_a_silent_worker_goes_to_the_living(store: Store) -> None:
    workers, engine = Workers(store, SystemClock()), Engine(gone=["message-1-1", "message-2-1"])
    await workers.beat("gone", "far-away", 1, "vosk")
    reaper = Reaper("here", workers, engine)

    early = await looks(reaper, DEAD_AFTER_LOOKS)
    late = await looks(reaper, 1)

    assert (early, late) == (0, 2)
    assert engine.taken == ["message-1-1", "message-2-1"]
    assert await workers.all() == []


async def test_one_that_beats_now_and_then_keeps_its_work(store: Store) -> None:
    workers, engine = Workers(store, SystemClock()), Engine(slow=["message-1-1"])
    reaper = Reaper("here", workers, engine)
    for _ in range(3):
        await workers.beat("slow", "far-away", 1, "vosk")
        await looks(reaper, DEAD_AFTER_LOOKS)

    assert engine.taken == []


async def test_one_that_nobody_ever_saw_beat_is_found_by_what_it_holds(store: Store) -> None:
    engine = Engine(unknown=["message-1-1"])

    await looks(Reaper("here", Workers(store, SystemClock()), engine), DEAD_AFTER_LOOKS + 2)

    assert engine.taken == ["message-1-1"]


async def test_of_two_who_notice_at_once_one_takes_over(store: Store) -> None:
    workers, engine = Workers(store, SystemClock()), Engine(gone=["message-1-1"])
    await workers.beat("gone", "far-away", 1, "vosk")
    first, second = (Reaper(name, workers, engine) for name in ("first", "second"))
    await looks(first, DEAD_AFTER_LOOKS)
    await looks(second, DEAD_AFTER_LOOKS)

    claims = [await workers.claim_dead("gone", 1) for _ in range(2)]

    assert claims == [True, False]
    assert await looks(second, 1) == 0  # it seems to beat: the one who claimed it has its time


async def test_when_the_one_who_took_over_dies_half_way_another_does_it(store: Store) -> None:
    workers, engine = Workers(store, SystemClock()), Engine(gone=["message-1-1"])
    await workers.beat("gone", "far-away", 1, "vosk")
    assert await workers.claim_dead("gone", 1)

    await looks(Reaper("second", workers, engine), DEAD_AFTER_LOOKS + 1)

    assert engine.taken == ["message-1-1"]


async def test_nobody_buries_themselves(store: Store) -> None:
    workers, engine = Workers(store, SystemClock()), Engine(here=["message-1-1"])
    await workers.beat("here", "here", 1, "vosk")

    await looks(Reaper("here", workers, engine), DEAD_AFTER_LOOKS * 3)

    assert engine.taken == []
