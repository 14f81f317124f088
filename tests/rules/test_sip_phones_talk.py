"""Two phones on loopback, no Asterisk: what the people on both ends experience."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, closing

import numpy as np
import pytest

from ari_app.sip_phone import CallEnded, CallFailed, IncomingCall, OutgoingCall, Phone, Timers
from ari_app.sip_phone.listening import contains, level_of, tone

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


async def test_a_line_break_in_a_header_is_refused_before_anything_is_sent(caller: Phone, anna: Phone) -> None:
    with pytest.raises(ValueError, match="line break"):
        await caller.call("support", from_number=CUSTOMER, headers={"X-Test": "a\r\nX-Evil: b"})

    assert not anna.trace


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
