"""1,000 short messages: does the service grow, and does it let go of every call?"""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from ari_app.bench.cost import open_files, rss_megabytes
from ari_app.bench.counted_line import COUNTS
from ari_app.bench.figure import BenchFailed, Figure, compared
from ari_app.bench.our_line import OurLine, our_line
from ari_app.bench.places import CALLERS_IP
from ari_app.bench.sipp import Load, place_load

NAME = "memory"
WARM_UP, REST = 100, 900
#: Long enough for the prompts of a scratch line and a second of message; about 50 calls at once.
CALL_FOR, RATE = 2.5, 20.0
COUNTED_WITHIN = 20.0


@dataclass(frozen=True, slots=True)
class Held:
    """What the service holds while no call is on."""

    megabytes: float
    files: int
    objects: int
    channels: int
    watched: int


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """All figures come at the end. Raises BenchFailed or LineFailed."""
    async with our_line(scratch / "line", "ari_app.bench.counted_line") as line:
        early = await _after(line, WARM_UP, scratch / "warm-up", wanted=WARM_UP)
        late = await _after(line, REST, scratch / "rest", wanted=WARM_UP + REST)
        filed = await line.filed(WARM_UP + REST)

    first = f"after {WARM_UP} calls"
    last = f"after {WARM_UP + REST} calls"
    recorded = sum(call.is_recorded for call in filed)
    for figure in (
        compared(NAME, "calls with a ticket and a recording on disk", recorded, "calls", "placed", WARM_UP + REST),
        Figure(NAME, f"memory of the service {first}", early.megabytes, "MB"),
        compared(NAME, f"memory of the service {last}", late.megabytes, "MB", first, early.megabytes),
        compared(NAME, f"objects in memory {last}", late.objects, "objects", first, early.objects),
        compared(NAME, f"open files {last}", late.files, "files", first, early.files),
        Figure(NAME, f"channels in memory {last}", late.channels, "channels"),
        Figure(NAME, f"channels watched {last}", late.watched, "channels"),
    ):
        yield figure


async def _after(line: OurLine, calls: int, folder: Path, wanted: int) -> Held:
    """What is held when these calls are over and all `wanted` so far have a ticket."""
    load = Load(calls=calls, rate=RATE, call_for=CALL_FOR)
    await place_load(load, to=line.sip, from_ip=CALLERS_IP, folder=folder)
    await line.filed(wanted)
    counts = await _counts(line)
    pid = line.service_pid
    return Held(rss_megabytes(pid), open_files(pid), counts["objects"], counts["channels"], counts["watched"])


async def _counts(line: OurLine) -> dict[str, int]:
    file = line.settings.home / COUNTS
    file.unlink(missing_ok=True)
    os.kill(line.service_pid, signal.SIGUSR1)
    try:
        async with asyncio.timeout(COUNTED_WITHIN):
            while not file.exists():  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise BenchFailed(f"The line did not tell within {COUNTED_WITHIN:.0f} s what it holds") from None
    return {str(name): int(count) for name, count in json.loads(file.read_text()).items()}
