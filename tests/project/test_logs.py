"""What a log may hold: no number of a caller, and never what was said."""

import asyncio
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog

from ari_app.logs import mask_numbers, set_up_logs
from tests.calls.fake_world import FakeWorld
from tests.calls.line import ScenarioClock, open_line
from tests.calls.scenario import Caller
from tests.fakes.desk import MemoryDesk
from tests.fakes.fast_time import fast_time

NUMBERS = ("0201234567", "+31201234567", "31612345678", "020-1234567", "+31 20 123 4567", "+31-20-1234567")


def logged(**fields: Any) -> dict[str, Any]:
    return dict(mask_numbers(None, "info", {"event": "Something", **fields}))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("where", ["{}", "sip:{}@host", "PJSIP/{}@trunk", "Nummer {} belde", "({})"])
def test_a_number_is_masked_wherever_it_stands(number: str, where: str) -> None:
    text = logged(why=where.format(number))["why"]

    assert number not in text
    assert "•••••" in text
    assert text.count(number[-3:]) == 1


def test_a_number_is_masked_in_fields_within_fields() -> None:
    entry = logged(legs=[{"number": "0612345678", "tried": ("+31612345678",)}], by={"+31201234567": {"0201234567"}})

    assert not any(number in str(entry) for number in ("0612345678", "31612345678", "0201234567", "31201234567"))


def test_dates_counts_and_ids_of_calls_stay_readable() -> None:
    entry = logged(
        at="2026-11-21T09:10:11.123456+00:00", day="2026-11-21 09:10", count="12345678", call="1763716200.12"
    )

    assert "•" not in str(entry)


def test_a_number_in_a_traceback_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    for as_json in (True, False):
        set_up_logs(as_json=as_json)
        try:
            raise ValueError("no such number: 0201234567")
        except ValueError:
            structlog.get_logger().exception("It failed", action="failed")

    written = capsys.readouterr()
    assert written.out == ""
    assert "ValueError" in written.err
    assert "0201234567" not in written.err


def test_logs_for_machines_are_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(as_json=True)

    structlog.get_logger().info("Call filed", action="call_filed", ticket="T-1001")

    entry = json.loads(capsys.readouterr().err)
    assert (entry["event"], entry["action"], entry["level"]) == ("Call filed", "call_filed", "info")


@pytest.mark.parametrize("desk_is_away", [False, True])
async def test_the_log_of_a_whole_call_holds_neither_number_nor_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], desk_is_away: bool
) -> None:
    set_up_logs(as_json=True)
    caller = Caller("0201234567", at="2026-11-21T21:00", message="De telefoons zijn stil")

    with fast_time(asyncio.get_running_loop()):
        async with FakeWorld.open(tmp_path) as world, open_line(world, MemoryDesk(), ScenarioClock()) as line:
            line.desk.is_away = desk_is_away
            await line.call(caller)

    written = capsys.readouterr().err
    actions = {json.loads(entry)["action"] for entry in written.splitlines()}
    assert "call_started" in actions or desk_is_away
    assert ("call_spooled" if desk_is_away else "call_filed") in actions
    assert not any(secret in written for secret in ("0201234567", "201234567", "telefoons", "stil"))


def test_a_logger_that_is_kept_writes_where_stderr_is_then(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_logs()
    log = structlog.get_logger()
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    log.info("One")
    first.close()
    monkeypatch.setattr(sys, "stderr", second)

    log.info("Two")

    assert "Two" in second.getvalue()
