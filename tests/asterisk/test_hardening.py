"""Who may reach the line and who may not, against a real Asterisk; and what it writes about those who may not."""

import asyncio
import configparser
import ctypes
import http.client
import re
import socket
from base64 import b64encode
from pathlib import Path

import pytest

from ari_app.asterisk.configuration import SOURCES
from ari_app.asterisk.hardening import hashed, permitted
from ari_app.asterisk.server import AsteriskServer
from ari_app.sip_phone import CallFailed, Phone

pytestmark = pytest.mark.asterisk

#: What fail2ban puts in the place of <HOST>, as far as it concerns IPv4.
HOST = r"(?P<host>\d+\.\d+\.\d+\.\d+)"


def refused_hosts(log: str) -> list[str]:
    """Whom the filter of fail2ban that we ship would count, line by line; fail2ban itself cuts the date off."""
    filter_file = configparser.RawConfigParser()
    filter_file.read(SOURCES / "fail2ban" / "filter.conf")
    expressions = filter_file["Definition"]["failregex"].replace("<HOST>", HOST).splitlines()
    lines = [re.sub(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\]", "", line) for line in log.splitlines()]
    found = (re.search(expression, line) for line in lines for expression in expressions)
    return [match["host"] for match in found if match]


async def log_of_a_call_from(asterisk: AsteriskServer, ip: str, name: str = "0612345678") -> tuple[int, str]:
    """The SIP code of the refusal, and what Asterisk wrote meanwhile: a thread of its own writes who was refused."""
    file = asterisk.home / "log/messages.log"
    before = len(file.read_text())
    async with Phone.open(ip, proxy=(asterisk.sip_ip, asterisk.sip_port)) as phone:
        call = await phone.call("0850004000", from_number=name)
        with pytest.raises(CallFailed) as refused:
            await call.answered(within=5)
    async with asyncio.timeout(20):
        while not refused_hosts(log := file.read_text()[before:]):
            await asyncio.sleep(0.05)
    return refused.value.code, log


async def test_a_call_from_an_unknown_address_is_refused_and_counted(asterisk: AsteriskServer) -> None:
    sidecars = set((asterisk.recordings / "fallback").iterdir())

    code, log = await log_of_a_call_from(asterisk, "127.0.0.77")

    assert code == 403
    assert set(refused_hosts(log)) == {"127.0.0.77"}
    assert set((asterisk.recordings / "fallback").iterdir()) == sidecars
    assert "0 active calls" in asterisk.cli("core show channels")


async def test_a_desk_phone_can_be_called_but_can_not_call(asterisk: AsteriskServer) -> None:
    code, log = await log_of_a_call_from(asterisk, "127.0.0.3")

    assert code == 401
    assert refused_hosts(log) == ["127.0.0.3"]


async def test_a_caller_can_not_get_somebody_else_banned(asterisk: AsteriskServer) -> None:
    forged = 'x",RemoteAddress="IPV4/UDP/127.0.0.2/5060"'

    _, log = await log_of_a_call_from(asterisk, "127.0.0.3", name=forged.replace('"', "%22"))
    line = 'SECURITY[1] res_security_log.c: SecurityEvent="InvalidAccountID",AccountID="'
    written = f'{line}{forged}",RemoteAddress="IPV4/UDP/127.0.0.3/5060"'

    assert set(refused_hosts(log)) == {"127.0.0.3"}
    assert refused_hosts(written) == ["127.0.0.3"]


def test_a_password_guesser_who_registers_is_refused_and_counted(asterisk: AsteriskServer) -> None:
    file = asterisk.home / "log/messages.log"
    before = len(file.read_text())

    answers = [_register(asterisk, "127.0.0.78", guess) for guess in ("d41d8cd98f00b204", "e9800998ecf8427e")]

    assert [answer.split()[1] for answer in answers] == ["403", "403"]
    assert refused_hosts(file.read_text()[before:]) == ["127.0.0.78", "127.0.0.78"]


def test_nobody_can_register_from_the_carrier_either(asterisk: AsteriskServer) -> None:
    assert _register(asterisk, "127.0.0.2", "d41d8cd98f00b204").split()[1] == "501"


def test_there_is_no_anonymous_endpoint(asterisk: AsteriskServer) -> None:
    endpoints = re.findall(r"Endpoint:  ([a-z]\S+) ", asterisk.cli("pjsip show endpoints"))

    assert endpoints == ["desk-1", "desk-2", "trunk"]
    assert "0 modules loaded" in asterisk.cli("module show like endpoint_identifier_anonymous")
    assert "0 modules loaded" in asterisk.cli("module show like endpoint_identifier_user")
    assert "0 modules loaded" in asterisk.cli("module show like registrar")


def test_ari_answers_only_our_own_addresses(asterisk: AsteriskServer) -> None:
    password = asterisk.password()

    assert _ari(asterisk, "127.0.0.1", password) == 200
    assert _ari(asterisk, "127.0.0.1", "wrong") == 401
    assert _ari(asterisk, "127.0.0.9", password) == 403


def test_the_password_of_ari_stands_in_no_configuration(asterisk: AsteriskServer) -> None:
    files = list((asterisk.home / "etc").iterdir())

    assert not [file.name for file in files if asterisk.password() in file.read_text()]
    assert "password_format = crypt" in (asterisk.home / "etc/ari.conf").read_text()


def test_a_hash_is_one_that_every_linux_knows() -> None:
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    found = hashed("een geheim")

    assert library.crypt(b"een geheim", found.encode()).decode() == found
    assert library.crypt(b"een ander geheim", found.encode()).decode() != found
    assert hashed("een geheim") != found


def test_addresses_become_networks_and_names_are_refused() -> None:
    given = ("192.0.2.10:5060", "192.0.2.10", "198.51.100.7/24")

    assert permitted(given) == "192.0.2.10/32,198.51.100.0/24"
    with pytest.raises(ValueError, match=r"'sip\.example\.com:5060' is no IPv4 address"):
        permitted(["sip.example.com:5060"])


def test_an_encrypted_trunk_without_its_files_says_which_one_is_missing(tmp_path: Path) -> None:
    from ari_app.asterisk.hardening import Tls

    missing = tmp_path / "line.crt"
    server = AsteriskServer(tmp_path / "line", tls=Tls(missing, missing, missing))

    with pytest.raises(ValueError, match=r"needs .*line\.crt, which is not there"):
        server.write_configuration()


def _register(asterisk: AsteriskServer, ip: str, guess: str) -> str:
    digest = (
        f'Authorization: Digest username="100", realm="asterisk", nonce="1", uri="sip:line", response="{guess}"\r\n'
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.bind((ip, 0))
        asking.settimeout(5)
        port = asking.getsockname()[1]
        message = (
            f"REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {ip}:{port};branch=z9hG4bK{guess}\r\n"
            f"From: <sip:100@127.0.0.1>;tag=1\r\nTo: <sip:100@127.0.0.1>\r\nCall-ID: {guess}{port}\r\n"
            f"CSeq: 1 REGISTER\r\nContact: <sip:100@{ip}:{port}>\r\n{digest}Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        )
        asking.sendto(message.encode(), (asterisk.sip_ip, asterisk.sip_port))
        return asking.recv(4000).decode()


def _ari(asterisk: AsteriskServer, source: str, password: str) -> int:
    login = b64encode(f"{asterisk.ari_user}:{password}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", asterisk.ari_port, source_address=(source, 0))
    connection.request("GET", "/ari/asterisk/info", headers={"Authorization": f"Basic {login}"})
    status = connection.getresponse().status
    connection.close()
    return status
