"""The line of the demo as a process of its own: started, killed and started again while callers are on it."""

import asyncio
import signal
import socket
import sys
from pathlib import Path

import httpx2

from ari_app.config import Settings

#: Seconds. Cold, the speech model is loaded and Asterisk boots within ten; the rest is for busy machines.
READY_WITHIN = 90.0


class LineFailed(Exception):
    """The line of the demo did not come up; the message holds the end of its log."""


class DemoLine:
    """`meldlijn run` in demo mode, with its log in a file of its home folder."""

    def __init__(self, settings: Settings, module: str = "ari_app") -> None:
        """`module` is what runs: it takes the words `run --home`."""
        self._settings = settings
        self._module = module
        self._log = settings.home / "line.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns when the line answers calls. Raises LineFailed; nothing of the line is left then."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._module,
                "run",
                "--home",
                str(self._settings.home),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            await self._until_ready()
        except (LineFailed, asyncio.CancelledError):
            await self.stop()
            raise

    @property
    def pid(self) -> int:
        """The process of the service. Only while it runs."""
        assert self._process
        return self._process.pid

    async def kill(self) -> None:
        """As a crash or the kernel would: no time to say anything."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> None:
        """Ends the line and its Asterisk as Ctrl-C does."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            await self._process.wait()

    async def until_it_ends(self) -> None:
        assert self._process
        await self._process.wait()

    async def _until_ready(self) -> None:
        web = self._settings.web
        deadline = asyncio.get_running_loop().time() + READY_WITHIN
        async with httpx2.AsyncClient(trust_env=False) as client:
            while asyncio.get_running_loop().time() < deadline:
                if self._process and self._process.returncode is not None:
                    break
                if await _answers(client, f"http://{web.host}:{web.port}/readyz"):
                    return
                await asyncio.sleep(0.1)
        raise LineFailed(f"The line did not come up. The end of {self._log.name}:\n{self.log_end()}")

    def log_end(self, lines: int = 30) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])


async def _answers(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url, timeout=2)).status_code == 200
    except httpx2.HTTPError:
        return False


def write_settings(home: Path) -> None:
    """`meldlijn.toml` of the demo line: demo mode, and the usual addresses unless somebody else holds them."""
    stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
    home.mkdir(parents=True, exist_ok=True)
    lines = [
        "# Written by `meldlijn demo`.",
        "demo = true",
        "[asterisk]",
        f"ari_port = {free_port('127.0.0.1', 8088, stream)}",
        f"sip_port = {free_port('127.0.0.1', 5060, datagram)}",
        f"trunk_contact = '127.0.0.2:{free_port('127.0.0.2', 5080, datagram)}'",
        "[asterisk.desk_phones]",
        f"desk-1 = '127.0.0.3:{free_port('127.0.0.3', 5081, datagram)}'",
        f"desk-2 = '127.0.0.3:{free_port('127.0.0.3', 5082, datagram)}'",
        "[line]",
        "ring_for_seconds = 8",
        "accept_within_seconds = 7",
        "desk_ring_for_seconds = 8",
        "key_within_seconds = 3",
        "[web]",
        f"port = {free_port('127.0.0.1', 8080, stream)}",
    ]
    (home / "meldlijn.toml").write_text("\n".join(lines) + "\n")


def free_port(ip: str, wanted: int, kind: int) -> int:
    """The wanted port, or another one when somebody holds it. `kind`: socket.SOCK_STREAM or SOCK_DGRAM."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind == socket.SOCK_STREAM))
            try:
                probe.bind((ip, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise LineFailed(f"No port is free on {ip}.")
