"""The bare loop with an Asterisk of its own: what our line is measured against."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ari_app.asterisk.server import AsteriskServer
from ari_app.bench.figure import BenchFailed
from ari_app.bench.places import BARE_IP, CALLERS_IP, RTP_PORTS, free_port, write_short_sounds
from ari_app.desk.recordings import has_sound

READY_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class BareLine:
    """The other side while it runs."""

    sip: tuple[str, int]
    service_pid: int
    asterisk_pid: int
    recordings: Path

    def recorded(self) -> int:
        """Messages on disk that have sound."""
        return sum(has_sound(file) for file in (self.recordings / "bare").glob("*.wav"))


@asynccontextmanager
async def bare_line(home: Path) -> AsyncIterator[BareLine]:
    """Raises BenchFailed or ServerFailed when it does not come up."""
    server = AsteriskServer(
        home=home / "asterisk",
        ari_port=free_port(socket.SOCK_STREAM),
        sip_ip=BARE_IP,
        sip_port=free_port(socket.SOCK_DGRAM, BARE_IP),
        rtp_ports=RTP_PORTS,
        app="bare",
        trunk_contact=f"{CALLERS_IP}:5080",
        trunk_addresses=(CALLERS_IP,),
    )
    write_short_sounds(home, ("beep",))
    try:
        await asyncio.to_thread(server.start)
        async with _loop(server, home) as service_pid:
            yield BareLine((server.sip_ip, server.sip_port), service_pid, server.pid() or 0, server.recordings)
    finally:
        await asyncio.to_thread(server.stop)


@asynccontextmanager
async def _loop(server: AsteriskServer, home: Path) -> AsyncIterator[int]:
    beep = f"sound:{home / 'beep'}"
    words = ("-m", "ari_app.bench.bare_loop", server.url, server.ari_user, server.app, beep)
    with (home / "bare.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log
        )
    try:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{server.password()}\n".encode())
        process.stdin.close()
        async with asyncio.timeout(READY_WITHIN):
            if await process.stdout.readline() != b"ready\n":
                raise BenchFailed(f"The bare loop did not start: {(home / 'bare.log').read_text()[-500:]}")
        yield process.pid
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
