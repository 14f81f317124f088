"""The description of a call's audio (SDP, RFC 4566): G.711 A-law and telephone-event (RFC 4733), IPv4, one stream."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

ALAW = 8
#: Our number for telephone-event when we make the offer. An answer repeats the number of the offer:
#: Asterisk hears no digits under any other.
OUR_DTMF_TYPE = 101
_OPPOSITE = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}


@dataclass(frozen=True)
class Media:
    """Where the other side wants its audio, and how."""

    address: tuple[str, int]
    #: Payload type of telephone-event, None when the other side takes no digits.
    dtmf_type: int | None
    #: Seen from the other side: "sendonly" is a hold.
    direction: str = "sendrecv"

    @property
    def wants_audio(self) -> bool:
        return self.direction in ("sendrecv", "recvonly") and not IPv4Address(self.address[0]).is_unspecified

    @property
    def our_direction(self) -> str:
        return _OPPOSITE[self.direction]


def describe(ip: str, port: int, *, dtmf_type: int | None = OUR_DTMF_TYPE, direction: str = "sendrecv") -> str:
    formats = [str(ALAW)] if dtmf_type is None else [str(ALAW), str(dtmf_type)]
    lines = [
        "v=0",
        f"o=- {port} 1 IN IP4 {ip}",
        "s=-",
        f"c=IN IP4 {ip}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {' '.join(formats)}",
        f"a=rtpmap:{ALAW} PCMA/8000",
    ]
    if dtmf_type is not None:
        lines += [f"a=rtpmap:{dtmf_type} telephone-event/8000", f"a=fmtp:{dtmf_type} 0-15"]
    return "\r\n".join([*lines, "a=ptime:20", f"a={direction}", ""])


def read(body: str) -> Media:
    """ValueError when there is no A-law audio in it, or the address is a name (which would need DNS)."""
    audio = re.search(r"^m=audio (\d+)\S* RTP/AVP ([\d ]+)", body, re.MULTILINE)
    if not audio or str(ALAW) not in audio.group(2).split() or not 0 < int(audio.group(1)) < 65536:
        raise ValueError("no G.711 A-law audio (RTP/AVP 8) in the description of the other side; allow alaw there")
    section = body[audio.start() :].split("\nm=")[0]
    host = re.search(r"^c=IN IP4 (\S+)", section, re.MULTILINE) or re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
    dtmf = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", section, re.MULTILINE | re.IGNORECASE)
    direction = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)\b", section, re.MULTILINE)
    return Media(
        (_ipv4(host.group(1) if host else ""), int(audio.group(1))),
        int(dtmf.group(1)) if dtmf else None,
        direction.group(1) if direction else "sendrecv",
    )


def _ipv4(host: str) -> str:
    try:
        return str(IPv4Address(host))
    except AddressValueError as error:
        raise ValueError(f"the other side wants its audio at {host!r}, which is no IPv4 address") from error
