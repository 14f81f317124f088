"""What we send, and what our fake says, against the description that the running Asterisk gives of itself."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ari_app.asterisk.server import AsteriskServer
from tests.calls.api_docs import ApiDocs
from tests.calls.fake_world import FakeWorld
from tests.calls.line import Line, ScenarioClock, World, open_line
from tests.calls.people import ACCEPTS, BUSY, NO_ANSWER, PICKS_UP, PICKS_UP_AND_HANGS_UP, REDIRECTS, REJECTS
from tests.calls.real_world import RealWorld
from tests.calls.scenario import Caller
from tests.fakes.desk import MemoryDesk
from tests.fakes.fast_time import fast_time

pytestmark = pytest.mark.asterisk

CALAMITY = Caller("0201234567", at="2026-11-21T09:10")
AT_NIGHT = Caller("0201234567", at="2026-11-21T21:00", after_message="#")
OFFICE = Caller("0201234567", at="2026-11-23T10:00")


@pytest.fixture
async def docs(real_server: AsteriskServer) -> ApiDocs:
    return await ApiDocs.fetch(real_server.url, real_server.ari_user, real_server.password())


async def many_calls(line: Line) -> None:
    """Calls in which every verb, and every way in which a phone can answer, occurs."""
    await line.call(CALAMITY, phones={"Fenna Fictief": NO_ANSWER, "Bram Bedacht": ACCEPTS})
    await line.call(
        CALAMITY, phones={"Fenna Fictief": REDIRECTS, "Bram Bedacht": REJECTS, "Sanne Schijn": PICKS_UP_AND_HANGS_UP}
    )
    await line.call(replace(CALAMITY, hangs_up_when="Fenna Fictief rings"))
    await line.call(OFFICE, phones={"desk-1": BUSY, "desk-2": PICKS_UP})
    await line.call(replace(AT_NIGHT, hangs_up_at="closed-hours"))
    await line.call(replace(AT_NIGHT, presses={"welcome": "5"}))
    restart = asyncio.create_task(restart_in_the_message(line))
    await line.call(AT_NIGHT)
    await restart


async def restart_in_the_message(line: Line) -> None:
    await line.moment("0201234567 speaks the message")
    await line.kill()
    await line.start()


async def requests_and_messages(world: World) -> tuple[list[Any], list[dict[str, Any]]]:
    async with open_line(world, MemoryDesk(), ScenarioClock()) as line:
        await many_calls(line)
        return line.requests, line.messages


async def from_the_real_one(server: AsteriskServer) -> tuple[list[Any], list[dict[str, Any]]]:
    async with RealWorld.open(server) as world:
        return await requests_and_messages(world)


async def from_the_fake(folder: Path) -> tuple[list[Any], list[dict[str, Any]]]:
    with fast_time(asyncio.get_running_loop()):
        async with FakeWorld.open(folder) as world:
            return await requests_and_messages(world)


def wrong_events(docs: ApiDocs, messages: list[dict[str, Any]]) -> set[str]:
    return {why for message in messages for why in docs.wrong_with_event(message)}


def shapes(messages: list[dict[str, Any]]) -> dict[str, set[str]]:
    """By type of event, which fields came with it, down to the fields of what it is about."""
    found: dict[str, set[str]] = {}
    for message in messages:
        fields = found.setdefault(message["type"], set())
        for name, value in message.items():
            fields |= {f"{name}.{inner}" for inner in value} if isinstance(value, dict) else {name}
    return found


async def test_all_that_we_send_and_all_that_asterisk_answers_is_as_it_documents(
    real_server: AsteriskServer, docs: ApiDocs
) -> None:
    requests, messages = await from_the_real_one(real_server)

    assert {why for request in requests for why in docs.wrong_with_request(*request)} == set()
    assert wrong_events(docs, messages) == set()
    assert len({(method, path.split("/")[-1]) for method, path, *_ in requests}) >= 12
    assert len(shapes(messages)) >= 12


async def test_the_events_of_the_fake_are_as_asterisk_documents(docs: ApiDocs, tmp_path: Path) -> None:
    requests, messages = await from_the_fake(tmp_path)

    assert wrong_events(docs, messages) == set()
    assert {why for request in requests for why in docs.wrong_with_request(*request)} == set()


async def test_the_fake_sends_the_same_events_with_the_same_fields_as_the_real_one(
    real_server: AsteriskServer, tmp_path: Path
) -> None:
    _, real = await from_the_real_one(real_server)
    _, fake = await from_the_fake(tmp_path)

    assert shapes(fake) == shapes(real)


def test_the_judge_sees_what_is_wrong(docs: ApiDocs) -> None:
    """A judge that finds nothing in nonsense would prove nothing."""
    assert docs.wrong_with_request("POST", "/channels/1/sing", {}, None)
    assert docs.wrong_with_request("POST", "/channels/1/record", {"name": "x", "format": "wav", "volume": "1"}, None)
    assert docs.wrong_with_request("POST", "/channels/1/record", {"name": "x"}, None)
    assert docs.wrong_with_request("POST", "/channels/1/dial", {"timeout": "soon"}, None)
    assert docs.wrong_with_request(
        "POST", "/channels/1/record", {"name": "x", "format": "wav", "ifExists": "perhaps"}, None
    )
    assert docs.wrong_with_event({"type": "ChannelTeleported"})
    assert docs.wrong_with_event({"type": "StasisEnd", "application": "meldlijn", "timestamp": "yesterday"})
