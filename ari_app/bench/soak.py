"""1,000 calls of all kinds by people who do what they like: is every call a ticket, and is nothing left over?"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from ari_app.asterisk.rest import Rest
from ari_app.bench.crowd import LINE, Crowd, Seen
from ari_app.bench.figure import Figure, compared, percentiles, tell
from ari_app.bench.our_line import OurLine, our_line
from ari_app.demo.outside import outside_world
from ari_app.setting_up import asterisk_server
from ari_app.store.tables import CallRow, VoicemailRow

NAME = "soak"
CALLS, AT_ONCE = 1000, 30
#: The same people on a line with room: what a call waits for when nobody stands in its way.
WAITS, CALM_CALLS, CALM_AT_ONCE = "waits", 150, 5
#: The lot is drawn from the same bowl each time.
SEED = 20261121
FREE_WITHIN, LOOK_EVERY = 60.0, 0.5
NEWS_EVERY = 0.02


@dataclass
class Soaked:
    """What is true when the last call is over."""

    seen: Seen
    tickets: int
    #: Calls without one, by SIP Call-ID.
    without: frozenset[str]
    filed_twice: int
    with_error: int
    channels: int
    bridges: int
    #: Files that no ticket names.
    recordings: int
    #: From the hang-up to a ticket that others can read.
    to_ticket: list[float]


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """All figures come at the end. Raises BenchFailed or LineFailed."""
    soaked = await soak(scratch, CALLS, AT_ONCE)
    for figure in (*counts(soaked), *_waits(NAME, soaked)):
        yield figure


async def run_calm(scratch: Path) -> AsyncIterator[Figure]:
    """As `run`, at a load that a line has every day; nobody leaves before something happened."""
    for figure in _waits(WAITS, await soak(scratch, CALM_CALLS, CALM_AT_ONCE, leaves_early=0.0)):
        yield figure


async def soak(scratch: Path, calls: int, at_once: int, *, leaves_early: float = 0.25) -> Soaked:
    async with our_line(scratch / "line", line_settings=LINE) as line:
        crowd = Crowd(line.settings, random.Random(SEED), leaves_early=leaves_early)
        filed_at: dict[str, float] = {}
        watching = asyncio.create_task(_watch(line, filed_at))
        try:
            async with outside_world(line.settings.asterisk, crowd) as phone:
                await crowd.place(phone, calls, at_once, _told(calls))
                channels, bridges = await _left_over(line)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        return await _what_is_true(line, crowd.seen, filed_at, channels, bridges)


def counts(soaked: Soaked) -> list[Figure]:
    seen, calls = soaked.seen, len(soaked.seen.sip_call_ids)
    return [
        Figure(NAME, "calls placed", calls, "calls"),
        Figure(NAME, "callers who talked with somebody", seen.talks, "calls"),
        Figure(NAME, "callers who left a message", seen.messages, "calls"),
        Figure(NAME, "callers who hung up at a random moment", seen.left_early, "calls"),
        Figure(NAME, "callers who gave up before the answer", len(seen.given_up), "calls"),
        compared(NAME, "calls with a ticket", soaked.tickets, "calls", "calls placed", calls),
        Figure(NAME, "calls that were filed twice", soaked.filed_twice, "calls"),
        Figure(NAME, "calls with an error", soaked.with_error, "calls"),
        Figure(NAME, "channels left", soaked.channels, "channels"),
        Figure(NAME, "bridges left", soaked.bridges, "bridges"),
        Figure(NAME, "recordings that no ticket names", soaked.recordings, "files"),
    ]


def _waits(bench: str, soaked: Soaked) -> list[Figure]:
    return [
        *percentiles(bench, "from the answer to the first sound of a prompt", soaked.seen.first_sound),
        *percentiles(bench, "from the engineer's key to the caller's voice", soaked.seen.key_to_voice),
        *percentiles(bench, "from the hang-up to the ticket", soaked.to_ticket),
    ]


def _told(calls: int) -> Callable[[int], None]:
    def told(over: int) -> None:
        if over % 50 == 0 or over == calls:
            tell(f"{over} of {calls} calls are over")

    return told


async def _watch(line: OurLine, filed_at: dict[str, float]) -> None:
    """Notes when each call can be read as a ticket by another process, to some 20 ms."""
    last = 0
    while True:
        async with line.store.reading() as session:
            asked = select(CallRow.id, CallRow.sip_call_id).where(col(CallRow.id) > last).order_by(col(CallRow.id))
            rows = (await session.exec(asked)).all()
        for row, sip_call_id in rows:
            last = row or last
            filed_at.setdefault(sip_call_id, asyncio.get_running_loop().time())
        await asyncio.sleep(NEWS_EVERY)


async def _left_over(line: OurLine) -> tuple[int, int]:
    """Channels and bridges once no call is on, or when the time for that is over."""
    rest = Rest(line.settings.ari_url, line.settings.asterisk.user, asterisk_server(line.settings).password())
    loop = asyncio.get_running_loop()
    deadline = loop.time() + FREE_WITHIN
    try:
        while True:
            channels, bridges = await rest.channels(), await rest.request("GET", "/bridges")
            if not (channels or bridges) or loop.time() > deadline:
                return len(channels), len(bridges)
            await asyncio.sleep(LOOK_EVERY)
    finally:
        await rest.close()


async def _what_is_true(line: OurLine, seen: Seen, filed_at: dict[str, float], channels: int, bridges: int) -> Soaked:
    placed = set(seen.sip_call_ids)
    deadline = asyncio.get_running_loop().time() + FREE_WITHIN
    while True:
        async with line.store.reading() as session:
            rows = [row for row in await session.exec(select(CallRow)) if row.sip_call_id in placed]
            named = set(await session.exec(select(VoicemailRow.recording)))
        if len(rows) >= len(placed) or asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(LOOK_EVERY)
    filed = {row.sip_call_id for row in rows if row.ticket_id}
    folder = line.settings.recordings
    files = {str(file.relative_to(folder)) for file in folder.rglob("*.wav")}
    return Soaked(
        seen,
        tickets=len(filed),
        without=frozenset(placed - filed),
        filed_twice=len(rows) - len({row.sip_call_id for row in rows}),
        with_error=sum(row.error is not None for row in rows),
        channels=channels,
        bridges=bridges,
        recordings=len(files - named),
        to_ticket=[filed_at[one] - at for one, at in seen.over_at.items() if one in filed_at],
    )
