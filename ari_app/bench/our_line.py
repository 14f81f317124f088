"""Our line under load: a service of its own with its own Asterisk and database, in a scratch home."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from ari_app.bench.places import CALLERS_IP, OURS_IP, RTP_PORTS, free_port, write_short_sounds
from ari_app.clock import SystemClock, set_demo_clock
from ari_app.config import Settings, read_settings
from ari_app.demo.line import DemoLine
from ari_app.desk.recordings import seconds_of_sound
from ari_app.setting_up import PROMPTS, asterisk_server
from ari_app.store.database import Store
from ari_app.store.schema import upgrade
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import CallRow, VoicemailRow

#: A Monday evening in Amsterdam: the desk is closed and it is no calamity hour, so every caller leaves a message.
CLOSED = datetime(2026, 11, 23, 20, 15, tzinfo=ZoneInfo("Europe/Amsterdam"))
#: How often, and every how many seconds, we look whether the last calls are filed.
FILED_LOOKS, LOOK_EVERY = 100, 0.2


@dataclass(frozen=True, slots=True)
class FiledCall:
    """A voicemail call as it stands in the database; `seconds`: so much sound is in its file on disk."""

    received_at: datetime
    answered_at: datetime | None
    seconds: float

    @property
    def is_recorded(self) -> bool:
        return self.seconds > 0


class OurLine:
    """The line while it runs; `service_pid` and `asterisk_pid` are what a bench weighs."""

    def __init__(self, settings: Settings, store: Store, process: DemoLine) -> None:
        self.settings = settings
        self.sip = (settings.asterisk.sip_host, settings.asterisk.sip_port)
        self.store = store
        self._process = process

    @property
    def service_pid(self) -> int:
        return self._process.pid

    @property
    def asterisk_pid(self) -> int:
        pid = asterisk_server(self.settings).pid()
        assert pid is not None
        return pid

    async def filed(self, wanted: int) -> list[FiledCall]:
        """Voicemail calls with a ticket, first call first; waits until there are `wanted`, but not for ever."""
        for _ in range(FILED_LOOKS):
            filed = await self._voicemails()
            if len(filed) >= wanted:
                break
            await asyncio.sleep(LOOK_EVERY)
        return filed

    async def messages(self, wanted: int) -> list[float]:
        """Seconds of sound of each message that has a ticket; waits as `filed` does."""
        return [call.seconds for call in await self.filed(wanted)]

    async def _voicemails(self) -> list[FiledCall]:
        asked = (
            select(CallRow.received_at, CallRow.answered_at, VoicemailRow.recording)
            .join(VoicemailRow, col(VoicemailRow.ticket_id) == CallRow.ticket_id)
            .order_by(col(CallRow.received_at))
        )
        async with self.store.reading() as session:
            rows = (await session.exec(asked)).all()
        folder = self.settings.recordings
        return [FiledCall(received, answered, seconds_of_sound(folder / file)) for received, answered, file in rows]


@asynccontextmanager
async def our_line(
    home: Path, module: str = "ari_app", line_settings: tuple[str, ...] = (), workers: int = 0
) -> AsyncIterator[OurLine]:
    """A fresh line in closed hours; `line_settings`: lines of TOML for its calls. Raises LineFailed when it does not come up."""
    settings = _write_settings(home, line_settings, workers)
    write_short_sounds(settings.sounds / settings.line.language, PROMPTS)
    set_demo_clock(settings.clock_file, CLOSED)
    await asyncio.to_thread(upgrade, settings.database_url)
    store, process = Store.open(settings.database_url), DemoLine(settings, module)
    try:
        await seed_demo(store, SystemClock().now())
        await process.start()
        yield OurLine(settings, store, process)
    finally:
        await process.stop()
        await asyncio.to_thread(asterisk_server(settings).stop)
        await store.close()


def _write_settings(home: Path, line_settings: tuple[str, ...], workers: int) -> Settings:
    home.mkdir(parents=True)
    lines = [
        "demo = true",
        "[asterisk]",
        f"ari_port = {free_port(socket.SOCK_STREAM)}",
        f'sip_host = "{OURS_IP}"',
        f"sip_port = {free_port(socket.SOCK_DGRAM, OURS_IP)}",
        f"rtp_ports = {list(RTP_PORTS)}",
        f'trunk_contact = "{CALLERS_IP}:{free_port(socket.SOCK_DGRAM, CALLERS_IP)}"',
        f'trunk_addresses = ["{CALLERS_IP}"]',
        "[asterisk.desk_phones]",
        *(f'{name} = "{CALLERS_IP}:{free_port(socket.SOCK_DGRAM, CALLERS_IP)}"' for name in ("desk-1", "desk-2")),
        "[web]",
        f"port = {free_port(socket.SOCK_STREAM)}",
        "[speech]",
        f"workers = {workers}",
        "[line]",
        *line_settings,
    ]
    (home / "meldlijn.toml").write_text("\n".join(lines) + "\n")
    return read_settings(home)
