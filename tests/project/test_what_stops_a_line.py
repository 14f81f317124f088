"""What keeps a line from starting is one sentence that names it and says what to do, never a traceback."""

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ari_app.asterisk.server import AsteriskServer, ServerFailed
from ari_app.config import Settings, WebSettings
from ari_app.phone_settings import AsteriskSettings
from ari_app.service import check_line, run_line
from ari_app.setting_up import LineStopped, only_one_line


@pytest.fixture
def all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prompts, as far as the start looks."""
    monkeypatch.setattr("ari_app.service.missing_prompts", lambda settings: [])


@pytest.fixture
def home(migrated_file: Path, tmp_path: Path) -> Path:
    shutil.copy(migrated_file, tmp_path / "meldlijn.db")
    return tmp_path


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        yield somebody.getsockname()[1]


def fails(why: Exception) -> Callable[[AsteriskServer], None]:
    def start(_server: AsteriskServer) -> None:
        raise why

    return start


def test_a_database_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    address = "postgresql+psycopg://line:geheim@127.0.0.1:1/line"

    with pytest.raises(LineStopped, match="does not answer") as stopped:
        check_line(Settings(home=tmp_path, database=address))

    assert "127.0.0.1:1" in str(stopped.value)
    assert "geheim" not in str(stopped.value)


def test_a_database_of_another_version_says_how_it_is_upgraded(tmp_path: Path) -> None:
    with pytest.raises(LineStopped, match="meldlijn db upgrade"):
        check_line(Settings(home=tmp_path))


@pytest.mark.parametrize(
    "why", [ServerFailed("Asterisk can't listen on 127.0.0.1:5060"), ValueError("The encrypted trunk needs line.crt")]
)
async def test_an_asterisk_that_does_not_start_says_why(
    home: Path, all_is_there: None, monkeypatch: pytest.MonkeyPatch, why: Exception
) -> None:
    monkeypatch.setattr(AsteriskServer, "start", fails(why))

    with pytest.raises(LineStopped, match=str(why)):
        await run_line(Settings(home=home))


async def test_a_port_of_the_pages_that_somebody_holds_is_named(
    home: Path, all_is_there: None, taken_port: int
) -> None:
    settings = Settings(home=home, asterisk=AsteriskSettings(managed=False), web=WebSettings(port=taken_port))

    with pytest.raises(LineStopped, match=f"127.0.0.1:{taken_port}: .*in use.*web.port"):
        await run_line(settings)


async def test_a_second_line_in_the_same_home_is_refused(home: Path) -> None:
    with only_one_line(home), pytest.raises(LineStopped, match="runs already"):
        await run_line(Settings(home=home))
