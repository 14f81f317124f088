"""`meldlijn hours` as a person uses it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ari_app.cli import app

Hours = Callable[..., Result]
BY = ("--by", "Fenna Fictief")


@pytest.fixture
def hours(terminal: CliRunner, home: Path) -> Hours:
    return lambda *words: terminal.invoke(app, ["hours", *words, "--home", str(home)])


def test_the_public_days_of_a_year_are_approved_but_for_those_left_out(hours: Hours) -> None:
    said = hours("approve", "--all-of", "2098", "--except", "2098-04-18", *BY)

    assert said.exit_code == 0
    days = {day["day"]: day["approved_by"] for day in json.loads(hours("propose", "--year", "2098", "--json").stdout)}
    assert days["2098-04-21"] == "Fenna Fictief"
    assert days["2098-04-18"] is None
    assert days["2098-05-05"] is None


def test_a_day_with_its_own_phone_hours_is_shown_with_the_reason(hours: Hours) -> None:
    said = hours("override", "2098-12-24", "08:30-12:00", "--reason", "Kerstavond", *BY)

    assert said.exit_code == 0
    (day,) = json.loads(hours("show", "--from", "2098-12-24", "--days", "1", "--json").stdout)
    assert day["phone"] == [["08:30", "12:00"]]
    assert "Kerstavond; goedgekeurd door Fenna Fictief" in day["why"][0]


def test_a_day_with_its_own_service_hours_is_shown_and_counted_in_a_deadline(hours: Hours, home: Path) -> None:
    """R-044: the phone is answered longer than clocks run, which is said."""
    said = hours("override", "2098-12-24", "08:30-12:00", "--of", "service", "--reason", "Kerstavond", *BY)
    asked = [
        "sla",
        "due",
        "--level",
        "premium",
        "--category",
        "I",
        "--reported",
        "2098-12-23T16:30",
        "--home",
        str(home),
    ]
    due = CliRunner().invoke(app, asked)

    assert said.exit_code == 0
    assert "let op Telefoontijden vallen buiten de servicetijden op 24-12-2098" in said.stdout
    assert (
        "Andere servicetijden op wo 24-12-2098: 08:30-12:00, Kerstavond; goedgekeurd door Fenna Fictief" in due.stdout
    )
    assert "1 met eigen servicetijden" in due.stdout
    assert "servicetijden (Kerstavond)" in hours("revoke", "2098-12-24", "--only", "service_hours", *BY).stdout


def test_hours_stand_with_their_clauses_and_with_what_nobody_decided_yet(hours: Hours) -> None:
    """R-016, R-050, R-075a, A-17: phone hours are not set, so the service hours count, with a warning."""
    (monday,) = json.loads(hours("show", "--from", "2098-12-22", "--days", "1", "--json").stdout)
    told = hours("show", "--from", "2098-12-22", "--days", "1").stdout

    assert {"R-016", "R-044", "R-050", "R-075a", "A-17"} <= {one["rule"] for one in monday["clauses"]}
    assert any("Telefoontijden zijn niet ingesteld" in warning for warning in monday["warnings"])
    assert "let op Telefoontijden zijn niet ingesteld" in told
    assert "bron: R-075a, L390-398, SLA VOIP V4.10 (2023-11)" in told
    assert "bron: A-08, L230-236" in hours("propose", "--year", "2098").stdout


def test_a_revoked_day_is_said_by_name(hours: Hours) -> None:
    hours("approve", "2098-12-25", *BY)

    assert "feestdag Eerste kerstdag" in hours("revoke", "2098-12-25", *BY).stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["approve", "2098-07-07", *BY], "--name"),
        (["approve", *BY], "no date to approve"),
        (["approve", "--all-of", "2098", "--except", "2098-07-07", *BY], "no public holiday of 2098"),
        (["approve", "2020-12-25", *BY], "nog moet beginnen"),
        (["override", "2098-12-24", "12:00", "--reason", "-", *BY], "08:30-12:00"),
        (["override", "2020-12-24", "closed", "--of", "service", "--reason", "-", *BY], "bron: R-044, L230-236"),
        (["revoke", "2098-12-24", *BY], "niets goedgekeurd"),
        (["show", "--from", "tomorrow"], "'tomorrow' is no date"),
        (["propose", "--year", "1066"], "1066 is no year"),
    ],
)
def test_what_cannot_be_done_is_one_clear_message(hours: Hours, words: list[str], why: str) -> None:
    said = hours(*words)

    assert said.exit_code == 1
    assert why in said.stderr
