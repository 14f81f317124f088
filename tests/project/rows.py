"""Rows for a home: a fictitious engineer who is always on duty, and one ticket."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.report import CallReport, Step
from ari_app.store.database import Store
from ari_app.store.tables import DutyRow, EngineerRow

ALWAYS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
#: Saturday 21 November 2026, 10:10 in Amsterdam; the brackets are there because a terminal could take them for colours.
REPORT = CallReport(
    call_id="call-1",
    line="support",
    caller_number="+31612345678",
    caller_id_raw="0612345678",
    received_at=datetime(2026, 11, 21, 9, 10, tzinfo=UTC),
    route="voicemail",
    why=["Nummer staat bij geen enkele klant [red]."],
    steps=[Step(datetime(2026, 11, 21, 9, 10, tzinfo=UTC), "prompt", "welcome")],
    ended_at=datetime(2026, 11, 21, 9, 11, tzinfo=UTC),
    ended_by="caller",
)


def fill(home: Path) -> None:
    """One engineer, and the ticket T-1001 of an unknown caller."""
    asyncio.run(_fill(Settings(home=home)))


async def _fill(settings: Settings) -> None:
    store = Store.open(settings.database_url)
    try:
        async with store.session() as session:
            engineer = EngineerRow(name="Fenna Fictief", number="+31612345001", line=1)
            session.add(engineer)
            await session.flush()
            session.add(DutyRow(engineer_id=engineer.id or 0, starts_at=ALWAYS[0], ends_at=ALWAYS[1], position=1))
        await Desk(store, settings, SystemClock()).close_call(REPORT)
    finally:
        await store.close()
