"""The fixture `line`: a line in service, in the fake world and on a real Asterisk."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.calls.fake_world import FakeWorld
from tests.calls.line import Line, open_line
from tests.fakes.desk import MemoryDesk
from tests.fakes.fast_time import fast_time


@pytest.fixture
async def fake_line(tmp_path: Path) -> AsyncIterator[Line]:
    """A line on the fake Asterisk, with the desk in memory. Waiting takes no time."""
    with fast_time(asyncio.get_running_loop()):
        async with FakeWorld.open(tmp_path) as world, open_line(world, MemoryDesk()) as line:
            yield line


@pytest.fixture(params=["fake"])
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
