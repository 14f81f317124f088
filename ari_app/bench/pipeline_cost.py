"""What a message costs the worker, beside bare Vosk on the same files: the price of steps, queue, checks and proposal."""

from collections.abc import AsyncIterator
from pathlib import Path

from ari_app.bench.bare_vosk import hear_barely
from ari_app.bench.cost import cpu_seconds
from ari_app.bench.figure import Figure, compared
from ari_app.bench.worked_line import LOOK_SELDOM, SPOKEN, worked_line

NAME = "pipeline_cost"
MESSAGES = 40
#: Messages of 16 and of 64 seconds.
TIMES_AS_LONG = (1, 4)


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """Milliseconds of CPU for each message. Bare Vosk hears them before and after, as a neighbour of this machine comes and goes.

    Raises BenchFailed.
    """
    for times in TIMES_AS_LONG:
        async with worked_line(scratch / f"line-{times}", spoken=" ".join([SPOKEN] * times)) as line:
            first = await hear_barely(line.message, MESSAGES)
            async with line.worker() as worker:
                before = cpu_seconds(worker.pid)
                await line.leave(MESSAGES)
                await line.until_heard(look_every=LOOK_SELDOM)
                ours = cpu_seconds(worker.pid) - before
            last = await hear_barely(line.message, MESSAGES)
            bare = (first.cpu_seconds + last.cpu_seconds) / 2
        what = f"CPU for a message of {16 * times} s"
        each = [seconds / MESSAGES * 1000 for seconds in (ours, bare)]
        yield compared(NAME, what, each[0], "ms", "bare Vosk", each[1]).with_bar(most=1.05)
