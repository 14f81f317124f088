"""A desk whose clocks are watched, on either database; and a spoken message."""

from pathlib import Path

import pytest

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.store.database import Store
from tests.jobs.sounds import speak
from tests.jobs.watched import SetClock, Watched


@pytest.fixture
def watched(store: Store, database_url: str, tmp_path: Path) -> Watched:
    clock = SetClock()
    return Watched(Desk(store, Settings(home=tmp_path, database=database_url), clock), store, clock)


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`sounds.MESSAGE`, as Asterisk records: mono 16-bit PCM, 8 kHz."""
    message = tmp_path_factory.mktemp("spoken") / "message.wav"
    speak(message)
    return message
