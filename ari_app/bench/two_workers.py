"""How much faster two workers are than one, on a machine with two cores or more; and two of bare Vosk, which no worker can beat."""

from collections.abc import AsyncIterator
from pathlib import Path

from ari_app.bench.bare_vosk import hear_barely
from ari_app.bench.figure import Figure, compared
from ari_app.bench.worked_line import LOOK_SELDOM, SPOKEN, WorkedLine, worked_line

NAME = "two_workers"
MESSAGES = 40
#: Messages of a minute: so long that the two do nothing but hear.
TIMES_AS_LONG = 4


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """Messages a minute. Raises BenchFailed."""
    async with worked_line(scratch / "line", spoken=" ".join([SPOKEN] * TIMES_AS_LONG)) as line:
        bare_alone = MESSAGES / (await hear_barely(line.message, MESSAGES)).seconds * 60
        bare_two = MESSAGES / (await hear_barely(line.message, MESSAGES // 2, processes=2)).seconds * 60
        async with line.worker():
            alone = await _rate(line)
            async with line.worker():
                together = await _rate(line)
    unit = "messages/min"
    yield Figure(NAME, "one worker", alone, unit)
    yield compared(NAME, "two workers", together, unit, "one worker", alone).with_bar(least=1.8)
    yield compared(NAME, "two of bare Vosk (bare_two)", bare_two, unit, "one of bare Vosk", bare_alone)


async def _rate(line: WorkedLine) -> float:
    await line.leave(MESSAGES)
    return MESSAGES / await line.until_heard(look_every=LOOK_SELDOM) * 60
