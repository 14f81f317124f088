"""What a person at the terminal gets: the result on stdout, one clear message on stderr, an exit code."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ari_app import cli
from ari_app.clock import set_demo_clock
from tests.project.conftest import Meldlijn, write_settings

COMMANDS = (
    "run", "worker", "doctor", "demo", "call", "tickets list", "tickets show", "transcribe", "assess", "model list",
    "evaluate-sound",
    "model fetch", "model use", "model verify", "prompts build", "prompts list", "setup", "db upgrade", "account create", "account link",
    "account role", "account list", "account disable", "account enable",
    "account reset", "account end-sessions", "audit list", "audit check",
    "person find", "person show", "person export", "person erase", "hold add", "hold list", "hold lift",
    "maintenance plan", "maintenance list", "maintenance mail", "maintenance told", "maintenance cancel",
    "customer services list", "customer services add", "customer contacts add", "customer contacts change", "customer equipment add",
    "prompts take", "prompts remove-take",
)  # fmt: skip
HEAVY = ("sqlalchemy", "dbos", "vosk", "aiohttp", "numpy", "alembic", "jinja2")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does(terminal: CliRunner, command: str) -> None:
    said = terminal.invoke(cli.app, [*command.split(), "--help"])

    assert said.exit_code == 0
    assert f"Usage: meldlijn {command}" in said.output.replace("root", "meldlijn")
    sentences = [line for line in said.output.splitlines() if line.strip().endswith(".")]
    assert sentences
    assert len(sentences[0].split()) > 3


def test_the_help_lists_every_command(terminal: CliRunner) -> None:
    click = typer.main.get_command(cli.app)

    said = terminal.invoke(cli.app, ["--help"]).output

    names = {command.split()[0] for command in COMMANDS}
    assert names <= set(click.commands)  # type: ignore[attr-defined]
    assert all(name in said for name in click.commands)  # type: ignore[attr-defined]


def test_the_help_does_not_wait_for_database_and_speech_engine() -> None:
    ask = f"import sys, ari_app.cli; print([name for name in {HEAVY!r} if name in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"


def test_tickets_are_listed_in_a_table(meldlijn: Meldlijn) -> None:
    said = meldlijn("tickets", "list")

    assert said.exit_code == 0
    assert "T-1001" in said.stdout
    assert "Sat 21-11-2026 10:10" in said.stdout


def test_tickets_are_listed_as_json(meldlijn: Meldlijn) -> None:
    tickets = json.loads(meldlijn("tickets", "list", "--json").stdout)

    assert [(ticket["number"], ticket["route"]) for ticket in tickets] == [("T-1001", "voicemail")]


def test_a_ticket_is_shown_with_its_reasons_letter_by_letter(meldlijn: Meldlijn) -> None:
    said = meldlijn("tickets", "show", "T-1001")

    assert said.exit_code == 0
    assert "T-1001" in said.stdout
    assert "Nummer staat bij geen enkele klant [red]." in said.stdout


def test_a_ticket_is_shown_as_json(meldlijn: Meldlijn) -> None:
    ticket = json.loads(meldlijn("tickets", "show", "T-1001", "--json").stdout)

    assert ticket["number"] == "T-1001"
    assert ticket["reported_at"] == "2026-11-21T09:10:00+00:00"


def test_a_ticket_that_does_not_exist_is_a_clear_message(meldlijn: Meldlijn) -> None:
    said = meldlijn("tickets", "show", "T-9999")

    assert (said.exit_code, said.stdout) == (1, "")
    assert "There is no ticket 'T-9999'" in said.stderr


def test_tickets_of_a_database_without_tables_is_a_clear_message(meldlijn: Meldlijn, home: Path) -> None:
    (home / "meldlijn.db").unlink()

    said = meldlijn("tickets", "list")

    assert (said.exit_code, said.stdout) == (1, "")
    assert "Run `meldlijn db upgrade`" in said.stderr


def test_a_damaged_demo_clock_does_not_spoil_the_json(meldlijn: Meldlijn, home: Path) -> None:
    write_settings(home, ari_port=1, top="demo = true")
    (home / "clock.json").write_text("?")

    said = meldlijn("tickets", "list", "--json")

    assert json.loads(said.stdout)[0]["number"] == "T-1001"
    assert "clock_damaged" in said.stderr


def test_a_text_is_assessed_with_the_words_that_led_to_it(meldlijn: Meldlijn) -> None:
    said = meldlijn("assess", "Het hele bedrijf is onbereikbaar, niemand kan bellen.", "--json")

    proposal = json.loads(said.stdout)
    assert proposal["category"] == "cat3"
    assert any("niemand kan bellen" in evidence["text"] for evidence in proposal["because"])


def test_a_person_reads_the_category_and_its_words(meldlijn: Meldlijn) -> None:
    said = meldlijn("assess", "Het hele bedrijf is onbereikbaar, niemand kan bellen.")

    assert "cat3" in said.stdout
    assert "niemand kan bellen" in said.stdout


def test_a_language_without_phrases_is_a_clear_message(meldlijn: Meldlijn) -> None:
    said = meldlijn("assess", "Nichts geht", "--language", "de")

    assert said.exit_code == 1
    assert "'de'" in said.stderr


@pytest.mark.speech
def test_a_spoken_message_becomes_text(meldlijn: Meldlijn, tmp_path: Path) -> None:
    spoken = tmp_path / "message.wav"
    program = next(
        path for folder in ("/usr/bin", "/usr/local/bin") if (path := f"{folder}/espeak-ng") and Path(path).exists()
    )
    text = "niemand kan bellen"
    subprocess.run([program, "-v", "nl", "-s", "140", "-w", str(spoken), text], check=True)

    said = meldlijn("transcribe", str(spoken), "--json")

    heard = json.loads(said.stdout)
    assert "bellen" in heard["text"]
    assert heard["is_demo_model"] is True


def test_a_sound_file_that_is_missing_is_a_clear_message(meldlijn: Meldlijn, tmp_path: Path) -> None:
    said = meldlijn("transcribe", str(tmp_path / "nothing.wav"))

    assert (said.exit_code, said.stdout) == (1, "")
    assert "nothing.wav" in said.stderr


def test_the_model_in_use_is_listed_and_its_limits_are_said(meldlijn: Meldlijn) -> None:
    said = meldlijn("model", "list")

    assert "in use vosk-tiny-nl (nl" in said.stdout
    assert "not fit for real callers" in said.stderr


def test_the_models_are_listed_as_json(meldlijn: Meldlijn) -> None:
    (model,) = json.loads(meldlijn("model", "list", "--json").stdout)

    assert (model["name"], model["in_use"], model["is_demo_model"]) == ("vosk-tiny-nl", True, True)


def test_prompts_are_listed_with_the_missing_ones_marked(meldlijn: Meldlijn, home: Path) -> None:
    (home / "sounds" / "nl" / "welcome.wav").unlink()

    prompts = json.loads(meldlijn("prompts", "list", "--json").stdout)

    there = {(prompt["language"], prompt["name"]): prompt["is_there"] for prompt in prompts}
    assert there["nl", "voicemail-thanks"] is True
    assert there["nl", "welcome"] is False
    assert all(prompt["text"] for prompt in prompts)


@pytest.mark.speech
def test_missing_prompts_are_spoken(meldlijn: Meldlijn, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(home / "sounds")
    monkeypatch.undo()

    said = meldlijn("prompts", "build")

    assert said.exit_code == 0
    assert "spoken" in said.stderr
    assert (home / "sounds" / "nl" / "welcome.wav").stat().st_size > 8000


def test_the_tables_are_made_and_made_again_without_harm(meldlijn: Meldlijn, home: Path) -> None:
    (home / "meldlijn.db").unlink()

    first, again = meldlijn("db", "upgrade"), meldlijn("db", "upgrade")

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert json.loads(meldlijn("tickets", "list", "--json").stdout) == []


def test_the_password_of_an_account_is_shown_once(meldlijn: Meldlijn, home: Path) -> None:
    first, again = meldlijn("account", "create", "fenna"), meldlijn("account", "create", "Fenna")

    assert first.exit_code == 0
    password = first.stdout.split()[1]
    assert len(password) > 20
    assert password.encode() not in (home / "meldlijn.db").read_bytes()
    assert again.exit_code == 1
    assert "There is an account 'Fenna' already" in again.stderr


def test_an_account_with_an_unknown_role_is_refused(meldlijn: Meldlijn) -> None:
    said = meldlijn("account", "create", "bram", "--role", "king")

    assert said.exit_code == 1
    assert "'king' is unknown" in said.stderr


@pytest.mark.parametrize("command", ["tickets list", "doctor", "run", "call", "prompts build", "db upgrade"])
def test_mistakes_in_the_settings_end_every_command_with_all_of_them(
    meldlijn: Meldlijn, home: Path, command: str
) -> None:
    (home / "meldlijn.toml").write_text('colour = "red"\n[web]\nport = 99999\n')

    said = meldlijn(*command.split())

    assert said.exit_code == (1 if command == "doctor" else 2)
    assert "colour" in said.output
    assert "web.port" in said.output


def test_a_call_into_a_line_that_does_not_run_is_a_clear_message(meldlijn: Meldlijn, home: Path) -> None:
    (home / "meldlijn.toml").write_text("[asterisk]\nsip_port = 9\n")

    said = meldlijn("call", "--from", "0201234567")

    assert said.exit_code == 1
    assert "The line did not answer" in said.stderr
    assert "meldlijn doctor" in said.stderr


def test_the_clock_of_a_line_in_service_cannot_be_set(meldlijn: Meldlijn, home: Path) -> None:
    said = meldlijn("call", "--at", "2026-11-21T09:10")

    assert said.exit_code == 1
    assert "demo mode only" in said.stderr
    assert not (home / "clock.json").exists()


def test_a_moment_that_is_no_moment_is_a_clear_message(meldlijn: Meldlijn, home: Path) -> None:
    write_settings(home, ari_port=1, top="demo = true")
    set_demo_clock(home / "clock.json", None)

    said = meldlijn("call", "--at", "tomorrow")

    assert said.exit_code == 1
    assert "'tomorrow' is no moment" in said.stderr


def test_a_call_with_a_sound_file_that_is_missing_is_refused(meldlijn: Meldlijn, tmp_path: Path) -> None:
    said = meldlijn("call", "--wav", str(tmp_path / "nothing.wav"))

    assert said.exit_code == 2
    assert "nothing.wav" in said.stderr
