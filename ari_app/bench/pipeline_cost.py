"""What a message costs the worker, beside bare Vosk on the same files: the price of steps, queue, checks and proposal."""

from collections.abc import AsyncIterator
from pathlib import Path

from ari_app.bench.bare_vosk import hear_barely
from ari_app.bench.cost import cpu_seconds
from ari_app.bench.figure import Figure, compared
from ari_app.bench.worked_line import LOOK_SELDOM, SPOKEN, worked_line
from ari_app.setting_up import BUNDLED_MODEL
from transcription.vosk_pieces import read_in_long_pieces

NAME = "pipeline_cost"
MESSAGES = 40
#: Messages of 16 and of 64 seconds.
TIMES_AS_LONG = (1, 4)


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """Milliseconds of CPU for each message. Bare Vosk hears them before and after, as a neighbour of this machine comes and goes.
    It also does so in pieces as long as ours, which tells what all but the hearing costs. Raises BenchFailed."""
    for times in TIMES_AS_LONG:
        async with worked_line(scratch / f"line-{times}", spoken=" ".join([SPOKEN] * times)) as line:
            first = await hear_barely(line.message, MESSAGES)
            async with line.worker() as worker:
                before = cpu_seconds(worker.pid)
                await line.leave(MESSAGES)
                await line.until_heard(look_every=LOOK_SELDOM)
                ours = cpu_seconds(worker.pid) - before
            last = await hear_barely(line.message, MESSAGES)
            with read_in_long_pieces(BUNDLED_MODEL) as model:
                alike = await hear_barely(line.message, MESSAGES, model=model)
        what = f"CPU for a message of {16 * times} s"
        each, bare = ours / MESSAGES * 1000, (first.cpu_seconds + last.cpu_seconds) / 2 / MESSAGES * 1000
        yield compared(NAME, what, each, "ms", "bare Vosk", bare).with_bar(most=1.05)
        yield compared(NAME, what, each, "ms", "Vosk in long pieces", alike.cpu_seconds / MESSAGES * 1000)
