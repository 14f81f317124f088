"""The trunk over TLS with SRTP, to a carrier that is a second Asterisk: calls in and out, and nothing in the clear."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ari_app.asterisk.hardening import Tls
from ari_app.asterisk.server import AsteriskServer
from ari_app.clock import SystemClock
from ari_app.fallback.plan import Manner, Period, write_plan
from ari_app.sip_phone import CallFailed, IncomingCall, Phone
from ari_app.sip_phone.listening import level_of, tone
from tests.asterisk.carrier import CARRIER_IP, SUBSCRIBER_IP, Carrier, make_certificates
from tests.asterisk.conftest import free_port, server_in, write_prompts

pytestmark = pytest.mark.asterisk

CALLER_HZ, ENGINEER_HZ, BEEP_HZ = 1700, 2200, 1000
UDP, TCP = socket.SOCK_DGRAM, socket.SOCK_STREAM


@pytest.fixture(scope="module")
def line_and_carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AsteriskServer, Carrier]]:
    folder = tmp_path_factory.mktemp("tls")
    files = make_certificates(folder / "certificates", "127.0.0.1", CARRIER_IP)
    ours = Tls(files.certificate, files.key, files.authorities, free_port("127.0.0.1", TCP))
    theirs = Tls(files.certificate, files.key, files.authorities, free_port(CARRIER_IP, TCP))
    line = server_in(
        folder / "line",
        tls=ours,
        trunk_contact=f"{CARRIER_IP}:{theirs.port}",
        trunk_addresses=(CARRIER_IP,),
        prompts=write_prompts(folder / "prompts"),
    )
    first = free_port(CARRIER_IP, UDP) // 2 * 2 % 20000 + 20000
    carrier = Carrier(
        folder / "carrier",
        ari_port=free_port("127.0.0.1", TCP),
        sip_ip=CARRIER_IP,
        sip_port=free_port(CARRIER_IP, UDP),
        rtp_ports=(first, first + 200),
        tls=theirs,
        trunk_contact=f"127.0.0.1:{ours.port}",
        trunk_addresses=("127.0.0.1",),
        subscribers=f"{SUBSCRIBER_IP}:{free_port(SUBSCRIBER_IP, UDP)}",
    )
    for server in (line, carrier):
        server.start()
    yield line, carrier
    for server in (line, carrier):
        server.stop()


@pytest.fixture
async def subscriber(line_and_carrier: tuple[AsteriskServer, Carrier]) -> AsyncIterator[Phone]:
    _, carrier = line_and_carrier
    ip, port = carrier.subscribers.split(":")
    async with Phone.open(ip, int(port), proxy=(carrier.sip_ip, carrier.sip_port)) as phone:
        yield phone


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.02)


def messages_of(server: AsteriskServer, file: Path) -> bytes:
    """What Asterisk sent and got, before encryption."""
    server.cli("pjsip set logger off")
    return file.read_bytes()


async def test_a_call_over_tls_is_recorded_and_its_sound_is_encrypted(
    line_and_carrier: tuple[AsteriskServer, Carrier], subscriber: Phone, tmp_path: Path
) -> None:
    line, _ = line_and_carrier
    line.plan.unlink(missing_ok=True)
    seen = tmp_path / "sip.pcap"
    line.cli(f"pjsip set logger pcap {seen}")
    line.cli("pjsip set logger on")

    call = await subscriber.call("0850004000", from_number="0612345678")
    await call.answered(within=10)
    await until(lambda: len(call.heard()) > 800 and level_of(call.heard()[-800:], BEEP_HZ) > 4000)
    await until(lambda: level_of(call.heard()[-800:], BEEP_HZ) < 100)
    await call.say(tone(CALLER_HZ, 1.0))
    await call.hangup()
    await until(lambda: " 0 active channels" in " " + line.cli("core show channels count"))

    [recording] = (line.recordings / "fallback").glob("*.wav")
    said = messages_of(line, seen)
    assert recording.stat().st_size > 12000
    assert b"SIP/2.0/TLS" in said
    assert b"RTP/SAVP" in said
    assert b"a=crypto:1 AES_CM_128_HMAC_SHA1_80" in said
    assert b"RTP/AVP" not in said


async def test_an_engineer_is_rung_over_tls_and_both_hear_each_other(
    line_and_carrier: tuple[AsteriskServer, Carrier], subscriber: Phone
) -> None:
    line, _ = line_and_carrier
    now = SystemClock().now()
    window = (now - timedelta(minutes=1), now + timedelta(hours=1))
    manner = Manner(now, window[1], "+31850004000", ring_for=5, accept_within=2, desk_ring_for=2)
    line.plan.write_text(write_plan(manner, [Period(*window, "calamity", ("1:31612345001",))]))
    legs: list[IncomingCall] = []

    async def accepts(call: IncomingCall) -> None:
        legs.append(call)
        await call.ring()
        await call.answer()
        await until(lambda: len(call.heard()) > 2000)
        await call.press("1")
        call.play_forever(tone(ENGINEER_HZ, 1.0))

    subscriber.on_call(accepts)
    call = await subscriber.call("0850004000", from_number="0612345678")
    await call.answered(within=10)
    call.play_forever(tone(CALLER_HZ, 1.0))

    await until(lambda: level_of(call.heard()[-800:], ENGINEER_HZ) > 1000)
    await until(lambda: legs and level_of(legs[0].heard()[-800:], CALLER_HZ) > 1000)
    await call.hangup()

    assert [leg.called_number for leg in legs] == ["31612345001"]
    line.plan.unlink()


async def test_a_call_without_encryption_is_refused(line_and_carrier: tuple[AsteriskServer, Carrier]) -> None:
    line, _ = line_and_carrier
    async with Phone.open(CARRIER_IP, proxy=(line.sip_ip, line.sip_port)) as phone:
        call = await phone.call("0850004000", from_number="0612345678")

        with pytest.raises(CallFailed) as refused:
            await call.answered(within=5)

    assert refused.value.code == 488
