"""One journey through the pages on SQLite and on PostgreSQL: the same rows, the same words."""

import asyncio

import pytest

from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo


@pytest.fixture
async def web_store(store: Store, clock) -> Store:
    await seed_demo(store, clock.now())
    return store


async def test_logging_in_reading_and_listening_work_on_either_database(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt de hele telefonie plat niemand kan meer bellen")

    listed = await (await visitor.get("/")).text()
    ticket = await (await visitor.get(f"/tickets/{number}")).text()
    sound = await visitor.get(f"/recordings/{number}", headers={"Range": "bytes=0-99"})

    assert number in listed
    assert "10:42" in listed
    assert "aanwijzing voor CAT III" in ticket
    assert sound.status == 206


async def test_logging_out_works_on_either_database(visitor):
    await visitor.post("/logout", headers={"Sec-Fetch-Site": "same-origin"})

    assert (await visitor.get("/", allow_redirects=False)).status == 303


@pytest.fixture
async def trips(monkeypatch) -> list[object]:
    """One for each time that the answer of a server is waited for; none with SQLite, and none for a browser."""
    taken: list[object] = []
    loop = asyncio.get_running_loop()
    real = loop.add_reader
    monkeypatch.setattr(loop, "add_reader", lambda *given: (taken.append(given), real(*given))[1])
    return taken


@pytest.mark.parametrize(("path", "most"), [("/review", 14), ("/", 14), ("/tickets/{}", 26)])
async def test_a_page_takes_few_trips_to_the_server_when_it_was_seen_before(visitor, caller, trips, path, most):
    """10, 10 and 22 of them, and some for answers that come in pieces; more when each question is a trip."""
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt de hele telefonie plat niemand kan meer bellen")
    for _ in range(8):  # the driver prepares on the way what it sees for the sixth time
        await visitor.get(path.format(number))
    trips.clear()

    page = await visitor.get(path.format(number))

    assert page.status == 200
    assert len(trips) <= most
