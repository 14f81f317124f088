"""What one side of a call sends: one step is 20 ms of speech, of a pressed key, or of silence. No sockets, no clock."""

import secrets
from collections import deque
from collections.abc import Callable

from ari_app.sip_phone import alaw
from ari_app.sip_phone.rtp import SAMPLES, Packet, key_event
from ari_app.sip_phone.sdp import ALAW

_SILENT = bytes([alaw.SILENCE]) * SAMPLES
#: Packets of ordinary audio between two keys (100 ms): receivers need a pause to tell "11" from a long "1".
_PAUSE = 5
#: RFC 4733 section 2.5.1.4: the end of a key is sent three times, so that a lost packet does not make it a long one.
_END_REPEATS = 3


class Speech:
    """A-law waiting to be sent; `done` is called when its last packet has been made."""

    def __init__(self, pcm: alaw.Pcm, done: Callable[[], None]) -> None:
        self._codes = alaw.encode(pcm)
        self._at = 0
        self.done = done

    def next(self) -> bytes:
        piece = self._codes[self._at : self._at + SAMPLES]
        self._at += SAMPLES
        return piece + _SILENT[len(piece) :]

    @property
    def is_over(self) -> bool:
        return self._at >= len(self._codes)

    def rewind(self) -> None:
        self._at = 0


class Key:
    """One key held for `steps` packets; `done` is called after the pause that follows it."""

    def __init__(self, key: str, steps: int, done: Callable[[], None]) -> None:
        self.key = key
        self.steps = steps
        self.done = done
        self.sent = 0
        self.began = 0


class Mouth:
    """Keys go before speech, speech goes before the endless sound; each waits while another is sent."""

    def __init__(self) -> None:
        self._source = secrets.randbits(32)
        self._sequence = secrets.randbits(15)
        self._timestamp = secrets.randbits(31)
        self._begins = True
        self._speeches: deque[Speech] = deque()
        self._keys: deque[Key] = deque()
        self._pause = 0
        self._endless: Speech | None = None

    def say(self, speech: Speech) -> None:
        self._speeches.append(speech)

    def drop(self, speech: Speech) -> None:
        """Stop a speech that nobody waits for any more."""
        if speech in self._speeches:
            self._speeches.remove(speech)

    def press(self, key: Key) -> None:
        self._keys.append(key)

    def say_forever(self, pcm: alaw.Pcm | None) -> None:
        """Over and over, without a seam when the length is a multiple of 20 ms; None stops it."""
        self._endless = None if pcm is None or not len(pcm) else Speech(pcm, lambda: None)

    def skip(self, steps: int) -> None:
        """Let time pass without a packet: what is waiting is said later, and the timestamps show the gap."""
        self._timestamp += steps * SAMPLES
        self._begins = True

    def step(self, dtmf_type: int | None) -> list[bytes]:
        """The packets of the next 20 ms."""
        if self._keys and not self._pause and dtmf_type is not None:
            packets = self._key_packets(self._keys[0], dtmf_type)
        else:
            packets = [self._packet(ALAW, self._audio(), marked=self._begins)]
            self._begins = False
            self._rest()
        self._timestamp += SAMPLES
        return packets

    def _key_packets(self, key: Key, dtmf_type: int) -> list[bytes]:
        if key.sent == 0:
            key.began = self._timestamp
        key.sent += 1
        last = key.sent == key.steps
        event = key_event(key.key, key.sent * SAMPLES, last=last)
        if last:
            self._pause = _PAUSE
        repeats = _END_REPEATS if last else 1
        return [self._packet(dtmf_type, event, at=key.began, marked=key.sent == 1) for _ in range(repeats)]

    def _rest(self) -> None:
        if not self._pause:
            return
        self._pause -= 1
        if not self._pause:
            self._keys.popleft().done()

    def _audio(self) -> bytes:
        if self._speeches:
            speech = self._speeches[0]
            piece = speech.next()
            if speech.is_over:
                self._speeches.popleft()
                speech.done()
            return piece
        if self._endless is None:
            return _SILENT
        if self._endless.is_over:
            self._endless.rewind()
        return self._endless.next()

    def _packet(self, payload_type: int, payload: bytes, *, at: int | None = None, marked: bool = False) -> bytes:
        timestamp = self._timestamp if at is None else at
        packet = Packet(payload_type, self._sequence, timestamp, self._source, payload, marked)
        self._sequence += 1
        return packet.encode()
