"""The demo from beginning to end: set up, place the calls, kill the service once, judge, and show."""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from pathlib import Path

import soundfile

from ari_app.clock import SystemClock, set_demo_clock
from ari_app.config import Settings, read_settings
from ari_app.demo.calls import DEMO_CALLS, DemoCall
from ari_app.demo.finding import finished_ticket
from ari_app.demo.judge import AMSTERDAM, Judged, judge
from ari_app.demo.line import DemoLine, write_settings
from ari_app.demo.outside import Outside, outside_world
from ari_app.demo.placing import Placed, converse, dial_support, press_keys, say_message, until_beep
from ari_app.desk import Desk
from ari_app.setting_up import asterisk_server, open_desk, prepare_home
from ari_app.sip_phone.alaw import Pcm
from ari_app.sip_phone.outgoing import OutgoingCall
from ari_app.sip_phone.phone import Phone
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo

Progress = Callable[[str], None]

#: Fenna's mobile is picked up by its voicemail box.
VOICEMAIL_BOXES = frozenset({"+31612345001"})
TALK_FOR = 4.0
#: The next caller dials when the one before is on the line: each call keeps the moment at which it came in.
BETWEEN_CALLS = 0.3
TRANSCRIBED_WITHIN = 40.0


class Demo:
    """One run of the demo in `home`, whose database is made anew."""

    def __init__(self, home: Path, progress: Progress) -> None:
        self.home = home
        self.progress = progress
        _end_leftovers(home)
        self.settings = self._fresh_home()
        self.line = DemoLine(self.settings)
        self.password: str | None = None
        self._open = AsyncExitStack()

    def _fresh_home(self) -> Settings:
        for kept in ("meldlijn.db", "meldlijn.db-wal", "meldlijn.db-shm", "clock.json", "line.log"):
            (self.home / kept).unlink(missing_ok=True)
        for folder in ("spool", "asterisk/spool/recording"):
            shutil.rmtree(self.home / folder, ignore_errors=True)
        write_settings(self.home)
        return read_settings(self.home)

    async def calls(self) -> list[Judged]:
        """Starts the line, places all calls and judges them. The line and the phones around it go on running."""
        self.progress("database, prompts, customers and rota")
        self.password = await prepare_home(self.settings)
        await self._seed()
        self.progress("starting Asterisk and the line")
        await self.line.start()
        async with open_desk(self.settings) as desk:
            return await self._place_and_judge(desk)

    async def _seed(self) -> None:
        store = Store.open(self.settings.database_url)
        try:
            await seed_demo(store, SystemClock().now())
        finally:
            await store.close()

    async def _place_and_judge(self, desk: Desk) -> list[Judged]:
        outside = Outside(VOICEMAIL_BOXES, TALK_FOR)
        phone = await self._open.enter_async_context(outside_world(self.settings.asterisk, outside))
        together = [demo for demo in DEMO_CALLS if not demo.kills_the_service]
        alone = [demo for demo in DEMO_CALLS if demo.kills_the_service]
        placed = await self._place(phone, together)
        placed += [await self._place_and_kill(phone, demo) for demo in alone]
        self.progress("waiting for the last transcript")
        tickets = [await finished_ticket(desk, one.sip_call_id, within=TRANSCRIBED_WITHIN) for one in placed]
        return [
            judge(one, ticket, outside.picked_up, self._prompt) for one, ticket in zip(placed, tickets, strict=True)
        ]

    async def _place(self, phone: Phone, demos: list[DemoCall]) -> list[Placed]:
        conversations = []
        for demo in demos:
            call = await self._dial(phone, demo)
            conversations.append(asyncio.create_task(converse(call, demo), name=demo.name))
            await asyncio.sleep(BETWEEN_CALLS)
        return list(await asyncio.gather(*conversations))

    async def _place_and_kill(self, phone: Phone, demo: DemoCall) -> Placed:
        call = await self._dial(phone, demo)
        await press_keys(call, demo.keys)
        await until_beep(call)
        speaking = asyncio.create_task(say_message(call, demo.says))
        await asyncio.sleep(1.5)
        self.progress("kill -9 of the service while the caller speaks")
        await self.line.kill()
        await speaking
        await call.hangup()
        self.progress("starting the service again")
        await self.line.start()
        return Placed(demo, call.call_id, call.heard())

    async def _dial(self, phone: Phone, demo: DemoCall) -> OutgoingCall:
        self.progress(f"call {demo.name}: {demo.story}")
        set_demo_clock(self.settings.clock_file, datetime.fromisoformat(demo.at).replace(tzinfo=AMSTERDAM))
        return await dial_support(phone, demo)

    def _prompt(self, name: str) -> Pcm:
        path = self.settings.sounds / self.settings.line.language / f"{name}.wav"
        pcm, _rate = soundfile.read(path, dtype="int16")
        return pcm  # type: ignore[no-any-return]

    async def stop(self) -> None:
        await self._open.aclose()
        with suppress(ProcessLookupError):
            await self.line.stop()


def _end_leftovers(home: Path) -> None:
    """The Asterisk of a demo that was broken off would hold the ports."""
    if (home / "meldlijn.toml").exists():
        asterisk_server(read_settings(home)).stop()
