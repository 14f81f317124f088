"""How many calls a minute the simulator explains, on one core: all kinds of callers at all telling moments of a year."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import structlog

from ari_app.bench.figure import Figure
from ari_app.config import Settings
from ari_app.simulator.everyone import kinds_of_callers, moments_of_a_year
from ari_app.simulator.simulator import Simulator
from ari_app.simulator.virtual_time import run_virtually
from ari_app.store.database import Store
from ari_app.store.schema import upgrade
from ari_app.store.seed_demo import seed_demo

NAME = "explain-call"
BEGIN = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """On the customers and the rota of the demo."""
    settings = Settings(home=scratch, demo=True)
    await asyncio.to_thread(upgrade, settings.database_url)
    store = Store.open(settings.database_url)
    await seed_demo(store, BEGIN)
    await store.close()
    calls, wall, cpu = await asyncio.to_thread(_measured, settings)
    yield Figure(NAME, "calls explained", calls, "calls")
    yield Figure(NAME, "calls a minute", calls / wall * 60, "calls/min").with_bar(least=10_000)
    yield Figure(NAME, "CPU per call", cpu / calls * 1000, "ms")


def _measured(settings: Settings) -> tuple[int, float, float]:
    """Calls, seconds on the wall, seconds of CPU."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        return run_virtually(_explain_all(settings))
    finally:
        structlog.configure(**before)


async def _explain_all(settings: Settings) -> tuple[int, float, float]:
    async with Simulator.open(settings) as simulator:
        callers = await kinds_of_callers(simulator.desk, BEGIN)
        moments = await moments_of_a_year(simulator.desk, BEGIN)
        began, cpu = perf_counter(), process_time()
        for moment in moments:
            for _kind, number in callers:
                await simulator.call(number, moment.at)
        return len(callers) * len(moments), perf_counter() - began, process_time() - cpu
