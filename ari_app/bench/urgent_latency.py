"""How long an urgent message waits for its text behind 1,000 ordinary ones, beside a line where nothing else waits."""

from collections.abc import AsyncIterator
from pathlib import Path
from time import perf_counter

import numpy as np

from ari_app.bench.figure import Figure, compared, percentiles
from ari_app.bench.worked_line import WorkedLine, worked_line

NAME = "urgent_latency"
ORDINARY, URGENT = 1_000, 20


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """From the end of the call to the text on its ticket, of a message of 16 seconds. Raises BenchFailed."""
    async with worked_line(scratch / "line") as line, line.worker():
        quiet = await _latencies(line)
        await line.leave(ORDINARY)
        busy = await _latencies(line)
    for figure in percentiles(NAME, "an urgent message when nothing else waits", quiet):
        yield figure
    for figure in percentiles(NAME, f"an urgent message behind {ORDINARY} ordinary ones", busy):
        yield figure
    p50 = [float(np.percentile(seconds, 50)) * 1000 for seconds in (busy, quiet)]
    yield compared(NAME, "p50 behind ordinary ones", p50[0], "ms", "when nothing else waits", p50[1])


async def _latencies(line: WorkedLine) -> list[float]:
    found = []
    for _ in range(URGENT):
        began = perf_counter()
        await line.until_heard(await line.leave(1, is_urgent=True))
        found.append(perf_counter() - began)
    return found
