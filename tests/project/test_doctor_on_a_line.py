"""The doctor beside a real line: all is well; then the service dies, then Asterisk."""

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ari_app.config import read_settings
from ari_app.demo.line import DemoLine
from ari_app.doctor import Finding, examine
from ari_app.setting_up import asterisk_server
from tests.project.conftest import write_settings

pytestmark = pytest.mark.asterisk


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def running_home(home_to_copy: Path, tmp_path: Path) -> AsyncIterator[tuple[Path, DemoLine]]:
    """A home with a real Asterisk and our service, as `meldlijn run` starts them."""
    home = tmp_path / "line"
    shutil.copytree(home_to_copy, home)
    (home / "asterisk" / "ari-password").unlink()
    tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
    ports = f"sip_port = {free_port(udp)}\n[web]\nport = {free_port(tcp)}"
    write_settings(home, free_port(tcp), tables=ports)
    line = DemoLine(read_settings(home))
    await line.start()
    yield home, line
    await line.stop()
    await asyncio.to_thread(asterisk_server(read_settings(home)).stop)


async def faults(home: Path) -> list[Finding]:
    return [finding for finding in await examine(home) if not finding.ok]


async def test_all_is_well_then_the_service_dies_then_the_password_differs_then_asterisk_stops(
    running_home: tuple[Path, DemoLine],
) -> None:
    home, line = running_home
    server = asterisk_server(read_settings(home))

    assert await faults(home) == []

    await line.kill()
    (no_service,) = await faults(home)
    assert no_service.name == "service"
    assert "nothing is lost" in no_service.remedy

    password = server.password()
    (home / "asterisk" / "ari-password").write_text("another-password")
    (no_entry,) = await faults(home)
    assert no_entry.name == "Asterisk password"
    (home / "asterisk" / "ari-password").write_text(password)

    await asyncio.to_thread(server.stop)
    (no_asterisk,) = await faults(home)
    assert no_asterisk.name == "Asterisk"
    assert "meldlijn run" in no_asterisk.remedy
    assert json.dumps(no_asterisk.to_json())
