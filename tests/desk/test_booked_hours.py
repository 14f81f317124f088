"""When hours may be booked, what they need first, and how a customer gets them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ari_app.desk import Desk
from ari_app.desk.commands.hours import allow_outside_hours, book_time, correct_time
from ari_app.desk.commands.judgement import change_scope
from ari_app.desk.commands.progress import close
from ari_app.desk.commands.visits import arrive, remote_impossible
from ari_app.desk.refusal import Refused
from sla.billing import Activity
from sla.terms import Scope
from tests.desk.conftest import CUSTOMER, ENGINEER, SUPERVISOR
from tests.desk.test_what_it_costs import BRAM, EIGHT, FENNA, MINUTE, Look, Open, approve, book


async def test_support_begins_in_service_or_calamity_hours(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """R-011: Monday 17:29 and Tuesday 07:30 are hours, Monday 17:30 is not; a supervisor may allow other hours."""
    number, closing = await open_ticket(), datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    clock.at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    early, late = datetime(2026, 3, 3, 6, 30, tzinfo=UTC), closing - MINUTE

    async def work(begin: datetime) -> None:
        await desk.change(number, ENGINEER, book_time, FENNA, Activity.REMOTE_SUPPORT, begin, begin + 20 * MINUTE)

    await work(late)
    await work(early)
    with pytest.raises(
        Refused, match=r"kan nadat een supervisor werk buiten de servicetijden heeft toegestaan \(R-011\)"
    ):
        await work(closing)
    with pytest.raises(Refused, match="Kan nadat een supervisor"):
        await desk.change(number, ENGINEER, allow_outside_hours, why="verhuizing op zaterdag")
    await desk.change(number, SUPERVISOR, allow_outside_hours, why="verhuizing op zaterdag")
    await work(closing)

    assert len((await look(number)).work.time_entries) == 3


async def test_nothing_is_done_for_a_service_without_us_but_what_was_done_before_that_was_known_is_booked(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """R-108."""
    number = await open_ticket()
    await approve(desk, number, "500.00")
    await desk.change(number, SUPERVISOR, change_scope, Scope.NOT_SUPPORTED, why="internetlijn in het buitenland")
    known = clock.at
    clock.at += 60 * MINUTE

    await desk.change(number, ENGINEER, book_time, FENNA, Activity.REMOTE_SUPPORT, known - 20 * MINUTE, known)
    with pytest.raises(Refused, match=r"wordt zij niet ondersteund \(R-108\)"):
        await desk.change(number, ENGINEER, book_time, FENNA, Activity.REMOTE_SUPPORT, known, known + 20 * MINUTE)
    await desk.change(number, SUPERVISOR, remote_impossible, why="glasvezel stuk")
    with pytest.raises(Refused, match="R-108"):
        await desk.change(number, ENGINEER, arrive, FENNA)

    assert len((await look(number)).work.time_entries) == 1


async def test_hours_on_site_belong_to_a_visit_of_that_engineer(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-036, R-086: so there is a reason, and none is closed without its travel."""
    number = await open_ticket()
    await approve(desk, number, "500.00")
    with pytest.raises(Refused, match=r"aankomst van Fenna Fictief bij de klant.*R-036, R-086"):
        await book(desk, number, 30, Activity.ON_SITE_SUPPORT)
    await desk.change(number, SUPERVISOR, remote_impossible, why="glasvezel stuk")
    await desk.change(number, ENGINEER, arrive, BRAM)
    with pytest.raises(Refused, match="R-036"):
        await book(desk, number, 30, Activity.ON_SITE_SUPPORT)
    await desk.change(number, ENGINEER, arrive, FENNA)

    await book(desk, number, 30, Activity.ON_SITE_SUPPORT)

    assert (await look(number)).work.charged == Decimal("55.00")
    with pytest.raises(Refused, match="R-086"):
        await desk.change(number, ENGINEER, close, why="klaar")


async def test_an_engineer_comes_in_service_or_calamity_hours(desk: Desk, open_ticket: Open, clock: Any) -> None:
    """R-011."""
    number = await open_ticket()
    await desk.change(number, SUPERVISOR, remote_impossible, why="glasvezel stuk")
    clock.at = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)

    with pytest.raises(Refused, match="R-011"):
        await desk.change(number, ENGINEER, arrive, FENNA)


async def test_a_customer_gets_the_hours_of_a_month_as_they_were_with_what_they_cost(
    desk: Desk, open_ticket: Open, clock: Any
) -> None:
    """R-088, R-089: of all its tickets, by local month; what was corrected counts as corrected, others see nothing of it."""
    first, second, of_another = await open_ticket(), await open_ticket(), await open_ticket(customer_id=2)
    clock.at = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
    #: 31 March 22:30 UTC is April in Amsterdam already.
    april = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    await book(desk, first, 16)
    await book(desk, second, 20, after=60)
    await book(desk, of_another, 10)
    await desk.change(second, ENGINEER, correct_time, 2, EIGHT + 60 * MINUTE, EIGHT + 90 * MINUTE, why="tikfout")
    await desk.change(first, SUPERVISOR, allow_outside_hours, why="nachtwerk")
    await desk.change(first, ENGINEER, book_time, FENNA, Activity.REMOTE_SUPPORT, april, april + 5 * MINUTE)

    march = await desk.statement(1, 2026, 3, ENGINEER)

    assert [(one.ticket, one.engineer, one.ended_at - one.began_at) for one in march.hours] == [
        (first, "Fenna Fictief", 16 * MINUTE),
        (second, "Fenna Fictief", 30 * MINUTE),
    ]
    assert [(one.ticket, one.units, one.amount) for one in march.costs] == [
        (first, 2, Decimal("0.00")),
        (second, 2, Decimal("0.00")),
    ]
    assert (march.customer, march.charged, march.is_complete) == ("Transport De Testrit", Decimal("0.00"), True)
    assert {"R-010", "R-087", "R-088", "R-089"} <= {clause.rule for clause in march.clauses}
    assert len((await desk.statement(1, 2026, 4, ENGINEER)).hours) == 1
    with pytest.raises(Refused, match="R-089"):
        await desk.statement(1, 2026, 3, CUSTOMER)
    with pytest.raises(Refused, match="Klant 99"):
        await desk.statement(99, 2026, 3, ENGINEER)
