"""The fixture `line`: a line in service, in the fake world and on a real Asterisk."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ari_app.asterisk.server import AsteriskServer
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from tests.calls.api_docs import ApiDocs
from tests.calls.fake_world import FakeWorld
from tests.calls.line import PATIENT_SETTINGS, Line, ScenarioClock, open_line
from tests.calls.real_world import RealWorld, scenario_server
from tests.fakes.desk import MemoryDesk
from tests.fakes.fast_time import fast_time


@pytest.fixture
async def fake_line(tmp_path: Path) -> AsyncIterator[Line]:
    """A line on the fake Asterisk, with the desk in memory. Waiting takes no time."""
    with fast_time(asyncio.get_running_loop()):
        clock = ScenarioClock()
        async with FakeWorld.open(tmp_path) as world, open_line(world, MemoryDesk(), clock) as line:
            yield line


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskServer]:
    """One real Asterisk for all scenarios."""
    server = scenario_server(tmp_path_factory.mktemp("line") / "asterisk")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def real_line_url(migrated_file: Path, tmp_path: Path) -> str:
    """SQLite; a test that is about the database takes another one."""
    return f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'line.db')}"


@pytest.fixture
async def real_line(real_server: AsteriskServer, real_line_url: str) -> AsyncIterator[Line]:
    """A line on the real Asterisk, with SIP phones and the real desk; its words are checked against the api-docs."""
    store, clock = Store.open(real_line_url), ScenarioClock()
    await seed_demo(store, clock.now())
    desk = Desk(store, Settings(home=real_server.home.parent, database=real_line_url), clock)
    async with RealWorld.open(real_server) as world, open_line(world, desk, clock, PATIENT_SETTINGS) as line:
        docs = await ApiDocs.fetch(real_server.url, real_server.ari_user, real_server.password())
        yield line
    await store.close()
    # Whatever the scenario was about: what we said and heard in it is what Asterisk documents.
    assert [why for request in line.requests for why in docs.wrong_with_request(*request)] == []
    assert [why for message in line.messages for why in docs.wrong_with_event(message)] == []


@pytest.fixture
async def fake_line_with_desk(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Line]:
    """A line on the fake Asterisk with the real desk on SQLite, for what the line does by itself."""
    settings = Settings(home=tmp_path)
    shutil.copy(migrated_file, tmp_path / "meldlijn.db")
    with fast_time(asyncio.get_running_loop()):
        store, clock = Store.open(settings.database_url), ScenarioClock()
        await seed_demo(store, clock.now())
        desk = Desk(store, settings, clock)
        async with FakeWorld.open(settings.recordings.parent) as world, open_line(world, desk, clock) as line:
            yield line
        await store.close()


@pytest.fixture(params=["fake_line_with_desk", pytest.param("real_line", marks=pytest.mark.asterisk)])
def desk_line(request: pytest.FixtureRequest) -> Line:
    """A line with the real desk, in both worlds."""
    found: Line = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.asterisk)])
def line(request: pytest.FixtureRequest) -> Line:
    """The same scenarios in both worlds."""
    found: Line = request.getfixturevalue(f"{request.param}_line")
    return found


@pytest.fixture
async def together(line: Line) -> Line:
    """A line whose desk phones ring together."""
    await line.kill()
    line.settings = line.settings.model_copy(update={"desk_strategy": "together"})
    await line.start()
    return line
