"""SIP messages and their descriptions of audio: what is read, what is written, what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.sip_phone import sdp
from ari_app.sip_phone.message import NameAddress, Request, Response, parse, quoted, reply, uri_for, user_of

INVITE = (
    b"INVITE sip:4420@127.0.0.1:5060 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 127.0.0.2:5080;branch=z9hG4bKabc;rport\r\n"
    b"v: SIP/2.0/UDP 127.0.0.9:5080;branch=z9hG4bKolder\r\n"
    b"Record-Route: <sip:127.0.0.8;lr>, <sip:127.0.0.7;lr>\r\n"
    b'f: "Fenna Fictief" <sip:0201234567@127.0.0.2:5080>;tag=one\r\n'
    b"To:\r\n <sip:4420@127.0.0.1>\r\n"
    b"CALL-ID: x@127.0.0.2\r\n"
    b"CSeq: 7 INVITE\r\n"
    b"Content-Length: 4\r\n"
    b"\r\n"
    b"v=0\nand bytes after the body"
)


def test_a_request_is_read_with_compact_folded_and_repeated_headers() -> None:
    request = parse(INVITE)

    assert isinstance(request, Request)
    assert (request.method, request.uri, request.body) == ("INVITE", "sip:4420@127.0.0.1:5060", "v=0\n")
    assert request.header("from").startswith('"Fenna Fictief"')
    assert request.header("To") == "<sip:4420@127.0.0.1>"
    assert request.cseq == (7, "INVITE")
    assert request.branch == "z9hG4bKabc"
    assert len(request.all("Via")) == 2
    assert request.routes == ["<sip:127.0.0.8;lr>", "<sip:127.0.0.7;lr>"]


def test_a_response_goes_back_the_way_the_request_came_and_gets_our_tag() -> None:
    request = parse(INVITE)
    assert isinstance(request, Request)

    response = parse(reply(request, 486, tag="two", body="é").encode())

    assert isinstance(response, Response)
    assert (response.code, response.phrase, response.body) == (486, "Busy Here", "é")
    assert response.all("Via") == request.all("Via")
    assert NameAddress.read(response.header("To")).tag == "two"
    assert response.cseq == (7, "INVITE")


def test_a_tag_that_is_there_already_is_kept() -> None:
    request = parse(INVITE.replace(b"<sip:4420@127.0.0.1>\r\n", b"<sip:4420@127.0.0.1>;tag=kept\r\n"))
    assert isinstance(request, Request)

    response = reply(request, 200, tag="new")

    assert response.header("To") == "<sip:4420@127.0.0.1>;tag=kept"


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b"hello", "no empty line"),
        (INVITE.replace(b"SIP/2.0\r\nVia", b"HTTP/1.1\r\nVia"), "not the first line"),
        (INVITE.replace(b"CALL-ID: x@127.0.0.2\r\n", b""), "without call-id"),
        (INVITE.replace(b"Content-Length: 4", b"Content-Length: 400"), "Content-Length '400'"),
        (INVITE.replace(b"Content-Length: 4", b"Content-Length: -4"), "Content-Length '-4'"),
        (INVITE.replace(b"CSeq: 7 INVITE", b"CSeq: seven INVITE"), "invalid literal"),
        (INVITE.replace(b"CSeq: 7 INVITE", b"CSeq: 7"), "not enough values"),
        (INVITE.replace(b"CSeq: 7 INVITE", b"nonsense"), "not a SIP header"),
        (INVITE.replace(b"Fenna", b"\xff\xfe"), "codec can't decode"),
    ],
)
def test_a_broken_message_is_refused_with_its_reason(broken: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse(broken)


@given(st.binary(max_size=200))
def test_no_datagram_does_more_harm_than_being_refused(datagram: bytes) -> None:
    for tried in (datagram, INVITE[: len(datagram)] + datagram + INVITE[len(datagram) :]):
        with suppress(ValueError):  # anything else that is raised fails the test
            assert parse(tried).cseq[1]


def test_nobody_smuggles_in_a_header_by_a_line_break() -> None:
    request = Request((("From", '"x\r\nVia: evil" <sip:a@b>'),), "", "INVITE", "sip:a@b")

    with pytest.raises(ValueError, match="line break"):
        request.encode()


@pytest.mark.parametrize(
    ("value", "name", "user", "tag"),
    [
        ('"Fenna \\"F\\" Fictief" <sip:0201234567@127.0.0.2:5080>;tag=t1', 'Fenna "F" Fictief', "0201234567", "t1"),
        ("Fenna <sip:%2331@127.0.0.2;user=phone>", "Fenna", "#31", ""),
        ("<sip:+31850000001;npdi@127.0.0.2>;x=y;tag=t2", "", "+31850000001", "t2"),
        ("sip:0201234567@127.0.0.2;tag=t3", "", "0201234567", "t3"),
        ("<tel:+31850000001;phone-context=x>", "", "+31850000001", ""),
        ("<sip:127.0.0.2:5080>", "", "", ""),
    ],
)
def test_names_and_numbers_are_read_from_an_address(value: str, name: str, user: str, tag: str) -> None:
    address = NameAddress.read(value)

    assert (address.name, address.user, address.tag) == (name, user, tag)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_every_name_and_number_survives_being_sent(name: str, number: str) -> None:
    uri = uri_for(number, "127.0.0.1", 5060)

    address = NameAddress.read(f"{quoted(name)} <{uri}>;tag=x")

    assert address.name == name
    assert user_of(address.uri) == number


def test_our_offer_is_understood_by_ourselves() -> None:
    media = sdp.read(sdp.describe("127.0.0.2", 4000))

    assert media == sdp.Media(("127.0.0.2", 4000), 101, "sendrecv")
    assert media.wants_audio


def test_the_address_of_the_stream_wins_over_the_address_of_the_session() -> None:
    offer = sdp.describe("127.0.0.2", 4000).replace("a=ptime", "c=IN IP4 127.0.0.3\r\na=ptime")

    assert sdp.read(offer).address == ("127.0.0.3", 4000)


def test_the_number_for_keys_is_that_of_the_offer() -> None:
    assert sdp.read(sdp.describe("127.0.0.2", 4000, dtmf_type=96)).dtmf_type == 96


def test_a_phone_that_takes_no_keys_is_known_as_such() -> None:
    assert sdp.read(sdp.describe("127.0.0.2", 4000, dtmf_type=None)).dtmf_type is None


@pytest.mark.parametrize(
    ("theirs", "wants_audio", "ours"),
    [
        ("sendrecv", True, "sendrecv"),
        ("sendonly", False, "recvonly"),
        ("recvonly", True, "sendonly"),
        ("inactive", False, "inactive"),
    ],
)
def test_a_hold_is_answered_with_its_opposite(theirs: str, wants_audio: bool, ours: str) -> None:
    media = sdp.read(sdp.describe("127.0.0.2", 4000, direction=theirs))

    assert (media.wants_audio, media.our_direction) == (wants_audio, ours)


@pytest.mark.parametrize(
    ("old", "new"),
    [("RTP/AVP 8 101", "RTP/AVP 0 101"), ("m=audio 4000", "m=audio 0"), ("IP4 127.0.0.2", "IP4 phone.example")],
)
def test_a_description_that_we_cannot_serve_is_refused(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"A-law|IPv4"):
        sdp.read(sdp.describe("127.0.0.2", 4000).replace(old, new))
