"""What goes wrong on our side never costs a caller more than a detour: they can still leave a message, and it is kept."""

import asyncio
import errno
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.exc import OperationalError

from ari_app.desk.report import CallReport
from tests.calls.line import Line
from tests.calls.people import ACCEPTS, PICKS_UP
from tests.calls.scenario import Caller

AT_NIGHT = Caller("0201234567", at="2026-11-21T21:00")
CALAMITY = replace(AT_NIGHT, at="2026-11-21T09:10")
OFFICE = replace(AT_NIGHT, at="2026-11-23T10:00")


def broken_at(line: Line, *prompts: str) -> Callable[[str], str]:
    """The media of a line with a fault in the step that plays one of these prompts; none named: in every step."""
    sound = line.media

    def media(prompt: str, _language: str = "") -> str:
        if not prompts or prompt in prompts:
            raise KeyError(f"no sound for {prompt}")
        return sound(prompt)

    return media


async def test_after_a_crash_of_the_script_the_caller_hears_an_apology_and_leaves_a_message(
    line: Line, recovered: Callable[[float], None]
) -> None:
    line.media = broken_at(line, "closed-hours")

    outcome = await line.call(AT_NIGHT)

    recovered(outcome.settled_after)
    assert outcome.heard == ["sorry-error", "voicemail-instructions", "beep"]
    assert outcome.has_recorded(AT_NIGHT.message)
    assert "no sound for closed-hours" in (outcome.report.error or "")


async def test_who_hangs_up_at_the_apology_has_called_all_the_same(line: Line) -> None:
    line.media = broken_at(line, "closed-hours")

    outcome = await line.call(replace(AT_NIGHT, hangs_up_at="sorry-error"))

    assert outcome.heard == ["sorry-error"]
    assert outcome.report.recording is None
    assert "no sound for closed-hours" in (outcome.report.error or "")


async def test_a_crash_while_an_engineer_listens_frees_the_engineer(line: Line) -> None:
    line.media = broken_at(line, "engineer-press-1")

    outcome = await line.call(CALAMITY, phones={"Fenna Fictief": ACCEPTS})

    assert outcome.heard[-3:] == ["sorry-error", "voicemail-instructions", "beep"]
    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.report.not_taken_by == [1, 2, 3], "everyone on duty is told of it"


async def test_when_even_the_apology_fails_the_call_ends_and_is_filed(line: Line) -> None:
    line.media = broken_at(line)

    outcome = await line.call(AT_NIGHT)

    assert outcome.heard == []
    assert outcome.report.ended_by == "crash"
    assert "no sound for welcome" in (outcome.report.error or "")


async def test_when_the_recorder_refuses_the_call_ends_with_an_apology_and_is_filed(fake_line: Line) -> None:
    fake_line.world.server.refusals[("POST", "/channels/[^/]+/record")] = (500, "Internal Server Error")  # type: ignore[attr-defined]

    outcome = await fake_line.call(replace(AT_NIGHT, after_message="silence"))

    assert "sorry-error" in outcome.heard
    assert outcome.report.error is not None
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_without_a_database_the_caller_leaves_a_message_and_the_report_is_spooled(
    line: Line, recovered: Callable[[float], None]
) -> None:
    line.desk.is_away = True

    outcome = await line.call(CALAMITY, phones={"Fenna Fictief": ACCEPTS})

    recovered(outcome.settled_after)
    assert outcome.ticket == "spooled"
    assert outcome.report.route == "voicemail"
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_with_database_and_disk_full_the_line_goes_on_and_the_call_is_filed_when_there_is_room(
    fake_line: Line,
) -> None:
    def full(_report: CallReport) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    fake_line.desk.is_away = True
    fake_line.desk.spool = full  # type: ignore[method-assign]
    asyncio.get_running_loop().call_later(20, setattr, fake_line.desk, "is_away", False)

    outcome = await fake_line.call(AT_NIGHT)

    assert outcome.ticket.startswith("T-")
    assert outcome.has_recorded(AT_NIGHT.message)
    assert (await fake_line.call(AT_NIGHT)).report.error is None


async def test_a_calamity_reaches_an_engineer_also_when_nothing_can_be_written(line: Line) -> None:
    async def full(*_arguments: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    line.desk.desk.take_call = full

    outcome = await line.call(CALAMITY, phones={"Fenna Fictief": ACCEPTS})

    assert outcome.rang == [("Fenna Fictief", "accepted")]
    assert outcome.report.error is None


async def test_a_database_that_somebody_holds_keeps_no_caller_waiting(fake_line: Line) -> None:
    async def locked(*_arguments: object) -> None:
        await asyncio.sleep(30)

    fake_line.desk.desk.take_call = locked

    outcome = await fake_line.call(CALAMITY, phones={"Fenna Fictief": ACCEPTS})

    assert outcome.rang == [("Fenna Fictief", "accepted")]
    assert outcome.report.answered_at is not None
    assert (outcome.report.answered_at - outcome.report.received_at).total_seconds() < 6


async def test_without_a_database_nobody_is_told_that_they_have_no_sla(line: Line) -> None:
    line.desk.is_away = True

    outcome = await line.call(CALAMITY)

    assert "calamity-no-sla" not in outcome.heard
    assert outcome.heard == ["welcome", "sorry-error", "voicemail-instructions", "beep"]
    assert outcome.report.found_nobody_on_duty, "the supervisor is told as soon as the database is back"


async def test_a_fault_at_night_wakes_nobody(fake_line: Line) -> None:
    fake_line.media = broken_at(fake_line, "closed-hours")

    outcome = await fake_line.call(AT_NIGHT)

    assert "sorry-error" in outcome.heard
    assert not outcome.report.found_nobody_on_duty


async def test_without_a_database_the_desk_still_picks_up_in_phone_hours(line: Line) -> None:
    line.desk.is_away = True

    outcome = await line.call(OFFICE, phones={"desk-1": PICKS_UP})

    assert outcome.report.talked_with == "desk-1"
    assert outcome.ticket == "spooled"


async def test_a_phone_that_asterisk_can_not_ring_is_passed_over(fake_line: Line) -> None:
    server = fake_line.world.server  # type: ignore[attr-defined]
    server.refusals[("POST", "/channels/create")] = (500, "Allocation failed")

    outcome = await fake_line.call(CALAMITY, phones={"Bram Bedacht": ACCEPTS})

    assert outcome.rang == [("Fenna Fictief", "unreachable"), ("Bram Bedacht", "accepted")]


async def test_a_leg_that_asterisk_refuses_to_dial_is_not_left_behind(fake_line: Line) -> None:
    server = fake_line.world.server  # type: ignore[attr-defined]
    server.refusals[("POST", "/channels/leg-[^/]+/dial")] = (500, "Internal Server Error")

    outcome = await fake_line.call(CALAMITY, phones={"Bram Bedacht": ACCEPTS})

    assert outcome.rang == [("Fenna Fictief", "unreachable"), ("Bram Bedacht", "accepted")]
