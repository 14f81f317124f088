"""Calls that the line makes to engineers by itself: asked for, taken by one service, and what became of them."""

import asyncio
from datetime import timedelta

from ari_app.desk import Desk
from ari_app.store.engineer_call_tables import Purpose
from tests.desk.conftest import Report, SetClock


async def test_a_duty_is_called_for_three_times_an_hour_and_a_message_once_a_minute(
    desk: Desk, clock: SetClock
) -> None:
    ask = desk.engineer_calls.ask

    assert [await ask(1, Purpose.DUTY) for _ in range(4)] == [True, True, True, False]
    assert [await ask(1, Purpose.URGENT, "") for _ in range(2)] == [True, False]
    clock.at += timedelta(minutes=61)
    assert await ask(1, Purpose.DUTY)


async def test_of_services_side_by_side_one_rings_the_engineer(desk: Desk) -> None:
    await desk.engineer_calls.ask(1, Purpose.DUTY)

    taken = [call for call in await asyncio.gather(*(desk.engineer_calls.take() for _ in range(4))) if call]

    assert [(call.engineer.name, call.purpose) for call in taken] == [("Fenna Fictief", Purpose.DUTY)]


async def test_what_was_asked_for_long_ago_rings_nobody_any_more(desk: Desk, clock: SetClock) -> None:
    await desk.engineer_calls.ask(1, Purpose.DUTY)
    clock.at += timedelta(minutes=11)

    assert await desk.engineer_calls.take() is None
    assert await desk.engineer_calls.end_broken_off() == 0


async def test_a_call_whose_service_died_is_over_and_the_ticket_says_so_once(desk: Desk, report: Report) -> None:
    number = await desk.close_call(report(is_urgent=True))
    await desk.engineer_calls.ask(1, Purpose.URGENT, number)
    call = await desk.engineer_calls.take()
    assert call is not None
    assert (call.ticket, call.about) == (
        number, "Dringend bericht van Transport De Testrit. De beller noemt het dringend.")  # fmt: skip

    assert [await desk.engineer_calls.end_broken_off() for _ in range(2)] == [1, 0]
