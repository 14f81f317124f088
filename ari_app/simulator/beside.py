"""Explains calls beside a line in service: in a thread and an event loop of its own, on the line's database, writing nothing."""

import asyncio
from collections.abc import Sequence
from typing import cast

from ari_app.config import Settings
from ari_app.desk.explanation import CallToExplain, Explains, Explanation
from ari_app.logs import IS_SIMULATED
from ari_app.simulator.people import DeskDoes, EngineersDo
from ari_app.simulator.simulator import Behaviour, Simulator
from ari_app.simulator.virtual_time import run_virtually

#: Simulated calls take the processor from real ones: no more than one question at a time.
AT_ONCE = 1


def explaining(settings: Settings) -> Explains:
    """For the pages of this line."""
    free = asyncio.Semaphore(AT_ONCE)

    async def explain(asked: Sequence[CallToExplain]) -> list[Explanation]:
        async with free:
            return await asyncio.to_thread(_explained, settings, asked)

    return explain


def _explained(settings: Settings, asked: Sequence[CallToExplain]) -> list[Explanation]:
    IS_SIMULATED.set(True)  # of the context of this thread's work only
    return run_virtually(_explain(settings, asked))


async def _explain(settings: Settings, asked: Sequence[CallToExplain]) -> list[Explanation]:
    async with Simulator.open(settings) as simulator:
        return [await simulator.call(one.number, one.at, _behaviour(one)) for one in asked]


def _behaviour(one: CallToExplain) -> Behaviour:
    return Behaviour(one.keys, cast(EngineersDo, one.engineers), cast(DeskDoes, one.desk))
