"""Announcements are told to whom they concern, as long as they hold; a caller may be added to their ticket."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from ari_app.desk import Desk
from ari_app.desk.commands.progress import close
from ari_app.desk.refusal import Refused
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.tables import CallRow
from routing.caller import Caller
from tests.desk.conftest import CUSTOMER, ENGINEER, Open, Report, SetClock

OUTAGE = "De centrale in Utrecht ligt eruit."
Look = Callable[[str], Awaitable[TicketView]]


async def heard_by(desk: Desk, clock: SetClock, customer: int | None) -> list[str]:
    await desk.announcements.read()
    return [one.text for one in desk.announcements.heard_by(customer, clock.now())]


async def test_an_announcement_for_everybody_is_heard_by_strangers_too(desk: Desk, clock: SetClock) -> None:
    await desk.announcements.add(OUTAGE, ENGINEER)

    assert await heard_by(desk, clock, None) == [OUTAGE]
    assert await heard_by(desk, clock, 1) == [OUTAGE]


async def test_an_announcement_for_a_customer_is_heard_by_that_customer_only(desk: Desk, clock: SetClock) -> None:
    await desk.announcements.add(OUTAGE, ENGINEER, customers=["Transport De Testrit"])

    assert await heard_by(desk, clock, 1) == [OUTAGE]
    assert await heard_by(desk, clock, 2) == []
    assert await heard_by(desk, clock, None) == []


async def test_maintenance_is_heard_from_its_beginning_until_its_end(desk: Desk, clock: SetClock) -> None:
    begins, ends = clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=2)
    await desk.announcements.add("Onderhoud.", ENGINEER, starts_at=begins, ends_at=ends)

    before = await heard_by(desk, clock, 1)
    clock.at = begins
    during = await heard_by(desk, clock, 1)
    clock.at = ends
    after = await heard_by(desk, clock, 1)

    assert (before, during, after) == ([], ["Onderhoud."], [])


async def test_who_ends_an_announcement_is_kept_with_it(desk: Desk, clock: SetClock) -> None:
    number = await desk.announcements.add(OUTAGE, ENGINEER)

    await desk.announcements.end(number, ENGINEER)

    assert await heard_by(desk, clock, 1) == []
    assert [(one.id, one.ended_by) for one in await desk.announcements.all(5)] == [(number, "fenna")]
    with pytest.raises(Refused, match="al voorbij"):
        await desk.announcements.end(number, ENGINEER)


async def test_an_announcement_that_is_still_to_come_can_be_ended(desk: Desk, clock: SetClock) -> None:
    number = await desk.announcements.add(OUTAGE, ENGINEER, starts_at=clock.now() + timedelta(days=1))

    await desk.announcements.end(number, ENGINEER)
    clock.at += timedelta(days=2)

    assert await heard_by(desk, clock, 1) == []


async def test_a_caller_is_added_to_the_ticket_and_gets_none_of_their_own(
    desk: Desk, store: Store, look: Look, open_ticket: Open, report: Report
) -> None:
    known = await open_ticket()
    caller = Caller("+31850004120", customer_id=4, customer_name="Bakkerij Verzonnen")

    filed = await desk.close_call(report(joins=known, route="announcement", recording=None, caller=caller))
    again = await desk.close_call(report(joins=known, route="announcement", recording=None, caller=caller))

    assert (filed, again) == (known, known)
    assert len(await desk.tickets(10)) == 1
    decisions = [decision for decision in (await look(known)).work.decisions if decision.what == "joined"]
    assert [decision.after for decision in decisions] == ["Bakkerij Verzonnen (085 000 4120)"]
    async with store.reading() as session:
        assert (await session.exec(select(CallRow.route))).all() == ["announcement"]


async def test_the_ticket_of_a_call_still_shows_that_call_after_others_were_added(
    desk: Desk, look: Look, report: Report
) -> None:
    first = await desk.close_call(report())

    await desk.close_call(report(call_id="call-2", joins=first, route="announcement", recording=None))

    assert (await look(first)).route == "voicemail"


async def test_who_joins_a_ticket_that_was_closed_meanwhile_gets_one_of_their_own(
    desk: Desk, open_ticket: Open, report: Report
) -> None:
    known = await open_ticket()
    await desk.change(known, ENGINEER, close, why="dubbel")

    filed = await desk.close_call(report(joins=known, route="announcement", recording=None))

    assert filed != known


async def test_a_ticket_that_is_finished_is_offered_to_no_caller(
    desk: Desk, clock: SetClock, open_ticket: Open
) -> None:
    known = await open_ticket()
    await desk.announcements.add(OUTAGE, ENGINEER, ticket=known)
    await desk.announcements.read()
    offered = [one.ticket for one in desk.announcements.heard_by(1, clock.now())]

    await desk.change(known, ENGINEER, close, why="opgelost door de leverancier")
    await desk.announcements.read()

    assert offered == [known]
    assert [one.ticket for one in desk.announcements.heard_by(1, clock.now())] == [None]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"text": " "}, "de tekst is ingevuld"),
        ({"text": "a" * 601}, "601 tekens"),
        ({"customers": ["Niemand BV"]}, "Niemand BV"),
        ({"ticket": "T-9999"}, "T-9999"),
        ({"ends_in": -1}, "niet na het begin"),
        ({"by": CUSTOMER}, "R-105"),
    ],
)
async def test_what_can_not_be_announced_is_refused_with_the_reason(
    desk: Desk, clock: SetClock, wrong: dict[str, object], why: str
) -> None:
    given = {"text": OUTAGE, "by": ENGINEER, **wrong}
    if "ends_in" in given:
        given["ends_at"] = clock.now() + timedelta(hours=int(str(given.pop("ends_in"))))

    with pytest.raises(Refused, match=why):
        await desk.announcements.add(**given)  # type: ignore[arg-type]
    assert await desk.announcements.all(5) == ()
