"""A line in service for scenarios: our own client and reception, as the service runs them, in one of the two worlds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from ari_app.asterisk.client import AriClient
from ari_app.asterisk.heartbeat import Heartbeat
from ari_app.asterisk.rest import Rest
from ari_app.config import LineSettings, read_agreement
from ari_app.desk import Desk
from ari_app.desk.announcements import Announcement
from ari_app.desk.call_backs import CallBack, CallBackOutcome
from ari_app.desk.calls_now import CallsNow
from ari_app.desk.report import CallReport
from ari_app.flows.call_back import CallingBack
from ari_app.flows.open_call import PromptMedia, Surroundings
from ari_app.flows.outgoing import Outgoing
from ari_app.flows.run_call import Reception
from ari_app.store.engineer_call_tables import EngineerCallRow
from ari_app.store.in_call_tables import CallBackRow, CallBackState
from sla.agreed_hours import agreed_hours
from tests.calls.people import NO_ANSWER
from tests.calls.scenario import VOICE, Caller, Handset, Moments, Outcome, Person, PhoneCall, make_call

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LINE_NUMBER = "0850004000"
#: Whose phone has which number (engineers, behind the trunk) or name (desk phones).
DIRECTORY = {
    "Fenna Fictief": "31612345001",
    "Bram Bedacht": "31612345002",
    "Sanne Schijn": "31612345003",
    "Fenna Fictief, thuis": "31612345011",
    "de klant": "31201234567",
    "desk-1": "desk-1",
    "desk-2": "desk-2",
}
AGREEMENT = read_agreement("voip-4.10-2023-11")
SETTINGS = LineSettings(
    ring_for_seconds=2,
    accept_within_seconds=2.5,
    ring_rounds=1,
    progress_every_seconds=30,
    wrap_up=False,
    desk_ring_for_seconds=2,
    message_silence_seconds=3,
    message_max_seconds=10,
    message_menu_seconds=1.5,
    desk_wait_seconds=0,
    desk_wrap_up_seconds=0,
    desk_tell_every_seconds=5,
    key_within_seconds=1.5,
)
#: In the real world a busy machine makes people and phones late: it waits longer for what people do, not for what we do.
PATIENT_SETTINGS = SETTINGS.model_copy(
    update={"accept_within_seconds": 5, "key_within_seconds": 3, "message_menu_seconds": 3, "desk_ring_for_seconds": 3}
)
#: The longest scenario takes less; in the fake world this is not wall time.
SCENARIO_WITHIN = 40.0
FREE_WITHIN = 3.0


@dataclass(frozen=True)
class Heard:
    """Prompts by listener, and (listener, speaker) of those who heard each other."""

    prompts: dict[str, list[str]]
    talked: list[tuple[str, str]]


class World(Protocol):
    """Where the calls happen."""

    recordings: Path
    sounds: Path
    app: str

    def rest(self) -> Rest: ...
    async def place_call(self, from_number: str, to_number: str) -> Any: ...
    def answer_phones(self, act: Callable[[str, Any], Awaitable[None]]) -> None: ...


@dataclass
class ScenarioClock:
    """Starts at the moment that the scenario names, and goes on with the loop's time, which the fake world makes fast."""

    at: datetime = datetime(2026, 11, 21, 8, tzinfo=UTC)
    since: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def now(self) -> datetime:
        return self.at + timedelta(seconds=asyncio.get_running_loop().time() - self.since)

    def pinned(self) -> "ScenarioClock":
        return replace(self)

    def set(self, local: str) -> None:
        """`local`: Amsterdam time, as "2026-11-21T09:10"."""
        self.at = datetime.fromisoformat(local).replace(tzinfo=AMSTERDAM).astimezone(UTC)
        self.since = asyncio.get_running_loop().time()


class ObservedDesk:
    """Any desk, with news of what it filed. `is_away`: the database does not answer, as far as calls ask it."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.is_away = False
        self.filed: list[tuple[str, CallReport]] = []
        self._news = asyncio.Condition()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.desk, name)

    async def take_call(self, *arguments: Any) -> Any:
        return await self._unless_away(self.desk.take_call, *arguments)

    async def who_is(self, *arguments: Any) -> Any:
        return await self._unless_away(self.desk.who_is, *arguments)

    async def on_duty(self, *arguments: Any) -> Any:
        return await self._unless_away(self.desk.on_duty, *arguments)

    async def customer_now(self, *arguments: Any) -> Any:
        return await self._unless_away(self.desk.customer_now, *arguments)

    async def check_pin(self, *arguments: Any) -> Any:
        return await self._unless_away(self.desk.pins.check, *arguments)

    async def keep_consent(self, *arguments: Any) -> Any:
        return await self._unless_away(self.desk.keep_consent, *arguments)

    async def close_call(self, report: CallReport) -> str:
        number: str = await self._unless_away(self.desk.close_call, report)
        await self._filed(number, report)
        return number

    def spool(self, report: CallReport) -> None:
        self.desk.spool(report)
        asyncio.get_running_loop().create_task(self._filed("spooled", report))

    async def report_of(self, sip_call_id: str) -> tuple[str, CallReport]:
        """The ticket and the report of a call, once it is filed; it must be filed once."""
        async with self._news:
            await self._news.wait_for(lambda: self._reports(sip_call_id))
        (found,) = self._reports(sip_call_id)
        return found

    def _reports(self, sip_call_id: str) -> list[tuple[str, CallReport]]:
        return [(number, report) for number, report in self.filed if report.sip_call_id == sip_call_id]

    async def _filed(self, number: str, report: CallReport) -> None:
        async with self._news:
            self.filed.append((number, report))
            self._news.notify_all()

    async def _unless_away(self, method: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        if self.is_away:
            raise ConnectionError("the database is away")
        return await method(*arguments)


class Line:
    """Take calls with `call`; `start` and `kill` are the service."""

    def __init__(self, world: World, desk: Any, clock: ScenarioClock, settings: LineSettings = SETTINGS) -> None:
        self.world = world
        self.desk = ObservedDesk(desk)
        self.clock = clock
        self.settings = settings
        self.agreement = AGREEMENT
        #: Of the home folder, in service.
        self.name = ""
        #: A test may put a faulty one here.
        self.media: PromptMedia = lambda prompt, language="": f"sound:{world.sounds}/{prompt}"
        self.announcements: list[Announcement] = []
        #: What no prompt says, as it was spoken: text and language, "" for that of the line.
        self.said: list[tuple[str, str]] = []
        self.holidays: tuple[date, ...] = ()
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.phone_calls: list[PhoneCall] = []
        self.made_calls: list[PhoneCall] = []
        self.client: AriClient
        self.engaged: set[int] = set()
        self.calls_now: CallsNow = getattr(desk, "calls_now", CallsNow())
        self._moments = Moments()
        self._people: dict[str, Person] = {}
        self._calls_on = 0
        self._service: asyncio.Task[None] | None = None
        world.answer_phones(self._act)

    @property
    def recordings(self) -> Path:
        return self.world.recordings

    # --- the service
    async def start(self) -> None:
        """As `meldlijn run` does. Returns when it is connected; raises what stops it before."""
        rest = self.world.rest()
        self.client = AriClient(rest, self.world.app, Heartbeat(rest, owner=self.name))
        rest.on_request = lambda method, path, query, body: self.requests.append((method, path, dict(query), body))
        self.client.on_message = self.messages.append
        self._service = asyncio.create_task(self._serve(rest))
        connected = asyncio.create_task(self.client.connected.wait())
        await asyncio.wait({connected, self._service}, return_when=asyncio.FIRST_COMPLETED)
        if self._service.done():
            connected.cancel()
            await self._service
        self._moments.happened("the new service runs")

    async def kill(self) -> None:
        """Ends the service in the middle of whatever it does: it files nothing, and asks nothing of Asterisk any more."""
        if self._service is None:
            return
        self.client.is_stopping = True
        self.client.rest.request = _dead  # type: ignore[method-assign]
        self._service.cancel()
        await asyncio.gather(self._service, return_exceptions=True)
        self._service = None

    async def stopped(self) -> BaseException:
        """Waits until the service stops by itself, and says why."""
        assert self._service is not None
        await asyncio.wait({self._service})
        failure = self._service.exception()
        assert failure is not None, "the service stopped without a reason"
        self._service = None
        return failure.exceptions[0] if isinstance(failure, BaseExceptionGroup) else failure

    async def _serve(self, rest: Rest) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                reception = Reception(self.client, self.desk, self.clock, self._surroundings(), tasks)  # type: ignore[arg-type]
                reception.open()
                tasks.create_task(self.client.run())
                tasks.create_task(self.client.beat())
                if self._makes_calls:
                    outgoing = Outgoing(
                        self.client, self.desk.desk, self.clock, reception.line, tasks, reception.strays
                    )
                    tasks.create_task(_ticking(outgoing))
        finally:
            await rest.close()

    def _surroundings(self) -> Surroundings:
        hours = agreed_hours(self.agreement, self.holidays)
        return Surroundings(
            settings=self.settings,
            hours=hours,
            media=lambda prompt, language="": self.media(prompt, language),
            spoken_name=self._spoken_name,
            announcements=lambda customer, at: [one for one in self.announcements if one.concerns(customer, at)],
            phone_hours=lambda: hours.phone,
            recordings=self.world.recordings,
            trunk="trunk",
            for_engineers=self.desk.desk.for_engineers,
            customer_now=self.desk.customer_now,
            agreement=self.agreement,
            check_pin=self.desk.check_pin,
            keep_consent=self.desk.keep_consent,
            engaged=self.engaged,
            calls_now=self.calls_now,
        )

    async def _spoken_name(self, text: str, language: str = "") -> str | None:
        self.said.append((text, language))
        return f"sound:{self.world.sounds}/spoken-name"

    # --- calls
    async def call(self, caller: Caller, phones: Mapping[str, Person] | None = None) -> Outcome:
        """From dialling to the filed report; everybody who is not named does not answer their phone."""
        if self._calls_on == 0:
            self._moments, self.phone_calls = Moments(), []
            self._people = {}
            self.clock.set(caller.at)
        self._people |= phones or {}
        self._calls_on += 1
        try:
            async with asyncio.timeout(SCENARIO_WITHIN):
                return await self._call(caller)
        except TimeoutError:
            raise AssertionError(f"the scenario does not end:\n{self._story()}") from None
        finally:
            self._calls_on -= 1

    async def call_back(self, asked: CallBack, phones: Mapping[str, Person]) -> tuple[CallBackOutcome, Heard]:
        """One of us and a customer are called; gives what came of it, and what both heard."""
        self._moments, self.phone_calls, self._people = Moments(), [], dict(phones)
        async with asyncio.timeout(SCENARIO_WITHIN):
            outcome = await CallingBack(self.client, self._surroundings(), self.clock, asked).run()
            await self._everything_is_free()
        heard = {call.handset.name: _prompts(call) for call in self.phone_calls}
        return outcome, Heard(heard, sorted(_voices(self.phone_calls)))

    async def calls_out(self, phones: Mapping[str, Person] = MappingProxyType({})) -> Heard:
        """All calls that the line makes by itself, from now on and since the last call, until the last one is over."""
        self._people |= phones
        self._calls_on += 1
        try:
            async with asyncio.timeout(SCENARIO_WITHIN):
                while await self._is_calling_out():
                    await asyncio.sleep(0.1)
                await self._everything_is_free()
        except TimeoutError:
            raise AssertionError(f"the calls do not end:\n{self._story()}") from None
        finally:
            self._calls_on -= 1
        heard = {call.handset.name: _prompts(call) for call in self.phone_calls}
        return Heard(heard, sorted(_voices(self.phone_calls)))

    @property
    def _makes_calls(self) -> bool:
        return isinstance(self.desk.desk, Desk)

    async def _is_calling_out(self) -> bool:
        open_ones = (
            select(EngineerCallRow.id).where(col(EngineerCallRow.ended_at).is_(None)),
            select(CallBackRow.id).where(col(CallBackRow.state).in_((CallBackState.ASKED, CallBackState.TAKEN))),
        )
        async with self.desk.desk.store.reading() as session:
            return any([(await session.exec(one)).first() is not None for one in open_ones])

    def happened(self, moment: str) -> None:
        """Something that the people on the phones wait for."""
        self._moments.happened(moment)

    async def moment(self, moment: str) -> None:
        """Waits for something in the call that is on, or comes next."""
        while self._calls_on == 0:
            await asyncio.sleep(0.01)
        await self._moments.until(moment)

    def seconds(self, since: str, until: str) -> float:
        """Between two moments of the last scenario."""
        return self._moments.seconds(since, until)

    def _story(self) -> str:
        """What happened so far, for whoever reads why a scenario failed."""
        asked = [f"{method} {path} {query}" for method, path, query, _ in self.requests]
        told = [
            f"{message['type']} {message.get('playback') or message.get('digit') or ''}" for message in self.messages
        ]
        heard = [f"{call.handset.name} heard {call.heard}" for call in (*self.made_calls, *self.phone_calls)]
        return "\n".join(["asked:", *asked, "told:", *told, *heard])

    async def left_over(self) -> list[str]:
        """Channels and bridges that still exist when no call is on."""
        rest = self.world.rest()
        try:
            channels = await rest.channels()
            bridges = await rest.request("GET", "/bridges")
        finally:
            await rest.close()
        return [f"{kind['id']} ({kind.get('state', 'bridge')})" for kind in (*channels, *bridges)]

    async def _call(self, caller: Caller) -> Outcome:
        handset: Handset = await self.world.place_call(caller.number, LINE_NUMBER)
        made = PhoneCall(handset, self._moments)
        self.made_calls.append(made)
        await make_call(made, caller)
        over_at = asyncio.get_running_loop().time()
        ticket, report = await self.desk.report_of(handset.sip_call_id)  # type: ignore[attr-defined]
        if self._calls_on == 1 and not self._makes_calls:
            await self._everything_is_free()
        return Outcome(
            report=report,
            ticket=ticket,
            heard=_prompts(made),
            heard_by={call.handset.name: _prompts(call) for call in self.phone_calls},
            talked=sorted(_voices([made, *self.phone_calls])),
            phones_that_rang=[call.handset.name for call in self.phone_calls],
            recordings=self.world.recordings,
            settled_after=asyncio.get_running_loop().time() - over_at,
        )

    async def _everything_is_free(self) -> None:
        deadline = asyncio.get_running_loop().time() + FREE_WITHIN
        while left := await self.left_over():
            assert asyncio.get_running_loop().time() < deadline, f"left over after the call: {left}"
            await asyncio.sleep(0.05)
        assert self.client.watched == 0, "the client still watches channels of a call that is over"

    async def _act(self, name: str, handset: Handset) -> None:
        """Somebody's phone is called."""
        call = PhoneCall(handset, self._moments)
        self.phone_calls.append(call)
        await self._people.get(name, NO_ANSWER)(call)


async def _dead(*_arguments: Any, **_parameters: Any) -> None:
    raise asyncio.CancelledError


async def _ticking(outgoing: Outgoing) -> None:
    while True:
        await outgoing.tick()
        await asyncio.sleep(0.2)


def _prompts(call: PhoneCall) -> list[str]:
    return [sound for sound in call.heard if not sound.startswith(VOICE)]


def _voices(calls: list[PhoneCall]) -> list[tuple[str, str]]:
    return [
        (call.handset.name, sound.removeprefix(VOICE))
        for call in calls
        for sound in call.heard
        if sound.startswith(VOICE)
    ]


@asynccontextmanager
async def open_line(
    world: World, desk: Any, clock: ScenarioClock, settings: LineSettings = SETTINGS
) -> AsyncIterator[Line]:
    """A line whose service runs; it is killed at the end."""
    line = Line(world, desk, clock, settings)
    await line.start()
    try:
        yield line
    finally:
        await line.kill()
