"""Runs the very script of a call against virtual phones, on the database of a line, in milliseconds. Nothing is written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy.exc import SQLAlchemyError

from ari_app.asterisk.call import Call
from ari_app.asterisk.events import Event
from ari_app.config import Settings
from ari_app.desk.explanation import CallNotExplained, Explanation
from ari_app.desk.report import CallReport
from ari_app.flows.open_call import LONGEST_RECORDED_TALK, Surroundings
from ari_app.flows.run_call import Reception
from ari_app.flows.support_line import support_line
from ari_app.flows.surroundings import surroundings
from ari_app.simulator.dry_store import DryStore
from ari_app.simulator.exchange import Exchange, VirtualClient
from ari_app.simulator.explaining import explain
from ari_app.simulator.people import Caller, DeskDoes, EngineersDo, Person, desk_phone, engineer
from ari_app.simulator.phone import Sound
from ari_app.simulator.simulated_desk import SimulatedDesk, first_line
from ari_app.speech.prompts import PROMPT_TEXTS, read_prompts

#: The dialplan ends a call then, whatever goes on.
LONGEST_CALL = float(LONGEST_RECORDED_TALK)
NO_CALL_YET = datetime(2000, 1, 1, tzinfo=UTC)
LINE = "explain-call"
SPOKEN = "spoken:"
#: What a caller hears who wants to hear the message once more.
OWN_MESSAGE = "own-message"


class SimulationFailed(CallNotExplained):
    """The script asked the virtual phone for something that it can't do: the explanation would be wrong."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the people do. With nobody at the phones a call shows everybody who would be rung, and voicemail at the end."""

    keys: str = ""
    engineers: EngineersDo = "no-answer"
    desk: DeskDoes = "no-answer"


@dataclass(slots=True)
class SimulatedClock:
    """Begins at `at`, and goes on with the loop."""

    at: datetime
    since: float = 0.0

    def set(self, at: datetime) -> None:
        self.at, self.since = at.astimezone(UTC), asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return self.at + timedelta(seconds=asyncio.get_running_loop().time() - self.since)

    def pinned(self) -> "SimulatedClock":
        return replace(self)


class Simulator:
    """Open it with `Simulator.open`, in a `VirtualLoop`. One call at a time."""

    def __init__(self, settings: Settings, store: DryStore) -> None:
        self.clock = SimulatedClock(NO_CALL_YET)
        self.desk = SimulatedDesk(store, settings, self.clock)
        self.settings = settings
        self._sounds = _sounds()
        self._numbers = count(1)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator["Simulator"]:
        """Raises ConfigurationError when the settings name an agreement that can't be used."""
        store = DryStore.open(settings.database_url)
        try:
            yield cls(settings, store)
        finally:
            await store.close()

    async def call(self, raw_number: str, at: datetime, behaviour: Behaviour | None = None) -> Explanation:
        """`raw_number` as a carrier gives it, "" for an anonymous caller; `at` aware. Raises SimulationFailed."""
        does = behaviour or Behaviour()
        self.clock.set(at)
        await self._look_around()
        began = asyncio.get_running_loop().time()
        exchange = Exchange(Caller(does.keys), self._whose(does), self._sound_of)
        report = await self._run(exchange, f"sim-{next(self._numbers)}", raw_number)
        if self.desk.unread:
            raise self._not_read(self.desk.unread[0])
        if exchange.unknown:
            raise SimulationFailed(f"The virtual phone does not know {', '.join(exchange.unknown)}.")
        return await explain(self.desk, report, exchange, asyncio.get_running_loop().time() - began)

    async def _look_around(self) -> None:
        """Reads what a line in service reads every few seconds, as it is at the moment of the call."""
        try:
            await self.desk.announcements.read()
        except SQLAlchemyError as failure:
            raise self._not_read(first_line(failure)) from failure

    def _not_read(self, why: str) -> SimulationFailed:
        return SimulationFailed(f"The database of {self.settings.home} can't be read. Run `meldlijn db upgrade`. {why}")

    async def _run(self, exchange: Exchange, call_id: str, raw_number: str) -> CallReport:
        event = Event("StasisStart", call_id, args=("in", LINE), caller_number=raw_number)
        call = Call(exchange.client, event)
        exchange.client.watch(call)
        exchange.call_in(call_id)
        try:
            async with asyncio.timeout(LONGEST_CALL):
                await self._reception(exchange.client).run_call(call, support_line)
        except TimeoutError:
            raise SimulationFailed(f"A call from {raw_number or 'anonymous'} does not end.") from None
        finally:
            exchange.let_go()
        return self.desk.reports.pop(call_id)

    def _reception(self, client: VirtualClient) -> Reception:
        return Reception(client, self.desk, self.clock, self._surroundings(), asyncio.TaskGroup())

    def _surroundings(self) -> Surroundings:
        """Those of the line, but for its sounds. Anew for each call: an engineer is never engaged by an earlier one."""
        return replace(
            surroundings(self.settings, self.desk),
            media=self._media,
            spoken_name=_spoken_name,
            check_pin=self.desk.suppose_pin,
            recordings=self.settings.home / "simulated",  # is not there: no message is ever read or replaced
        )

    def _media(self, prompt: str, language: str = "", /) -> str:
        return f"{language or self.settings.line.language}/{prompt}"

    def _whose(self, does: Behaviour) -> "_Whose":
        return _Whose(frozenset(self.settings.line.desk_endpoints), does)

    def _sound_of(self, medium: str) -> Sound:
        if medium.startswith(SPOKEN):
            return Sound("", medium.removeprefix(SPOKEN))
        return self._sounds.get(medium) or Sound(
            OWN_MESSAGE if medium.startswith("sound:") else medium.split("/")[-1], ""
        )


@dataclass(frozen=True, slots=True)
class _Whose:
    desk: frozenset[str]
    does: Behaviour

    def __call__(self, endpoint: str) -> Person:
        return desk_phone(self.does.desk) if endpoint in self.desk else engineer(self.does.engineers)


async def _spoken_name(text: str, language: str = "") -> str | None:
    return f"{SPOKEN}{text}"


def _sounds() -> dict[str, Sound]:
    return {
        f"{language.code}/{name}": Sound(name, text)
        for language in read_prompts(PROMPT_TEXTS).languages
        for name, text in language.texts.items()
    }
