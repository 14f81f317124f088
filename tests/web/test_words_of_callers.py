"""What callers said is nowhere for who may not hear it (R-113): asked of every page and of every reading operation."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from ari_app.store.tables import EngineerRow, TicketRow
from ari_app.web.api.table import OPERATIONS
from tests.web.test_api import program_of
from tests.web.test_permissions import opens, routes_of

__all__ = ["opens", "program_of"]

#: A name that stands nowhere else.
SAID = "zebrapad"
WORDS = f"u spreekt met {SAID} van bloemen bedacht niemand van het hele bedrijf kan bellen"
ROLES = ["manager", "auditor", "engineer"]
#: For the parts of an address; "1" for all others.
PARTS = {"call_id": "call-1", "language": "nl", "name": "welcome"}


@pytest.fixture
async def number(caller, web_store, clock) -> str:
    """Two messages of one customer. Both are of another engineer than Fenna, on the third line."""
    numbers = [await caller.leaves_message() for _ in range(2)]
    for one in numbers:
        await caller.was_heard(one, WORDS)
    async with web_store.session() as session:
        other = (await session.exec(select(EngineerRow).where(EngineerRow.name == "Bram Bedacht"))).one()
        for row in await session.exec(select(TicketRow)):
            row.assignee_id, row.engineer_line = other.id, 3
    return numbers[1]


@pytest.mark.parametrize("role", ROLES)
async def test_no_page_shows_them(stranger, opens, number, role):
    headers = await opens(role, "Fenna Fictief" if role == "engineer" else "")
    shown = []
    for name, method, address in routes_of(stranger):
        if method == "GET" and name != "live-events":
            answer = await stranger.get(address.replace("T-1001", number), headers=headers, allow_redirects=False)
            shown += [name] if SAID.encode() in await answer.read() else []

    assert shown == []


@pytest.mark.parametrize("role", ROLES)
async def test_no_operation_tells_them(program_of, clock, number, role):
    program = await program_of(role, engineer="Fenna Fictief" if role == "engineer" else "")
    told, answered = [], set()
    for operation in (one for one in OPERATIONS if one.method == "GET"):
        clock.move(timedelta(seconds=20))  # no token may ask more often
        path = re.sub(
            r"{(\w+)}", lambda part: PARTS.get(part[1], number if part[1] == "number" else "1"), operation.path
        )
        answer = await program.send("GET", path + ("?text=bedrijf" if operation.name == "search_tickets" else ""))
        told += [operation.name] if SAID.encode() in await answer.read() else []
        answered |= {operation.name} if answer.ok else set()

    assert told == []
    assert {"read_ticket", "list_voicemails", "search_tickets", "read_review", "read_customer_facts"} <= answered
