"""The phone: one UDP socket for SIP, and the calls that go over it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Self

from ari_app.sip_phone.call import Call, CallEnded
from ari_app.sip_phone.dialog import ALLOW, Address, Dialog, Wire, new_tag
from ari_app.sip_phone.incoming import IncomingCall
from ari_app.sip_phone.message import NameAddress, Request, Response, parse, quoted, reply, uri_for
from ari_app.sip_phone.outgoing import OutgoingCall
from ari_app.sip_phone.stream import Pacer, Stream
from ari_app.sip_phone.timers import Timers

Behaviour = Callable[[IncomingCall], Awaitable[None]]

ANONYMOUS = "<sip:anonymous@anonymous.invalid>"
_OUTSIDE_CALLS = frozenset({"BYE", "UPDATE", "INFO", "NOTIFY"})
_STANDARD_PROXY = ("127.0.0.1", 5060)


class Phone(asyncio.DatagramProtocol):
    """Use `async with Phone.open(...)`: leaving the block hangs up every call.

    A behaviour that fails makes leaving the block fail too (ExceptionGroup), so that a test can't pass over it.
    """

    def __init__(self, proxy: Address, timers: Timers) -> None:
        #: Where this phone receives SIP, known once it is open.
        self.address: Address = ("", 0)
        #: Datagrams that were no SIP message, and responses to no request of ours. Both are dropped.
        self.malformed = 0
        self.strays = 0
        #: The last messages: (loop time, "->" or "<-", first line), for who has to find out what happened.
        self.trace: deque[tuple[float, str, str]] = deque(maxlen=1000)
        self._proxy = proxy
        self._timers = timers
        self._loop = asyncio.get_running_loop()
        self._pacer = Pacer(self._loop)
        self._behaviour: Behaviour = _not_available
        self._calls: dict[str, Call] = {}
        self._invites: dict[str, IncomingCall] = {}
        self._behaving: set[asyncio.Task[None]] = set()
        self._failures: list[Exception] = []
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, ip: str = "127.0.0.2", port: int = 0, proxy: Address = _STANDARD_PROXY, timers: Timers = Timers()
    ) -> AsyncIterator[Self]:
        """`port` 0 takes a free one. `proxy` gets all calls; addresses are numbers, never names (DNS would stall)."""
        phone = cls(proxy, timers)
        transport, _ = await phone._loop.create_datagram_endpoint(lambda: phone, local_addr=(ip, port))
        phone._transport = transport
        phone.address = transport.get_extra_info("sockname")[:2]
        try:
            yield phone
        finally:
            await phone._close()
        if phone._failures:
            raise ExceptionGroup("behaviours of the phone failed", phone._failures)

    def on_call(self, behaviour: Behaviour) -> None:
        """What to do with every call that comes in; it may choose by `call.called_number`.

        It runs as a task of its own for each call. When it returns, the call stays as it is: ringing, or talking.
        `CallEnded` in it is a normal end. `queue.put` of an asyncio.Queue is a behaviour too: the test picks the
        calls up itself. Until this is called, everybody hears 480.
        """
        self._behaviour = behaviour

    async def call(
        self, number: str, from_number: str | None = None, from_name: str = "", headers: Mapping[str, str] | None = None
    ) -> OutgoingCall:
        """Sends the INVITE and returns at once. Without `from_number` the caller is anonymous. ValueError for a line
        break in a name, number or header."""
        wire = self._wire()
        local = f"{quoted(from_name or 'Anonymous')} {ANONYMOUS}"
        if from_number:
            own = f"<{uri_for(from_number, wire.ip, wire.port)}>"
            local = f"{quoted(from_name)} {own}" if from_name else own
        target = uri_for(number, *self._proxy)
        call_id = f"{new_tag()}@{wire.ip}"
        contact = f"<{uri_for(from_number or 'anonymous', wire.ip, wire.port)}>"
        dialog = Dialog(wire, self._proxy, call_id, f"{local};tag={new_tag()}", f"<{target}>", target, contact)
        call = OutgoingCall(dialog, number, from_number or "", from_name)
        stream = await Stream.open(wire.ip)
        try:
            call.start(stream, (headers or {}).items())
        except ValueError:
            stream.close()
            raise
        self._calls[dialog.local_tag] = call
        return call

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if not data.strip(b"\r\n\0"):
            return  # a keep-alive
        try:
            message = parse(data)
        except ValueError:
            self.malformed += 1
            return
        self._note("<-", data)
        if isinstance(message, Response):
            self._take_response(message)
        else:
            self._take_request(message, addr)

    def _take_response(self, response: Response) -> None:
        try:
            call = self._calls.get(NameAddress.read(response.header("From")).tag)
            if call is None:
                self.strays += 1
                return
            call.on_response(response)
        except ValueError:
            self.malformed += 1

    def _take_request(self, request: Request, source: Address) -> None:
        try:
            self._route(request, source)
        except ValueError as error:
            self.malformed += 1
            if request.method != "ACK":
                self._send(reply(request, 400, f"Bad Request: {error}".splitlines()[0]).encode(), source)

    def _route(self, request: Request, source: Address) -> None:
        tag = NameAddress.read(request.header("To")).tag
        match request.method:
            case "OPTIONS":
                headers = [("Allow", ALLOW), ("Accept", "application/sdp")]
                self._send(reply(request, 200, tag=new_tag(), headers=headers).encode(), source)
            case "CANCEL":
                self._cancel(request, source)
            case "INVITE" if not tag:
                self._ring(request, source)
            case _ if tag:
                self._inside_call(tag, request, source)
            case "ACK":
                self.strays += 1
            case method:
                code = 481 if method in _OUTSIDE_CALLS else 501
                self._send(reply(request, code, tag=new_tag()).encode(), source)

    def _inside_call(self, tag: str, request: Request, source: Address) -> None:
        if call := self._calls.get(tag):
            call.on_request(request)
        elif request.method != "ACK":
            self._send(reply(request, 481).encode(), source)

    def _cancel(self, request: Request, source: Address) -> None:
        if call := self._invites.get(request.branch):
            call.on_cancel(request)
        else:
            self._send(reply(request, 481, tag=new_tag()).encode(), source)

    def _ring(self, invite: Request, source: Address) -> None:
        if known := self._invites.get(invite.branch):
            known.on_repeat()
            return
        if required := invite.header("Require"):
            self._send(reply(invite, 420, tag=new_tag(), headers=[("Unsupported", required)]).encode(), source)
            return
        dialog = self._dialog_of(invite, source)
        call = IncomingCall(dialog, invite)
        self._calls[dialog.local_tag] = call
        self._invites[invite.branch] = call
        call.trying()
        task = self._loop.create_task(self._behave(call))
        self._behaving.add(task)
        task.add_done_callback(self._behaving.discard)

    def _dialog_of(self, invite: Request, source: Address) -> Dialog:
        wire = self._wire()
        local = f"{invite.header('To')};tag={new_tag()}"
        contact = f"<sip:{wire.ip}:{wire.port}>"
        dialog = Dialog(wire, source, invite.header("Call-ID"), local, "", "", contact)
        dialog.meet(invite.header("From"), invite, invite.routes)
        return dialog

    async def _behave(self, call: IncomingCall) -> None:
        with suppress(CallEnded):
            try:
                await self._behaviour(call)
            except CallEnded:
                raise
            except Exception as failure:
                self._failures.append(failure)
                await call.hangup()

    def _wire(self) -> Wire:
        ip, port = self.address
        return Wire(ip, port, self._send, self._forget_later, self._timers, self._pacer)

    def _send(self, message: bytes, address: Address) -> None:
        if self._transport is None:
            return
        self._note("->", message)
        self._transport.sendto(message, address)

    def _note(self, direction: str, message: bytes) -> None:
        self.trace.append((self._loop.time(), direction, message.split(b"\r\n", 1)[0].decode(errors="replace")))

    def _forget_later(self, tag: str) -> None:
        """Not at once: the other side may repeat a message whose reply was lost."""
        self._loop.call_later(self._timers.linger, self._forget, tag)

    def _forget(self, tag: str) -> None:
        call = self._calls.pop(tag, None)
        if isinstance(call, IncomingCall):
            self._invites.pop(call.invite.branch, None)

    async def _close(self) -> None:
        for task in self._behaving:
            task.cancel()
        await asyncio.gather(*self._behaving, return_exceptions=True)
        await asyncio.gather(*(call.hangup() for call in self._calls.values()))
        for call in self._calls.values():
            call.abandon()
        if self._transport:
            self._transport.close()
            self._transport = None
        # The transports close their sockets in the next round of the loop.
        await asyncio.sleep(0)


async def _not_available(call: IncomingCall) -> None:
    await call.reject(480)
