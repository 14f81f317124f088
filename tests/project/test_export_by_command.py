"""`meldlijn export tickets`: what an outside ticket system takes in."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ari_app import cli

Run = Callable[..., Result]


@pytest.fixture
def export(terminal: CliRunner, home: Path) -> Run:
    def run(*words: str) -> Result:
        return terminal.invoke(cli.app, ["export", "tickets", *words, "--home", str(home)])

    return run


@pytest.fixture
def own_map(tmp_path: Path) -> str:
    file = tmp_path / "ours.toml"
    file.write_text('[fields]\nnummer = "number"\nstatus = "state"\n[values.status]\nnew = 7\n')
    return str(file)


def numbers(home: Path, terminal: CliRunner) -> list[str]:
    listed = terminal.invoke(cli.app, ["tickets", "list", "--json", "--home", str(home)])
    return [one["number"] for one in json.loads(listed.stdout)]


def test_every_ticket_goes_out_newest_first_in_the_fields_of_a_map(
    export: Run, own_map: str, home: Path, terminal: CliRunner
) -> None:
    told = json.loads(export("--map", own_map).stdout)

    assert told
    assert [one["nummer"] for one in told] == numbers(home, terminal)
    assert {tuple(one) for one in told} == {("nummer", "status")}


def test_the_map_that_ships_is_named_without_a_path(export: Run) -> None:
    told = json.loads(export("--map", "autotask").stdout)

    assert {"externalID", "title", "status", "firstResponseDueDateTime"} <= set(told[0])


def test_a_spreadsheet_gets_the_same_rows(export: Run, own_map: str) -> None:
    rows = list(csv.DictReader(io.StringIO(export("--map", own_map, "--format", "csv").stdout)))

    assert [row["nummer"] for row in rows] == [one["nummer"] for one in json.loads(export("--map", own_map).stdout)]


def test_a_span_leaves_out_what_was_reported_elsewhere(export: Run, own_map: str) -> None:
    assert json.loads(export("--map", own_map, "--since", "2099-01-01").stdout) == []
    assert json.loads(export("--map", own_map, "--until", "1999-01-01").stdout) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [('[fields]\nkleur = "colour"', "a ticket has no such name"), ("[fields", "no TOML"), (None, "can't be read")],
    ids=["an unknown name", "no TOML", "no file"],
)
def test_a_map_that_cannot_be_used_is_named(export: Run, tmp_path: Path, text: str | None, why: str) -> None:
    file = tmp_path / "wrong.toml"
    if text is not None:
        file.write_text(text)

    said = export("--map", str(file))

    assert (said.exit_code, why in said.stderr, said.stdout) == (1, True, "")
