"""The sign of life: given while all is well, withheld when Asterisk, our loop or the database is too slow, given again afterwards."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ari_app.asterisk.heartbeat import Heartbeat
from ari_app.asterisk.rest import Rest
from ari_app.store.database import Store
from tests.calls.line import Line
from tests.fakes.asterisk import FakeAsterisk


class SlowRest(Rest):
    """Asterisk answers after `takes` seconds."""

    takes = 0.0

    def __init__(self, url: str) -> None:
        super().__init__(url, "meldlijn", "secret")
        self.told: list[str] = []

    async def set_global(self, variable: str, value: str) -> None:
        await asyncio.sleep(self.takes)
        self.told.append(value)


@pytest.fixture
async def rest(fake_line: Line) -> AsyncIterator[SlowRest]:
    """In the fast time of the fake world."""
    slow = SlowRest(fake_line.world.rest().url)
    yield slow
    await slow.close()


async def beats(heartbeat: Heartbeat, times: int) -> None:
    for _ in range(times):
        await heartbeat.once()


async def test_after_three_slow_answers_in_a_row_the_dialplan_takes_the_callers(rest: SlowRest) -> None:
    heartbeat = Heartbeat(rest, slow_after=1.0, times=3)
    rest.takes = 1.5

    await beats(heartbeat, 2)
    was_given = not heartbeat.is_withheld
    await beats(heartbeat, 2)

    assert was_given
    assert heartbeat.is_withheld
    assert rest.told[-1] == "0"


async def test_a_single_slow_answer_changes_nothing(rest: SlowRest) -> None:
    heartbeat = Heartbeat(rest, slow_after=1.0, times=3)

    for takes in (1.5, 0, 1.5, 1.5, 0, 1.5):
        rest.takes = takes
        await heartbeat.once()

    assert not heartbeat.is_withheld


async def test_an_answer_that_never_comes_counts_as_slow(rest: SlowRest) -> None:
    heartbeat = Heartbeat(rest, slow_after=1.0, times=2)
    rest.takes = 3600

    await beats(heartbeat, 2)

    assert heartbeat.is_withheld


async def test_it_is_given_again_after_three_good_answers(rest: SlowRest) -> None:
    heartbeat = Heartbeat(rest, slow_after=1.0, times=3)
    rest.takes = 2
    await beats(heartbeat, 3)
    rest.takes = 0

    await beats(heartbeat, 2)
    was_withheld = heartbeat.is_withheld
    await beats(heartbeat, 2)

    assert was_withheld
    assert rest.told[-2] == "0"
    assert int(rest.told[-1]) > 1_700_000_000


async def test_without_its_database_the_service_leaves_callers_to_the_dialplan(rest: SlowRest, tmp_path: Path) -> None:
    store = Store.open(f"sqlite+aiosqlite:///{tmp_path / 'no-such-folder' / 'line.db'}")
    heartbeat = Heartbeat(rest, times=3, trouble=store.trouble)

    await beats(heartbeat, 3)
    await store.close()

    assert heartbeat.is_withheld


async def test_a_database_that_answers_is_no_trouble(store: Store) -> None:
    assert await store.trouble() is None


async def test_a_line_whose_asterisk_answers_slowly_gives_no_sign_of_life(fake_line: Line) -> None:
    fake: FakeAsterisk = fake_line.world.server  # type: ignore[attr-defined]
    real = fake_line.client.rest.set_global

    async def slow(variable: str, value: str) -> None:
        await asyncio.sleep(2)
        await real(variable, value)

    fake_line.client.rest.set_global = slow  # type: ignore[method-assign]
    await asyncio.sleep(30)

    assert fake.switch.globals["LINE_HB"] == "0"
