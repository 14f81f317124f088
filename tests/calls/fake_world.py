"""The fake world: `FakeAsterisk`, people in the same process, and time that takes no time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ari_app.asterisk.rest import Rest
from tests.calls.line import DIRECTORY
from tests.calls.sounds import PROMPTS
from tests.fakes.asterisk import PASSWORD, USER, FakeAsterisk
from tests.fakes.handset import Behaviour, FakeHandset


class FakeWorld:
    """`server` is the fake Asterisk, for tests that break it."""

    app = "meldlijn"

    def __init__(self, server: FakeAsterisk, recordings: Path) -> None:
        self.server = server
        self.recordings = recordings
        self.sounds = Path("/sounds")

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator["FakeWorld"]:
        recordings = folder / "recording"
        async with FakeAsterisk.open(recordings, frozenset(PROMPTS), cls.app) as server:
            yield cls(server, recordings)
        # A fake that was asked for something unreal, or whose people stumbled, proves nothing.
        assert server.complaints == []
        assert server.switch.failures == []

    def rest(self) -> Rest:
        return Rest(self.server.url, USER, PASSWORD)

    async def place_call(self, from_number: str, to_number: str) -> FakeHandset:
        handset = FakeHandset(from_number or "anonymous")
        self.server.switch.call_in(handset, from_number or "anonymous", to_number)
        return handset

    def answer_phones(self, act: Callable[[str, Any], Awaitable[None]]) -> None:
        for name, number in DIRECTORY.items():
            endpoint = f"PJSIP/{number}" if name.startswith("desk-") else f"PJSIP/{number}@trunk"
            self.server.switch.phones[endpoint] = (name, _behaviour(name, act))


def _behaviour(name: str, act: Callable[[str, Any], Awaitable[None]]) -> Behaviour:
    async def behave(handset: FakeHandset) -> None:
        await act(name, handset)

    return behave
