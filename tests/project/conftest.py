"""A complete home of a line, and an Asterisk small enough to be broken in every way."""

import json
import shutil
import threading
import wave
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ari_app import cli
from ari_app.setting_up import PROMPTS
from tests.project.rows import fill

PASSWORD = "fictitious-password"


@dataclass
class SmallAsterisk:
    """Answers what the doctor asks, over real HTTP."""

    version: str = "22.10.1+dfsg"
    apps: set[str] = field(default_factory=lambda: {"meldlijn"})
    password: str = PASSWORD
    port: int = 0
    #: The sign of life of our service, seconds since 1970; None: this Asterisk knows none.
    heartbeat: str | None = None

    def answer(self, path: str, authorization: str | None) -> tuple[int, Any]:
        login = b64encode(f"meldlijn:{self.password}".encode()).decode()
        if authorization != f"Basic {login}":
            return 401, {"message": "Authentication required"}
        if path == "/ari/asterisk/info":
            return 200, {"system": {"version": self.version}}
        if path.startswith("/ari/asterisk/variable") and self.heartbeat is not None:
            return 200, {"value": self.heartbeat}
        app = path.removeprefix("/ari/applications/")
        return (200, {"name": app}) if app in self.apps else (404, {"message": "Application not found"})


@pytest.fixture
def small_asterisk() -> Iterator[SmallAsterisk]:
    asterisk = SmallAsterisk()

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, answer = asterisk.answer(self.path, self.headers.get("Authorization"))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: what it answers is in the findings."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        asterisk.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield asterisk
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def home_to_copy(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """All that `meldlijn setup` makes, with prompts that are silent, and engineers on duty around the clock."""
    home = tmp_path_factory.mktemp("home") / "line"
    (home / "asterisk" / "spool" / "recording").mkdir(parents=True)
    (home / "asterisk" / "ari-password").write_text(PASSWORD)
    shutil.copy(migrated_file, home / "meldlijn.db")
    fill(home)
    (home / "sounds" / "nl").mkdir(parents=True)
    for name in PROMPTS:
        with wave.open(str(home / "sounds" / "nl" / f"{name}.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(1600))
    return home


@pytest.fixture
def home(home_to_copy: Path, tmp_path: Path, small_asterisk: SmallAsterisk, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which the doctor finds no fault."""
    monkeypatch.delenv("MELDLIJN_HOME", raising=False)
    (tmp_path / "bin").mkdir()
    voice = tmp_path / "bin" / "espeak-ng"
    voice.write_text("#!/bin/sh\n")
    voice.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    home = tmp_path / "line"
    shutil.copytree(home_to_copy, home)
    write_settings(home, small_asterisk.port)
    return home


def write_settings(home: Path, ari_port: int, top: str = "", tables: str = "") -> None:
    text = f"{top}\n[asterisk]\nari_port = {ari_port}\n{tables}\n"
    (home / "meldlijn.toml").write_text(text)


@pytest.fixture
def terminal() -> CliRunner:
    """Runs commands in this process; wide, so that no line is broken."""
    return CliRunner(env={"COLUMNS": "300", "TERM": "dumb", "NO_COLOR": "1"})


@dataclass(frozen=True)
class Meldlijn:
    """The command with a home: `meldlijn("customer", "list")`."""

    terminal: CliRunner
    home: Path

    def __call__(self, *words: str) -> Result:
        return self.terminal.invoke(cli.app, [*words, "--home", str(self.home)])


@pytest.fixture
def meldlijn(terminal: CliRunner, home: Path) -> Meldlijn:
    """Its home has the ticket T-1001 of an unknown caller."""
    return Meldlijn(terminal, home)
