"""What one side of a call hears, put on the time line of the call. No sockets, no clock."""

import numpy as np

from ari_app.sip_phone import alaw
from ari_app.sip_phone.rtp import Packet, key_of
from ari_app.sip_phone.sdp import ALAW

_RATE = 8000
#: A jump in the timestamps is believed when it agrees with the arrival this well, in samples (0.5 s); else the
#: sender began to count anew (Asterisk does so when a call enters a bridge) and the arrival decides.
_BELIEVABLE = _RATE // 2


class Ear:
    """Audio is placed by RTP timestamp, so that late, lost and doubled packets leave everything else in its place."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._pieces: list[tuple[int, bytes]] = []
        self._last: Packet | None = None
        self._last_at = 0
        self._last_key: tuple[int, int] | None = None
        self._digits: list[str] = []

    @property
    def digits(self) -> str:
        return "".join(self._digits)

    def listen_from(self, now: float) -> None:
        """Second 0 of what is heard: the answer. What came before (early media) is not kept."""
        self._since = now

    def take(self, packet: Packet, now: float, dtmf_type: int | None) -> None:
        """`now` in seconds, on the clock of `listen_from`."""
        if self._since is None:
            return
        if packet.payload_type == ALAW and packet.payload:
            self._take_audio(packet, round((now - self._since) * _RATE))
        elif packet.payload_type == dtmf_type:
            self._take_key(packet)

    def pcm(self) -> alaw.Pcm:
        """From second 0 to the last packet; silence where nothing came."""
        length = max((at + len(piece) for at, piece in self._pieces), default=0)
        codes = np.full(max(length, 0), alaw.SILENCE, dtype=np.uint8)
        for at, piece in self._pieces:
            codes[at : at + len(piece)] = np.frombuffer(piece, dtype=np.uint8)
        return alaw.decode(codes.tobytes())

    def _take_audio(self, packet: Packet, arrived: int) -> None:
        at = self._place(packet, arrived)
        if at >= 0:
            self._pieces.append((at, packet.payload))
        self._last, self._last_at = packet, at

    def _place(self, packet: Packet, arrived: int) -> int:
        last = self._last
        if last is None:
            return max(arrived, 0)
        # What was heard before may have come late and lie late: a row that begins anew never begins inside it.
        anew = max(arrived, self._last_at + len(last.payload))
        if packet.source != last.source:
            return anew
        steps = _signed(packet.sequence - last.sequence, 16)
        samples = _signed(packet.timestamp - last.timestamp, 32)
        at = self._last_at + samples
        # An unbroken row is believed however late it comes: a busy machine delivers in bursts.
        unbroken = samples == steps * len(last.payload)
        return at if unbroken or abs(at - arrived) < _BELIEVABLE else anew

    def _take_key(self, packet: Packet) -> None:
        """All packets of one key press carry the timestamp of its begin; that tells a repeat from a second press."""
        press = (packet.source, packet.timestamp)
        key = key_of(packet.payload)
        if key and press != self._last_key:
            self._last_key = press
            self._digits.append(key)


def _signed(difference: int, bits: int) -> int:
    """A difference of counters that wrap around, as the nearest way round."""
    half = 1 << (bits - 1)
    return ((difference + half) & ((1 << bits) - 1)) - half
