"""What happens to tickets is told in order, once, and with the same words to who asks again."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ari_app.desk.commands.approvals import we_approve
from ari_app.desk.commands.corrections import correct_event
from ari_app.desk.commands.judgement import confirm_category
from ari_app.desk.commands.progress import note, resolve
from ari_app.desk.feed import SETTLED, START, Feed, UnknownPlace
from sla.terms import Category
from tests.desk.conftest import SUPERVISOR


@pytest.fixture
def feed(desk, clock) -> Feed:
    return Feed(desk.store, clock)


async def test_a_ticket_is_told_from_its_opening_to_its_solution(desk, feed, open_ticket, clock):
    number = await open_ticket()
    clock.at += timedelta(minutes=5)
    await desk.change(number, SUPERVISOR, confirm_category, Category.III, "niemand kan bellen")
    clock.at += timedelta(minutes=5)
    await desk.change(number, SUPERVISOR, note, "monteur gebeld")
    clock.at += timedelta(minutes=5)
    await desk.change(number, SUPERVISOR, resolve, "kabel vervangen")
    clock.at += SETTLED

    told = (await feed.read(START, 100)).happenings

    ours = [one for one in told if one.ticket == number and not one.type.startswith("notice.")]
    assert [one.type for one in ours] == [
        "ticket.opened",
        "ticket.category_confirmed",
        "ticket.note",
        "ticket.resolved",
    ]
    assert ours[1].by == "sanne"
    assert ours[1].data["category"] == "III"
    assert ours[3].data["solution"] == "kabel vervangen"
    assert len({one.id for one in told}) == len(told)


async def test_who_asks_in_small_steps_hears_the_same_and_nothing_twice(desk, feed, open_ticket, clock):
    for _ in range(3):
        number = await open_ticket()
        await desk.change(number, SUPERVISOR, note, "gebeld")
        await desk.change(number, SUPERVISOR, we_approve, Decimal("100.00"))
        clock.at += timedelta(minutes=1)
    clock.at += SETTLED

    heard, place, is_all = [], START, False
    while not is_all:
        stretch = await feed.read(place, 2)
        heard += stretch.happenings
        place, is_all = stretch.after, stretch.is_all

    assert heard == list((await feed.read(START, 1000)).happenings)
    assert len(heard) == 9


async def test_what_comes_later_is_behind_the_place(desk, feed, open_ticket, clock):
    number = await open_ticket()
    clock.at += SETTLED
    place = await feed.newest()

    await desk.change(number, SUPERVISOR, note, "gebeld")
    clock.at += SETTLED
    told = (await feed.read(place, 10)).happenings

    assert [one.type for one in told] == ["ticket.note"]


async def test_a_correction_names_what_no_longer_counts(desk, feed, open_ticket, clock):
    number = await open_ticket()
    await desk.change(number, SUPERVISOR, confirm_category, Category.III, "niemand kan bellen")
    event = (await desk.ticket(number)).work.history[0]
    await desk.change(number, SUPERVISOR, correct_event, event.id, "verkeerde melding")
    clock.at += SETTLED

    told = (await feed.read(START, 100)).happenings

    corrected = next(one for one in told if one.type == "ticket.corrected")
    assert corrected.data == {"corrected": f"e-{event.id}"}
    assert f"e-{event.id}" in {one.id for one in told}


async def test_on_postgresql_nothing_is_told_while_it_may_still_be_overtaken(desk, feed, open_ticket, clock):
    number = await open_ticket()
    clock.at += SETTLED
    await desk.change(number, SUPERVISOR, note, "gebeld")

    at_once = [one.type for one in (await feed.read(START, 100)).happenings]
    clock.at += SETTLED
    settled = [one.type for one in (await feed.read(START, 100)).happenings]

    assert ("ticket.note" in at_once) == desk.store.is_sqlite
    assert "ticket.note" in settled


@pytest.mark.parametrize("place", ["nonsense", "eyJ4IjoxfQ", "eyJlIjotMX0", "W10", "eyJlIjoieCJ9"])
async def test_what_is_no_place_is_refused(feed, place):
    with pytest.raises(UnknownPlace):
        await feed.read(place, 10)
