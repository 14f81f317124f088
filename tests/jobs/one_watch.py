"""A service's watch in a process of its own: `database home moment [halt at the n-th judgement]`. One round for each line on
stdin, answered by how many tickets it looked at. When it halts it says so, and holds its transaction until it is killed.
"""

import asyncio
import signal
import sys
from collections.abc import Iterable
from datetime import datetime
from itertools import count
from pathlib import Path

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.planning import Terms
from ari_app.jobs.watch import look_until_nothing_is_due
from ari_app.store.database import Store
from ari_app.store.tables import TicketEventRow, TicketRow
from sla.plan import Plan
from tests.jobs.watched import SetClock

HALTED = "halted"
_judgements = count(1)


class HaltingTerms(Terms):
    """Judges as the real one, but stops the whole process at one judgement."""

    halt_at = 0

    def plan(self, ticket: TicketRow, events: Iterable[TicketEventRow], now: datetime) -> Plan:
        if next(_judgements) == self.halt_at:
            print(HALTED, flush=True)
            signal.pause()
        return super().plan(ticket, events, now)


async def main(database: str, home: str, moment: str, halt_at: str = "0") -> None:
    store = Store.open(database)
    desk = Desk(store, Settings(home=Path(home), database=database), SetClock(datetime.fromisoformat(moment)))
    known = desk.days.terms
    HaltingTerms.halt_at = int(halt_at)
    desk.days.terms = HaltingTerms(known.agreement, known.hours, known.older)
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(await look_until_nothing_is_due(desk), flush=True)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
