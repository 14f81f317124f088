"""A desk whose clocks are watched, on either database."""

from pathlib import Path

import pytest

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.store.database import Store
from tests.jobs.watched import SetClock, Watched


@pytest.fixture
def watched(store: Store, database_url: str, tmp_path: Path) -> Watched:
    clock = SetClock()
    return Watched(Desk(store, Settings(home=tmp_path, database=database_url), clock), store, clock)
