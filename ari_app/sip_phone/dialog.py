"""The two ends of a call as SIP knows them (RFC 3261 section 12), and the wire that carries its messages."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from ari_app.sip_phone.message import Headers, Message, NameAddress, Request
from ari_app.sip_phone.stream import Pacer
from ari_app.sip_phone.timers import Timers

Address = tuple[str, int]

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY"


class Wire(NamedTuple):
    """What calls use of their phone."""

    ip: str
    port: int
    send: Callable[[bytes, Address], None]
    #: Called with the local tag when a call ended; the phone forgets the call some seconds later.
    ended: Callable[[str], None]
    timers: Timers
    pacer: Pacer


def new_tag() -> str:
    return secrets.token_hex(8)


def new_branch() -> str:
    """The prefix is the standard's sign that the branch is unique (RFC 3261 section 8.1.1.7)."""
    return f"z9hG4bK{secrets.token_hex(8)}"


@dataclass
class Dialog:
    """Messages go to `peer`, from where the first one came or to where it went: a proxy, or the other phone."""

    wire: Wire
    peer: Address
    call_id: str
    #: From and To as we send them; ours has our tag, theirs gets a tag with the first reply that has one.
    local: str
    remote: str
    #: The URI in requests: the other side's Contact once it is known.
    target: str
    contact: str
    routes: list[str] = field(default_factory=list)
    cseq: int = 0

    @property
    def local_tag(self) -> str:
        return NameAddress.read(self.local).tag

    def meet(self, remote: str, message: Message, routes: list[str]) -> None:
        """Learn the other side's tag, Contact and proxies from the message that made the dialog."""
        self.remote = remote
        self.routes = routes
        if contact := message.header("Contact"):
            self.target = NameAddress.read(contact).uri

    def next_request(self, method: str, headers: Headers = (), body: str = "") -> Request:
        self.cseq += 1
        return self.request(method, self.cseq, new_branch(), headers, body)

    def request(self, method: str, cseq: int, branch: str, headers: Headers = (), body: str = "") -> Request:
        own = [
            ("Via", f"SIP/2.0/UDP {self.wire.ip}:{self.wire.port};branch={branch};rport"),
            *(("Route", route) for route in self.routes),
            ("Max-Forwards", "70"),
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Contact", self.contact),
            ("Allow", ALLOW),
            ("User-Agent", "meldlijn test phone"),
        ]
        return Request((*own, *headers), body, method, self.target)

    def send(self, message: bytes) -> None:
        self.wire.send(message, self.peer)
