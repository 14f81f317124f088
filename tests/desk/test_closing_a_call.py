"""Every call becomes one ticket: with its recording, its legs, its clocks, and nothing twice."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from ari_app.desk import Desk
from ari_app.desk.filing import filed_ticket
from ari_app.desk.report import CallReport, LegReport
from ari_app.desk.views import to_json
from ari_app.store.database import Store
from ari_app.store.tables import AccessEntryRow, SlaClockRow, StartedCallRow, TicketRow
from sla.terms import ClockKind, Kind

Report = Callable[..., CallReport]


async def workflow_ids(store: Store) -> list[str]:
    schema = "" if store.is_sqlite else "dbos."
    async with store.reading() as session:
        connection = await session.connection()
        found = await connection.execute(text(f"SELECT workflow_uuid FROM {schema}workflow_status ORDER BY 1"))
        return [row[0] for row in found]


async def test_a_message_becomes_a_ticket_whose_transcript_is_on_its_way(
    desk: Desk, store: Store, report: Report
) -> None:
    number = await desk.close_call(report())

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert number == "T-1001"
    assert ticket.source == "voicemail"
    assert ticket.customer_name == "Transport De Testrit"
    assert ticket.voicemail is not None
    assert ticket.voicemail.state == "pending"
    assert await workflow_ids(store) == ["message-1-1"]


async def test_a_call_that_left_nothing_is_a_missed_call_without_work_for_the_worker(
    desk: Desk, store: Store, report: Report
) -> None:
    number = await desk.close_call(report(recording=None))

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert ticket.source == "phone"
    assert "Gemiste oproep" in ticket.summary
    assert ticket.voicemail is None
    assert await workflow_ids(store) == []


async def test_filing_a_call_twice_gives_the_same_ticket_and_changes_nothing(
    desk: Desk, store: Store, report: Report
) -> None:
    first = await desk.close_call(report())
    second = await desk.close_call(report(route="desk", recording=None))

    assert first == second
    assert len(await desk.tickets(10)) == 1
    assert await workflow_ids(store) == ["message-1-1"]


async def test_the_same_call_filed_from_many_sides_at_once_becomes_one_ticket(desk: Desk, report: Report) -> None:
    numbers = await asyncio.gather(*(desk.close_call(report()) for _ in range(8)))

    assert len(set(numbers)) == 1
    assert len(await desk.tickets(10)) == 1


async def test_calls_that_end_together_get_numbers_of_their_own(desk: Desk, report: Report) -> None:
    reports = [report(call_id=f"call-{i}", recording=f"call/{i}.wav") for i in range(20)]

    numbers = await asyncio.gather(*(desk.close_call(one) for one in reports))

    assert sorted(numbers) == [f"T-{1001 + i}" for i in range(20)]


async def test_when_the_work_cannot_be_queued_there_is_no_ticket_either(
    desk: Desk, store: Store, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(desk._queue, "enqueue", broken)

    with pytest.raises(OSError, match="disk"):
        await desk.close_call(report())

    assert await desk.tickets(10) == []


async def test_a_call_answered_live_meets_its_first_response_at_the_start_of_the_talk(
    desk: Desk, report: Report, clock: Any
) -> None:
    """A-04, R-040."""
    talk = datetime(2026, 2, 28, 8, 10, tzinfo=UTC)
    clock.at = talk + timedelta(minutes=20)
    leg = LegReport("Fenna Fictief", "+31612345001", talk - timedelta(seconds=9), "accepted", engineer_id=1)

    number = await desk.close_call(
        report(
            route="on_duty",
            recording=None,
            received_at=talk - timedelta(minutes=1),
            talked_with="Fenna Fictief",
            talk_started_at=talk,
            talk_ended_at=clock.at,
            legs=[leg],
        )
    )

    ticket = await desk.ticket(number)
    assert ticket is not None
    first_response = next(one for one in ticket.deadlines if one.clock is ClockKind.FIRST_RESPONSE)
    assert ticket.kind is Kind.CALAMITY
    assert ticket.state == "in_progress"
    assert first_response.state == "met"
    assert [(one.who, one.result) for one in ticket.legs] == [("Fenna Fictief", "accepted")]


async def test_a_message_on_monday_at_ten_is_due_within_the_hours_of_its_contract(desk: Desk, report: Report) -> None:
    """Not judged yet: the strictest plausible category counts, CAT II, 4 hours for Premium (R-014, A-19)."""
    number = await desk.close_call(report())

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert ticket.next_deadline is not None
    assert ticket.next_deadline.due_at == datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
    assert ticket.next_deadline.why


async def test_the_clocks_and_the_next_look_are_rows_for_the_tick(desk: Desk, store: Store, report: Report) -> None:
    await desk.close_call(report())

    async with store.reading() as session:
        clocks = {clock.clock: clock for clock in await session.exec(select(SlaClockRow))}
        ticket = (await session.exec(select(TicketRow))).one()
    assert clocks[ClockKind.FIRST_RESPONSE].due_at == datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
    assert ticket.next_look_at is not None
    assert ticket.next_look_at <= datetime(2026, 3, 2, 13, 0, tzinfo=UTC)


async def test_the_time_left_is_told_as_it_is_when_somebody_looks(desk: Desk, report: Report, clock: Any) -> None:
    number = await desk.close_call(report())

    clock.at += timedelta(hours=5)

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert ticket.next_deadline is not None
    assert ticket.next_deadline.left_seconds == -3600
    assert ticket.next_deadline.state == "breached"


async def test_a_filed_call_is_no_longer_a_started_call(desk: Desk, store: Store, report: Report, clock: Any) -> None:
    await desk.take_call("call-1", "support", "+31850004120", "call/one.wav", clock.now())

    await desk.close_call(report())

    async with store.reading() as session:
        assert (await session.exec(select(StartedCallRow))).all() == []


async def test_tickets_come_newest_first_and_page_by_page(desk: Desk, report: Report) -> None:
    for i in range(5):
        await desk.close_call(report(call_id=f"call-{i}", recording=None))

    first = await desk.tickets(2)
    second = await desk.tickets(2, before=first[-1].number)

    assert [one.number for one in first + second] == ["T-1005", "T-1004", "T-1003", "T-1002"]


async def test_a_call_is_found_by_the_call_id_of_the_callers_side(desk: Desk, report: Report) -> None:
    number = await desk.close_call(report(sip_call_id="abc@phone"))

    found = await desk.ticket_of_call("abc@phone")

    assert found is not None
    assert found.number == number
    assert await desk.ticket_of_call("nobody") is None


@pytest.mark.parametrize("number", ["T-1", "T-9999", "X-1001", "", "T-١٠٠١", "T-" + "9" * 40])
async def test_what_is_no_ticket_number_finds_no_ticket(desk: Desk, report: Report, number: str) -> None:
    await desk.close_call(report())

    assert await desk.ticket(number) is None


async def test_each_play_of_a_recording_is_logged_with_who_and_when(
    desk: Desk, store: Store, report: Report, clock: Any
) -> None:
    """R-114."""
    number = await desk.close_call(report())

    await desk.log_play(number, "sanne", clock.now())
    await desk.log_play(number, "bram", clock.now() + timedelta(seconds=5))

    async with store.reading() as session:
        entries = (await session.exec(select(AccessEntryRow))).all()
    assert [(entry.account, entry.at) for entry in entries] == [
        ("sanne", clock.now()),
        ("bram", clock.now() + timedelta(seconds=5)),
    ]


async def test_a_play_without_a_ticket_is_refused(desk: Desk, clock: Any) -> None:
    with pytest.raises(ValueError, match="T-4711"):
        await desk.log_play("T-4711", "sanne", clock.now())


async def test_a_ticket_is_json_for_the_command_line(desk: Desk, report: Report) -> None:
    ticket = await desk.ticket(await desk.close_call(report()))

    told = to_json(ticket)

    assert told["number"] == "T-1001"
    assert told["reported_at"] == "2026-03-02T09:00:00+00:00"
    assert told["deadlines"][0]["clock"] == "first_response"
    assert told["voicemail"]["state"] == "pending"


async def test_two_processes_that_file_one_call_at_once_give_it_one_ticket(
    desk: Desk, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = CallReport("call-twice", "support", None, "", clock.now(), ended_at=clock.now())
    number = await desk.close_call(report)
    looked: list[str] = []

    async def not_yet(_session: Any, call_id: str) -> int | None:
        looked.append(call_id)
        return None if len(looked) == 1 else await filed_ticket(_session, call_id)

    monkeypatch.setattr("ari_app.desk.desk.filed_ticket", not_yet)

    assert await desk.close_call(report) == number
    assert looked == ["call-twice", "call-twice"]
