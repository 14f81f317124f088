"""Several requests at the same moment, on either database: one is done, and each of the others is told what it is."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlmodel import func, select

from ari_app.config import Settings
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import TicketRow
from ari_app.web.api.tokens import Tokens
from tests.web.api_client import Program

AT_ONCE = 6


@pytest.fixture
def line(tmp_path) -> Settings:
    return Settings(home=tmp_path, api={"requests_per_minute": 20})


@pytest.fixture
async def web_store(store: Store, clock) -> Store:
    await seed_demo(store, clock.now())
    return store


@pytest.fixture
async def program(stranger, accounts, web_store, clock) -> Program:
    await accounts.create("koppeling", "supervisor")
    return Program(stranger, (await Tokens(web_store, clock).create("koppeling", "proef", ["admin"], "ilse"))[1])


def report(number: int = 0) -> dict[str, Any]:
    return {"kind": "incident", "source": "mail", "summary": f"toestel {number} doet het niet"}


async def tickets(store: Store) -> int:
    async with store.reading() as session:
        return (await session.exec(select(func.count()).select_from(TicketRow))).one()


async def kinds(answers) -> Counter[str]:
    """How often each status, and behind a refusal which one."""
    found = Counter[str]()
    for one in answers:
        kind = (await one.json())["type"].rpartition("-")[2] if one.status >= 400 else ""
        found[f"{one.status} {kind}".strip()] += 1
    return found


async def test_of_several_who_read_the_same_version_one_changes_it(program, desk):
    number = (await program.post("/tickets", report(), 201))["number"]
    seen = {"If-Match": program.headers["ETag"]}
    path = f"/tickets/{number}/commands/note"

    answers = await asyncio.gather(
        *(program.send("POST", path, {"text": f"regel {count}"}, seen) for count in range(AT_ONCE))
    )

    assert await kinds(answers) == {"200": 1, "412 changed": AT_ONCE - 1}
    present = {one.headers["ETag"] for one in answers}
    assert len(present) == 1
    notes = [one for one in (await desk.ticket(number)).work.decisions if one.what == "note"]
    assert len(notes) == 1


async def test_one_request_that_is_sent_several_times_at_once_is_done_once(program, web_store):
    key = {"Idempotency-Key": "autotask-4711"}

    answers = await asyncio.gather(*(program.send("POST", "/tickets", report(), key) for _ in range(AT_ONCE)))
    later = await program.send("POST", "/tickets", report(), key)

    found = await kinds(answers)
    assert set(found) <= {"201", "409 progress"}
    assert found["201"] >= 1
    assert await tickets(web_store) == 1
    made = [one for one in answers if one.status == 201]
    assert {await one.text() for one in (*made, later)} == {await made[0].text()}
    assert later.headers["Idempotency-Replayed"] == "true"


async def test_of_different_requests_with_one_key_at_once_one_is_done(program, web_store):
    key = {"Idempotency-Key": "autotask-4711"}

    answers = await asyncio.gather(*(program.send("POST", "/tickets", report(one), key) for one in range(AT_ONCE)))

    assert await kinds(answers) == {"201": 1, "422 reused": AT_ONCE - 1}
    assert await tickets(web_store) == 1


async def test_who_read_an_old_version_reads_again_and_uses_the_same_key(program):
    number = (await program.post("/tickets", report(), 201))["number"]
    old, key = program.headers["ETag"], "autotask-4711-close"
    await program.command(number, "note", {"text": "intussen gebeld"})
    path, body = f"/tickets/{number}/commands/close", {"why": "opgelost"}

    await program.post(path, body, 412, If_Match=old, Idempotency_Key=key)
    present = program.headers["ETag"]
    await program.post(path, body, 200, If_Match=present, Idempotency_Key=key)
    await program.post(path, body, 200, If_Match=present, Idempotency_Key=key)

    assert (await program.get(f"/tickets/{number}"))["state"] == "closed"
    assert program.headers["ETag"] != present


async def test_the_same_key_of_another_token_is_another_key(program, stranger, web_store, clock):
    other = Program(stranger, (await Tokens(web_store, clock).create("koppeling", "ander", ["admin"], "ilse"))[1])
    key = {"Idempotency-Key": "autotask-4711"}

    answers = await asyncio.gather(*(one.send("POST", "/tickets", report(), key) for one in (program, other)))

    assert await kinds(answers) == {"201": 2}
    assert await tickets(web_store) == 2


async def test_a_token_gets_no_more_than_it_may_ask_however_many_come_at_once(program, line):
    allowed = line.api.requests_per_minute

    for _ in range(allowed - 3):
        await program.send("GET", "/me")
    answers = await asyncio.gather(*(program.send("GET", "/me") for _ in range(AT_ONCE)))

    assert Counter(one.status for one in answers) == {200: 3, 429: AT_ONCE - 3}
    assert all(int(one.headers["Retry-After"]) > 0 for one in answers if one.status == 429)
