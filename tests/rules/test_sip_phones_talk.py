"""Two phones on loopback, no Asterisk: what the people on both ends experience."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, closing

import numpy as np
import pytest

from ari_app.sip_phone import Call, CallEnded, CallFailed, IncomingCall, OutgoingCall, Phone, Timers, sdp
from ari_app.sip_phone.listening import contains, level_of, tone
from ari_app.sip_phone.message import Request, Response, parse, reply

CUSTOMER = "0201234567"


@pytest.fixture
async def anna() -> AsyncIterator[Phone]:
    """The one who is called."""
    async with Phone.open(ip="127.0.0.2") as phone:
        yield phone


@pytest.fixture
async def caller(anna: Phone) -> AsyncIterator[Phone]:
    async with Phone.open(ip="127.0.0.3", proxy=anna.address) as phone:
        yield phone


def waiting_calls(phone: Phone) -> "asyncio.Queue[IncomingCall]":
    calls: asyncio.Queue[IncomingCall] = asyncio.Queue()
    phone.on_call(calls.put)
    return calls


async def talking(caller: Phone, callee: Phone, number: str = "support") -> tuple[OutgoingCall, IncomingCall]:
    calls = waiting_calls(callee)
    ours = await caller.call(number, from_number=CUSTOMER)
    theirs = await calls.get()
    await theirs.answer()
    await ours.answered(within=5)
    return ours, theirs


async def until(true: Callable[[], object]) -> None:
    """Ask again whenever a packet may have come in; the time limit of the test is the limit."""
    while not true():
        await asyncio.sleep(0.005)


async def test_the_phone_that_is_called_sees_who_calls_and_whom(caller: Phone, anna: Phone) -> None:
    calls = waiting_calls(anna)

    await caller.call("+31850000001", from_number=CUSTOMER, from_name='Fenna "F" Fictief', headers={"X-Test": "yes"})
    seen = await calls.get()

    assert (seen.called_number, seen.from_number, seen.from_name) == ("+31850000001", CUSTOMER, 'Fenna "F" Fictief')
    assert seen.invite.header("X-Test") == "yes"


@pytest.mark.parametrize("withheld", [None, ""])
async def test_a_caller_without_a_number_is_anonymous(caller: Phone, anna: Phone, withheld: str | None) -> None:
    calls = waiting_calls(anna)

    await caller.call("support", from_number=withheld)
    seen = await calls.get()

    assert (seen.from_number, seen.from_name) == ("", "Anonymous")
    assert "<sip:anonymous@anonymous.invalid>" in seen.invite.header("From")


async def test_both_hear_each_other_in_real_time(caller: Phone, anna: Phone) -> None:
    ours, theirs = await talking(caller, anna)
    hello = np.random.default_rng(3).integers(-9000, 9000, 4000).astype(np.int16)

    theirs.play_forever(tone(440, 1))
    began = theirs.seconds
    await ours.say(hello)
    took = theirs.seconds - began
    await until(lambda: len(theirs.heard()) >= 8000 * (began + 0.5))

    assert 0.4 < took < 1.5
    assert contains(theirs.heard(), hello).score > 0.95
    assert contains(theirs.heard(), hello).at == pytest.approx(began, abs=0.2)
    assert level_of(ours.heard_since(0.1), 440) > 7000
    assert level_of(ours.heard_since(0.1), 700) < 200


async def test_a_sound_can_be_stopped(caller: Phone, anna: Phone) -> None:
    ours, theirs = await talking(caller, anna)

    theirs.play_forever(tone(440, 1))
    await until(lambda: level_of(ours.heard()[-800:], 440) > 7000)
    theirs.stop_playing()

    await until(lambda: level_of(ours.heard()[-800:], 440) < 100)


async def test_keys_are_heard_both_ways(caller: Phone, anna: Phone) -> None:
    ours, theirs = await talking(caller, anna)

    await asyncio.gather(ours.press("11#", milliseconds=60), theirs.press("*9D", milliseconds=40))

    assert theirs.digits_heard == "11#"
    assert ours.digits_heard == "*9D"


@pytest.mark.parametrize(("keys", "milliseconds", "why"), [("1x", 100, "no such key: 'x'"), ("1", 20, "40 to 8000")])
async def test_impossible_keys_are_refused(caller: Phone, anna: Phone, keys: str, milliseconds: int, why: str) -> None:
    ours, _ = await talking(caller, anna)

    with pytest.raises(ValueError, match=why):
        await ours.press(keys, milliseconds)


async def test_the_caller_hangs_up(caller: Phone, anna: Phone) -> None:
    ours, theirs = await talking(caller, anna)

    await ours.hangup("Q.850;cause=16")
    ended = await theirs.ended()

    assert (ended.by, ended.code, ended.reason_header) == ("remote", 200, "Q.850;cause=16")
    assert ((await ours.ended()).by, (await ours.ended()).code) == ("us", 200)


async def test_the_one_who_is_called_hangs_up_in_the_middle_of_a_sentence(caller: Phone, anna: Phone) -> None:
    ours, theirs = await talking(caller, anna)
    sentence = asyncio.create_task(ours.say(tone(440, 60)))
    await until(lambda: len(theirs.heard()))

    await theirs.hangup()

    with pytest.raises(CallEnded, match="ended by remote"):
        await sentence
    with pytest.raises(CallEnded):
        await ours.press("1")
    assert (await ours.ended()).by == "remote"


async def test_both_hang_up_at_the_same_moment(caller: Phone, anna: Phone) -> None:
    ours, theirs = await talking(caller, anna)

    await asyncio.gather(ours.hangup(), theirs.hangup(), ours.hangup())

    assert (await ours.ended()).by == "us"
    assert (await theirs.ended()).by == "us"


@pytest.mark.parametrize(("code", "reason"), [(486, "Busy Here"), (603, "Decline"), (480, "Gone Fishing")])
async def test_a_refused_caller_knows_why(caller: Phone, anna: Phone, code: int, reason: str) -> None:
    async def refuse(call: IncomingCall) -> None:
        await call.ring()
        await call.reject(code, reason)

    anna.on_call(refuse)
    call = await caller.call("support", from_number=CUSTOMER)

    with pytest.raises(CallFailed) as failed:
        await call.answered(within=5)
    assert (failed.value.code, failed.value.reason) == (code, reason)
    assert [status for _, status in call.status_log] == [100, 180, code]
    assert (await call.ended()).by == "remote"


async def test_a_redirected_caller_knows_where_to(caller: Phone, anna: Phone) -> None:
    anna.on_call(lambda call: call.redirect("sip:0612345678@127.0.0.1"))
    call = await caller.call("support", from_number=CUSTOMER)

    with pytest.raises(CallFailed, match="302"):
        await call.answered(within=5)
    assert call.redirected_to == "sip:0612345678@127.0.0.1"


async def test_a_phone_without_a_behaviour_is_not_available(caller: Phone, anna: Phone) -> None:
    call = await caller.call("support", from_number=CUSTOMER)

    with pytest.raises(CallFailed, match="480"):
        await call.answered(within=5)


async def test_nobody_picks_up(caller: Phone, anna: Phone) -> None:
    anna.on_call(lambda call: call.ring())
    call = await caller.call("support", from_number=CUSTOMER)

    with pytest.raises(TimeoutError, match=r"support did not answer within 0\.1 s; last status: 180"):
        await call.answered(within=0.1)
    assert not call.is_over


async def test_a_caller_who_gives_up_stops_the_ringing(caller: Phone, anna: Phone) -> None:
    calls = waiting_calls(anna)
    call = await caller.call("support", from_number=CUSTOMER)
    ringing = await calls.get()
    await ringing.ring()

    call.cancel()

    assert ((await ringing.ended()).by, (await ringing.ended()).code) == ("remote", 487)
    assert ((await call.ended()).by, (await call.ended()).code) == ("us", 487)
    with pytest.raises(CallEnded):
        await ringing.answer()


async def test_a_caller_who_gives_up_before_anything_was_heard_is_not_rung_through(caller: Phone, anna: Phone) -> None:
    calls = waiting_calls(anna)

    call = await caller.call("support", from_number=CUSTOMER)
    call.cancel()
    ringing = await calls.get()

    assert (await ringing.ended()).code == 487
    assert (await call.ended()).code == 487


async def test_a_call_can_not_be_cancelled_once_it_is_answered(caller: Phone, anna: Phone) -> None:
    ours, _ = await talking(caller, anna)

    with pytest.raises(CallFailed, match="use hangup"):
        ours.cancel()


async def test_the_behaviour_may_depend_on_the_number_that_was_called(caller: Phone, anna: Phone) -> None:
    async def behave(call: IncomingCall) -> None:
        await (call.answer() if call.called_number == "0612345678" else call.reject(404))

    anna.on_call(behave)
    answered = await caller.call("0612345678", from_number=CUSTOMER)
    refused = await caller.call("0687654321", from_number=CUSTOMER)

    await answered.answered(within=5)
    with pytest.raises(CallFailed, match="404"):
        await refused.answered(within=5)


async def test_a_behaviour_that_fails_ends_its_call_and_is_not_passed_over() -> None:
    async def broken(call: IncomingCall) -> None:
        raise RuntimeError(f"no idea what to do with {call.called_number}")

    with pytest.RaisesGroup(pytest.RaisesExc(RuntimeError, match="no idea what to do with support")):
        async with Phone.open(ip="127.0.0.2") as anna, Phone.open(ip="127.0.0.3", proxy=anna.address) as caller:
            anna.on_call(broken)
            call = await caller.call("support", from_number=CUSTOMER)
            with pytest.raises(CallFailed, match="603"):
                await call.answered(within=5)


async def test_closing_a_phone_hangs_up_its_calls(anna: Phone) -> None:
    async with Phone.open(ip="127.0.0.3", proxy=anna.address) as caller:
        _, theirs = await talking(caller, anna)

    assert theirs.is_over
    assert (await theirs.ended()).by == "remote"


async def test_a_phone_can_call_itself() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.6", 0))
        address: tuple[str, int] = free.getsockname()

    async with Phone.open(ip=address[0], port=address[1], proxy=address) as phone:
        ours, theirs = await talking(phone, phone)
        await theirs.press("7")
        await ours.hangup()

        assert ours.digits_heard == "7"
        assert (await theirs.ended()).by == "remote"


async def test_twenty_five_calls_at_once_are_all_heard_whole(caller: Phone, anna: Phone) -> None:
    pairs = [await talking(caller, anna) for _ in range(25)]
    words = [np.random.default_rng(n).integers(-9000, 9000, 8000).astype(np.int16) for n in range(25)]

    await asyncio.gather(*(ours.say(word) for (ours, _), word in zip(pairs, words, strict=True)))

    for (_, theirs), word in zip(pairs, words, strict=True):
        assert contains(theirs.heard(), word).score > 0.9


# other phones, lost messages, nonsense


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


async def test_a_line_break_in_a_header_is_refused_before_anything_is_sent(caller: Phone, anna: Phone) -> None:
    with pytest.raises(ValueError, match="line break"):
        await caller.call("support", from_number=CUSTOMER, headers={"X-Test": "a\r\nX-Evil: b"})

    assert not anna.trace


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

        with pytest.raises(CallFailed, match="488 no G.711 A-law audio"):
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


async def test_closing_a_phone_stops_the_ringing_at_the_other_side(anna: Phone) -> None:
    calls = waiting_calls(anna)
    async with Phone.open(ip="127.0.0.3", proxy=anna.address) as caller:
        ours = await caller.call("support", from_number=CUSTOMER)
        theirs = await calls.get()

    assert (await ours.ended()).code == 487
    assert (await theirs.ended()).code == 487


async def test_hanging_up_a_ringing_call_declines_it() -> None:
    async with AsyncExitStack() as both:
        callee = await both.enter_async_context(Phone.open(ip="127.0.0.2"))
        caller = await both.enter_async_context(Phone.open(ip="127.0.0.3", proxy=callee.address))
        calls = waiting_calls(callee)
        ours = await caller.call("support", from_number=CUSTOMER)
        ringing = await calls.get()
        await ringing.ring()

        await ringing.hangup()

        with pytest.raises(CallFailed, match="603 Decline"):
            await ours.answered(within=5)


async def test_a_caller_whose_number_is_withheld_by_asterisk_is_anonymous(anna: Phone, wire: Wire) -> None:
    calls = waiting_calls(anna)
    await wire.send(wire.request("INVITE").replace(b"<sip:" + CUSTOMER.encode(), b"<sip:anonymous"))

    call = await calls.get()

    assert call.from_number == ""
    await wire.send(wire.request("CANCEL"))
    assert (await call.ended()).code == 487


class LossyLine(asyncio.DatagramProtocol):
    """Stands between two phones and loses every message the first time it comes by."""

    def __init__(self, callee: Phone) -> None:
        self.callee = callee.address
        self.caller: tuple[str, int] | None = None
        self.seen: set[bytes] = set()
        self.transport: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr != self.callee:
            self.caller = addr
        to = self.caller if addr == self.callee else self.callee
        if data in self.seen and self.transport and to:
            self.transport.sendto(data, to)
        self.seen.add(data)


async def on_a_lossy_line(talk: Callable[[Phone, Phone], Awaitable[None]]) -> None:
    timers = Timers(first_repeat=0.02, longest_repeat=0.08, patience=5)
    async with Phone.open(ip="127.0.0.2", timers=timers) as anna:
        line = LossyLine(anna)
        loop = asyncio.get_running_loop()
        line.transport, _ = await loop.create_datagram_endpoint(lambda: line, local_addr=("127.0.0.5", 0))
        proxy = line.transport.get_extra_info("sockname")
        with closing(line.transport):
            async with Phone.open(ip="127.0.0.3", proxy=proxy, timers=timers) as caller:
                await talk(caller, anna)


async def test_lost_messages_lose_no_call() -> None:
    async def talk(caller: Phone, anna: Phone) -> None:
        ours, theirs = await talking(caller, anna)
        await ours.press("5")
        await theirs.hangup()

        assert theirs.digits_heard == "5"
        assert ((await ours.ended()).by, (await theirs.ended()).code) == ("remote", 200)

    await on_a_lossy_line(talk)


async def test_lost_messages_lose_no_refusal_and_no_cancel() -> None:
    async def talk(caller: Phone, anna: Phone) -> None:
        calls = waiting_calls(anna)
        refused = await caller.call("one", from_number=CUSTOMER)
        await (await calls.get()).reject(486)
        cancelled = await caller.call("two", from_number=CUSTOMER)
        ringing = await calls.get()
        cancelled.cancel()

        assert (await refused.ended()).code == 486
        assert (await ringing.ended()).code == 487
        assert (await cancelled.ended()).code == 487

    await on_a_lossy_line(talk)


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
