"""Asterisk alone: the same voicemail call as ours, in its dialplan. What the capacity of our line is measured against."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ari_app.asterisk.server import AsteriskServer
from ari_app.bench.places import BARE_IP, CALLERS_IP, RTP_PORTS, free_port, write_short_sounds
from ari_app.desk.recordings import seconds_of_sound

#: What a caller of ours hears at night, and no more.
SOUNDS = ("welcome", "closed-hours", "voicemail-instructions", "beep")
_DIALPLAN = """
[from-trunk]
exten => _[+0-9a-zA-Z]!,1,Answer()
 same => n,Playback({sounds})
 same => n,Record({recordings}/plain/${{UNIQUEID}}.wav,8,180,kq)
 same => n,Hangup()
"""


class PlainServer(AsteriskServer):
    """Configured as ours, but for its dialplan."""

    def write_configuration(self) -> None:
        super().write_configuration()
        (self.recordings / "plain").mkdir(exist_ok=True)
        sounds = "&".join(str(self.home / "short" / name) for name in SOUNDS)
        dialplan = _DIALPLAN.format(sounds=sounds, recordings=self.recordings)
        (self.home / "etc" / "extensions.conf").write_text(dialplan)


@dataclass(frozen=True, slots=True)
class PlainLine:
    """The other side while it runs."""

    sip: tuple[str, int]
    recordings: Path

    async def messages(self, wanted: int) -> list[float]:
        """Seconds of sound of each message so far; Asterisk writes them by itself, so nobody waits for `wanted`."""
        return [seconds_of_sound(file) for file in (self.recordings / "plain").glob("*.wav")]


@asynccontextmanager
async def plain_line(home: Path) -> AsyncIterator[PlainLine]:
    """Raises ServerFailed when it does not come up."""
    server = PlainServer(
        home=home / "asterisk",
        ari_port=free_port(socket.SOCK_STREAM),
        sip_ip=BARE_IP,
        sip_port=free_port(socket.SOCK_DGRAM, BARE_IP),
        rtp_ports=RTP_PORTS,
        trunk_contact=f"{CALLERS_IP}:5080",
        trunk_addresses=(CALLERS_IP,),
    )
    write_short_sounds(server.home / "short", SOUNDS)
    try:
        await asyncio.to_thread(server.start)
        yield PlainLine((server.sip_ip, server.sip_port), server.recordings)
    finally:
        await asyncio.to_thread(server.stop)
