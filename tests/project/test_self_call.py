"""The line calls itself: real service, real Asterisk, a carrier that is a second Asterisk, and the real speech model."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from ari_app.clock import set_demo_clock
from ari_app.config import read_settings
from ari_app.demo.line import DemoLine
from ari_app.desk.views import TicketView
from ari_app.doctor import examine
from ari_app.setting_up import open_desk, prepare_home
from ari_app.sip_phone import IncomingCall, Phone
from ari_app.store.outbox_tables import OutboxRow
from tests.asterisk.carrier import CARRIER_IP, SUBSCRIBER_IP, Carrier
from tests.asterisk.conftest import free_port
from tests.project.rows import fill

pytestmark = [pytest.mark.asterisk, pytest.mark.speech]

UDP, TCP = socket.SOCK_DGRAM, socket.SOCK_STREAM


@dataclass
class Surroundings:
    """A home whose line runs behind a carrier, and the phones that the carrier rang."""

    home: Path
    line: DemoLine
    carrier: Carrier
    rang: list[IncomingCall] = field(default_factory=list)

    async def self_call(self) -> tuple[int, dict[str, object]]:
        """The command as a person gives it: exit code and what it says."""
        words = (sys.executable, "-m", "ari_app", "self-call", "--json", "--home", str(self.home))
        called = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
        said, _ = await called.communicate()
        return called.returncode or 0, json.loads(said)


@pytest.fixture
async def around(tmp_path: Path) -> AsyncIterator[Surroundings]:
    sip_port, carrier_port = free_port("127.0.0.1", UDP), free_port(CARRIER_IP, UDP)
    first = free_port(CARRIER_IP, UDP) // 2 * 2 % 20000 + 20000
    home = tmp_path / "line"
    home.mkdir()
    (home / "meldlijn.toml").write_text(
        f"""demo = true
[asterisk]
ari_port = {free_port("127.0.0.1", TCP)}
sip_port = {sip_port}
rtp_ports = [{first + 300}, {first + 500}]
trunk_contact = "{CARRIER_IP}:{carrier_port}"
trunk_addresses = ["{CARRIER_IP}"]
[asterisk.desk_phones]
[line]
desk_endpoints = []
[web]
port = {free_port("127.0.0.1", TCP)}
"""
    )
    settings = read_settings(home)
    await prepare_home(settings)
    await asyncio.to_thread(fill, home)
    set_demo_clock(settings.clock_file, datetime(2026, 11, 24, 5, 30, tzinfo=UTC))
    carrier = Carrier(
        tmp_path / "carrier",
        ari_port=free_port("127.0.0.1", TCP),
        sip_ip=CARRIER_IP,
        sip_port=carrier_port,
        rtp_ports=(first, first + 200),
        trunk_contact=f"127.0.0.1:{sip_port}",
        trunk_addresses=("127.0.0.1",),
        subscribers=f"{SUBSCRIBER_IP}:{free_port(SUBSCRIBER_IP, UDP)}",
    )
    carrier.start()
    line = DemoLine(settings)
    await line.start()
    found = Surroundings(home, line, carrier)
    ip, port = carrier.subscribers.split(":")

    async def rings(call: IncomingCall) -> None:
        found.rang.append(call)
        await call.ring()

    async with Phone.open(ip, int(port), proxy=(carrier.sip_ip, carrier.sip_port)) as phone:
        phone.on_call(rings)
        yield found
    await line.stop()
    carrier.stop()


async def tickets(home: Path) -> list[TicketView]:
    async with open_desk(read_settings(home)) as desk:
        return await desk.tickets(10)


async def test_the_line_hears_itself_and_its_ticket_is_no_work(around: Surroundings) -> None:
    code, said = await around.self_call()

    assert said["steps"]
    assert [step for step in said["steps"] if not step["is_well"]] == []  # type: ignore[attr-defined]
    assert code == 0
    (ticket,) = (one for one in await tickets(around.home) if one.number == said["ticket"])
    assert ticket.state == "closed"
    assert ticket.summary == "Proefoproep van de lijn"
    assert [deadline for deadline in ticket.deadlines if deadline.due_at] == []
    assert [(call.called_number, call.is_answered) for call in around.rang] == [("31612345001", False)]
    async with open_desk(read_settings(around.home)) as desk:
        waiting = await desk.queue()
    assert ticket.number not in [one.number for one in (*waiting.strip, *waiting.queue)]


async def test_a_carrier_that_is_away_is_told_to_the_supervisor_and_by_the_doctor(around: Surroundings) -> None:
    around.carrier.stop()

    code, said = await around.self_call()

    assert code == 1
    assert said["ok"] is False
    async with open_desk(read_settings(around.home)) as desk:
        last = await desk.self_calls.last()
        async with desk.store.reading() as session:
            [told] = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "self_call_failed"))).all()
    assert told.payload["to"] == "supervisor"
    assert "De lijn belde zichzelf en dat ging mis" in told.payload["text"]
    assert last is not None
    assert not last.is_well
    (found,) = [finding for finding in await examine(around.home) if finding.name == "self-call"]
    assert found.level == "warning"
