"""One journey through the pages on SQLite and on PostgreSQL: the same rows, the same words."""

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
