"""What aiohttp refuses by itself, on a socket of its own: no HTTP, too long, or waiting for what we do not know."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from ari_app.web.app import make_app
from ari_app.web.unreadable import Runner

TOO_LONG = b"a" * 20_000
HOST = b"Host: lijn.example\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n"


@pytest.fixture
async def port(desk, accounts, clock, line) -> AsyncIterator[int]:
    async def is_ready() -> dict[str, bool]:
        return {}

    runner = Runner(make_app(desk, accounts, clock, line, is_ready), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def answer(port: int, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in small letters, and the body, up to the end that the other side makes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    async with asyncio.timeout(60):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    writer.close()
    await writer.wait_closed()
    return int(head[0].split()[1]), headers, body


@pytest.mark.parametrize(
    ("sent", "status", "kind"),
    [
        (b"KAAS\r\n\r\n", 400, "bad-request"),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400, "bad-request"),
        (b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"X-Long: " + TOO_LONG + b"\r\n\r\n", 400, "bad-request"),
        (b"GET /api/v1/" + TOO_LONG + b" HTTP/1.1\r\n" + HOST + b"\r\n", 400, "bad-request"),
        (b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"Content-Length: kaas\r\n\r\n", 400, "bad-request"),
        (b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"Expect: kaas\r\n\r\n", 417, "no-such-expect"),
        (b"GET /api/v1/nergens HTTP/1.1\r\n" + HOST + b"Expect: kaas\r\n\r\n", 417, "no-such-expect"),
    ],
    ids=["no HTTP", "TLS", "a long header", "a long address", "a wrong length", "an Expect", "an Expect for nothing"],
)
async def test_what_can_not_be_read_is_a_problem_in_json(port: int, sent: bytes, status: int, kind: str):
    found, headers, body = await answer(port, sent)

    told = json.loads(body)
    assert (found, headers["content-type"].split(";")[0]) == (status, "application/problem+json")
    assert (told["status"], told["type"].rpartition("#")[2]) == (status, f"problem-{kind}")
    assert len(body) < 600


async def test_chunks_that_are_none_are_a_problem_of_the_request(port: int, accounts, web_store, clock):
    from ari_app.web.api.tokens import Tokens

    await accounts.create("beheer", "administrator")
    _, token = await Tokens(web_store, clock).create("beheer", "proef", ["admin"], "ilse")
    head = b"POST /api/v1/tickets HTTP/1.1\r\n" + HOST + CHUNKED + f"Authorization: Bearer {token}\r\n\r\n".encode()

    status, headers, body = await answer(port, head + b"kaas\r\n{}\r\n0\r\n\r\n")

    assert (status, headers["content-type"].split(";")[0]) == (400, "application/problem+json")
    assert json.loads(body)["type"].endswith("#problem-bad-request")


async def test_a_page_still_answers_an_expect_by_itself(port: int):
    status, headers, _body = await answer(port, b"GET /login HTTP/1.1\r\n" + HOST + b"Expect: kaas\r\n\r\n")

    assert (status, headers["content-type"].split(";")[0]) == (417, "text/plain")


async def test_what_can_be_read_is_answered_as_ever(port: int):
    status, headers, body = await answer(port, b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"\r\n")

    assert (status, json.loads(body)["type"].rpartition("#")[2]) == (401, "problem-no-token")
    assert headers["content-security-policy"]
