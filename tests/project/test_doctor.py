"""`meldlijn doctor` names what is wrong with a line, one planted fault at a time, and says what to do."""

import asyncio
import base64
import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ari_app import setting_up
from ari_app.cli import app
from ari_app.clock import SystemClock, set_demo_clock
from ari_app.doctor import examine
from sla.agreed_hours import APPROVE_AHEAD
from tests.project.conftest import SmallAsterisk, write_settings

Checks = dict[str, dict[str, Any]]
#: What the doctor looks at when nothing is wrong, in this order.
ALL_CHECKS = (
    "settings", "voice", "disk", "agreement", "agreed hours", "level 0 rate", "clock", "database", "holidays", "rota", "prompts",
    "speech model", "recording folder", "spool", "channels", "outbox", "messages", "plan of the exchange", "Asterisk", "service",
)  # fmt: skip


@pytest.fixture
def ask(terminal: CliRunner, home: Path) -> Callable[[], tuple[int, Checks]]:
    """The exit code, and the findings by name."""

    def doctor() -> tuple[int, Checks]:
        asked = terminal.invoke(app, ["doctor", "--json", "--home", str(home)])
        answer = json.loads(asked.stdout)
        assert answer["ok"] is (asked.exit_code == 0)
        return asked.exit_code, {check["name"]: check for check in answer["checks"]}

    return doctor


Ask = Callable[[], tuple[int, Checks]]


def faults(checks: Checks) -> list[str]:
    return [name for name, check in checks.items() if not check["ok"]]


def the_fault(answer: tuple[int, Checks], name: str) -> str:
    """What was found, when `name` is the only fault and has a remedy."""
    code, checks = answer
    assert faults(checks) == [name]
    assert code == 1
    assert len(checks[name]["remedy"]) > 10
    return str(checks[name]["found"])


def the_warning(answer: tuple[int, Checks], name: str) -> str:
    """What was found, when `name` is a warning with a remedy; warnings are no faults."""
    code, checks = answer
    assert (code, faults(checks)) == (0, [])
    assert checks[name]["level"] == "warning"
    assert len(checks[name]["remedy"]) > 10
    return str(checks[name]["found"])


def test_a_complete_line_has_no_fault(terminal: CliRunner, home: Path) -> None:
    asked = terminal.invoke(app, ["doctor", "--json", "--home", str(home)])

    answer = json.loads(asked.stdout)
    assert asked.exit_code == 0
    assert answer["ok"] is True
    assert tuple(check["name"] for check in answer["checks"]) == ALL_CHECKS
    assert all({"name", "ok", "found", "remedy"} <= check.keys() for check in answer["checks"])
    assert all(check["remedy"] == "" for check in answer["checks"] if check["level"] == "ok")


def test_what_could_not_be_told_is_counted_with_what_to_do(ask: Ask, home: Path) -> None:
    with closing(sqlite3.connect(home / "meldlijn.db")) as database, database:
        database.execute(
            "INSERT INTO outbox (key, kind, payload, created_at, attempts, next_try_at, dead_at, error)"
            " VALUES ('k', 'at_risk', '{}', :at, 9, :at, :at, 'no such address')",
            {"at": "2026-03-02 09:00:00"},
        )

    assert the_warning(ask(), "outbox").startswith("1 could not be told")


def test_a_webhook_whose_field_map_cannot_be_used_is_named(home: Path, ask: Ask, small_asterisk: SmallAsterisk) -> None:
    """Its events would wait, and nobody would know why."""
    (home / "hook.secret").write_text(f"whsec_{base64.b64encode(bytes(32)).decode()}\n")
    (home / "ours.toml").write_text('[fields]\nkleur = "colour"\n')
    table = f'secret_files = ["{home / "hook.secret"}"]\nfield_map = "{home / "ours.toml"}"\n'
    hook = f'[notify.webhooks.ticketsysteem]\nurl = "http://127.0.0.1:1/hook"\n{table}'
    write_settings(home, small_asterisk.port, tables=hook)

    found = the_fault(ask(), "channels")

    assert "ticketsysteem: field_map" in found
    assert "a ticket has no such name" in found


def test_the_doctor_answers_in_seconds(home: Path) -> None:
    began = time.perf_counter()

    asyncio.run(examine(home))

    # Under one on a quiet machine; the rest is for busy ones.
    assert time.perf_counter() - began < 6


def test_a_wrong_ari_password_is_named(home: Path, ask: Ask) -> None:
    (home / "asterisk" / "ari-password").write_text("another-password")

    assert "401" in the_fault(ask(), "Asterisk password")


def test_an_asterisk_that_does_not_run_is_named(home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings(home, ari_port=1, tables="managed = false")

    assert "127.0.0.1:1" in the_fault(ask(), "Asterisk")


def test_an_asterisk_that_was_never_started_is_named_and_no_password_is_made_up(home: Path, ask: Ask) -> None:
    (home / "asterisk" / "ari-password").unlink()
    write_settings(home, ari_port=1, tables="managed = false")

    assert "never started" in the_fault(ask(), "Asterisk")
    assert not (home / "asterisk" / "ari-password").exists()


def test_a_machine_without_asterisk_is_named(
    home: Path, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_settings(home, ari_port=1)
    broken = tmp_path / "bin" / "asterisk"
    broken.write_text("#!/bin/sh\necho Asterisk 16.2.0\n")
    broken.chmod(0o755)
    monkeypatch.setenv("MELDLIJN_ASTERISK", str(broken))

    code, checks = ask()

    assert (code, faults(checks)) == (1, ["Asterisk", "Asterisk program"])
    assert "make setup" in checks["Asterisk program"]["remedy"]


def test_an_asterisk_that_is_broken_is_named(ask: Ask, small_asterisk: SmallAsterisk) -> None:
    small_asterisk.version = "20.5.0"

    found = the_fault(ask(), "Asterisk version")

    assert "20.5.0" in found
    assert "22.10.1" in found


def test_another_program_on_the_port_of_asterisk_is_named(ask: Ask, small_asterisk: SmallAsterisk) -> None:
    small_asterisk.answer = lambda path, authorization: (200, ["I am a printer"])  # type: ignore[method-assign]

    code, checks = ask()

    assert code == 1
    assert "is no Asterisk" in checks["Asterisk"]["found"]


def test_an_asterisk_that_does_not_say_anything_is_named_in_time(home: Path, small_asterisk: SmallAsterisk) -> None:
    asked = threading.Event()

    def silent(path: str, authorization: str | None) -> tuple[int, Any]:
        asked.wait(5)
        return 404, {}

    small_asterisk.answer = silent  # type: ignore[method-assign]

    findings = asyncio.run(examine(home, check_within=1))
    asked.set()

    (hangs,) = [finding for finding in findings if finding.name == "Asterisk"]
    assert (hangs.ok, hangs.found) == (False, "no answer within 1 s")


def test_a_service_that_is_not_registered_is_named(ask: Ask, small_asterisk: SmallAsterisk) -> None:
    small_asterisk.apps.clear()

    assert "'meldlijn' is not registered" in the_fault(ask(), "service")


def test_a_recording_folder_that_is_not_there_is_named(home: Path, ask: Ask) -> None:
    shutil.rmtree(home / "asterisk" / "spool" / "recording")

    assert "is not there" in the_fault(ask(), "recording folder")


def test_a_recording_folder_that_is_a_file_is_named(home: Path, ask: Ask) -> None:
    folder = home / "asterisk" / "spool" / "recording"
    folder.rmdir()
    folder.write_text("")

    assert "is a file" in the_fault(ask(), "recording folder")


def test_a_recording_folder_that_cannot_be_written_is_named(home: Path, ask: Ask) -> None:
    folder = home / "asterisk" / "spool" / "recording"
    folder.rmdir()
    folder.symlink_to("/proc/self")  # even root makes no files there

    code, checks = ask()

    assert code == 1
    assert "can't be written" in checks["recording folder"]["found"]
    assert str(folder) in checks["recording folder"]["remedy"]


def test_a_missing_prompt_is_named(home: Path, ask: Ask) -> None:
    (home / "sounds" / "nl" / "welcome.wav").unlink()

    assert "nl/welcome" in the_fault(ask(), "prompts")


def test_a_speech_model_that_is_not_there_is_named(home: Path, ask: Ask, small_asterisk: SmallAsterisk) -> None:
    write_settings(home, small_asterisk.port, tables='[speech]\nmodel = "vosk-model-nl-9.99"')

    assert "vosk-model-nl-9.99 is not there" in the_fault(ask(), "speech model")


def test_no_speech_model_at_all_is_named(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_up, "BUNDLED_MODEL", tmp_path / "vosk-none-nl")

    assert "there is no speech model" in the_fault(ask(), "speech model")


def test_a_database_without_tables_is_named(home: Path, ask: Ask) -> None:
    (home / "meldlijn.db").unlink()

    code, checks = ask()

    assert (code, faults(checks)) == (1, ["database"])
    assert "tables are at nothing" in checks["database"]["found"]
    assert "meldlijn db upgrade" in checks["database"]["remedy"]
    assert checks["rota"]["level"] == "warning"


def test_a_database_of_another_version_is_named(home: Path, ask: Ask) -> None:
    connection = sqlite3.connect(home / "meldlijn.db")
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.commit()
    connection.close()

    assert "tables are at 0000" in the_fault(ask(), "database")


def test_a_file_that_is_no_database_is_named(home: Path, ask: Ask) -> None:
    (home / "meldlijn.db").write_bytes(b"not a database" * 1000)

    assert "file is not a database" in the_fault(ask(), "database")


def test_a_database_with_a_damaged_page_is_named(home: Path, ask: Ask) -> None:
    with (home / "meldlijn.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 5)

    assert "is damaged" in ask()[1]["database"]["found"]
    assert "backup" in ask()[1]["database"]["remedy"]


def test_a_database_server_that_is_away_is_named_without_its_password(
    home: Path, ask: Ask, small_asterisk: SmallAsterisk
) -> None:
    write_settings(home, small_asterisk.port, top='database = "postgresql+psycopg://line:geheim@127.0.0.1:1/line"')

    found = the_fault(ask(), "database")

    assert "127.0.0.1:1" in found
    assert "geheim" not in found


def test_mistakes_in_the_settings_are_all_named_and_the_machine_is_looked_at_all_the_same(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "meldlijn.toml").write_text('colour = "red"\n[web]\nport = 99999\n[line]\nlanguage = "fr"\n')
    monkeypatch.setenv("MELDLIJN_SPEECH__WORKERS", "99")

    code, checks = ask()

    assert (code, faults(checks)) == (1, ["settings"])
    assert all(
        setting in checks["settings"]["found"] for setting in ("colour", "web.port", "line.language", "speech.workers")
    )
    assert set(checks) == {"settings", "voice", "disk"}


def test_an_agreement_that_does_not_exist_is_named(home: Path, ask: Ask, small_asterisk: SmallAsterisk) -> None:
    write_settings(home, small_asterisk.port, top='agreement_version = "voip-9"')

    code, checks = ask()

    assert code == 1
    assert "voip-9" in checks["agreement"]["found"]
    assert checks["service"]["ok"]


def test_a_machine_without_a_voice_is_named(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "espeak-ng" in the_fault(ask(), "voice")


def test_a_disk_that_is_almost_full_is_named(home: Path) -> None:
    more_than_any_disk = 10**18

    findings = asyncio.run(examine(home, enough_bytes=more_than_any_disk))

    (full,) = [finding for finding in findings if not finding.ok]
    assert full.name == "disk"
    assert "GiB free" in full.found
    assert "Make room" in full.remedy


def test_a_damaged_demo_clock_is_named(home: Path, ask: Ask, small_asterisk: SmallAsterisk) -> None:
    write_settings(home, small_asterisk.port, top="demo = true")
    (home / "clock.json").write_text("{")

    assert "clock.json" in the_fault(ask(), "clock")


def test_several_faults_are_named_together(home: Path, ask: Ask, small_asterisk: SmallAsterisk) -> None:
    (home / "sounds" / "nl" / "beep.wav").unlink()
    (home / "meldlijn.db").unlink()
    small_asterisk.apps.clear()

    code, checks = ask()

    assert (code, faults(checks)) == (1, ["database", "prompts", "service"])


def test_phone_hours_that_nobody_set_are_a_warning(ask: Ask) -> None:
    assert "Telefoontijden zijn niet ingesteld" in the_warning(ask(), "agreed hours")


def test_the_rate_of_level_0_that_is_still_to_be_set_is_a_warning(ask: Ask) -> None:
    """A-03: never free, so what is not set can't be charged."""
    assert "Level 0 is not set" in the_warning(ask(), "level 0 rate")


def test_holidays_of_the_coming_year_that_nobody_approved_are_a_warning(ask: Ask) -> None:
    assert "geen feestdagen goedgekeurd" in the_warning(ask(), "holidays")


def test_a_holiday_approved_for_the_coming_year_ends_that_warning(home: Path, terminal: CliRunner, ask: Ask) -> None:
    day = (SystemClock().now() + APPROVE_AHEAD).date()
    decided = ["--by", "Fenna Fictief", "--name", "Bedrijfsuitje", "--home", str(home)]

    assert terminal.invoke(app, ["hours", "approve", day.isoformat(), *decided]).exit_code == 0

    assert ask()[1]["holidays"]["found"] == f"1 days approved for {day.year}"


def test_hours_and_holidays_that_are_set_give_no_warning(home: Path, ask: Ask, small_asterisk: SmallAsterisk) -> None:
    day = '[["08:30", "17:30"]]'
    coming = (SystemClock().now() + APPROVE_AHEAD).date()
    top = (
        f'holidays = ["{coming}"]\nagreement_settings = {{ level_0_hourly_rate = "95.00", '
        f"phone_hours = {{ mon = {day}, tue = {day}, wed = {day} }} }}"
    )
    write_settings(home, small_asterisk.port, top=top)

    code, checks = ask()

    assert code == 0
    assert not {"agreed hours", "level 0 rate"} & set(checks)
    assert checks["holidays"]["level"] == "ok"


def test_the_demo_model_in_use_is_a_warning(ask: Ask) -> None:
    assert "vosk-tiny-nl" in the_warning(ask(), "speech model")


def test_calamity_hours_without_an_engineer_are_a_warning(home: Path, ask: Ask) -> None:
    connection = sqlite3.connect(home / "meldlijn.db")
    connection.execute("DELETE FROM duty")
    connection.commit()
    connection.close()

    assert "nobody is on duty" in the_warning(ask(), "rota")


def test_a_demo_clock_that_was_left_on_a_line_is_a_warning(home: Path, ask: Ask) -> None:
    set_demo_clock(home / "clock.json", SystemClock().now().replace(year=2020, day=1))

    assert "this line ignores it" in the_warning(ask(), "clock")


def test_a_demo_line_that_thinks_it_is_another_day_is_a_warning(
    home: Path, ask: Ask, small_asterisk: SmallAsterisk
) -> None:
    write_settings(home, small_asterisk.port, top="demo = true")
    set_demo_clock(home / "clock.json", SystemClock().now().replace(year=2020, day=1))

    assert "2020" in the_warning(ask(), "clock")


def test_reports_in_the_spool_are_a_warning(home: Path, ask: Ask) -> None:
    (home / "spool").mkdir()
    (home / "spool" / "call-1.json").write_text("{}")

    assert "1 reports wait" in the_warning(ask(), "spool")


def test_a_file_in_the_spool_that_nobody_can_read_is_a_warning(home: Path, ask: Ask) -> None:
    (home / "spool").mkdir()
    (home / "spool" / "call-1.json.unreadable").write_text("?")

    assert "call-1.json.unreadable" in the_warning(ask(), "spool")


def test_a_person_reads_each_fault_with_its_remedy(terminal: CliRunner, home: Path) -> None:
    (home / "sounds" / "nl" / "welcome.wav").unlink()

    said = terminal.invoke(app, ["doctor", "--home", str(home)])

    assert said.exit_code == 1
    assert "fault   prompts: missing: nl/welcome\n        remedy: Run `meldlijn prompts build`." in said.stdout
    assert "warning speech model" in said.stdout
    assert "ok      database" in said.stdout
