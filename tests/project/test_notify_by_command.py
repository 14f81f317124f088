"""`meldlijn notify`: whether people can be told, what was given up, and again."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ari_app import cli
from tests.project.conftest import SmallAsterisk, write_settings

Run = Callable[..., Result]
AT = "2026-03-02 09:00:00"


class Gateway:
    """Takes messages over real HTTP; `status` is what it answers."""

    def __init__(self) -> None:
        self.status, self.bodies, self.port = 200, list[dict[str, Any]](), 0


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    taken = Gateway()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(taken.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: what it got is in `bodies`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        taken.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield taken
        server.shutdown()
        thread.join()


@pytest.fixture
def notify(terminal: CliRunner, home: Path, gateway: Gateway, small_asterisk: SmallAsterisk) -> Run:
    """`meldlijn notify ...` on a line with an SMS gateway."""
    table = (
        f'[notify.gateways.sms]\nsends_to = "phone"\nurl = "http://127.0.0.1:{gateway.port}/sms"\n'
        'body = \'{"to": "$to", "text": "$text"}\'\n'
    )
    write_settings(home, small_asterisk.port, tables=table)

    def run(*words: str) -> Result:
        return terminal.invoke(cli.app, ["notify", *words, "--home", str(home)])

    return run


@pytest.fixture
def an_engineer(home: Path) -> tuple[str, str]:
    """Full name and number of somebody in the rota."""
    with closing(sqlite3.connect(home / "meldlijn.db")) as database:
        name, number = database.execute("SELECT name, number FROM engineer ORDER BY id LIMIT 1").fetchone()
    return name, number


@pytest.fixture
def given_up(home: Path) -> None:
    """Two steps could not be told, one waits."""
    told = ("k", "self_call_failed", '{"to": "supervisor", "text": "De lijn is stil."}', AT, 1, AT, AT, "", "")
    steps = [(f"s{i}", 1, "account:1", "sms", 0, i, 9, AT, dead, "[]", "weg") for i, dead in enumerate((AT, AT, None))]
    with closing(sqlite3.connect(home / "meldlijn.db")) as database, database:
        database.execute(
            "INSERT INTO outbox (key, kind, payload, created_at, attempts, next_try_at, delivered_at, error, taken_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            told,
        )
        database.executemany(
            "INSERT INTO telling (key, outbox_id, person, channel, rank, step, attempts, next_try_at, dead_at, tries, why)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            steps,
        )


def test_a_test_message_goes_out_at_once_and_says_that_it_came(
    notify: Run, gateway: Gateway, an_engineer: tuple[str, str]
) -> None:
    name, number = an_engineer

    said = notify("test", "--to", name.upper())

    assert (said.exit_code, said.stdout) == (0, "sms: delivered\n")
    assert [(one["to"], "proefmelding" in one["text"]) for one in gateway.bodies] == [(number, True)]


def test_a_gateway_that_refuses_is_named_and_the_exit_code_says_so(
    notify: Run, gateway: Gateway, an_engineer: tuple[str, str]
) -> None:
    gateway.status = 503

    said = notify("test", "--to", an_engineer[0], "--json")

    assert said.exit_code == 1
    assert json.loads(said.stdout) == [{"channel": "sms", "ok": False, "why": "127.0.0.1 weigerde het bericht (503)."}]


def test_a_test_message_to_nobody_known_or_by_no_channel_is_refused(
    notify: Run, gateway: Gateway, an_engineer: tuple[str, str]
) -> None:
    nobody = notify("test", "--to", "Niemand Nergens")
    by_mail = notify("test", "--to", an_engineer[0], "--channel", "mail")

    assert (nobody.exit_code, "Niemand Nergens" in nobody.stderr) == (1, True)
    assert (by_mail.exit_code, "has no address for mail" in by_mail.stderr) == (1, True)
    assert gateway.bodies == []


def test_the_channels_are_listed_with_their_hosts(notify: Run, gateway: Gateway) -> None:
    assert notify("channels").stdout == f"sms: 127.0.0.1:{gateway.port}\n"
    assert json.loads(notify("channels", "--json").stdout) == {"sms": f"127.0.0.1:{gateway.port}"}


def test_a_line_without_channels_says_that_nobody_is_told(terminal: CliRunner, home: Path) -> None:
    said = terminal.invoke(cli.app, ["notify", "channels", "--home", str(home)])

    assert (said.exit_code, "nobody is told" in said.stderr) == (1, True)


@pytest.mark.usefixtures("given_up")
def test_what_was_given_up_is_listed_and_tried_again_by_number(notify: Run) -> None:
    listed = notify("list")
    one = notify("retry", "1", "--by", "ilse")
    left = notify("list")

    assert (listed.exit_code, listed.stdout.count("weg")) == (0, 2)
    assert (one.exit_code, one.stderr.splitlines()[-1]) == (0, "1 tried again.")
    assert left.stdout.count("weg") == 1


@pytest.mark.usefixtures("given_up")
def test_all_that_was_given_up_is_tried_again_and_what_waits_is_not(notify: Run) -> None:
    waits = notify("retry", "3")
    everything = notify("retry", "--all")

    assert (waits.exit_code, everything.stderr.splitlines()[-1]) == (1, "2 tried again.")
    assert json.loads(notify("list", "--json").stdout) == []


@pytest.mark.parametrize("words", [(), ("1", "--all")], ids=["nothing named", "named and all"])
def test_what_to_try_again_is_named_or_all_of_it(notify: Run, words: tuple[str, ...]) -> None:
    said = notify("retry", *words)

    assert (said.exit_code, said.stderr) == (1, "Name what to try again, or give --all.\n")
