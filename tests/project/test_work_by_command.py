"""`meldlijn work`, `transcribe --again` and `retention`: what waits and failed is shown, and done again when a person says so."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ari_app import cli
from tests.project.conftest import write_settings

Run = Callable[..., Result]
AT = "2026-03-02 09:00:00"


@pytest.fixture
def run(terminal: CliRunner, home: Path) -> Run:
    """`meldlijn ...` on a line with one ticket, whose message is parked."""
    with closing(sqlite3.connect(home / "meldlijn.db")) as database, database:
        database.execute(
            "INSERT INTO voicemail (ticket_id, recording, state, evidence, model, peaks, error)"
            " VALUES (1, 'call/one.wav', 'failed', '[]', 'vosk-oud', '[]', 'het ging mis')"
        )
        database.execute(
            "INSERT INTO sound_job (kind, row_id, ticket_id, attempt, haste, starts, failures, state, why, changed_at, worker)"
            " VALUES ('message', 1, 1, 5, 4, 0, 5, 'parked', 'het ging mis', ?, '')",
            (AT,),
        )

    def invoke(*words: str) -> Result:
        return terminal.invoke(cli.app, [*words, "--home", str(home)])

    return invoke


def test_what_is_parked_is_listed_with_why(run: Run) -> None:
    said = run("work", "parked")

    assert said.exit_code == 0
    assert all(word in said.stdout for word in ("T-1001", "message", "Mon 02-03-2026 10:00", "het ging mis"))
    assert json.loads(run("work", "parked", "--json").stdout)[0]["attempts"] == 5


def test_it_is_tried_again_when_a_person_says_so(run: Run) -> None:
    before = json.loads(run("work", "show", "--json").stdout)

    said = run("work", "retry", "T-1001")

    assert (said.exit_code, said.stderr) == (0, "1 tried again.\n")
    assert before == {"workers": [], "waiting": 0, "parked": 1}
    assert json.loads(run("work", "show", "--json").stdout) == {"workers": [], "waiting": 1, "parked": 0}


def test_what_is_not_parked_is_refused_by_name(run: Run) -> None:
    said = run("work", "retry", "T-1002")

    assert said.exit_code == 1
    assert "nothing is parked of T-1002" in said.stderr


@pytest.mark.parametrize("words", [(), ("T-1001", "--all")])
def test_nobody_retries_everything_by_accident(run: Run, words: tuple[str, ...]) -> None:
    assert "Name tickets, or give --all." in run("work", "retry", *words).stderr


def test_the_doctor_warns_of_what_is_parked(run: Run) -> None:
    checks = json.loads(run("doctor", "--json").stdout)["checks"]

    (found,) = [check for check in checks if check["name"] == "messages"]
    assert (found["level"], found["found"]) == ("warning", "0 workers, 1 messages parked")
    assert "meldlijn work parked" in found["remedy"]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("T-1001",), 1),
        (("--all",), 1),
        (("--model-changed",), 1),
        (("--since", "2026-11-21"), 1),
        (("--since", "2026-11-22"), 0),
    ],
)
def test_messages_are_transcribed_again(run: Run, words: tuple[str, ...], asked: int) -> None:
    said = run("transcribe", "--again", "--no-wait", "--json", *words)

    assert json.loads(said.stdout) == {"asked": asked, "done": 0, "failed": 0, "without_recording": []}
    assert json.loads(run("work", "show", "--json").stdout)["waiting"] == asked


def test_a_ticket_without_a_message_is_refused_by_name(run: Run) -> None:
    assert "no message to hear again: T-1002" in run("transcribe", "--again", "T-1002").stderr


@pytest.mark.parametrize("words", [(), ("--again",), ("--again", "--all", "T-1001"), ("--all",)])
def test_what_is_meant_must_be_said(run: Run, words: tuple[str, ...]) -> None:
    said = run("transcribe", *words)

    assert said.exit_code == 1
    assert said.stderr.startswith("Name ")


def test_retention_tells_what_it_would_delete_and_what_it_deleted(run: Run, home: Path) -> None:
    unset = run("retention", "--dry-run")
    write_settings(home, 8088, tables="[retention]\naudio_days = 1\n")
    with closing(sqlite3.connect(home / "meldlijn.db")) as database, database:
        database.execute("UPDATE ticket SET state = 'closed', reported_at = ?", (AT,))

    asked = json.loads(run("retention", "--dry-run", "--json").stdout)
    done = [json.loads(run("retention", "--json").stdout) for _ in range(2)]

    assert "Nothing has a term" in unset.stderr
    assert asked == {"dry_run": True, "audio": 1, "transcript": 0, "number": 0, "attachments": 0}
    assert [one["audio"] for one in done] == [1, 0]
