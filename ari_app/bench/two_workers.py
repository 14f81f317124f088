"""How much faster two workers are than one, on a machine with two cores or more."""

from collections.abc import AsyncIterator
from pathlib import Path

from ari_app.bench.figure import Figure, compared
from ari_app.bench.worked_line import SPOKEN, worked_line

NAME = "two_workers"
MESSAGES = 40
#: Messages of a minute: so long that the two do nothing but hear.
TIMES_AS_LONG = 4


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """Messages a minute. Raises BenchFailed."""
    async with worked_line(scratch / "line", spoken=" ".join([SPOKEN] * TIMES_AS_LONG)) as line, line.worker():
        await line.leave(MESSAGES)
        alone = MESSAGES / await line.until_heard() * 60
        async with line.worker():
            await line.leave(MESSAGES)
            together = MESSAGES / await line.until_heard() * 60
    yield Figure(NAME, "one worker", alone, "messages/min")
    yield compared(NAME, "two workers", together, "messages/min", "one worker", alone).with_bar(least=1.8)
