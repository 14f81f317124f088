"""The real world: Asterisk 22 of its own, SIP phones for everybody, the real desk on SQLite."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from ari_app.asterisk.rest import Rest
from ari_app.asterisk.server import AsteriskServer
from ari_app.sip_phone import IncomingCall, Phone
from tests.calls.line import DIRECTORY
from tests.calls.real_handset import RealHandset
from tests.calls.sounds import write_prompts

TRUNK_IP, DESK_IP = "127.0.0.2", "127.0.0.3"
NAMES = {number: name for name, number in DIRECTORY.items()}


def free_port(ip: str, kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((ip, 0))
        port: int = probe.getsockname()[1]
        return port


def scenario_server(home: Path) -> AsteriskServer:
    """An Asterisk on free ports, as it is shipped, with the prompts of the tests; not started."""
    write_prompts(home / "prompts")
    udp, tcp = socket.SOCK_DGRAM, socket.SOCK_STREAM
    first_rtp = free_port("127.0.0.1", udp) // 2 * 2 % 20000 + 30000
    return AsteriskServer(
        home,
        ari_port=free_port("127.0.0.1", tcp),
        sip_port=free_port("127.0.0.1", udp),
        rtp_ports=(first_rtp, first_rtp + 400),
        trunk_contact=f"{TRUNK_IP}:{free_port(TRUNK_IP, udp)}",
        trunk_addresses=(TRUNK_IP,),
        desk_phones={name: f"{DESK_IP}:{free_port(DESK_IP, udp)}" for name in ("desk-1", "desk-2")},
        prompts=home / "prompts",
    )


class RealWorld:
    """People with SIP phones around one Asterisk: the carrier with callers and engineers, and the desk's own phones."""

    def __init__(self, server: AsteriskServer, phones: dict[str, Phone]) -> None:
        self.server = server
        self.phones = phones
        self.recordings = server.recordings
        self.sounds = server.home / "prompts"
        self.app = server.app
        self._voices = list(DIRECTORY)

    @classmethod
    @asynccontextmanager
    async def open(cls, server: AsteriskServer) -> AsyncIterator["RealWorld"]:
        contacts = {server.trunk: server.trunk_contact, **server.desk_phones}
        async with AsyncExitStack() as open_phones:
            phones = {}
            for name, contact in contacts.items():
                ip, port = contact.rsplit(":", 1)
                phone = Phone.open(ip=ip, port=int(port), proxy=(server.sip_ip, server.sip_port))
                phones[name] = await open_phones.enter_async_context(phone)
            yield cls(server, phones)

    def rest(self) -> Rest:
        return Rest(self.server.url, self.server.ari_user, self.server.password())

    async def place_call(self, from_number: str, to_number: str) -> RealHandset:
        name = from_number or "anonymous"
        if name not in self._voices:
            self._voices.append(name)
        call = await self.phones[self.server.trunk].call(to_number, from_number=from_number)
        return RealHandset(name, call, self._voices)

    def answer_phones(self, act: Callable[[str, Any], Awaitable[None]]) -> None:
        async def engineer(call: IncomingCall) -> None:
            name = NAMES[call.called_number]
            await act(name, RealHandset(name, call, self._voices))

        def desk(name: str) -> Callable[[IncomingCall], Awaitable[None]]:
            async def behave(call: IncomingCall) -> None:
                await act(name, RealHandset(name, call, self._voices))

            return behave

        self.phones[self.server.trunk].on_call(engineer)
        for name in self.server.desk_phones:
            self.phones[name].on_call(desk(name))
