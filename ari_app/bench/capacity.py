"""How many calls a second until the first is lost? The same voicemail call, by our line and by Asterisk alone, side by side."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from ari_app.bench.figure import BenchFailed, Figure, compared, tell
from ari_app.bench.our_line import OurLine, our_line
from ari_app.bench.places import CALLERS_IP
from ari_app.bench.plain_line import PlainLine, plain_line
from ari_app.bench.sipp import Load, place_load

NAME = "capacity"
AGAINST = "Asterisk alone, the same call in its dialplan, same run"
#: New calls a second: from the first rate up in big steps until a call is lost, then halfway between, down to the fine step.
FIRST_RATE, STEP, FINE_STEP, LAST_RATE = 10.0, 4.0, 0.5, 42.0
#: Seconds of new calls at one rate, and of each call: 1.2 of prompts, the rest is a message. The development messages have
#: 55 words in the mean, which takes 22 s.
SECONDS_AT_A_RATE, CALL_FOR, PROMPTS = 30, 23.2, 1.2
#: A message that lacks more than a tenth of what was said is lost.
WHOLE = 0.9 * (CALL_FOR - PROMPTS)
#: A rate is given up after so many tries with a lost call: what disturbs a machine once or twice is no limit of it.
TRIES = 3
#: No new rate is begun after this (seconds).
LONGEST = 1200.0
SETTLE = 1.0
WARM_UP = Load(calls=20, rate=10, call_for=3)


@dataclass
class Climb:
    """One side on its way up."""

    name: str
    line: OurLine | PlainLine
    folder: Path
    #: New calls a second: the highest without a lost call, and the lowest at which one was lost.
    best: float = 0.0
    worst: float = 0.0
    placed: int = 0
    steps: int = 0

    async def carries(self, rate: float) -> bool:
        """Whether no call is lost at this rate, in one of the tries."""
        for _ in range(TRIES):
            lost = await self._lost_at(rate)
            tell(f"{self.name}: {rate} calls a second, {lost} of {round(rate * SECONDS_AT_A_RATE)} lost")
            if not lost:
                self.best = rate
                return True
        self.worst = rate
        return False

    async def warm_up(self) -> None:
        await place_load(WARM_UP, to=self.line.sip, from_ip=CALLERS_IP, folder=self.folder / "warm-up")
        await self.line.messages(WARM_UP.calls)
        self.placed = WARM_UP.calls

    async def _lost_at(self, rate: float) -> int:
        load = Load(calls=round(rate * SECONDS_AT_A_RATE), rate=rate, call_for=CALL_FOR)
        self.steps += 1
        before = len([one for one in await self.line.messages(0) if one >= WHOLE])
        outcome = await place_load(load, to=self.line.sip, from_ip=CALLERS_IP, folder=self.folder / str(self.steps))
        await asyncio.sleep(SETTLE)
        self.placed += load.calls
        whole = len([one for one in await self.line.messages(self.placed) if one >= WHOLE]) - before
        return max(outcome.failed, load.calls - whole)


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """All figures come at the end. Raises BenchFailed, LineFailed or ServerFailed."""
    ends_at = time.monotonic() + LONGEST
    async with our_line(scratch / "ours") as line, plain_line(scratch / "plain") as other:
        ours, plain = Climb("our line", line, scratch / "a"), Climb("Asterisk alone", other, scratch / "b")
        for side in (ours, plain):
            await side.warm_up()
        await climb([ours, plain], ends_at)
        await close_in([ours, plain], ends_at)
    if not plain.best:
        raise BenchFailed(f"Asterisk alone lost calls at {FIRST_RATE} a second already; is the machine busy?")
    yield Figure(NAME, "new calls a second without a lost one, Asterisk alone", plain.best, "calls/s")
    carried = compared(
        NAME, "new calls a second without a lost one, our line", ours.best, "calls/s", AGAINST, plain.best
    )
    yield carried.with_bar(least=0.85)
    yield Figure(NAME, "calls at once then, our line", ours.best * CALL_FOR, "calls")
    for side in (plain, ours):
        yield Figure(NAME, f"the first rate with a lost call, {side.name}", side.worst, "calls/s")


async def climb(sides: list[Climb], ends_at: float) -> None:
    """Each side as far as it comes; the sides in turn, so that a neighbour on the machine hits both."""
    climbing, rate = list(sides), FIRST_RATE
    while climbing and rate <= LAST_RATE and _is_time(ends_at):
        climbing = [side for side in climbing if await side.carries(rate)]
        rate += STEP


async def close_in(sides: list[Climb], ends_at: float) -> None:
    """Halfway between what a side carries and what it does not, in turn, until they lie a fine step apart."""
    while open_ones := [side for side in sides if side.worst - side.best > FINE_STEP]:
        for side in open_ones:
            if not _is_time(ends_at):
                return
            await side.carries(_halfway(side.best, side.worst))


def _halfway(best: float, worst: float) -> float:
    return best + max(1, round((worst - best) / FINE_STEP / 2)) * FINE_STEP


def _is_time(ends_at: float) -> bool:
    if time.monotonic() > ends_at:
        tell("the time is over")
        return False
    return True
