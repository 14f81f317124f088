"""The phone against SIP spoken by hand: what other phones, Asterisk, and broken ones may send."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack

import pytest

from ari_app.sip_phone import Call, CallFailed, IncomingCall, OutgoingCall, Phone, Timers, sdp
from ari_app.sip_phone.message import Request, Response, parse, reply

CUSTOMER = "0201234567"


@pytest.fixture
async def anna() -> AsyncIterator[Phone]:
    """The one who is called."""
    async with Phone.open(ip="127.0.0.2") as phone:
        yield phone


def waiting_calls(phone: Phone) -> "asyncio.Queue[IncomingCall]":
    calls: asyncio.Queue[IncomingCall] = asyncio.Queue()
    phone.on_call(calls.put)
    return calls


async def until(true: Callable[[], object]) -> None:
    """Ask again whenever a packet may have come in; the time limit of the test is the limit."""
    while not true():
        await asyncio.sleep(0.005)


class Wire:
    """A bare UDP socket that speaks SIP by hand."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(("127.0.0.4", 0))
        self.address: tuple[str, int] = self.socket.getsockname()

    async def send(self, message: bytes) -> None:
        await asyncio.get_running_loop().sock_sendto(self.socket, message, self.phone.address)

    async def receive(self) -> Request | Response:
        return parse(await asyncio.get_running_loop().sock_recv(self.socket, 9000))

    async def ask(self, method: str, to_tag: str = "", body: str = "", headers: str = "", cseq: int = 1) -> Response:
        await self.send(self.request(method, to_tag, body, headers, cseq))
        response = await self.receive()
        assert isinstance(response, Response)
        return response

    def request(self, method: str, to_tag: str = "", body: str = "", headers: str = "", cseq: int = 1) -> bytes:
        host, port = self.address
        lines = [
            f"{method} sip:anna@127.0.0.2 SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{cseq}",
            f"From: <sip:{CUSTOMER}@{host}:{port}>;tag=wire",
            f"To: <sip:anna@127.0.0.2>{';tag=' + to_tag if to_tag else ''}",
            "Call-ID: by-hand",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:{host}:{port}>",
            *headers.splitlines(),
            f"Content-Length: {len(body)}",
            "",
            body,
        ]
        return "\r\n".join(lines).encode()


@pytest.fixture
def wire(anna: Phone) -> Iterator[Wire]:
    wire = Wire(anna)
    yield wire
    wire.socket.close()


def tag_of(response: Response) -> str:
    return response.header("To").partition(";tag=")[2]


async def answered_by_hand(wire: Wire, anna: Phone, offer: str = "") -> tuple[IncomingCall, Response]:
    calls: list[IncomingCall] = []

    async def answer(call: IncomingCall) -> None:
        calls.append(call)
        await call.answer()

    anna.on_call(answer)
    trying = await wire.ask("INVITE", body=offer)
    assert trying.code == 100
    answer_ = await wire.receive()
    assert isinstance(answer_, Response)
    return calls[0], answer_


async def test_a_sign_of_life_is_asked_for_and_given(anna: Phone, wire: Wire) -> None:
    response = await wire.ask("OPTIONS")

    assert response.code == 200
    assert "INVITE" in response.header("Allow")


@pytest.mark.parametrize(
    ("method", "to_tag", "code"),
    [("SUBSCRIBE", "", 501), ("REGISTER", "", 501), ("BYE", "nobody", 481), ("BYE", "", 481), ("CANCEL", "", 481)],
)
async def test_what_the_phone_can_not_do_is_refused(
    anna: Phone, wire: Wire, method: str, to_tag: str, code: int
) -> None:
    assert (await wire.ask(method, to_tag)).code == code


async def test_an_extension_that_we_do_not_know_is_refused(anna: Phone, wire: Wire) -> None:
    response = await wire.ask("INVITE", headers="Require: 100rel")

    assert (response.code, response.header("Unsupported")) == (420, "100rel")


async def test_nonsense_is_counted_and_does_no_harm(anna: Phone, wire: Wire) -> None:
    await wire.send(b"\xff\xfe\x00nonsense")
    await wire.send(b"\r\n\r\n")
    await wire.send(b"SIP/2.0 200 OK\r\nVia: x\r\nFrom: <sip:a@b>;tag=z\r\nTo: b\r\nCall-ID: c\r\nCSeq: 1 BYE\r\n\r\n")
    alive = await wire.ask("OPTIONS")

    assert alive.code == 200
    assert anna.malformed == 1
    assert anna.strays == 1


async def test_a_caller_without_an_address_is_told_so(anna: Phone, wire: Wire) -> None:
    message = wire.request("INVITE").replace(b"From: <sip:", b"From: <http:")

    await wire.send(message)
    response = await wire.receive()

    assert isinstance(response, Response)
    assert response.code == 400
    assert "no SIP address" in response.phrase


async def test_a_call_without_a_common_codec_is_refused(anna: Phone, wire: Wire) -> None:
    refused: list[str] = []

    async def behave(call: IncomingCall) -> None:
        try:
            await call.answer()
        except CallFailed as failed:
            refused.append(failed.reason)

    anna.on_call(behave)
    offer = sdp.describe("127.0.0.4", 4000).replace("RTP/AVP 8", "RTP/AVP 0")
    await wire.ask("INVITE", body=offer)
    response = await wire.receive()
    await wire.send(wire.request("ACK", to_tag=tag_of(response)))  # type: ignore[arg-type]
    await until(lambda: refused)

    assert isinstance(response, Response)
    assert response.code == 488
    assert "allow alaw" in refused[0]


async def test_a_repeated_invite_gets_the_same_answer_and_rings_no_second_time(anna: Phone, wire: Wire) -> None:
    offer = sdp.describe("127.0.0.4", 4000)
    call, answer = await answered_by_hand(wire, anna, offer)

    again = await wire.ask("INVITE", body=offer)

    assert again == answer
    await wire.send(wire.request("ACK", to_tag=tag_of(answer)))
    assert (await wire.ask("BYE", tag_of(answer), cseq=2)).code == 200
    assert (await call.ended()).by == "remote"


async def test_an_invite_without_a_description_gets_our_offer(anna: Phone, wire: Wire) -> None:
    call, answer = await answered_by_hand(wire, anna, offer="")

    assert sdp.read(answer.body).address[0] == "127.0.0.2"
    assert not call.is_answered
    await wire.send(wire.request("ACK", tag_of(answer), sdp.describe("127.0.0.4", 4000)))
    await until(lambda: call.is_answered)
    assert (await wire.ask("BYE", tag_of(answer), cseq=2)).code == 200


async def test_a_hold_stops_our_audio_and_is_answered_with_its_opposite(anna: Phone, wire: Wire) -> None:
    call, answer = await answered_by_hand(wire, anna, sdp.describe("127.0.0.4", 4000))
    await wire.send(wire.request("ACK", tag_of(answer)))

    held = await wire.ask("INVITE", tag_of(answer), sdp.describe("127.0.0.4", 4002, direction="sendonly"), cseq=2)
    alive = await wire.ask("UPDATE", tag_of(answer), cseq=3)
    bad = await wire.ask("UPDATE", tag_of(answer), "v=0", cseq=4)

    assert sdp.read(held.body).direction == "recvonly"
    assert (alive.code, alive.body, bad.code) == (200, "", 488)
    assert not call.is_over
    assert (await wire.ask("BYE", tag_of(answer), cseq=5)).code == 200


async def test_a_dead_proxy_is_named_within_the_patience_of_the_phone(wire: Wire) -> None:
    timers = Timers(first_repeat=0.02, patience=0.2)
    async with Phone.open(ip="127.0.0.3", proxy=wire.address, timers=timers) as caller:
        call = await caller.call("support", from_number=CUSTOMER)
        with pytest.raises(CallFailed, match=r"nothing at 127\.0\.0\.4:\d+ replied within 0\.2 s") as failed:
            await call.answered(within=5)

    assert failed.value.code == 408
    invites = [await wire.receive() for _ in range(4)]
    assert len(set(invites)) == 1


async def called_by_hand(wire: Wire) -> tuple[Phone, AsyncExitStack, OutgoingCall, Request]:
    stack = AsyncExitStack()
    caller = await stack.enter_async_context(
        Phone.open(ip="127.0.0.3", proxy=wire.address, timers=Timers(first_repeat=0.02, patience=0.2))
    )
    wire.phone = caller
    call = await caller.call("support", from_number=CUSTOMER)
    invite = await wire.receive()
    assert isinstance(invite, Request)
    return caller, stack, call, invite


async def next_request(wire: Wire, method: str) -> Request:
    """The next one of this method; repeats of earlier ones are passed over."""
    while True:
        request = await wire.receive()
        if isinstance(request, Request) and request.method == method:
            return request


async def test_an_answer_that_crosses_our_cancel_is_hung_up(wire: Wire) -> None:
    _, stack, call, invite = await called_by_hand(wire)
    async with stack:
        await wire.send(reply(invite, 180, tag="wire").encode())
        await until(lambda: call.status_log)
        call.cancel()
        cancel = await next_request(wire, "CANCEL")

        await wire.send(reply(invite, 200, tag="wire", body=sdp.describe("127.0.0.4", 4000)).encode())
        await next_request(wire, "ACK")
        bye = await next_request(wire, "BYE")
        await wire.send(reply(bye, 200).encode())

        assert cancel.branch == invite.branch
        assert ((await call.ended()).by, (await call.ended()).code) == ("us", 200)


async def test_an_answer_without_a_common_codec_is_hung_up(wire: Wire) -> None:
    _, stack, call, invite = await called_by_hand(wire)
    async with stack:
        await wire.send(reply(invite, 200, tag="wire", body="v=0").encode())

        with pytest.raises(CallFailed, match=r"488 no G\.711 A-law audio"):
            await call.answered(within=5)
        await next_request(wire, "BYE")


async def test_a_cancel_that_is_taken_but_has_no_effect_ends_the_call_all_the_same(wire: Wire) -> None:
    _, stack, call, invite = await called_by_hand(wire)
    async with stack:
        await wire.send(reply(invite, 180, tag="wire").encode())
        await until(lambda: call.status_log)
        call.cancel()
        await wire.send(reply(await next_request(wire, "CANCEL"), 200).encode())

        assert ((await call.ended()).by, (await call.ended()).code) == ("us", 408)


async def test_a_caller_whose_number_is_withheld_by_asterisk_is_anonymous(anna: Phone, wire: Wire) -> None:
    calls = waiting_calls(anna)
    await wire.send(wire.request("INVITE").replace(b"<sip:" + CUSTOMER.encode(), b"<sip:anonymous"))

    call = await calls.get()

    assert call.from_number == ""
    await wire.send(wire.request("CANCEL"))
    assert (await call.ended()).code == 487


async def test_a_caller_who_vanishes_after_our_answer_is_given_up(wire: Wire) -> None:
    async with Phone.open(ip="127.0.0.2", timers=Timers(first_repeat=0.02, patience=0.2)) as anna:
        calls = waiting_calls(anna)
        wire.phone = anna
        await wire.ask("INVITE", body=sdp.describe("127.0.0.4", 4000))
        call: Call = await calls.get()
        assert isinstance(call, IncomingCall)

        with pytest.raises(CallFailed, match=r"nobody confirmed our reply within 0\.2 s"):
            await call.answer()
        assert (await call.ended()).code == 408
