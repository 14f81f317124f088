"""Settings about telephones: Asterisk, and the phones beside it."""

import ipaddress
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _in_order(ports: tuple[int, int]) -> tuple[int, int]:
    if ports[0] >= ports[1]:
        raise ValueError("the last port lies before the first: write [10000, 20000]")
    return ports


def _no_host_name(address: str) -> str:
    """Asterisk would look a name up at its start only, or for each call."""
    host, colon, port = address.partition(":")
    try:
        ipaddress.IPv4Network(host, strict=False)
        is_well = not colon or 1 <= int(port) <= 65535
    except ValueError:
        is_well = False
    if not is_well:
        raise ValueError("no IPv4 address: write one such as 192.0.2.10 or 192.0.2.10:5060")
    return address


def _of_one_machine(address: str) -> str:
    """Asterisk tells it to the carrier, as the place where the sound goes."""
    try:
        is_well = not ipaddress.IPv4Address(address).is_unspecified
    except ValueError:
        is_well = False
    if not is_well:
        raise ValueError("no IPv4 address that others reach this machine by: write that one, not 0.0.0.0 or a name")
    return address


Port = Annotated[int, Field(ge=1, le=65535)]
#: IPv4, with a port or without, or a network.
Address = Annotated[str, AfterValidator(_no_host_name)]
OwnAddress = Annotated[str, AfterValidator(_of_one_machine)]
PhoneName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
#: Of a desk phone, as Asterisk dials it.
Endpoint = Annotated[str, Field(pattern=r"^PJSIP/[A-Za-z0-9_-]+$")]


class AsteriskSettings(BaseModel):
    """Where Asterisk listens, and the phones beside it. Everything on loopback unless set otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    ari_port: Port = 8088
    sip_host: OwnAddress = "127.0.0.1"
    sip_port: Port = 5060
    #: First and last; each call takes two.
    rtp_ports: Annotated[tuple[Port, Port], AfterValidator(_in_order)] = (10000, 20000)
    app: str = Field("meldlijn", pattern=r"^[a-z0-9-]+$")
    user: str = "meldlijn"
    #: The carrier: its SIP address, and the addresses that its calls come from.
    trunk: str = Field("trunk", pattern=r"^[a-z0-9-]+$")
    trunk_contact: Address = "127.0.0.2:5080"
    trunk_addresses: tuple[Address, ...] = ("127.0.0.2",)
    #: Files of an encrypted trunk (TLS and SRTP): certificate, key, authorities. None of them: plain SIP and RTP.
    tls_files: tuple[Path, Path, Path] | None = None
    tls_port: Port = 5061
    #: Phones of the desk, by name: their SIP address.
    desk_phones: dict[PhoneName, Address] = {"desk-1": "127.0.0.3:5081", "desk-2": "127.0.0.3:5082"}
    #: A heartbeat that takes longer than so many seconds, so many times in a row, lets the dialplan take the callers.
    slow_after_seconds: float = Field(1.0, gt=0, le=3)
    slow_times: int = Field(3, ge=1, le=20)
    #: False when somebody else starts Asterisk (a container beside ours).
    managed: bool = True
