"""A line as it is run: the service is a process of its own that is killed, frozen and started again while people are on the phone."""

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ari_app.asterisk.server import AsteriskServer
from ari_app.clock import SystemClock, set_demo_clock
from ari_app.config import Settings, read_settings
from ari_app.demo.line import DemoLine
from ari_app.desk import Desk
from ari_app.desk.views import TicketView
from ari_app.setting_up import PROMPTS as SHIPPED_PROMPTS
from ari_app.setting_up import asterisk_server, clock_of, desk_of
from ari_app.sip_phone.listening import contains
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from tests.calls.line import LINE_NUMBER, PATIENT_SETTINGS
from tests.calls.people import NO_ANSWER
from tests.calls.real_handset import RealHandset
from tests.calls.real_world import DESK_IP, TRUNK_IP, RealWorld, free_port
from tests.calls.scenario import Caller, Moments, Person, PhoneCall, make_call
from tests.calls.sounds import PROMPTS, SAME, message_audio, prompt_audio, write_wav
from transcription.audio import read_recording

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
#: A busy machine; a quiet one needs a fraction of it.
TICKET_WITHIN = FREE_WITHIN = 30.0
LOOK_EVERY = 0.05


class Served:
    """Take calls with `call`; `kill`, `freeze`, `end` and `start` are what becomes of the service."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self.settings = settings
        self.desk = desk
        self.server: AsteriskServer = asterisk_server(settings)
        self.process = DemoLine(settings)
        self.moments = Moments()
        self.phone_calls: list[PhoneCall] = []
        self._people: Mapping[str, Person] = {}
        self._dialling = asyncio.Lock()
        self.world: RealWorld

    # --- the service
    async def start(self) -> None:
        await self.process.start()
        self.moments.happened("the service runs again")

    async def kill(self) -> None:
        """kill -9"""
        await self.process.kill()

    async def end(self) -> None:
        """As systemd and containers stop it: SIGTERM."""
        await self.process.stop()

    def freeze(self) -> None:
        """SIGSTOP: it is there, and does nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    # --- calls
    def people(self, phones: Mapping[str, Person]) -> None:
        """Who does what when their phone rings; everybody else does not answer. A new scene: nothing has happened yet."""
        self._people, self.moments, self.phone_calls = phones, Moments(), []

    async def call(self, caller: Caller, act: Person | None = None) -> PhoneCall:
        """From dialling to the end of the call. Callers may come side by side, each at a moment of their own.

        `act`: what the caller does from the answer on, in place of what `caller` says.
        """
        async with self._dialling:
            at = datetime.fromisoformat(caller.at).replace(tzinfo=AMSTERDAM)
            set_demo_clock(self.settings.clock_file, at)
            handset: RealHandset = await self.world.place_call(caller.number, LINE_NUMBER)
            await handset.answered()  # by then the service has read the clock
        call = PhoneCall(handset, self.moments)
        await (act(call) if act else make_call(call, caller))
        return call

    async def ticket_of(self, call: PhoneCall) -> TicketView:
        """The one ticket of a call."""
        sip_call_id = call.handset.sip_call_id  # type: ignore[attr-defined]
        async with asyncio.timeout(TICKET_WITHIN):
            while not (ticket := await self.desk.ticket_of_call(sip_call_id)):
                await asyncio.sleep(LOOK_EVERY)
        return ticket

    async def ticket_from(self, number: str) -> TicketView:
        """The last ticket of a caller (as dialled in the country), whoever took the message."""
        async with asyncio.timeout(TICKET_WITHIN):
            while True:
                for ticket in await self.desk.tickets(20):
                    if ticket.caller_number == f"+31{number.removeprefix('0')}":
                        return ticket
                await asyncio.sleep(LOOK_EVERY)

    def has_recorded(self, ticket: TicketView, *messages: str) -> bool:
        """All of these were said into its message."""
        if ticket.voicemail is None:
            return False
        file = self.settings.recordings / ticket.voicemail.recording
        heard = read_recording(file).samples
        return all(contains(heard, message_audio(message)).score > SAME for message in messages)

    async def until_free(self) -> None:
        """No channel and no bridge is left."""
        deadline = asyncio.get_running_loop().time() + FREE_WITHIN
        while left := await self.left_over():
            assert asyncio.get_running_loop().time() < deadline, f"left over: {left}\n{self.process.log_end()}"
            await asyncio.sleep(LOOK_EVERY)

    async def left_over(self) -> list[str]:
        rest = self.world.rest()
        try:
            return [one["id"] for one in (*await rest.channels(), *await rest.request("GET", "/bridges"))]
        finally:
            await rest.close()

    async def act(self, name: str, handset: RealHandset) -> None:
        call = PhoneCall(handset, self.moments)
        self.phone_calls.append(call)
        await self._people.get(name, NO_ANSWER)(call)

    def heard_by(self, name: str) -> list[str]:
        """By the last call of this phone."""
        return next(call.heard for call in reversed(self.phone_calls) if call.handset.name == name)


@asynccontextmanager
async def served_line(home: Path, database: Path) -> AsyncIterator[Served]:
    """`database`: an empty one with all tables, to copy. Asterisk is not the service's own: it lives on when the service ends."""
    settings = _settings(home)
    shutil.copy(database, settings.home / "meldlijn.db")
    store = Store.open(settings.database_url)
    await seed_demo(store, SystemClock().now())
    line = Served(settings, desk_of(settings, store, clock_of(settings)))
    beep = line.server.home / "lib/sounds/beep.wav"
    beep.parent.mkdir(parents=True)
    write_wav(beep, prompt_audio("beep"))
    await asyncio.to_thread(line.server.start)
    try:
        async with RealWorld.open(line.server) as line.world:
            line.world.answer_phones(line.act)
            await line.start()
            yield line
            await line.end()
    finally:
        await asyncio.to_thread(line.server.stop)
        await store.close()


def _settings(home: Path) -> Settings:
    home.mkdir(parents=True)
    tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
    first_rtp = free_port("127.0.0.1", udp) // 2 * 2 % 20000 + 30000
    patience = {"message_max_seconds": 60, "message_silence_seconds": 8, "ring_for_seconds": 30}
    of_the_line = PATIENT_SETTINGS.model_copy(update=patience)
    changed = of_the_line.model_dump(exclude_defaults=True, mode="json")
    lines = [
        "demo = true",
        "[asterisk]",
        "managed = false",
        f"ari_port = {free_port('127.0.0.1', tcp)}",
        f"sip_port = {free_port('127.0.0.1', udp)}",
        f"rtp_ports = [{first_rtp}, {first_rtp + 400}]",
        f"trunk_contact = '{TRUNK_IP}:{free_port(TRUNK_IP, udp)}'",
        f"trunk_addresses = ['{TRUNK_IP}']",
        "[asterisk.desk_phones]",
        *(f"{name} = '{DESK_IP}:{free_port(DESK_IP, udp)}'" for name in ("desk-1", "desk-2")),
        "[web]",
        f"port = {free_port('127.0.0.1', tcp)}",
        "[speech]",
        "workers = 0",
        "[fallback]",
        "rings = false",
        "[line]",
        *(f"{name} = {str(value).lower() if isinstance(value, bool) else value!r}" for name, value in changed.items()),
    ]
    (home / "meldlijn.toml").write_text("\n".join(lines) + "\n")
    settings = read_settings(home)
    folder = settings.sounds / settings.line.language
    folder.mkdir(parents=True, exist_ok=True)
    for name in {*SHIPPED_PROMPTS, *PROMPTS}:
        write_wav(folder / f"{name}.wav", prompt_audio(name))
    return settings
