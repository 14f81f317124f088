"""`python -m ari_app.bench.stand_in_service ORDER`: what a service does with the messages of its calls, and a moment to die.

Calls are taken, recorded and filed by the commands that the line uses; only Asterisk is left out. At its start it files what
a killed one left behind. The order is JSON, as the fields of `Order`.
"""

import asyncio
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
from sqlmodel import select

from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.report import CallReport
from ari_app.logs import set_up_logs
from ari_app.store.database import Store
from ari_app.store.tables import StartedCallRow
from ari_app.store.work_queue import WorkQueue
from transcription.audio import write_wav

#: Before the call is noted; when it is and its message is on disk; in the transaction that files it; when that is done.
MOMENTS = ("before", "recorded", "filing", "filed")
RECOVERED_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Order:
    """So many calls, one after another; `die_at`: a call (from 0) and a moment of it at which the process kills itself."""

    home: str
    database: str
    calls: int
    die_at: tuple[int, str] | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class StandInService:
    """Takes the calls of the order that no service took before."""

    def __init__(self, order: Order, desk: Desk, recordings: Path) -> None:
        self._order = order
        self._desk = desk
        self._recordings = recordings

    async def serve(self) -> None:
        await self._recover()
        for number in range(self._order.calls):
            if await self._desk.ticket_of_call(f"call-{number}") is None:
                await self._take(number)

    async def _recover(self) -> None:
        """As a line does; a message that just ended is looked at again."""
        async with asyncio.timeout(RECOVERED_WITHIN):
            while True:
                await self._desk.file_spooled()
                await self._desk.recover_started_calls(())
                async with self._desk.store.reading() as session:
                    if not (await session.exec(select(StartedCallRow.call_id))).all():
                        return
                await asyncio.sleep(0.2)

    async def _take(self, number: int) -> None:
        call, name, at = f"call-{number}", f"call/m{number}.wav", SystemClock().now()
        self._die(number, "before")
        await self._desk.take_call(call, "support", None, name, at)
        write_wav(self._recordings / name, np.full(8000, number + 1, dtype=np.int16))
        self._die(number, "recorded")
        if self._order.die_at == (number, "filing"):
            setattr(WorkQueue, "enqueue", _dies)  # noqa: B010 - in this process only
        ended = at + timedelta(seconds=1)
        await self._desk.close_call(
            CallReport(
                call, "support", None, "", at, route="voicemail", recording=name, ended_at=ended, ended_by="caller"
            )
        )
        self._die(number, "filed")

    def _die(self, number: int, moment: str) -> None:
        if self._order.die_at == (number, moment):
            os.kill(os.getpid(), signal.SIGKILL)


async def _dies(*_given: object) -> None:
    """In the middle of the transaction: its rows are written and not committed."""
    os.kill(os.getpid(), signal.SIGKILL)


async def serve(order: Order) -> None:
    settings = Settings(home=Path(order.home), database=order.database)
    store = Store.open(order.database)
    try:
        await StandInService(order, Desk(store, settings, SystemClock()), settings.recordings).serve()
    finally:
        await store.close()


def main() -> None:
    values = json.loads(sys.argv[1])
    set_up_logs()
    asyncio.run(serve(Order(**values | {"die_at": tuple(values["die_at"]) if values["die_at"] else None})))


if __name__ == "__main__":
    main()
