"""`meldlijn rota` as a person uses it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ari_app.cli import app

Rota = Callable[..., Result]
BY = ("--by", "Sanne Schijn")
FENNA = "Fenna Fictief"


@pytest.fixture
def rota(terminal: CliRunner, home: Path) -> Rota:
    return lambda *words: terminal.invoke(app, ["rota", *words, "--home", str(home)])


def test_a_pattern_begins_at_its_time_on_the_wall_and_takes_the_place_of_what_was_planned(rota: Rota) -> None:
    said = rota("set-pattern", FENNA, "--first-day", "2098-03-24", "--position", "1", *BY, "--json")

    assert json.loads(said.stdout)["begins"] == "2098-03-24T07:00:00+00:00"
    shown = json.loads(rota("show", "--from", "2098-03-24T07:59", "--days", "8", "--json").stdout)["shifts"]
    assert [shift["from"] for shift in shown][1:] == ["2098-03-24T07:00:00+00:00", "2098-03-31T06:00:00+00:00"]


def test_an_override_is_shown_with_its_number_and_can_be_taken_back(rota: Rota) -> None:
    when = ("--from", "2098-03-01T08:00", "--until", "2098-03-01T12:00")
    assert rota("override", FENNA, *when, "--position", "2", "--why", "ziek", *BY).exit_code == 0
    (override,) = json.loads(rota("show", "--json").stdout)["overrides"]
    assert (override["engineer"], override["position"]) == (FENNA, 2)

    assert rota("remove", str(override["number"]), "--why", "beter", *BY).exit_code == 0
    assert json.loads(rota("show", "--json").stdout)["overrides"] == []
    changes = json.loads(rota("changes", "--json").stdout)
    assert [(one["what"], one["why"]) for one in changes] == [("override_removed", "beter"), ("override", "ziek")]


def test_who_is_on_duty_has_the_phones_in_order(rota: Rota) -> None:
    rota("phones", FENNA, "0612345001", "020 123 4511", *BY)

    (engineer,) = json.loads(rota("who", "--at", "2098-03-01T09:00", "--json").stdout)
    assert engineer["numbers"] == ["+31612345001", "+31201234511"]


def test_a_rota_without_a_second_in_line_is_found_wanting(rota: Rota) -> None:
    said = rota("check", "--json")

    assert said.exit_code == 1
    assert {one["kind"] for one in json.loads(said.stdout)} == {"no_second", "low_line", "long_run"}


def test_a_calendar_file_is_taken_in_once(rota: Rota, tmp_path: Path) -> None:
    event = (
        f"BEGIN:VEVENT\r\nSUMMARY:Dienst 2: {FENNA}\r\nDTSTART:20980301T080000\r\nDTEND:20980301T120000\r\nEND:VEVENT"
    )
    file = tmp_path / "rota.ics"
    file.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{event}\r\nEND:VCALENDAR\r\n")

    assert json.loads(rota("import", str(file), *BY, "--json").stdout) == {"imported": 1}
    assert json.loads(rota("import", str(file), *BY, "--json").stdout) == {"imported": 0}


def test_the_service_is_a_contact_for_the_phones_of_engineers(rota: Rota) -> None:
    lines = rota("vcard", "--name", "Lijn; CNE, nacht").stdout.splitlines()

    assert lines[:3] == ["BEGIN:VCARD", "VERSION:3.0", "FN:Lijn\\; CNE\\, nacht"]
    assert "TEL;TYPE=WORK,VOICE,PREF:+31850004000" in lines


def test_a_secret_address_is_printed_once(rota: Rota) -> None:
    said = rota("link", "duty", "--engineer", FENNA, *BY)

    assert said.stdout.startswith("http://127.0.0.1:8080/duty/")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["who", "--at", "tomorrow"], "'tomorrow' is no moment"),
        (["who", "--at", "9999-12-31T00:00"], "too far away"),
        (["set-pattern", "Niemand", "--first-day", "2098-03-24", *BY], "wel Fenna Fictief"),
        (["set-pattern", FENNA, "--first-day", "2098-03-24", "--hand-over", "8 uur", *BY], "8 uur"),
        (["remove", "99", "--why", "-", *BY], "geen uitzondering met nummer 99"),
        (["remove", "99", "--why", "-", *BY], "bron: R-056, L277-279, SLA VOIP V4.10 (2023-11)"),
        (["swap", "accept", "99", *BY], "bron: R-056, L277-279, SLA VOIP V4.10 (2023-11)"),
        (["handshake", "Niemand", *BY], "bron: R-056, L277-279, SLA VOIP V4.10 (2023-11)"),
        (["swap", "accept", "99", *BY], "geen ruil 99"),
        (["link", "garden", *BY], "choose calendar or duty"),
        (["import", "nowhere.ics", *BY], "can't be read"),
        (["vcard", "--name", " "], "needs a name"),
    ],
)
def test_what_cannot_be_done_is_one_clear_message(rota: Rota, words: list[str], why: str) -> None:
    said = rota(*words)

    assert said.exit_code == 1
    assert why in said.stderr
    assert "Traceback" not in said.output
