"""Whatever the desk can do with a ticket, a person at the terminal can do: `meldlijn tickets`."""

import ast
import asyncio
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ari_app import cli
from ari_app.cli.ticket_options import OPTIONS
from ari_app.clock import SystemClock, set_demo_clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.command_list import OF_THE_LINE, desk_commands
from ari_app.desk.opening import NewTicket
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import Role, TicketSource
from sla.terms import Kind

#: Monday 2 March 2026, 10:00 in Amsterdam; the line's clock runs on from there.
MONDAY_10 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FOLDER = Path(__file__).parents[2] / "ari_app" / "desk" / "commands"
#: As the files have them: every public coroutine there is a command on one ticket, for people but for those of the line.
WRITTEN = sorted(
    function.name.replace("_", "-")
    for file in FOLDER.glob("*.py")
    if file.stem not in OF_THE_LINE
    for function in ast.parse(file.read_text(encoding="utf-8")).body
    if isinstance(function, ast.AsyncFunctionDef) and not function.name.startswith("_")
)
BY = ("--by", "Fenna Fictief")
#: An incident of Transport De Testrit (Premium), just opened.
OPENED = "T-1001"

Tickets = Callable[..., Result]


@pytest.fixture(scope="session")
def desk_to_copy(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A home with the fictitious customers and engineers, and one incident of Transport De Testrit (Premium)."""
    home = tmp_path_factory.mktemp("desk")
    shutil.copy(migrated_file, home / "meldlijn.db")
    report = NewTicket(Kind.INCIDENT, TicketSource.MAIL, "de telefoons in het magazijn doen het niet", 1, MONDAY_10)

    async def fill() -> None:
        settings = Settings(home=home)
        store = Store.open(settings.database_url)
        await seed_demo(store, MONDAY_10)
        await Desk(store, settings, SystemClock()).open_ticket(report, Actor("Fenna Fictief", Role.ENGINEER))
        await store.close()

    asyncio.run(fill())
    (home / "meldlijn.toml").write_text("demo = true\n")
    return home


@pytest.fixture
def tickets(desk_to_copy: Path, tmp_path: Path, terminal: CliRunner, monkeypatch: pytest.MonkeyPatch) -> Tickets:
    """`meldlijn tickets ...` on a line of its own."""
    monkeypatch.delenv("MELDLIJN_HOME", raising=False)
    home = tmp_path / "line"
    shutil.copytree(desk_to_copy, home)
    set_demo_clock(home / "clock.json", MONDAY_10)

    def run(*words: str) -> Result:
        return terminal.invoke(cli.app, ["tickets", *words, "--home", str(home)])

    return run


@pytest.fixture
def done(tickets: Tickets) -> Callable[..., dict[str, Any]]:
    """A command that must succeed; gives the ticket as it stands then."""

    def run(*words: str) -> dict[str, Any]:
        said = tickets(*words, *BY, "--json")
        assert said.exit_code == 0, said.stderr
        found: dict[str, Any] = json.loads(said.stdout)
        return found

    return run


Done = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("name", WRITTEN)
def test_every_command_of_the_desk_is_within_reach_and_explained(terminal: CliRunner, name: str) -> None:
    said = terminal.invoke(cli.app, ["tickets", name, "--help"])

    assert said.exit_code == 0
    assert f"tickets {name}" in said.output
    parameters = desk_commands()[name].parameters()
    assert all(OPTIONS[one.name][0].partition("/")[0] in said.output for one in parameters)
    assert not any(f"`{one.name}`" in said.output for one in parameters), "the help speaks of Python"


def test_the_list_of_commands_is_the_desk_s_own() -> None:
    assert sorted(desk_commands()) == WRITTEN


def test_every_option_that_is_explained_belongs_to_a_command() -> None:
    used = {one.name for command in desk_commands().values() for one in command.parameters()}

    assert set(OPTIONS) == used


def test_the_help_of_tickets_lists_them_under_what_they_are_about(terminal: CliRunner) -> None:
    said = terminal.invoke(cli.app, ["tickets", "--help"]).output

    assert all(f" {name} " in said for name in (*WRITTEN, "list", "show", "queue", "open"))
    assert "Why a clock stands still" in said


def test_a_command_that_the_desk_does_not_have_is_told(tickets: Tickets) -> None:
    said = tickets("repair", "T-1001", *BY)

    assert said.exit_code == 2
    assert "No such command 'repair'" in said.stderr


def test_a_ticket_lives_from_report_to_reopening(done: Done) -> None:
    """R-040, R-043, R-048, R-085, R-142."""
    states = [
        done("begin-work", OPENED)["state"],
        done("confirm-category", OPENED, "--category", "II", "--why", "de receptie")["category"],
        done("assign", OPENED, "--engineer", "bram bedacht")["assignee"],
        done("record-plan", OPENED, "--plan", "toestel vervangen", "--told-to", "Planning")["state"],
        done("ask-customer", OPENED, "--question", "Welk toestel?", "--sent-to", "planning@testrit.example")["state"],
        done("customer-answered", OPENED, "--answer", "dat van de balie")["state"],
        done("resolve", OPENED, "--solution", "toestel vervangen")["state"],
        done("reopen", OPENED, "--why", "weer stil")["state"],
        done("assign", OPENED)["assignee"],
    ]

    assert states == ["in_progress", "II", "Bram Bedacht", "planned", "waiting", "in_progress", "resolved",
                      "in_progress", ""]  # fmt: skip


def test_a_refusal_says_what_must_be_done_first_and_the_rule(tickets: Tickets) -> None:
    """A-06."""
    said = tickets("plan-executed", OPENED, *BY)

    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr == (
        "Kan nadat het Resolution Plan is vastgelegd (A-06).\n  bron: A-06, L196-198, SLA VOIP V4.10 (2023-11)\n"
    )


def test_a_refusal_is_json_for_machines(tickets: Tickets) -> None:
    said = tickets("plan-executed", OPENED, *BY, "--json")

    assert said.exit_code == 1
    assert json.loads(said.stdout) == {
        "refused": "Kan nadat het Resolution Plan is vastgelegd (A-06).",
        "rule": "A-06",
        "clauses": [{"rule": "A-06", "lines": "L196-198", "document": "SLA VOIP V4.10 (2023-11)"}],
    }


def test_an_excuse_waits_for_a_supervisor(tickets: Tickets, done: Done) -> None:
    """A-07."""
    excuse = ("--reason", "third_party", "--evidence", "storingsbericht", "--why", "storing bij de netbeheerder")
    confirm = ("confirm-excuse", OPENED, "--reason", "third_party", "--why", "bericht gezien")

    waiting = done("excuse", OPENED, *excuse)["work"]["waits"][0]
    as_engineer = tickets(*confirm, *BY)
    as_supervisor = done(*confirm, "--as", "supervisor")["work"]["waits"][0]

    assert "supervisor" in as_engineer.stderr
    assert (waiting["is_confirmed"], as_supervisor["is_confirmed"]) == (False, True)


def test_what_only_we_judge_is_refused_to_a_customer(tickets: Tickets) -> None:
    """R-085."""
    said = tickets("confirm-category", OPENED, "--category", "III", "--why", "alles", *BY, "--as", "customer")

    assert (said.exit_code, "de klant bepaalt dit niet (R-085)" in said.stderr) == (1, True)


def test_billable_work_waits_for_both_approvals(tickets: Tickets, done: Done) -> None:
    """R-090, A-21: Garage Nepstra has Standard, help on site is charged."""
    number = str(
        done("open", "--kind", "incident", "--source", "mail", "--summary", "stil", "--customer", "Garage Nepstra",
             "--reported", "2026-03-02T08:30")["number"]
    )  # fmt: skip
    work = ("book-time", number, "--engineer", "Fenna Fictief", "--activity", "on_site_support",
            "--from", "2026-03-02T09:00", "--to", "2026-03-02T09:20")  # fmt: skip

    without_visit = tickets(*work, *BY)
    done("remote-impossible", number, "--why", "glasvezel stuk")
    done("arrive", number, "--engineer", "Fenna Fictief", "--at", "2026-03-02T09:00")
    before = tickets(*work, *BY)
    done("customer-approves", number, "--who", "J. Voorbeeld", "--how", "mail", "--up-to", "500.00")
    done("we-approve", number, "--up-to", "500.00")
    ticket = done(*work)

    assert "de aankomst van Fenna Fictief bij de klant is vastgelegd (R-036, R-086)" in without_visit.stderr
    assert "akkoord zijn gegaan met de kosten (R-090)" in before.stderr
    assert [(entry["id"], entry["began_at"]) for entry in ticket["work"]["time_entries"]] == [
        (1, "2026-03-02T08:00:00+00:00")
    ]
    assert ticket["work"]["costs"][0]["charged_units"] == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("begin-work", "T-9999"), "Melding 'T-9999' bestaat niet (R-111)."),
        (("begin-work", "T-1001", "--at", "vandaag"), "'vandaag' is no moment: write it as 2026-11-21T08:30"),
        (("begin-work", "T-1001", "--at", "2026-03-02T23:00"), "Kan niet in de toekomst"),
        (("assign", "T-1001", "--engineer", "Niemand"), "wel Fenna Fictief, Bram Bedacht, Sanne Schijn"),
        (("we-approve", "T-1001", "--up-to", "veel"), "'veel' is no amount: write it as 250.00"),
        (("note", "T-1001", "--text", " "), "Kan nadat de notitie is ingevuld"),
        (("open", "--kind", "incident", "--source", "mail", "--summary", "x", "--customer", "Wie"), "Klant 'Wie' is"),
        (("open", "--kind", "user_change", "--source", "mail", "--summary", "x"), "https://cne.nl/aanmelden"),
    ],
)
def test_bad_input_is_told_and_changes_nothing(tickets: Tickets, words: tuple[str, ...], sentence: str) -> None:
    before = tickets("show", OPENED, "--json").stdout

    said = tickets(*words, *BY)

    assert (said.exit_code, said.stdout) == (1, "")
    assert sentence in said.stderr
    after = json.loads(tickets("show", OPENED, "--json").stdout)
    assert (after["state"], after["work"]) == (json.loads(before)["state"], json.loads(before)["work"])


def test_who_does_it_has_a_name(tickets: Tickets) -> None:
    said = tickets("begin-work", OPENED, "--by", " ")

    assert (said.exit_code, "--by is empty" in said.stderr) == (1, True)


def test_the_reporter_of_a_user_change_gets_the_sentence_with_the_form(tickets: Tickets) -> None:
    """R-076, R-077, R-078."""
    said = tickets("refuse-user-change", OPENED, "--asked", "add", "--why", "nieuwe collega", *BY)

    assert said.exit_code == 0
    assert "aanmelden op https://cne.nl/aanmelden" in said.stdout
    assert f"{OPENED} closed: user_change" in said.stdout


def test_a_ticket_is_shown_with_the_numbers_that_a_correction_asks_for(tickets: Tickets, done: Done) -> None:
    """A-07, R-113: the history, the task, the access to a file."""
    done("begin-work", OPENED)
    done("add-task", OPENED, "--what", "wachtwoord herstellen")
    done("log-access", OPENED, "--path", "/klant/testrit", "--purpose", "gelezen", "--why", "taak 1")

    shown = tickets("show", OPENED).stdout
    done("correct-event", OPENED, "--event", "1", "--why", "vergissing")
    done("finish-task", OPENED, "--task", "1")

    assert "[1] Mon 02-03-2026 10:00 first_response (Fenna Fictief)" in shown
    assert "[1] wachtwoord herstellen: open" in shown
    assert "/klant/testrit: gelezen (Fenna Fictief: taak 1)" in shown
    again = tickets("show", OPENED).stdout
    assert "corrected by Fenna Fictief: vergissing" in again
    assert "done by Fenna Fictief" in again


def test_the_queue_shows_first_what_runs_out(tickets: Tickets, done: Done) -> None:
    """A-16: Premium before Standard, but what is nearly due goes on top."""
    words = ("open", "--kind", "incident", "--source", "mail", "--summary", "stil")
    late = done(*words, "--customer", "Garage Nepstra", "--reported", "2026-02-23T09:00")["number"]
    premium = done(*words, "--customer", "bakkerij verzonnen", "--reported", "2026-03-02T09:59")["number"]

    queue = json.loads(tickets("queue", "--json").stdout)
    said = tickets("queue").stdout

    assert [ticket["number"] for ticket in queue["strip"]] == [late]
    assert queue["queue"][0]["number"] == premium
    assert said.index("first these") < said.index(late) < said.index(premium)
