"""A desk on either database, with fictitious customers, on a clock that stands still until a test moves it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.report import CallReport, Step
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo

#: Monday 2 March 2026, 10:00 in Amsterdam.
MONDAY_10 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class SetClock:
    """Shows what the test says."""

    at: datetime = MONDAY_10

    def now(self) -> datetime:
        return self.at

    def pinned(self) -> "SetClock":
        return SetClock(self.at)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database=database_url)


@pytest.fixture
async def desk(store: Store, settings: Settings, clock: SetClock) -> Desk:
    await seed_demo(store, clock.now())
    return Desk(store, settings, clock)


Report = Callable[..., CallReport]


@pytest.fixture
def report(clock: SetClock) -> Report:
    """Makes the report of a call from Transport De Testrit that left a message, but for what the test says otherwise."""

    def make(**different: object) -> CallReport:
        facts: dict[str, object] = {
            "call_id": "call-1",
            "line": "support",
            "caller_number": "+31850004120",
            "caller_id_raw": "0850004120",
            "received_at": clock.now(),
            "route": "voicemail",
            "why": ["Buiten de telefonische meldtijden."],
            "steps": [Step(clock.now(), "prompt", "welcome")],
            "recording": "call/one.wav",
            "ended_at": clock.now(),
            "ended_by": "caller",
        }
        return CallReport(**(facts | different))  # type: ignore[arg-type]

    return make
