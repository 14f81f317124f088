"""The audio of calls on the network: one UDP socket a call, one 20 ms beat for all calls of a phone."""

import asyncio
from typing import Self

from ari_app.sip_phone.ear import Ear
from ari_app.sip_phone.mouth import Mouth
from ari_app.sip_phone.rtp import read

_BEAT = 0.020
#: A busy machine wakes us late: what is overdue is sent in a burst, each packet with its own timestamp. Later than this a
#: pause is better.
_HOPELESSLY_LATE = 1.0


class Stream(asyncio.DatagramProtocol):
    """Both directions of one call. Packets from any address but `peer` are counted and dropped."""

    def __init__(self) -> None:
        self.mouth = Mouth()
        self.ear = Ear()
        self.peer: tuple[str, int] | None = None
        self.dtmf_type: int | None = None
        self.may_send = True
        self.strange_packets = 0
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, ip: str) -> Self:
        loop = asyncio.get_running_loop()
        transport, stream = await loop.create_datagram_endpoint(cls, local_addr=(ip, 0))
        stream._transport = transport
        return stream

    @property
    def port(self) -> int:
        assert self._transport is not None
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    def beat(self) -> None:
        if self._transport is None or self.peer is None or not self.may_send:
            self.mouth.skip(1)
            return
        for packet in self.mouth.step(self.dtmf_type):
            self._transport.sendto(packet, self.peer)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        # The port counts too: RTCP comes from the next port, and may come to ours when it was meant for a neighbour.
        if addr != self.peer:
            self.strange_packets += 1
            return
        try:
            packet = read(data)
        except ValueError:
            self.strange_packets += 1
            return
        self.ear.take(packet, self._loop.time(), self.dtmf_type)


class Pacer:
    """Beats every stream each 20 ms. The beats lie on a fixed grid, so that delays do not add up to a drift."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._streams: list[Stream] = []
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, stream: Stream) -> None:
        self._streams.append(stream)
        if self._timer is None:
            self._due = self._loop.time()
            self._timer = self._loop.call_at(self._due, self._beat)

    def remove(self, stream: Stream) -> None:
        if stream in self._streams:
            self._streams.remove(stream)
        if not self._streams and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat(self) -> None:
        late = self._loop.time() - self._due
        if late > _HOPELESSLY_LATE:
            self._skip(int(late / _BEAT))
        # Before the beats: a beat may remove the last stream, which stops this timer.
        self._due += _BEAT
        self._timer = self._loop.call_at(self._due, self._beat)
        for stream in tuple(self._streams):
            stream.beat()

    def _skip(self, beats: int) -> None:
        for stream in self._streams:
            stream.mouth.skip(beats)
        self._due += beats * _BEAT
