"""Due clocks are noticed exactly once, at the instant that it became so."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from ari_app.store.outbox_tables import FailedLookRow
from ari_app.store.tables import SlaClockRow
from sla.terms import Category, PauseReason
from sla.ticket import EventType
from tests.jobs.watched import Watched, local


async def test_a_warning_falls_when_three_quarters_of_the_service_time_is_used(watched: Watched) -> None:
    await watched.report("mon 16:00")

    before = await watched.watch("tue 09:59:59")
    after = await watched.watch("tue 10:00:04")

    assert (before, after) == (0, 1)
    assert await watched.told() == ["at_risk tue 10:00"]


async def test_a_breach_is_noticed_at_its_true_instant_and_not_at_that_of_the_scan(watched: Watched) -> None:
    [ticket] = await watched.report("mon 10:00")
    await watched.watch("mon 13:00:02")

    await watched.watch("mon 14:00:04")

    assert await watched.told() == ["at_risk mon 13:00", "breached mon 14:00:01"]
    warning, breach = await watched.notices()
    assert breach.noticed_at == local("mon 14:00:04")
    assert not warning.is_late
    assert not breach.is_late
    async with watched.store.reading() as session:
        clock = await session.get_one(SlaClockRow, (ticket, "first_response"))
    assert clock.state == "breached"


async def test_looking_again_and_again_tells_nobody_twice(watched: Watched) -> None:
    [ticket] = await watched.report("mon 10:00")
    await watched.watch("mon 14:01")

    await watched.happens("mon 14:02", ticket, EventType.CATEGORY_CONFIRMED, category=Category.II)
    looked = await watched.watch("mon 14:03")

    assert looked == 0
    assert await watched.told() == ["at_risk mon 13:00", "breached mon 14:00:01"]
    rows = await watched.outbox()
    assert [(row.kind, row.payload["since"]) for row in rows] == [
        ("at_risk", "2026-03-02T12:00:00+00:00"),
        ("breached", "2026-03-02T13:00:01+00:00"),
    ]
    assert {row.payload["clause"] for row in rows} == {"R-014, L64-74, SLA VOIP V4.10 (2023-11)"}


async def test_a_category_confirmed_between_warning_and_breach_gives_the_promise_of_that_category(
    watched: Watched,
) -> None:
    [ticket] = await watched.report("mon 10:00", category=None)
    await watched.watch("mon 13:00:01")

    await watched.happens("mon 13:30", ticket, EventType.CATEGORY_CONFIRMED, category=Category.I)
    asking = await watched.open()
    for moment in ("mon 14:05", "mon 16:00:03", "tue 09:00:03"):
        await watched.watch(moment)

    assert asking == []
    assert await watched.told() == ["at_risk mon 13:00", "at_risk mon 16:00", "breached tue 09:00:01"]
    assert await watched.open() == ["breached tue 09:00:01"]


async def test_a_stricter_category_that_is_broken_already_is_noticed_with_the_confirmation(watched: Watched) -> None:
    [ticket] = await watched.report("mon 10:00")

    await watched.happens("mon 12:30", ticket, EventType.CATEGORY_CONFIRMED, category=Category.III)

    assert await watched.told() == ["at_risk mon 12:30", "breached mon 12:30"]
    assert [notice.is_late for notice in await watched.notices()] == [False, False]


async def test_while_we_wait_for_the_customer_no_breach_is_noticed_but_people_are_warned_in_gross_time(
    watched: Watched,
) -> None:
    """A-07"""
    [ticket] = await watched.report("mon 10:00")
    await watched.happens("mon 11:00", ticket, EventType.PAUSED, reason=PauseReason.WAITING_CUSTOMER)

    await watched.watch("mon 16:00")
    in_the_pause = await watched.told()
    await watched.happens("mon 16:00", ticket, EventType.RESUMED, reason=PauseReason.WAITING_CUSTOMER)
    await watched.watch("tue 10:00:01")

    assert in_the_pause == ["at_risk mon 13:00", "overdue mon 14:00:01"]
    assert await watched.told() == [*in_the_pause, "breached tue 10:00:01"]


async def test_a_reopened_ticket_is_noticed_by_the_time_that_was_left(watched: Watched) -> None:
    [ticket] = await watched.report("mon 10:00")
    await watched.happens("mon 10:10", ticket, EventType.FIRST_RESPONSE)
    await watched.happens("mon 10:20", ticket, EventType.PLAN_RECORDED)
    await watched.happens("mon 11:20", ticket, EventType.RESOLVED)
    while_resolved = await watched.watch("mon 15:00")

    await watched.happens("mon 15:20", ticket, EventType.REOPENED)
    await watched.watch("tue 09:20:01")

    assert while_resolved == 0
    assert await watched.told() == ["at_risk mon 17:20", "breached tue 09:20:01"]


async def test_who_answers_in_time_ends_the_warning_and_hears_of_no_breach(watched: Watched) -> None:
    [ticket] = await watched.report("mon 10:00")
    await watched.watch("mon 13:00")

    await watched.happens("mon 13:40", ticket, EventType.FIRST_RESPONSE)
    await watched.happens("mon 13:41", ticket, EventType.RESOLVED)
    await watched.watch("tue 12:00")

    assert await watched.told() == ["at_risk mon 13:00"]
    assert await watched.open() == []


async def test_a_breach_that_the_scan_was_too_slow_for_is_noticed_with_the_answer(watched: Watched) -> None:
    [ticket] = await watched.report("mon 10:00")
    await watched.watch("mon 13:00")

    await watched.happens("mon 14:00:03", ticket, EventType.FIRST_RESPONSE)

    assert await watched.told() == ["at_risk mon 13:00", "breached mon 14:00:01"]
    assert await watched.open() == []


async def test_a_service_that_was_away_catches_up_with_the_true_instants_and_marks_them_late(watched: Watched) -> None:
    await watched.report("mon 10:00", count=45)

    looked = await watched.watch("wed 09:00")

    assert looked == 45
    assert await watched.told() == ["at_risk mon 13:00"] * 45 + ["breached mon 14:00:01"] * 45
    assert all(notice.is_late for notice in await watched.notices())
    assert await watched.open() == ["breached mon 14:00:01"] * 45


async def test_a_report_that_is_filed_too_late_is_noticed_at_the_next_tick(watched: Watched) -> None:
    await watched.report("mon 10:00", filed="mon 15:00")

    await watched.watch("mon 15:00:05")

    assert await watched.told() == ["at_risk mon 13:00", "breached mon 14:00:01"]


async def test_what_asks_for_people_is_told_gravest_first_and_then_longest_first(watched: Watched) -> None:
    await watched.report("mon 12:00")
    await watched.report("mon 10:00", count=2)
    await watched.report("mon 09:00")

    await watched.watch("mon 15:30")

    assert await watched.open() == [
        "breached mon 13:00:01",
        "breached mon 14:00:01",
        "breached mon 14:00:01",
        "at_risk mon 15:00",
    ]
    assert [notice.ticket for notice in await watched.desk.open_notices(2)] == ["T-1004", "T-1002"]


UNREADABLE = "UPDATE ticket SET kind = 'no such kind' WHERE id = :id"
WITHOUT_AGREEMENT = "UPDATE ticket SET agreement_version = 'voip-0.0' WHERE id = :id"


@pytest.mark.parametrize("damage", [UNREADABLE, WITHOUT_AGREEMENT])
async def test_a_ticket_that_cannot_be_planned_stops_no_other_and_is_told_at_the_third_time(
    watched: Watched, damage: str
) -> None:
    _, poison, _ = await watched.report("mon 10:00", count=3)
    await change(watched, damage, poison)

    looked = [await watched.watch(moment) for moment in ("mon 13:00", "mon 13:59", "mon 14:00:01", "mon 15:00:01")]

    assert looked == [3, 0, 3, 1]
    told = {(notice.ticket, notice.kind.value) for notice in await watched.desk.open_notices(9)}
    assert told == {("T-1001", "breached"), ("T-1003", "breached"), ("T-1002", "not_planned")}
    failed = await failure(watched, poison)
    assert failed is not None
    assert (failed.failures, failed.first_failed_at) == (3, local("mon 13:00"))
    assert "no such kind" in failed.error or "voip-0.0" in failed.error


async def test_a_ticket_that_can_be_planned_again_is_as_any_other(watched: Watched) -> None:
    [poison] = await watched.report("mon 10:00")
    await change(watched, WITHOUT_AGREEMENT, poison)
    for moment in ("mon 13:00", "mon 14:00", "mon 15:00", "mon 16:00"):
        await watched.watch(moment)
    while_damaged = await watched.open()

    await change(watched, "UPDATE ticket SET agreement_version = 'voip-4.10-2023-11' WHERE id = :id", poison)
    await watched.watch("mon 17:00")

    assert while_damaged == ["not_planned mon 13:00"]
    assert await watched.open() == ["breached mon 14:00:01"]
    assert len(await watched.outbox()) == 3
    assert await failure(watched, poison) is None


async def change(watched: Watched, statement: str, ticket: int) -> None:
    async with watched.store.session() as session:
        await (await session.connection()).execute(text(statement), {"id": ticket})


async def failure(watched: Watched, ticket: int) -> FailedLookRow | None:
    async with watched.store.reading() as session:
        return (await session.exec(select(FailedLookRow).where(FailedLookRow.ticket_id == ticket))).first()
