"""A call is filed when the database was away, when our service was away, and when it was killed half-way."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.outbox import Outbox
from ari_app.desk.report import CallReport
from ari_app.desk.spool import waiting_reports
from ari_app.store.database import Store
from ari_app.store.in_call_tables import CallSoundRow
from tests.desk.conftest import SetClock

Report = Callable[..., CallReport]
LONG_AGO = datetime(2026, 3, 1, tzinfo=UTC).timestamp()


def recorded(settings: Settings, name: str, *, finished: bool = True, sound: bytes = b"\0" * 4000) -> Path:
    """A recording on disk; of one that is not finished the last byte was written just now."""
    file = settings.recordings / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"RIFF" + b"\0" * 40 + sound)
    if finished:
        os.utime(file, (LONG_AGO, LONG_AGO))
    return file


def sidecar(settings: Settings, name: str, text: str) -> Path:
    file = settings.recordings / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (LONG_AGO, LONG_AGO))
    return file


async def test_a_report_waits_on_disk_and_is_filed_when_the_database_is_back(
    desk: Desk, settings: Settings, report: Report
) -> None:
    desk.spool(report(why=["De database was weg."]))

    numbers = await desk.file_spooled()

    ticket = await desk.ticket(numbers[0])
    assert ticket is not None
    assert ticket.origin == "spool"
    assert ticket.why == ("De database was weg.",)
    assert list(settings.spool.iterdir()) == []
    assert await desk.file_spooled() == []


async def test_a_report_that_was_filed_just_before_the_kill_is_not_filed_again(desk: Desk, report: Report) -> None:
    number = await desk.close_call(report())
    desk.spool(report())

    assert await desk.file_spooled() == [number]
    assert len(await desk.tickets(10)) == 1


async def test_a_file_in_the_spool_that_is_no_report_is_kept_apart_and_stops_nobody(
    desk: Desk, settings: Settings, report: Report
) -> None:
    settings.spool.mkdir()
    (settings.spool / "aaa.json").write_text("{half a rep")
    desk.spool(report())

    numbers = await desk.file_spooled()

    assert len(numbers) == 1
    assert [file.name for file in settings.spool.iterdir()] == ["aaa.json.unreadable"]


async def test_a_report_that_the_database_refuses_is_kept_apart_and_stops_nobody(
    desk: Desk, settings: Settings, report: Report
) -> None:
    desk.spool(report(call_id="a-broken-one", route=None))
    desk.spool(report(call_id="the-next-one"))

    numbers = await desk.file_spooled()

    assert len(numbers) == 1
    assert [file.name for file in settings.spool.iterdir()] == ["a-broken-one.json.unreadable"]


def test_the_report_in_the_spool_is_the_report_that_was_written(desk: Desk, settings: Settings, report: Report) -> None:
    written = report(call_id="sip/../odd call")

    desk.spool(written)

    assert [found for _, found in waiting_reports(settings.spool)] == [written]


async def test_a_message_recorded_while_the_service_was_away_becomes_a_ticket_once(
    desk: Desk, settings: Settings
) -> None:
    recorded(settings, "fallback/1772442000.7.wav")
    sidecar(settings, "fallback/1772442000.7.txt", "caller=0850004120\nexten=0850004000\nstart=1772442000\n")

    numbers = await desk.file_fallback_messages()
    again = await desk.file_fallback_messages()

    ticket = await desk.ticket(numbers[0])
    assert ticket is not None
    assert ticket.customer_name == "Transport De Testrit"
    assert ticket.origin == "fallback"
    assert ticket.ended_by == "service_away"
    assert ticket.reported_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert ticket.voicemail is not None
    assert ticket.voicemail.recording == "fallback/1772442000.7.wav"
    assert again == []


async def test_engineers_whom_asterisk_rang_in_vain_are_told_of_the_message_as_soon_as_the_service_is_back(
    desk: Desk, store: Store, settings: Settings, clock: SetClock
) -> None:
    recorded(settings, "fallback/c.wav")
    rings = "".join(
        f"ring=177244200{second}|{engineer}|3161234500{engineer}\nover=177244200{second + 1}|NOANSWER|19|\n"
        for second, engineer in ((0, 1), (2, 2), (4, 1))
    )
    sidecar(settings, "fallback/c.txt", f"caller=0850004120\nstart=1772442000\n{rings}end=1772442009\n")

    await desk.file_fallback_messages()

    told = [one.payload["to"] for one in await Outbox(store, clock).claim(20) if one.kind == "call_not_taken"]
    assert told == ["engineer:1", "engineer:2", "supervisor"]


async def test_engineers_are_not_told_of_a_call_that_one_of_them_took_while_the_service_was_away(
    desk: Desk, store: Store, settings: Settings, clock: SetClock
) -> None:
    rings = "ring=1772442000|1|31612345001\nkey=1\nover=1772442060|ANSWER|16|41\n"
    sidecar(settings, "fallback/d.txt", f"caller=0850004120\nstart=1772442000\n{rings}end=1772442060\n")

    await desk.file_fallback_messages()

    assert [one for one in await Outbox(store, clock).claim(20) if one.kind == "call_not_taken"] == []


async def test_a_message_is_filed_also_when_the_clock_was_set_back_since(desk: Desk, settings: Settings) -> None:
    """A file from the future is written by nobody."""
    ahead = SystemClock().now().timestamp() + 3600
    for file in (
        recorded(settings, "fallback/e.wav"),
        sidecar(settings, "fallback/e.txt", "caller=0850004120\nstart=1772442000\n"),
    ):
        os.utime(file, (ahead, ahead))

    assert len(await desk.file_fallback_messages()) == 1


async def test_a_fallback_message_that_still_grows_is_left_alone(desk: Desk, settings: Settings) -> None:
    recorded(settings, "fallback/a.wav", finished=False)
    sidecar(settings, "fallback/a.txt", "caller=0850004120\n")

    assert await desk.file_fallback_messages() == []


async def test_a_caller_who_hung_up_before_anybody_had_the_call_is_a_missed_call(
    desk: Desk, settings: Settings
) -> None:
    sidecar(
        settings,
        "fallback/g.txt",
        "caller=0850004120\nexten=0850004000\nwhy=gone\nsip=abc@127.0.0.2\nstart=1772442000\nend=1772442000\n",
    )

    (number,) = await desk.file_fallback_messages()

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert ticket.customer_name == "Transport De Testrit"
    assert ticket.ended_by == "caller"
    assert ticket.why == ("De beller hing op voordat de lijn kon opnemen.",)
    assert ticket.voicemail is None


async def test_a_caller_who_left_nothing_while_the_service_was_away_is_a_missed_call(
    desk: Desk, settings: Settings
) -> None:
    sidecar(settings, "fallback/b.txt", "caller=\nexten=100\nstart=nonsense\n")

    numbers = await desk.file_fallback_messages()

    ticket = await desk.ticket(numbers[0])
    assert ticket is not None
    assert ticket.voicemail is None
    assert ticket.caller_number is None
    assert ticket.reported_at.timestamp() == LONG_AGO


async def test_a_call_whose_service_was_killed_is_filed_with_its_recording(
    desk: Desk, settings: Settings, clock: Any
) -> None:
    recorded(settings, "call/k.wav")
    await desk.take_call("k", "support", "+31850004120", "call/k.wav", clock.now(), "k@phone")

    numbers = await desk.recover_started_calls(alive=set())

    ticket = await desk.ticket(numbers[0])
    assert ticket is not None
    assert ticket.voicemail is not None
    assert (ticket.origin, ticket.ended_by) == ("live", "crash")
    assert await desk.recover_started_calls(alive=set()) == []
    assert await desk.ticket_of_call("k@phone") == ticket


async def test_a_killed_call_without_a_recording_is_still_a_ticket(desk: Desk, clock: Any) -> None:
    await desk.take_call("k", "support", None, "call/never.wav", clock.now())

    numbers = await desk.recover_started_calls(alive=set())

    ticket = await desk.ticket(numbers[0])
    assert ticket is not None
    assert ticket.voicemail is None


async def test_a_call_that_is_still_alive_is_left_alone(desk: Desk, clock: Any) -> None:
    await desk.take_call("k", "support", None, None, clock.now())

    assert await desk.recover_started_calls(alive={"k"}) == []


async def test_a_killed_call_that_asterisk_still_records_waits_until_the_caller_hangs_up(
    desk: Desk, settings: Settings, clock: Any
) -> None:
    file = recorded(settings, "call/k.wav", finished=False)
    await desk.take_call("k", "support", None, "call/k.wav", clock.now())

    while_recording = await desk.recover_started_calls(alive=set())
    os.utime(file, (LONG_AGO, LONG_AGO))
    after = await desk.recover_started_calls(alive=set())

    assert while_recording == []
    assert len(after) == 1


RESCUE = "caller=0850004120\nexten=0850004000\nwhy=rescued\nstart=1772442060\n"
CALL = "1772442000.7"


async def started(desk: Desk, recording: str | None = None) -> None:
    """A caller whom our service had before it died."""
    await desk.take_call(CALL, "support", "+31850004120", recording, datetime(2026, 3, 2, 9, tzinfo=UTC), "sip-7")


async def test_a_caller_who_was_taken_over_by_the_dialplan_has_one_ticket_with_the_message(
    desk: Desk, settings: Settings
) -> None:
    await started(desk)
    recorded(settings, f"fallback/{CALL}.wav")
    sidecar(settings, f"fallback/{CALL}.txt", RESCUE + "end=1772442090\n")

    numbers = await desk.file_fallback_messages()
    await desk.recover_started_calls(alive=())

    (ticket,) = await desk.tickets(10)
    assert [ticket.number] == numbers
    assert ticket.voicemail is not None
    assert ticket.voicemail.recording == f"fallback/{CALL}.wav"
    assert ticket.summary == "Voicemail van Transport De Testrit"
    assert (ticket.origin, ticket.ended_by) == ("rescued", "service_away")


async def test_a_caller_whom_the_frozen_service_filed_as_gone_keeps_that_ticket(
    desk: Desk, settings: Settings, report: Report
) -> None:
    """It wakes up, finds its caller gone, and files a missed call; the message comes a minute later."""
    missed = await desk.close_call(report(call_id=CALL, recording=None))
    recorded(settings, f"fallback/{CALL}.wav")
    sidecar(settings, f"fallback/{CALL}.txt", RESCUE + "end=1772442090\n")

    numbers = await desk.file_fallback_messages()

    assert numbers == [missed]
    (ticket,) = await desk.tickets(10)
    assert ticket.voicemail is not None
    assert ticket.why[0] == "Buiten de telefonische meldtijden."


async def test_two_messages_of_one_caller_are_on_one_ticket(desk: Desk, settings: Settings) -> None:
    """The first half was recorded by the service, the second by the dialplan: the second becomes a note in words."""
    recorded(settings, "call/one.wav")
    await started(desk, "call/one.wav")
    recorded(settings, f"fallback/{CALL}.wav")
    sidecar(settings, f"fallback/{CALL}.txt", RESCUE + "end=1772442090\n")

    await desk.file_fallback_messages()

    (ticket,) = await desk.tickets(10)
    assert ticket.voicemail is not None
    assert ticket.voicemail.recording == "call/one.wav"
    async with desk.store.reading() as session:
        (sound,) = (await session.exec(select(CallSoundRow))).all()
    assert (sound.recording, sound.by) == (f"fallback/{CALL}.wav", "de beller")


async def test_a_call_that_the_running_service_still_has_is_not_filed_by_halves(desk: Desk, settings: Settings) -> None:
    await started(desk)
    sidecar(settings, f"fallback/{CALL}.txt", RESCUE + "end=1772442090\n")

    assert await desk.file_fallback_messages(busy={CALL}) == []
    assert await desk.tickets(10) == []


async def test_who_the_dialplan_rang_for_a_caller_whom_it_took_over_stands_on_the_ticket(
    desk: Desk, settings: Settings
) -> None:
    await started(desk)
    rang = "ring=1772442061|1|31612345001\nkey=1\nover=1772442090|ANSWER|16|20\nend=1772442090\n"
    sidecar(settings, f"fallback/{CALL}.txt", RESCUE + rang)

    await desk.file_fallback_messages()
    await desk.file_fallback_messages()

    (ticket,) = await desk.tickets(10)
    assert [(leg.who, leg.result) for leg in ticket.legs] == [("Fenna Fictief", "accepted")]
    assert (ticket.talked_with, ticket.state) == ("Fenna Fictief", "in_progress")
