"""Lines of engineers: a higher one takes lower work, not the reverse, wherever the desk can see who it is (R-142)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.hours import book_time
from ari_app.desk.commands.people import assign, escalate, take
from ari_app.desk.commands.progress import begin_work
from ari_app.desk.commands.visits import arrive, remote_impossible
from ari_app.desk.refusal import Refused
from ari_app.desk.views import TicketView
from ari_app.store.tables import Role
from sla.billing import Activity
from tests.desk.conftest import CUSTOMER, ENGINEER, MONDAY_10, SUPERVISOR

FENNA, BRAM, SANNE = 1, 2, 3
QUARTER = timedelta(minutes=15)

Open = Callable[..., Awaitable[str]]
Look = Callable[[str], Awaitable[TicketView]]


def account_of(engineer_id: int) -> Actor:
    """An account that says which engineer of the rota it is."""
    return Actor("account", Role.ENGINEER, engineer_id)


@pytest.mark.parametrize("needed", [1, 2, 3])
@pytest.mark.parametrize("engineer", [FENNA, BRAM, SANNE])
async def test_who_is_of_the_line_or_higher_takes_begins_books_and_visits(
    desk: Desk, open_ticket: Open, look: Look, clock: Any, engineer: int, needed: int
) -> None:
    """R-142, R-143, R-144, R-145: the ticket says which line its work needs; engineers 1, 2 and 3 are of line 1, 2 and 3."""
    number, who = await open_ticket(engineer_line=needed), account_of(engineer)
    await desk.change(number, SUPERVISOR, remote_impossible, "glasvezel stuk")
    clock.at += QUARTER
    doings: tuple[tuple[Any, dict[str, Any]], ...] = (
        (take, {}),
        (assign, {"engineer_id": engineer}),
        (begin_work, {}),
        (arrive, {"engineer_id": engineer}),
        (book_time, {"engineer_id": engineer, "activity": Activity.REMOTE_SUPPORT, "began_at": MONDAY_10,
                     "ended_at": MONDAY_10 + QUARTER}),
    )  # fmt: skip

    for command, given in doings:
        if engineer >= needed:
            await desk.change(number, who, command, **given)
            continue
        with pytest.raises(Refused, match=rf"engineer van lijn {engineer} en dit werk vraagt lijn {needed} \(R-142\)"):
            await desk.change(number, who, command, **given)

    assert (await look(number)).assignee == (
        "" if engineer < needed else ["", "Fenna Fictief", "Bram Bedacht", "Sanne Schijn"][engineer]
    )


async def test_a_full_name_tells_who_it_is_as_an_account_does(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-142: at a terminal people give a name."""
    number = await open_ticket(engineer_line=2)

    with pytest.raises(Refused, match="Fenna Fictief is engineer van lijn 1"):
        await desk.change(number, Actor("Fenna Fictief", Role.ENGINEER), begin_work)
    await desk.change(number, Actor("Bram Bedacht", Role.ENGINEER), take)

    assert (await look(number)).assignee == "Bram Bedacht"


async def test_who_is_nobody_of_the_rota_takes_nothing(desk: Desk, open_ticket: Open) -> None:
    number = await open_ticket()

    with pytest.raises(Refused, match="koppel het account aan het rooster"):
        await desk.change(number, ENGINEER, take)
    with pytest.raises(Refused, match="koppel het account aan het rooster"):
        await desk.change(number, CUSTOMER, take)


async def test_hours_of_before_the_escalation_are_booked_after_it(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """R-088, R-142: what Fenna did as long as it was work of line 1 stays hers."""
    number = await open_ticket()
    clock.at += QUARTER
    await desk.change(number, ENGINEER, escalate, 2, why="de centrale zelf is stuk")
    clock.at += 2 * QUARTER

    await desk.change(number, ENGINEER, book_time, FENNA, Activity.REMOTE_SUPPORT, MONDAY_10, MONDAY_10 + QUARTER)

    with pytest.raises(Refused, match="R-142"):
        await desk.change(
            number, ENGINEER, book_time, FENNA, Activity.REMOTE_SUPPORT, MONDAY_10 + QUARTER, MONDAY_10 + 2 * QUARTER
        )
    assert len((await look(number)).work.time_entries) == 1
