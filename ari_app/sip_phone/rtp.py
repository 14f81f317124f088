"""RTP packets (RFC 3550) and telephone events (RFC 4733) as values. No sockets."""

import struct
from typing import NamedTuple

KEYS = "0123456789*#ABCD"
#: Samples, and so bytes of A-law, in a packet of 20 ms.
SAMPLES = 160
#: Loudness of a pressed key in -dBm0, as phones send it.
_VOLUME = 10
_END = 0x80


class Packet(NamedTuple):
    payload_type: int
    sequence: int
    timestamp: int
    source: int
    payload: bytes
    marked: bool = False

    def encode(self) -> bytes:
        kind = self.payload_type | (0x80 if self.marked else 0)
        head = struct.pack("!BBHII", 0x80, kind, self.sequence & 0xFFFF, self.timestamp & 0xFFFFFFFF, self.source)
        return head + self.payload


def read(datagram: bytes) -> Packet:
    """ValueError when it is no RTP version 2 packet."""
    if len(datagram) < 12 or datagram[0] >> 6 != 2:
        raise ValueError(f"not an RTP packet: {len(datagram)} bytes")
    flags, kind, sequence, timestamp, source = struct.unpack_from("!BBHII", datagram)
    start = 12 + 4 * (flags & 0x0F)
    if flags & 0x10:
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
    end = len(datagram) - (datagram[-1] if flags & 0x20 else 0)
    if start > end:
        raise ValueError(f"RTP packet of {len(datagram)} bytes is shorter than its own header")
    return Packet(kind & 0x7F, sequence, timestamp, source, datagram[start:end], bool(kind & 0x80))


def key_event(key: str, duration: int, *, last: bool) -> bytes:
    """The payload for a key held `duration` samples so far; `last` when it is let go."""
    return struct.pack("!BBH", KEYS.index(key), (_END if last else 0) | _VOLUME, duration)


def key_of(payload: bytes) -> str:
    """The key of an event; "" for events that are no keys (flash, modem tones)."""
    return KEYS[payload[0]] if len(payload) >= 4 and payload[0] < len(KEYS) else ""
