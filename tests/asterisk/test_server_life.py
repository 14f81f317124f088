"""Asterisk as we start, ask and stop it: real processes."""

import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from ari_app.asterisk.install import AsteriskMissing, find
from ari_app.asterisk.server import AsteriskServer, ServerFailed

NewServer = Callable[[Path], AsteriskServer]

pytestmark = pytest.mark.asterisk


@pytest.fixture
def server(tmp_path: Path, new_server: NewServer) -> Iterator[AsteriskServer]:
    server = new_server(tmp_path / "line")
    yield server
    server.stop()


def write_program(folder: Path, version: str) -> Path:
    """An installed Asterisk of this version, as far as set-up looks at it."""
    program = folder / "sbin/asterisk"
    for place in ("sbin", "lib/asterisk/modules", "share/asterisk/documentation"):
        (folder / place).mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'Asterisk {version}'\n")
    program.chmod(0o755)
    return program


def test_asterisk_takes_calls_in_seconds(server: AsteriskServer) -> None:
    began = time.monotonic()

    server.start()

    # Half a second on a quiet machine; the rest is for busy ones.
    assert time.monotonic() - began < 10
    assert "chan_pjsip.so" in server.cli("module show like chan_pjsip")


def test_it_boots_without_a_single_error_in_its_log(server: AsteriskServer) -> None:
    server.start()

    log = (server.home / "log/messages.log").read_text()

    assert re.findall(r".*(?:ERROR|WARNING).*", log) == []


def test_it_is_22_10_1_or_newer(server: AsteriskServer) -> None:
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", server.version())

    assert found
    assert tuple(map(int, found.groups())) >= (22, 10, 1)


def test_a_second_start_is_refused_with_what_to_do(server: AsteriskServer) -> None:
    server.start()

    with pytest.raises(ServerFailed, match=f"runs already in .* \\(process {server.pid()}\\). Stop it first"):
        AsteriskServer(server.home, ari_port=server.ari_port, sip_port=server.sip_port).start()

    assert server.running()


def test_a_taken_port_is_named(server: AsteriskServer, asterisk: AsteriskServer) -> None:
    server.ari_port = asterisk.ari_port

    with pytest.raises(ServerFailed, match=f"127.0.0.1:{asterisk.ari_port}: Address already in use"):
        server.start()

    assert not server.running()


def test_an_asterisk_that_does_not_come_up_shows_the_end_of_its_log(server: AsteriskServer) -> None:
    without_documentation = replace(server.asterisk, data=server.home)
    server.asterisk = without_documentation

    with pytest.raises(ServerFailed, match="Stasis initialization failed"):
        server.start()

    assert not server.running()


def test_stop_leaves_nothing_behind(server: AsteriskServer) -> None:
    server.start()
    pid = server.pid()

    server.stop()

    assert not server.running()
    assert not psutil.pid_exists(pid or 0)
    assert not any(child.status() == psutil.STATUS_ZOMBIE for child in psutil.Process().children())


def test_another_process_can_stop_it(server: AsteriskServer) -> None:
    server.start()

    AsteriskServer(server.home).stop()

    assert not server.running()


def test_the_number_of_a_dead_process_is_not_taken_for_asterisk(server: AsteriskServer) -> None:
    server.write_configuration()
    (server.home / "run/asterisk.pid").write_text(f"{psutil.Process().pid}\n")

    assert not server.running()


def test_a_home_with_a_long_path_works(tmp_path: Path, new_server: NewServer) -> None:
    server = new_server(tmp_path / ("a" * 60) / ("b" * 60))

    server.start()
    try:
        answer = server.cli("core show uptime")
    finally:
        server.stop()

    assert "System uptime" in answer


def test_the_password_is_generated_kept_and_for_nobody_else(server: AsteriskServer) -> None:
    password = server.password()
    server.write_configuration()

    assert len(password) >= 32
    assert AsteriskServer(server.home).password() == password
    for name in ("ari-password", "etc/ari.conf"):
        assert stat.S_IMODE((server.home / name).stat().st_mode) == 0o600


def test_everything_listens_on_loopback_only(server: AsteriskServer) -> None:
    server.start()

    sockets = psutil.Process(server.pid()).net_connections("inet")
    calls = {socket.laddr for socket in sockets if socket.laddr.port in (server.ari_port, server.sip_port)}
    tcp = {socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN}
    assert {address.ip for address in calls} == tcp == {"127.0.0.1"}


def test_a_host_name_that_nobody_knows_does_not_make_calls_wait(
    server: AsteriskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "nobody-knows-me.invalid")

    server.start()

    def names(pid: object) -> str:
        return os.readlink(f"/proc/{pid}/ns/uts")

    may_name_itself = os.geteuid() == 0
    assert (names(server.pid()) != names("self")) == may_name_itself
    assert server.running()


def test_an_older_asterisk_is_refused_with_its_version_and_what_to_do(tmp_path: Path) -> None:
    old = write_program(tmp_path, "20.6.0")

    with pytest.raises(AsteriskMissing, match=r"20\.6\.0 is too old.*Install 22\.10\.1 or newer"):
        find({"MELDLIJN_ASTERISK": str(old), "HOME": str(tmp_path)})


def test_an_older_asterisk_on_the_path_does_not_hide_ours(tmp_path: Path) -> None:
    old = write_program(tmp_path / "old", "20.6.0")
    nowhere = {"PATH": str(old.parent), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    with pytest.raises(AsteriskMissing, match=r"20\.6\.0 is too old.*make setup"):
        find(nowhere)


def test_a_new_enough_asterisk_on_the_path_is_used(tmp_path: Path) -> None:
    program = write_program(tmp_path, "22.11.0")

    found = find({"PATH": str(program.parent), "XDG_CACHE_HOME": str(tmp_path / "cache")})

    assert found.command == (str(program),)


def test_a_setting_that_would_break_out_of_its_line_is_refused(server: AsteriskServer) -> None:
    server.trunk_contact = "127.0.0.2:5080\n[evil]"

    with pytest.raises(ValueError, match="trunk_contact is"):
        server.write_configuration()
