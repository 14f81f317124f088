"""`meldlijn outbox`: what could not be told is shown, and tried again when a person says so."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ari_app import cli

Outbox = Callable[..., Result]


@pytest.fixture
def outbox(terminal: CliRunner, home: Path) -> Outbox:
    """`meldlijn outbox ...` on a line where one thing waits and two were given up."""
    rows = [(f"k{i}", "at_risk", 1, "{}", AT, 9, AT, dead, "no such address") for i, dead in enumerate((None, AT, AT))]
    with closing(sqlite3.connect(home / "meldlijn.db")) as database, database:
        database.executemany(
            "INSERT INTO outbox (key, kind, ticket_id, payload, created_at, attempts, next_try_at, dead_at, error)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

    def run(*words: str) -> Result:
        return terminal.invoke(cli.app, ["outbox", *words, "--home", str(home)])

    return run


AT = "2026-03-02 09:00:00"


def ids(said: Result) -> list[int]:
    return [row["id"] for row in json.loads(said.stdout)]


def test_what_was_given_up_is_listed_with_what_went_wrong(outbox: Outbox) -> None:
    said = outbox("list")

    assert said.exit_code == 0
    assert "Mon 02-03-2026 10:00" in said.stdout
    assert said.stdout.count("no such address") == 2
    assert ids(outbox("list", "--json")) == [3, 2]


def test_what_waits_is_listed_apart(outbox: Outbox) -> None:
    assert ids(outbox("list", "--waiting", "--json")) == [1]


def test_one_of_them_is_tried_again(outbox: Outbox) -> None:
    said = outbox("retry", "3")

    assert (said.exit_code, said.stderr) == (0, "1 tried again.\n")
    assert ids(outbox("list", "--json")) == [2]
    assert ids(outbox("list", "--waiting", "--json")) == [1, 3]


def test_all_of_them_are_tried_again(outbox: Outbox) -> None:
    assert ids(outbox("retry", "--all", "--json")) == [2, 3]
    assert ids(outbox("list", "--json")) == []


@pytest.mark.parametrize("words", [(), ("3", "--all")], ids=["nothing named", "named and all"])
def test_what_to_try_again_is_named_or_all_of_it(outbox: Outbox, words: tuple[str, ...]) -> None:
    said = outbox("retry", *words)

    assert (said.exit_code, said.stderr) == (1, "Name what to try again, or give --all.\n")
    assert ids(outbox("list", "--json")) == [3, 2]


def test_what_still_waits_is_not_tried_again(outbox: Outbox) -> None:
    said = outbox("retry", "1", "3")

    assert (said.exit_code, "not given up: 1;" in said.stderr) == (1, True)
    assert ids(outbox("list", "--json")) == [3, 2]
