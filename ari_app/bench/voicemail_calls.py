"""200 messages at 10 a second: is every one kept, and what does a call cost beside a bare loop that keeps nothing in mind?"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from ari_app.asterisk.errors import AsteriskError
from ari_app.asterisk.rest import Rest
from ari_app.bench.bare_line import BareLine, bare_line
from ari_app.bench.cost import cpu_seconds
from ari_app.bench.figure import Figure, compared, percentiles
from ari_app.bench.our_line import FiledCall, OurLine, our_line
from ari_app.bench.places import CALLERS_IP
from ari_app.bench.sipp import Load, place_load
from ari_app.config import Settings
from ari_app.setting_up import asterisk_server

NAME = "voicemail_calls"
AGAINST = "a bare aiohttp loop, same load, same run"
#: Before anything is weighed: what is loaded and compiled once is no cost of a call.
WARM_UP = Load(calls=20, rate=10, call_for=3)
LOAD = Load(calls=200, rate=10, call_for=12)
#: Both sides in turn, so that a neighbour on the machine hits both.
ROUNDS = 2
#: The last hang-ups are handled within this time (seconds).
SETTLE = 1.0
ASK_EVERY = 0.05


class Bill:
    """CPU seconds of one side under its loads, and how the calls went."""

    def __init__(self) -> None:
        self.service = self.asterisk = 0.0
        self.calls = self.succeeded = self.at_once = 0

    async def place(self, line: OurLine | BareLine, load: Load, folder: Path) -> None:
        """Places one load on this side and adds what it cost. Raises BenchFailed."""
        service, asterisk = cpu_seconds(line.service_pid), cpu_seconds(line.asterisk_pid)
        outcome = await place_load(load, to=line.sip, from_ip=CALLERS_IP, folder=folder)
        await asyncio.sleep(SETTLE)
        self.service += cpu_seconds(line.service_pid) - service
        self.asterisk += cpu_seconds(line.asterisk_pid) - asterisk
        self.calls += load.calls
        self.succeeded += outcome.succeeded
        self.at_once = max(self.at_once, outcome.most_at_once)

    @property
    def service_ms(self) -> float:
        return self.service * 1000 / self.calls

    @property
    def asterisk_ms(self) -> float:
        return self.asterisk * 1000 / self.calls


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """All figures come at the end. Raises BenchFailed, LineFailed or ServerFailed."""
    ours, bare, round_trips = Bill(), Bill(), list[float]()
    async with our_line(scratch / "ours") as line, bare_line(scratch / "bare") as other:
        for side in (line, other):
            await Bill().place(side, WARM_UP, scratch / "warm-up")
        for number in range(ROUNDS):
            async with _asking(line.settings, round_trips):
                await ours.place(line, LOAD, scratch / f"ours-{number}")
            await bare.place(other, LOAD, scratch / f"bare-{number}")
        filed = (await line.filed(WARM_UP.calls + ours.calls))[WARM_UP.calls :]
        kept_by_other = other.recorded() - WARM_UP.calls

    for figure in (*_kept(ours, bare, filed, kept_by_other), *_costs(ours, bare), *_waits(filed, round_trips)):
        yield figure


def _kept(ours: Bill, bare: Bill, filed: list[FiledCall], kept_by_other: int) -> list[Figure]:
    recorded = sum(call.is_recorded for call in filed)
    return [
        Figure(NAME, "calls placed", ours.calls, "calls"),
        Figure(NAME, "calls at once", ours.at_once, "calls"),
        Figure(NAME, "calls that the caller's side finished", ours.succeeded, "calls"),
        compared(NAME, "calls with a ticket", len(filed), "calls", "calls placed", ours.calls),
        compared(NAME, "calls with a ticket and a recording on disk", recorded, "calls", "calls placed", ours.calls),
        compared(NAME, "recordings of the bare loop on disk", kept_by_other, "calls", "calls placed", bare.calls),
    ]


def _costs(ours: Bill, bare: Bill) -> list[Figure]:
    return [
        Figure(NAME, "CPU of the bare loop per call", bare.service_ms, "ms"),
        compared(NAME, "CPU of the service per call", ours.service_ms, "ms", AGAINST, bare.service_ms).with_bar(most=3),
        compared(NAME, "CPU of Asterisk per call", ours.asterisk_ms, "ms", AGAINST, bare.asterisk_ms),
    ]


def _waits(filed: list[FiledCall], round_trips: list[float]) -> list[Figure]:
    answers = [(call.answered_at - call.received_at).total_seconds() for call in filed if call.answered_at]
    return [
        *percentiles(NAME, "from the call's arrival to its answer", answers),
        *percentiles(NAME, "REST round trip to Asterisk under this load", round_trips),
    ]


@asynccontextmanager
async def _asking(settings: Settings, round_trips: list[float]) -> AsyncIterator[None]:
    """Asks our Asterisk something small, again and again, while the block runs."""
    rest = Rest(settings.ari_url, settings.asterisk.user, asterisk_server(settings).password())

    async def ask() -> None:
        while True:
            began = time.perf_counter()
            with suppress(AsteriskError):
                await rest.request("GET", "/asterisk/ping")
                round_trips.append(time.perf_counter() - began)
            await asyncio.sleep(ASK_EVERY)

    asking = asyncio.create_task(ask())
    try:
        yield
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await rest.close()
