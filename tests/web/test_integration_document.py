"""docs/integration.md is followed as an integrator would: every command of it, in order, and every type of event that it names."""

import re
import shlex
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from ari_app.store.outbox_tables import NoticeKind
from ari_app.web.api.problems import KINDS
from ari_app.web.api.tokens import Tokens
from sla.ticket import EventType

TEXT = (Path(__file__).parents[2] / "docs" / "integration.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]
#: What people decide beside events, of those that the document names.
DECIDED = {"note", "assignee"}
MADE_OF_OTHER_ROWS = {"opened", "corrected", "approved", "time_booked"}


@dataclass
class Bridge:
    """Runs commands as a shell would, and keeps what the next ones need."""

    client: TestClient
    known: dict[str, str]

    async def run(self, command: str) -> tuple[int, object]:
        words = shlex.split(re.sub(r"\$([A-Z]+)", lambda name: self.known[name[1]], command))
        given = list(pairwise(words))
        headers = dict(value.split(": ", 1) for name, value in given if name == "-H")
        body = next((value for name, value in given if name == "-d"), None)
        method = next((value for name, value in given if name == "-X"), "GET")
        url = next(word for word in words if word.startswith("/"))
        answer = await self.client.request(method, url, headers=headers, data=body)
        told = await answer.json()
        if "ETag" in answer.headers:  # inside double quotes of a shell its own quotes would end the word
            self.known["ETAG"] = answer.headers["ETag"].replace('"', '\\"')
        if isinstance(told, dict):
            self.known["NUMBER"] = told.get("number", self.known.get("NUMBER", ""))
            self.known["AFTER"] = told.get("after", self.known.get("AFTER", ""))
        return answer.status, told


@pytest.fixture
async def bridge(stranger, accounts, web_store, clock) -> Bridge:
    await accounts.create("koppeling", "engineer")
    _, token = await Tokens(web_store, clock).create("koppeling", "Autotask", ["read", "tickets:write"], "ilse", 366)
    return Bridge(stranger, {"DESK": "", "TOKEN": token})


async def test_every_command_does_what_the_document_says(bridge, desk, clock):
    assert len(COMMANDS) == 10

    answers = []
    for command in COMMANDS:
        answers.append(await bridge.run(command))
        clock.move(timedelta(seconds=1))

    assert [status for status, _ in answers] == [200, 200, 200, 200, 201, 200, 200, 200, 200, 200]
    ticket = await desk.ticket(bridge.known["NUMBER"])
    assert ticket.state == "closed"
    _, events = await bridge.run(COMMANDS[3].replace("$AFTER", ""))
    assert [one["type"] for one in events["items"]] == [
        "ticket.opened",
        "ticket.note",
        "ticket.resolved",
        "ticket.closed",
    ]
    assert {one["by"] for one in events["items"][1:]} == {"koppeling"}


async def test_a_command_that_is_sent_again_after_all_is_done_changes_nothing(bridge, desk):
    for command in COMMANDS:
        await bridge.run(command)
    before = await desk.ticket(bridge.known["NUMBER"])

    again = [await bridge.run(command) for command in COMMANDS if "Idempotency-Key" in command]

    assert [status for status, _ in again] == [201, 200, 200, 200]
    assert await desk.ticket(bridge.known["NUMBER"]) == before


def test_every_type_of_event_that_the_document_names_is_one():
    named = set(re.findall(r"`(ticket|notice)\.(\w+)`", TEXT))
    types = {("ticket", one.value) for one in EventType} | {("ticket", one) for one in DECIDED | MADE_OF_OTHER_ROWS}

    assert named - types - {("notice", one.value) for one in NoticeKind} == set()


def test_every_refusal_that_the_document_names_is_one():
    named = set(re.findall(r"^\| (\d{3}) `([a-z-]+)`", TEXT, re.MULTILINE))

    assert {(int(status), kind) for status, kind in named} <= {(one.status, one.name) for one in KINDS.values()}
    assert len(named) == 5
