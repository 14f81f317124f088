"""On a real Asterisk: a full disk, a caller whose sound stops, keys without end, and senders of nonsense. The next caller is served."""

import asyncio
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import psutil
import pytest

from ari_app.asterisk.server import AsteriskServer
from tests.calls.line import Line
from tests.calls.scenario import BREATH, Caller, PhoneCall
from tests.calls.sounds import message_audio

pytestmark = pytest.mark.asterisk

AT_NIGHT = Caller("0201234567", at="2026-11-21T21:00")
STRANGER = Caller("0850004140", at="2026-11-21T09:10")
#: Seconds without a packet; longer than what Asterisk's recorder puts up with by itself.
GAP, BEHIND_THE_GAP = 4.5, "En dan nog iets"
Recovered = Callable[[float], None]


def now() -> float:
    return asyncio.get_running_loop().time()


@contextmanager
def no_room_beyond(server: AsteriskServer, size: int) -> Iterator[None]:
    """Asterisk can write no file beyond so many bytes, as on a full disk: it gets the error from the kernel at the same call."""
    process = psutil.Process(server.pid())
    process.rlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def test_a_caller_whose_message_finds_no_room_hears_so_and_is_a_ticket(
    real_line: Line, real_server: AsteriskServer, recovered: Recovered
) -> None:
    with no_room_beyond(real_server, 0):
        outcome = await real_line.call(replace(AT_NIGHT, after_message="#"))
        began = now()

    again = await real_line.call(AT_NIGHT)

    recovered(now() - began)
    assert outcome.heard[-2:] == ["beep", "voicemail-not-saved"]
    assert outcome.report.recording is None
    assert "Is de schijf van Asterisk vol?" in (outcome.report.error or "")
    assert again.has_recorded(AT_NIGHT.message)


async def test_a_message_whose_sound_stops_for_four_seconds_goes_on_behind_the_gap(
    real_line: Line, recovered: Recovered
) -> None:
    """Asterisk's recorder gives up after four seconds without a packet, unless it sends silence itself (`transmit_silence`)."""
    calling = asyncio.create_task(real_line.call(replace(AT_NIGHT, after_message="silence")))
    await real_line.moment("0201234567 speaks the message")
    handset = real_line.made_calls[-1].handset
    await handset.pause(1.0)  # all of it is said
    stream = handset.call._stream  # type: ignore[attr-defined]
    stream.may_send = False
    await handset.pause(GAP)
    stream.may_send = True
    began = now()
    await handset.say(message_audio(BEHIND_THE_GAP))
    recovered(now() - began)
    await handset.pause(BREATH)
    await handset.hang_up()
    outcome = await calling

    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.has_recorded(BEHIND_THE_GAP)


async def test_a_flood_of_keys_and_one_that_is_held_for_ever_end_in_the_voicemail(
    real_line: Line, recovered: Recovered
) -> None:
    async def floods(call: PhoneCall) -> None:
        phone = call.handset.call  # type: ignore[attr-defined]
        await phone.press("7", milliseconds=1500)
        await phone.press("0123456789ABCD*#" * 4, milliseconds=40)

    calling = asyncio.create_task(real_line.call(AT_NIGHT))
    await real_line.moment("0201234567 hears welcome")
    flood = asyncio.create_task(floods(real_line.made_calls[-1]))
    outcome = await calling
    await asyncio.gather(flood, return_exceptions=True)
    again = await real_line.call(AT_NIGHT)

    recovered(outcome.settled_after)
    assert outcome.report.error is None
    assert outcome.report.route == "voicemail"
    assert again.has_recorded(AT_NIGHT.message)


NONSENSE = (
    b"\0" * 300,
    b"\xff" * 1400,
    b"INVITE",
    b"INVITE sip:0850004000@line SIP/2.0\r\n\r\n",
    b"INVITE sip:0850004000@line SIP/9.9\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\n\r\n",
    b"GARBAGE sip:x SIP/2.0\r\nCall-ID: 1\r\nCSeq: 1 GARBAGE\r\n\r\n",
)


async def test_after_nonsense_from_the_carrier_the_line_takes_calls_as_before(
    real_line: Line, real_server: AsteriskServer, recovered: Recovered
) -> None:
    began, pid = now(), real_server.pid()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.2", 0))
        port = sender.getsockname()[1]
        for message in (*NONSENSE, *broken_invites(port)):
            sender.sendto(message, (real_server.sip_ip, real_server.sip_port))

    outcome = await real_line.call(AT_NIGHT)

    recovered(now() - began)
    assert outcome.has_recorded(AT_NIGHT.message)
    assert real_server.pid() == pid


def broken_invites(port: int) -> list[bytes]:
    """A whole INVITE with one thing wrong in each."""
    whole = (
        "INVITE sip:0850004000@127.0.0.1 SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.2:{port};branch=z9hG4bKBRANCH\r\n"
        f"From: <sip:0612345678@127.0.0.2:{port}>;tag=TAG\r\n"
        "To: <sip:0850004000@127.0.0.1>\r\n"
        "Call-ID: CALL\r\nCSeq: 1 INVITE\r\n"
        f"Contact: <sip:0612345678@127.0.0.2:{port}>\r\n"
        "Max-Forwards: 70\r\nContent-Type: application/sdp\r\nContent-Length: LENGTH\r\n\r\n"
        "v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
    )
    body = len(whole.split("\r\n\r\n", 1)[1])
    wrongs = (
        ("LENGTH", "-1"),
        ("CSeq: 1 INVITE", "CSeq: 99999999999 INVITE"),
        ("CSeq: 1 INVITE", "CSeq: 1 BYE"),
        ("m=audio 40000 RTP/AVP 8", "m=audio 99999 RTP/AVP 8"),
        ("m=audio 40000 RTP/AVP 8", "m=video 40000 RTP/AVP 99"),
        ("v=0", "v=\0\0\0"),
        ("c=IN IP4 127.0.0.2", "c=IN IP4 elsewhere"),
        ("From: <sip:0612345678@", "From: <<<sip:0612345678@@@"),
        ("To: <sip:0850004000@127.0.0.1>", "To: " + "<" * 900),
    )
    made = []
    for number, (right, wrong) in enumerate(wrongs):
        text = whole.replace(right, wrong, 1).replace("LENGTH", str(body))
        text = text.replace("BRANCH", f"n{number}").replace("TAG", f"n{number}").replace("CALL\r", f"n{number}\r")
        made.append(text.encode())
    return made
