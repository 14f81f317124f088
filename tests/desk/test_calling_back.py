"""Calling a customer back: only to the number on the ticket, once, and with its result on the ticket."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.call_backs import CallBackOutcome, Phone, record_call_back
from ari_app.desk.refusal import Refused
from ari_app.desk.report import CallReport
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.work_tables import DecisionRow
from tests.desk.conftest import CUSTOMER, ENGINEER, Open, SetClock

Report = Callable[..., CallReport]
Look = Callable[[str], Awaitable[TicketView]]


async def test_it_goes_to_the_number_on_the_ticket_and_rings_a_desk_phone_or_an_engineer(
    desk: Desk, report: Report
) -> None:
    number = await desk.close_call(report())

    await desk.call_backs.ask(number, "desk-1", ENGINEER)
    await desk.call_backs.ask(number, "fenna fictief", ENGINEER)

    first, second = await desk.call_backs.take(), await desk.call_backs.take()
    assert first is not None
    assert second is not None
    assert (first.number, first.phone, first.customer) == ("+31850004120", Phone("desk-1"), "Transport De Testrit")
    assert second.phone == Phone("Fenna Fictief", "+31612345001", 1)
    assert await desk.call_backs.take() is None


async def test_two_services_do_not_make_the_same_call(desk: Desk, report: Report) -> None:
    await desk.call_backs.ask(await desk.close_call(report()), "desk-1", ENGINEER)

    taken = await asyncio.gather(*(desk.call_backs.take() for _ in range(4)))

    assert sum(one is not None for one in taken) == 1


@pytest.mark.parametrize(
    ("phone", "by", "why"),
    [("desk-9", ENGINEER, "wel desk-1, desk-2"), ("desk-1", CUSTOMER, "medewerker van CNE")],
    ids=["unknown phone", "not one of us"],
)
async def test_what_can_not_be_is_refused(desk: Desk, report: Report, phone: str, by: Actor, why: str) -> None:
    number = await desk.close_call(report())

    with pytest.raises(Refused, match=why):
        await desk.call_backs.ask(number, phone, by)


async def test_a_ticket_without_a_number_can_not_be_called_back(desk: Desk, report: Report, open_ticket: Open) -> None:
    anonymous = await desk.close_call(report(caller_number=None))

    for ticket in (anonymous, await open_ticket()):
        with pytest.raises(Refused, match="nummer op de melding"):
            await desk.call_backs.ask(ticket, "desk-1", ENGINEER)
    with pytest.raises(Refused, match="bestaat niet"):
        await desk.call_backs.ask("T-9999", "desk-1", ENGINEER)


async def test_a_talk_is_a_first_response_and_stands_on_the_ticket(
    desk: Desk, store: Store, report: Report, look: Look, clock: SetClock
) -> None:
    """R-040, A-04"""
    number = await desk.close_call(report())
    asked = await desk.call_backs.ask(number, "desk-1", ENGINEER)
    await desk.call_backs.take()
    clock.at += timedelta(minutes=6)
    talked = CallBackOutcome("Teruggebeld: gesproken, 5 min.", clock.at - timedelta(minutes=5), clock.at)

    await desk.change(number, ENGINEER, record_call_back, asked, talked)

    assert await desk.call_backs.outcome(asked) == ("talked", "Teruggebeld: gesproken, 5 min.")
    assert (await look(number)).state == "in_progress"
    async with store.reading() as session:
        assert "gesproken" in (await session.exec(select(DecisionRow.why).where(DecisionRow.what == "note"))).one()


async def test_who_was_not_reached_leaves_the_clocks_as_they_were(desk: Desk, report: Report, look: Look) -> None:
    number = await desk.close_call(report())
    asked = await desk.call_backs.ask(number, "desk-1", ENGINEER)
    await desk.call_backs.take()

    await desk.change(number, ENGINEER, record_call_back, asked, CallBackOutcome("De klant nam niet op."))

    assert await desk.call_backs.outcome(asked) == ("not_reached", "De klant nam niet op.")
    assert (await look(number)).state == "new"
