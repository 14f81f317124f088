"""Two services on one database, each a real process: every warning is noticed once, also when one of them is killed."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.jobs.one_watch import HALTED
from tests.jobs.watched import Watched, local

CLOCKS = 400
#: Rounds that the other one may need until the database has let go of what a killed process held.
ROUNDS = 50

StartWatch = Callable[..., Awaitable[Process]]


@pytest.fixture
async def start_watch(database_url: str, tmp_path: Path) -> AsyncIterator[StartWatch]:
    """Starts a service's watch, at Monday 13:00 unless told otherwise, and waits until it is ready; `halt_at`: see one_watch."""
    started: list[Process] = []

    async def start(halt_at: int = 0, at: str = "mon 13:00") -> Process:
        command = [sys.executable, "-m", "tests.jobs.one_watch", database_url, str(tmp_path)]
        command += [local(at).isoformat(), str(halt_at)]
        watch = await asyncio.create_subprocess_exec(*command, cwd=Path(__file__).parents[2], stdin=PIPE, stdout=PIPE)
        started.append(watch)
        assert await said(watch) == "ready"
        return watch

    yield start
    for watch in started:
        assert watch.stdin is not None
        watch.stdin.close()
        if watch.returncode is None:
            watch.kill()
        await watch.wait()


async def tick(watch: Process) -> None:
    assert watch.stdin is not None
    watch.stdin.write(b"tick\n")
    await watch.stdin.drain()


async def said(watch: Process) -> str:
    """The next line that is an answer; the log goes to stdout too."""
    assert watch.stdout is not None
    while line := (await watch.stdout.readline()).decode().strip():
        if line.isdigit() or line in ("ready", HALTED):
            return line
    raise AssertionError("the watch ended without an answer")


async def assert_each_clock_was_noticed_once(watched: Watched, tickets: list[int]) -> None:
    notices, outbox = await watched.notices(), await watched.outbox()
    assert Counter(notice.ticket_id for notice in notices) == Counter(tickets)
    assert Counter(row.ticket_id for row in outbox) == Counter(tickets)
    assert await watched.told() == ["at_risk mon 13:00"] * CLOCKS


async def test_two_services_side_by_side_notice_each_of_400_clocks_once(
    watched: Watched, start_watch: StartWatch
) -> None:
    tickets = await watched.report("mon 10:00", count=CLOCKS)
    both = [await start_watch(), await start_watch()]

    for watch in both:
        await tick(watch)
    looked = [int(await said(watch)) for watch in both]

    assert sum(looked) == CLOCKS
    await assert_each_clock_was_noticed_once(watched, tickets)


async def test_when_one_of_two_is_killed_half_way_the_other_notices_what_is_left_and_nothing_twice(
    watched: Watched, start_watch: StartWatch
) -> None:
    tickets = await watched.report("mon 10:00", count=CLOCKS)
    killed, other = await start_watch(halt_at=190), await start_watch()
    await tick(killed)
    assert await said(killed) == HALTED
    before = len(await watched.notices())

    await tick(other)
    killed.send_signal(signal.SIGKILL)
    await killed.wait()
    looked = int(await said(other))
    for _ in range(ROUNDS):
        if before + looked == CLOCKS:
            break
        await tick(other)
        looked += int(await said(other))

    assert before == 180, "of the tenth transaction nothing may be seen"
    assert looked == CLOCKS - before
    await assert_each_clock_was_noticed_once(watched, tickets)


async def test_a_service_that_starts_after_the_breach_tells_its_true_instant_once(
    watched: Watched, start_watch: StartWatch
) -> None:
    """Nobody watched from Monday 10:00 on; 4 hours of service time end at 14:00, and a service starts on Tuesday at 09:00."""
    await watched.report("mon 10:00", count=3)
    started = await start_watch(at="tue 09:00")

    for _ in range(2):
        await tick(started)
        await said(started)

    assert Counter(await watched.told()) == {"at_risk mon 13:00": 3, "breached mon 14:00:01": 3}
    assert all(notice.is_late for notice in await watched.notices())
