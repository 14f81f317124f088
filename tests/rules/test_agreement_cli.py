"""What people get when they ask the agreement by hand: `meldlijn sla`, `billing` and `contract`."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ari_app.cli import app
from ari_app.config import Settings
from ari_app.desk.report import CallReport
from ari_app.setting_up import open_desk
from ari_app.store.seed_demo import seed_demo

EXAMPLES = Path(__file__).with_name("sla-clock-examples.json")
GIVEN = json.loads(EXAMPLES.read_text(encoding="utf-8"))


@pytest.fixture
def ask(tmp_path: Path):
    def run(*words: str, typed: str | None = None) -> Result:
        """A word with spaces is several words."""
        line = [part for word in words for part in word.split()]
        return CliRunner().invoke(app, line, input=typed, env={"MELDLIJN_HOME": str(tmp_path)})

    return run


def printed(result: Result) -> object:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def due(ask, *words: str) -> dict[str, dict[str, object]]:
    found = printed(ask("sla", "due", "--json", *words))
    return {clock["clock"]: clock for clock in found["clocks"]}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--level premium --category I --reported 2026-03-02T16:00", "2026-03-03T15:00:00+01:00"),
        ("--level premium --category III --reported 2026-03-06T16:30", "2026-03-09T09:30:00+01:00"),
        ("--level premium --category III --kind calamity --reported 2026-03-07T09:10", "2026-03-09T10:30:00+01:00"),
        ("--level premium --category III --kind calamity --reported 2026-03-02T07:45", "2026-03-02T10:30:00+01:00"),
        ("--level standard --category II --reported 2026-03-02T09:30", "2026-03-02T17:30:00+01:00"),
        ("--level premium --category II --reported 2026-03-02T17:30", "2026-03-03T12:30:00+01:00"),
        ("--level premium --category III --reported 2026-03-27T16:30", "2026-03-30T09:30:00+02:00"),
        ("--level premium --category III --reported 2026-10-23T16:30", "2026-10-26T09:30:00+01:00"),
    ],
)
def test_a_report_gets_the_deadline_of_the_acceptance_examples(ask, words, expected):
    """G1...G6, G9, G10: R-013, R-014, R-015, R-042, R-044, R-045"""
    assert due(ask, words)["first_response"]["due"] == expected


def test_a_service_request_of_16_hours_on_friday_noon_is_due_on_tuesday(ask):
    """G7, R-012"""
    clocks = due(ask, "--level", "standard", "--kind", "service_request", "--reported", "2026-03-06T12:00")

    assert list(clocks) == ["request_response"]
    assert clocks["request_response"]["due"] == "2026-03-10T10:00:00+01:00"


def test_a_deadline_at_closing_time_is_met_until_the_next_opening(ask):
    clock = due(ask, "--level standard --category II --reported 2026-03-02T09:30")["first_response"]

    assert clock["met_until"] == "2026-03-03T08:30:00+01:00"


def test_a_report_with_an_offset_is_that_instant(ask):
    clock = due(ask, "--level premium --category I --reported 2026-03-02T15:00Z")["first_response"]

    assert clock["due"] == "2026-03-03T15:00:00+01:00"


def test_the_clause_and_the_arithmetic_are_shown(ask):
    """R-023, R-045"""
    shown = ask("sla", "due", "--level premium --category I --reported 2026-03-02T16:00").stdout

    assert "first_response: running (R-013, L52-62, SLA VOIP V4.10 (2023-11))" in shown
    assert "ma 16:00-17:30 = 1 u 30" in shown
    assert "di 08:30-15:00 = 6 u 30" in shown
    assert "Nog op tijd tot en met 03-03-2026 15:00" in shown


def test_the_resolution_and_the_visit_start_when_it_is_told(ask):
    """R-043, R-059, R-018"""
    reported = "--level premium --category III --reported 2026-03-02T09:00"

    waiting = due(ask, reported)
    started = due(ask, reported, "--plan-recorded", "2026-03-02T10:00", "--remote-impossible", "2026-03-02T11:00")

    assert waiting["resolution"]["due"] is waiting["time_on_site"]["due"] is None
    assert started["resolution"]["due"] == "2026-03-02T12:00:00+01:00"
    assert started["time_on_site"]["due"] == "2026-03-02T13:00:00+01:00"


def test_the_days_that_were_approved_for_the_line_count_and_the_calendar_is_named(ask, tmp_path):
    """A-08: Christmas of 2031 is a Thursday."""
    (tmp_path / "meldlijn.toml").write_text("[agreement_settings]\nholiday_stops_contract_clock = true\n")
    asked = "sla due --level premium --category I --reported 2031-12-24T16:00 --json"
    without = printed(ask(asked))
    assert ask("db upgrade").exit_code == 0
    assert ask("hours approve 2031-12-25 --by Anouk").exit_code == 0

    found = printed(ask(asked))

    assert without["clocks"][0]["due"] == "2031-12-25T15:00:00+01:00"
    assert found["clocks"][0]["due"] == "2031-12-26T15:00:00+01:00"
    assert "nog geen database" in without["calendar"]
    assert "1 goedgekeurde dagen" in found["calendar"]


def test_level_0_is_promised_nothing(ask):
    """R-071"""
    shown = ask("sla", "due", "--level level_0 --reported 2026-03-02T09:00")

    assert "first_response: none (R-071, L603-605, SLA VOIP V4.10 (2023-11))" in shown.stdout


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        ("--level gold --reported 2026-03-02T09:00", "level 'gold' is not in voip-4.10-2023-11: it has premium"),
        ("--level premium --reported monday", "--reported is 'monday': write an instant"),
        ("--level premium --reported 2026-03-02T09:00 --category IV", "--category is 'IV': choose one of I, II, III"),
        ("--level premium --reported 2026-03-02T09:00 --kind fire", "--kind is 'fire': choose one of incident"),
        ("--level premium --reported 2026-03-02T09:00 --clock x", "--clock is 'x': choose one of first_response"),
        ("--level premium --reported 2026-03-02T09:00 --clock request_response", "has no clock request_response"),
    ],
)
def test_what_cannot_be_understood_is_named_with_the_remedy(ask, words, mistake):
    refused = ask("sla", "due", words)

    assert refused.exit_code == 1
    assert mistake in refused.stderr
    assert refused.stdout == ""


async def _missed_call(home: Path) -> str:
    settings = Settings(home=home)
    received = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    async with open_desk(settings) as desk:
        await seed_demo(desk.store, received)
        report = CallReport("call-1", "support", "+31850004120", "0850004120", received, ended_at=received)
        return await desk.close_call(report)


def test_a_ticket_of_the_line_is_explained_with_its_rules(ask, tmp_path):
    """R-045: the same lines as for a report by hand."""
    assert ask("db upgrade").exit_code == 0
    number = asyncio.run(_missed_call(tmp_path))

    found = printed(ask("sla explain --json", number))
    shown = ask("sla explain", number).stdout

    first = found["clocks"][0]
    assert (found["ticket"], first["clock"], first["rule"]) == (number, "first_response", "R-014")
    assert first["why"][0] in shown
    assert f"first_response: {first['state']} (R-014, L64-74, SLA VOIP V4.10 (2023-11))" in shown


def test_a_ticket_that_is_not_there_is_named(ask):
    assert ask("db upgrade").exit_code == 0

    refused = ask("sla", "explain", "T-1001")

    assert refused.exit_code == 1
    assert "There is no ticket 'T-1001'" in refused.stderr


def test_the_examples_come_out_of_the_command_one_line_each(ask):
    """R-042...R-049"""
    shown = ask("sla", "clock", "--batch", str(EXAMPLES))

    results = {result["id"]: result for result in map(json.loads, shown.stdout.splitlines())}
    assert shown.exit_code == 0
    assert list(results) == [case["id"] for case in GIVEN["cases"]]
    for case in GIVEN["cases"]:
        assert case["expected"].items() <= results[case["id"]].items()


def test_a_case_that_cannot_be_read_is_named_and_the_others_are_answered(ask):
    good, bad = GIVEN["cases"][0], {**GIVEN["cases"][1], "events": [{"at": "2026-03-02T16:00:00", "type": "start"}]}
    data = {**GIVEN, "cases": [bad, good]}

    shown = ask("sla", "clock", "--batch", "-", typed=json.dumps(data))

    assert shown.exit_code == 1
    assert [json.loads(line)["id"] for line in shown.stdout.splitlines()] == ["A01"]
    assert "case A05: events[0].at is '2026-03-02T16:00:00': give an instant with its offset" in shown.stderr


@pytest.mark.parametrize(("typed", "mistake"), [("{", "- is no JSON"), ("[]", "the batch is no object")])
def test_a_batch_that_is_none_is_refused(ask, typed, mistake):
    refused = ask("sla", "clock", "--batch", "-", typed=typed)

    assert refused.exit_code == 1
    assert mistake in refused.stderr


def test_a_batch_file_that_is_not_there_is_named(ask, tmp_path):
    refused = ask("sla", "clock", "--batch", str(tmp_path / "none.json"))

    assert refused.exit_code == 1
    assert "none.json can't be read: No such file" in refused.stderr


def test_the_batch_needs_neither_database_nor_speech_nor_settings():
    """So that hundreds of cases are checked while one waits."""
    program = (
        "import sys; sys.argv = ['meldlijn', 'sla', 'clock', '--batch', sys.argv[1]]\n"
        "from ari_app.cli import main\n"
        "try: main()\n"
        "except SystemExit: print(*sorted({'aiohttp', 'sqlmodel', 'sqlalchemy', 'vosk', 'numpy', 'ari_app.config'}"
        " & set(sys.modules)), sep='|')"
    )

    run = subprocess.run([sys.executable, "-c", program, str(EXAMPLES)], capture_output=True, text=True, check=True)

    assert run.stdout.splitlines()[-1] == ""
    assert run.stdout.startswith('{"id": "A01"')


def test_units_are_rounded_up_and_one_at_least(ask):
    """G12: R-087, R-093, A-20"""
    found = printed(ask("billing", "units", "--seconds", "6", "900", "901", "1860", "3660", "0", "--json"))

    assert [one["units"] for one in found] == [1, 1, 2, 3, 5, 1]
    assert "15 min 01 s = 2 x 15 min" in ask("billing", "units", "--seconds", "901").stdout


@pytest.mark.parametrize(
    ("words", "last", "ends"),
    [
        ("--starts 2026-01-01 --months 12", "2026-09-30", None),
        ("--starts 2026-06-01 --months 12", "2027-02-28", None),
        ("--starts 2026-01-01 --months 12 --received 2026-09-30", "2026-09-30", "2026-12-31"),
        ("--starts 2026-01-01 --months 12 --received 2026-10-01", "2026-09-30", "2027-12-31"),
        ("--starts 2026-01-01 --months 12 --on 2027-05-01", "2027-09-30", None),
        ("--starts 2026-01-01 --months 12 --renewal-months 24 --received 2026-10-01", "2026-09-30", "2028-12-31"),
    ],
)
def test_notice_counts_until_three_months_before_the_end(ask, words, last, ends):
    """G16: R-065, R-066"""
    found = printed(ask("contract", "notice", "--json", words))

    assert (found["last_notice_on"], found["ends_on"]) == (last, ends)


def test_a_late_notice_is_told_in_words(ask):
    """R-066"""
    shown = ask("contract", "notice", "--starts 2026-01-01 --months 12 --received 2026-10-01").stdout

    assert "Opzeggen kan tot en met 30-09-2026" in shown
    assert "het contract eindigt na 31-12-2027" in shown


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        ("--starts 2026-13-01 --months 12", "--starts is '2026-13-01': write a day"),
        ("--starts 2026-01-01 --months 0", "a period is 1 month or more"),
        ("--starts 2026-01-01 --months 12 --on 2025-01-01", "lies before the contract begins"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(ask, words, mistake):
    refused = ask("contract", "notice", words)

    assert refused.exit_code == 1
    assert mistake in refused.stderr


@pytest.mark.parametrize(("users", "counted"), [(1, 3), (4, 3), (6, 3), (7, 4), (10, 5), (11, 6)])
def test_a_buy_out_counts_half_the_users_and_stays_a_draft(ask, users, counted):
    """G15: R-067, R-068"""
    words = ["--users", str(users), "--price", "12.50", "--months-left", "5", "--json"]

    found = printed(ask("contract", "buyout", *words))

    assert (found["users"], found["is_draft"]) == (counted, True)
    assert float(found["amount"]) == counted * 12.5 * 5


def test_a_buy_out_without_a_price_has_no_amount(ask):
    """A-15"""
    shown = ask("contract", "buyout", "--users", "7", "--months-left", "5")

    assert "prijs per gebruiker nog niet ingevuld (A-15)" in shown.stdout
    assert "CNE hoeft niet akkoord te gaan (R-068)" in shown.stdout


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        ("--users 7 --price twelve --months-left 5", "--price is 'twelve': write euros"),
        ("--users 7 --price 0 --months-left 5", "--price is '0': give more than 0"),
        ("--users 7 --months-left -5", "7 users for -5 months is impossible"),
    ],
)
def test_a_buy_out_that_cannot_be_is_refused(ask, words, mistake):
    refused = ask("contract", "buyout", words)

    assert refused.exit_code == 1
    assert mistake in refused.stderr
