"""The line of the demo as a process of its own: started, killed and started again while callers are on it."""

import asyncio
import signal
import socket
import sys
from pathlib import Path

import httpx2

from ari_app.config import Settings

#: Cold, the speech model is loaded and Asterisk boots within this time.
READY_WITHIN = 30.0


class LineFailed(Exception):
    """The line of the demo did not come up; the message holds the end of its log."""


class DemoLine:
    """`meldlijn run` in demo mode, with its log in a file of its home folder."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._log = settings.home / "line.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns when the line answers calls. Raises LineFailed."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "ari_app",
                "run",
                "--home",
                str(self._settings.home),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        await self._until_ready()

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


def free_ports(wanted: dict[str, tuple[int, int]]) -> dict[str, int]:
    """For each name the wanted (port, socket kind), or a free one when somebody else has it."""
    return {name: port if _is_free(port, kind) else _any_free(kind) for name, (port, kind) in wanted.items()}


def _is_free(port: int, kind: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any_free(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_settings(home: Path, at: str | None) -> None:
    """`meldlijn.toml` of the demo line: demo mode, and ports that nobody else holds."""
    ports = free_ports(
        {
            "ari": (8088, socket.SOCK_STREAM),
            "sip": (5060, socket.SOCK_DGRAM),
            "web": (8080, socket.SOCK_STREAM),
        }
    )
    home.mkdir(parents=True, exist_ok=True)
    lines = [
        "# Written by `meldlijn demo`.",
        "demo = true",
        "[asterisk]",
        f"ari_port = {ports['ari']}",
        f"sip_port = {ports['sip']}",
        "[line]",
        "ring_for_seconds = 8",
        "accept_within_seconds = 9",
        "desk_ring_for_seconds = 8",
        "[web]",
        f"port = {ports['web']}",
    ]
    (home / "meldlijn.toml").write_text("\n".join(lines) + "\n")
