"""What holds for every answer: headers, error pages, static files, health."""

import asyncio
import re
from pathlib import Path

import pytest

import ari_app.web

FOLDER = Path(ari_app.web.__file__).parent
#: Code of others is held by test_third_party.py.
WRITTEN = sorted(
    path
    for part in ("templates", "static")
    for path in (FOLDER / part).rglob("*.*")
    if not path.name.endswith((".min.js", ".LICENSE.txt"))
)


@pytest.mark.parametrize("address", ["/", "/login", "/geheim", "/healthz", "/tickets/T-9999"])
async def test_every_answer_forbids_framing_sniffing_and_foreign_sources(visitor, address):
    answer = await visitor.get(address)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_no_page_has_inline_script_or_style_or_asks_another_site(path):
    text = path.read_text("utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")

    assert not re.search(r"""\sstyle=|\son[a-z]+=["']|<style|javascript:|https?://|url\((?!#)|@import""", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


async def test_static_files_have_a_hash_in_the_name_and_stay_for_a_year(stranger):
    html = await (await stranger.get("/login")).text()
    (address,) = re.findall(r'href="(/static/desk\.[0-9a-f]{12}\.css)"', html)

    answer = await stranger.get(address)

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/css"
    assert (await stranger.get("/static/desk.css")).status == 404


@pytest.mark.parametrize(
    ("method", "address", "status", "words"),
    [
        ("GET", "/geheim", 404, "Deze pagina is er niet"),
        ("GET", "/tickets/T-9999", 404, "Deze pagina is er niet"),
        ("DELETE", "/tickets/T-9999", 405, "Dit kan hier niet"),
    ],
)
async def test_an_error_is_a_dutch_page_with_a_way_back(visitor, method, address, status, words):
    answer = await visitor.request(method, address, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status == status
    text = await answer.text()
    assert words in text
    assert 'href="/"' in text


async def test_an_unexpected_failure_shows_a_number_and_no_details(visitor, desk, monkeypatch):
    async def fails(*_: object) -> None:
        raise RuntimeError("password of the database is geheim")

    monkeypatch.setattr(desk.for_pages, "listed", fails)
    answer = await visitor.get("/")

    assert answer.status == 500
    text = await answer.text()
    assert re.search(r"<b>[0-9a-f]{8}</b>", text)
    assert "geheim" not in text


async def test_a_form_that_is_too_large_is_refused(stranger):
    form = {"username": "x" * 100_000, "password": "y"}

    answer = await stranger.post("/login", data=form, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data", b"nonsense"),
        ("application/x-www-form-urlencoded; charset=nope", b"username=a"),
        ("application/x-www-form-urlencoded", b"username=\xff"),
    ],
)
async def test_a_form_that_no_browser_sends_is_a_bad_request_and_no_fault_of_ours(stranger, kind, body):
    answer = await stranger.post("/login", data=body, headers={"Content-Type": kind})

    assert answer.status == 400


async def test_a_file_that_begins_nowhere_is_a_bad_request(visitor, caller):
    address = f"/tickets/{await caller.leaves_message()}/attachments"
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Sec-Fetch-Site": "same-origin"}

    answer = await visitor.post(address, data=b"nonsense", headers=headers)

    assert answer.status == 400


@pytest.mark.parametrize(
    ("path", "header", "kind"),
    [
        ("/", b"Cookie: meldlijn_session=\xff", b"text/html"),
        ("/login", b"User-Agent: \xff", b"text/html"),
        ("/api/v1/tickets", b"Authorization: Bearer \xff", b"application/problem+json"),
    ],
)
async def test_a_header_that_is_no_text_is_a_bad_request(server, path, header, kind):
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(b"GET %b HTTP/1.1\r\nHost: line\r\nConnection: close\r\n%b\r\n\r\n" % (path.encode(), header))
    answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 400")
    assert kind in answer


async def test_the_line_is_ready_when_everything_it_needs_is_there(stranger, readiness):
    assert (await stranger.get("/healthz")).status == 200
    assert (await stranger.get("/readyz")).status == 200

    readiness["asterisk"] = False
    answer = await stranger.get("/readyz")

    assert answer.status == 503
    assert (await answer.json())["needs"] == {"database": True, "asterisk": False, "model": True}
    assert (await stranger.get("/healthz")).status == 200
