"""An engineer leaves: never a hole in the rota and never a lost ticket; what is past keeps the name (R-142)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.people import assign, take
from ari_app.desk.commands.progress import begin_work, close, reopen, resolve
from ari_app.desk.notify.people import read_people
from ari_app.desk.refusal import Refused
from ari_app.desk.report import CallReport
from ari_app.desk.rota_reading import engineer_with_phone
from ari_app.desk.rota_swaps import Period
from ari_app.desk.views import TicketView
from ari_app.store.account_tables import AccountRow
from ari_app.store.database import Store
from ari_app.store.rota_tables import LinkPurpose
from ari_app.store.tables import Role
from routing.rota import Duty
from tests.desk.conftest import ENGINEER, SUPERVISOR, SetClock

Open = Callable[..., Awaitable[str]]
Look = Callable[[str], Awaitable[TicketView]]
Report = Callable[..., CallReport]
LOTTE, FENNA, WHY = "Lotte Lijn", "Fenna Fictief", "andere baan"
MOBILE, OTHER_PHONE = "+31612345098", "+31201112244"
#: The clock of these tests stands on Monday 2 March 2026, 10:00.
SATURDAY = (datetime(2026, 3, 7, 7, 30, tzinfo=UTC), datetime(2026, 3, 7, 11, tzinfo=UTC))


@pytest.fixture
async def lotte(desk: Desk) -> int:
    """An engineer of line 2 with two phones, and no duty yet."""
    made = await desk.directory.add_engineer(LOTTE, MOBILE, 2, SUPERVISOR)
    await desk.rota.set_phones(LOTTE, [MOBILE, OTHER_PHONE], SUPERVISOR)
    return made


async def names(desk: Desk) -> list[str]:
    return [one.name for one in await desk.rota.engineers()]


async def on_saturday(desk: Desk, name: str) -> None:
    await desk.rota.override([Duty(await desk.rota.engineer(name), *SATURDAY)], "ruil", SUPERVISOR)


async def test_who_left_is_nobody_to_choose_and_the_past_keeps_the_name(
    desk: Desk, lotte: int, open_ticket: Open, look: Look, clock: SetClock
) -> None:
    number = await open_ticket()
    await desk.change(number, SUPERVISOR, assign, lotte)
    await desk.change(number, ENGINEER, begin_work)
    await desk.change(number, ENGINEER, resolve, "kabel vervangen")
    await on_saturday(desk, LOTTE)
    clock.at = SATURDAY[1]

    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)

    (change,) = await desk.rota.changes(1)
    assert LOTTE not in await names(desk)
    assert LOTTE in [one.name for one in await desk.rota.everybody()]
    assert (await look(number)).assignee == LOTTE
    assert (await desk.on_duty(SATURDAY[0]))[0].name == LOTTE
    assert (change.what, change.actor, change.why, change.detail) == ("left", "sanne", WHY, {"engineer": LOTTE})


async def test_nobody_leaves_with_a_duty_that_is_not_over(desk: Desk, lotte: int, clock: SetClock) -> None:
    await on_saturday(desk, LOTTE)

    for at in (clock.at, SATURDAY[1] - timedelta(seconds=1)):
        clock.at = at
        with pytest.raises(Refused, match=r"de dienst van 07-03-2026 08:30, plaats 1 .*Lotte Lijn staat nog in"):
            await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)

    (standing,) = [one for one in await desk.rota.overrides() if one.duty.engineer.id == lotte]
    await desk.rota.remove_override(standing.number, "ruil gaat niet door", SUPERVISOR)
    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)
    assert LOTTE not in await names(desk)


@pytest.mark.usefixtures("lotte")
async def test_nobody_leaves_a_pattern_before_another_one_takes_its_place(desk: Desk, clock: SetClock) -> None:
    """Lotte's week is the second one: until a pattern without her begins, a turn of hers may come."""
    await desk.rota.set_pattern(4, [FENNA, LOTTE], date(2026, 3, 2), time(8), SUPERVISOR)
    with pytest.raises(Refused, match="het patroon van plaats 4"):
        await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)
    await desk.rota.set_pattern(4, [FENNA], date(2026, 3, 16), time(8), SUPERVISOR)

    with pytest.raises(Refused, match="het patroon van plaats 4"):
        await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)
    clock.at = datetime(2026, 3, 16, 7, tzinfo=UTC)
    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)

    holders = await desk.rota.duties_between(datetime(2026, 3, 9, 12, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC))
    assert [one.engineer.name for one in holders if one.position == 4] == [LOTTE, FENNA]


async def test_nobody_leaves_a_ticket_that_is_not_solved(desk: Desk, lotte: int, open_ticket: Open) -> None:
    tickets = [await open_ticket() for _ in range(7)]
    for number in tickets:
        await desk.change(number, SUPERVISOR, assign, lotte)
    named = ", ".join(f"ticket {number}" for number in tickets[:5])

    with pytest.raises(Refused, match=rf"Kan nadat een ander {named} en nog 2 heeft: dat is nog van Lotte Lijn"):
        await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)
    assert LOTTE in await names(desk)

    for number in tickets:
        await desk.change(number, SUPERVISOR, assign, None)
    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)
    assert LOTTE not in await names(desk)


async def test_who_left_gets_no_duty_swap_ticket_phone_or_line_any_more(
    desk: Desk, lotte: int, open_ticket: Open, clock: SetClock
) -> None:
    number, week = await open_ticket(), await desk.rota_weeks.week(date(2026, 3, 2))
    someone = await desk.rota.engineer(LOTTE)
    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)
    holder = (await desk.on_duty(SATURDAY[0]))[0].name
    gone = "Lotte Lijn is vertrokken"

    with pytest.raises(Refused, match=gone):
        await desk.rota.engineer(LOTTE)
    with pytest.raises(Refused, match=gone):
        await desk.rota.set_pattern(1, [FENNA, LOTTE], date(2026, 3, 9), time(8), SUPERVISOR)
    with pytest.raises(Refused, match=gone):
        await desk.swaps.ask(holder, LOTTE, Period(*SATURDAY), SUPERVISOR)
    with pytest.raises(Refused, match=gone):
        await desk.rota_links.make(LinkPurpose.DUTY, LOTTE, SUPERVISOR)
    with pytest.raises(Refused, match=gone):
        await desk.directory.set_line(LOTTE, 3, SUPERVISOR, "cursus")
    with pytest.raises(Refused, match=gone):
        await desk.rota.set_phones(LOTTE, [MOBILE], SUPERVISOR)
    with pytest.raises(Refused, match=gone):
        await desk.change(number, SUPERVISOR, assign, lotte)
    with pytest.raises(Refused, match=gone):
        await desk.change(number, Actor("lotte", Role.ENGINEER, lotte), take)
    with pytest.raises(Refused, match=gone):
        await desk.rota.override([Duty(someone, *SATURDAY)], "ruil", SUPERVISOR)

    again = await desk.rota_weeks.week(date(2026, 3, 2))
    found = await desk.rota_weeks.candidates(*SATURDAY, week.shares)
    assert LOTTE in [share.engineer.name for share in week.shares]
    assert LOTTE not in [share.engineer.name for share in again.shares]
    assert LOTTE not in [one.engineer.name for one in await desk.rota_weeks.candidates(*SATURDAY, again.shares)]
    assert found


async def test_a_swap_that_was_asked_before_is_not_taken_over_by_who_left(desk: Desk, lotte: int) -> None:
    holder = (await desk.on_duty(SATURDAY[0]))[0].name
    asked = await desk.swaps.ask(holder, LOTTE, Period(*SATURDAY), SUPERVISOR)
    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)

    with pytest.raises(Refused, match="Kan niet meer: Lotte Lijn is vertrokken"):
        await desk.swaps.answer(asked.number, True, SUPERVISOR)

    assert (await desk.on_duty(SATURDAY[0]))[0].name == holder
    assert (await desk.swaps.answer(asked.number, False, SUPERVISOR)).taker.id == lotte


async def test_who_left_is_not_rung_not_known_by_phone_and_told_nothing(
    desk: Desk, lotte: int, store: Store, report: Report, clock: SetClock
) -> None:
    number = await desk.close_call(report())
    await desk.call_backs.ask(number, LOTTE, ENGINEER)
    async with store.session() as session:
        session.add(
            AccountRow(username="fenna", password_hash="x", role=Role.ENGINEER, engineer_id=1, created_at=clock.at)
        )
        assert LOTTE in [one.name for one in await read_people(session)]
    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)

    assert LOTTE not in await desk.call_backs.phones()
    assert await desk.call_backs.take() is None
    with pytest.raises(Refused, match="niet, wel desk-1"):
        await desk.call_backs.ask(number, LOTTE, ENGINEER)
    async with store.session() as session:
        assert [await engineer_with_phone(session, one) for one in (MOBILE, OTHER_PHONE)] == [None, None]
        told = [one.name for one in await read_people(session)]
        assert (LOTTE in told, FENNA in told) == (False, True)
        session.add(
            AccountRow(username="lotte", password_hash="x", role=Role.ENGINEER, engineer_id=lotte, created_at=clock.at)
        )
        await session.flush()
        assert LOTTE not in [one.name for one in await read_people(session)]
        assert LOTTE in [one.name for one in await read_people(session, with_left=True)]


async def test_secret_addresses_of_who_left_open_nothing_also_after_a_return(desk: Desk, lotte: int) -> None:
    tokens = {purpose: await desk.rota_links.make(purpose, LOTTE, SUPERVISOR) for purpose in LinkPurpose}
    fenna = await desk.rota_links.make(LinkPurpose.CALENDAR, FENNA, SUPERVISOR)
    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)
    await desk.directory.engineer_returns(LOTTE, SUPERVISOR, "spijt")

    assert [await desk.rota_links.opened(token, one) for one, token in tokens.items()] == [(False, None)] * 2
    assert await desk.rota_links.opened(fenna, LinkPurpose.CALENDAR) == (True, 1)


async def test_a_ticket_of_who_left_that_is_opened_again_is_nobodys(
    desk: Desk, lotte: int, open_ticket: Open, look: Look
) -> None:
    number = await open_ticket()
    await desk.change(number, SUPERVISOR, assign, lotte)
    await desk.change(number, ENGINEER, begin_work)
    await desk.change(number, ENGINEER, resolve, "kabel vervangen")
    await desk.change(number, ENGINEER, close, why="klant is tevreden")
    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)

    await desk.change(number, ENGINEER, reopen, why="weer stil")

    ticket = await look(number)
    assert ticket.assignee == ""
    assert "Lotte Lijn is vertrokken" in [one.why for one in ticket.work.decisions]


async def test_who_returns_has_the_line_and_the_phones_of_before(desk: Desk, lotte: int) -> None:
    before = await desk.rota.engineer(LOTTE)
    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)
    with pytest.raises(Refused, match="laat die terugkeren"):
        await desk.directory.add_engineer("lotte lijn", MOBILE, 1, SUPERVISOR)

    await desk.directory.engineer_returns("lotte lijn", SUPERVISOR, "spijt")

    assert await desk.rota.engineer(LOTTE) == before
    with pytest.raises(Refused, match="werkt hier al"):
        await desk.directory.engineer_returns(LOTTE, SUPERVISOR, "spijt")


@pytest.mark.parametrize(("by", "why", "told"), [(ENGINEER, WHY, "een supervisor"), (SUPERVISOR, " ", "een reden")])
async def test_a_supervisor_decides_it_with_a_reason(desk: Desk, lotte: int, by: Actor, why: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        await desk.directory.engineer_leaves(LOTTE, by, why)
    assert LOTTE in await names(desk)
    await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)
    with pytest.raises(Refused, match=told):
        await desk.directory.engineer_returns(LOTTE, by, why)
    with pytest.raises(Refused, match="is vertrokken"):
        await desk.directory.engineer_leaves(LOTTE, SUPERVISOR, WHY)
