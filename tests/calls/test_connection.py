"""The connection to Asterisk: breaks are mended without losing a call, and what would do harm stops the service."""

import asyncio
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from ari_app.asterisk.errors import Fatal, Gone, Refused
from ari_app.asterisk.rest import Rest
from tests.calls.line import Line
from tests.calls.people import ACCEPTS, NO_ANSWER
from tests.calls.scenario import Caller, PhoneCall
from tests.fakes.asterisk import FakeAsterisk

AT_NIGHT = Caller("0201234567", at="2026-11-21T21:00")
CALAMITY = replace(AT_NIGHT, at="2026-11-21T09:10")


def fake_of(line: Line) -> FakeAsterisk:
    server: FakeAsterisk = line.world.server  # type: ignore[attr-defined]
    return server


async def until_connected(line: Line) -> None:
    async with asyncio.timeout(30):
        while not (line.client.connected.is_set() and fake_of(line).is_connected):
            await asyncio.sleep(0.05)


# --- breaks


async def test_after_a_broken_connection_the_line_takes_calls_again(fake_line: Line) -> None:
    await fake_of(fake_line).break_connections()
    await until_connected(fake_line)

    outcome = await fake_line.call(AT_NIGHT)

    assert outcome.has_recorded(AT_NIGHT.message)


async def test_a_call_goes_on_when_the_connection_breaks_while_it_rings(fake_line: Line) -> None:
    async def breaks_the_wire_and_accepts(call: PhoneCall) -> None:
        await fake_of(fake_line).break_connections()
        await until_connected(fake_line)
        await ACCEPTS(call)

    outcome = await fake_line.call(CALAMITY, phones={"Fenna Fictief": breaks_the_wire_and_accepts})

    assert outcome.report.talked_with == "Fenna Fictief"


async def test_a_caller_who_left_while_nobody_listened_is_filed_after_the_reconnect(fake_line: Line) -> None:
    async def breaks_the_wire(call: PhoneCall) -> None:
        await fake_of(fake_line).break_connections()
        call.moments.happened("nobody listens")
        await NO_ANSWER(call)

    caller = replace(CALAMITY, hangs_up_when="nobody listens")

    outcome = await fake_line.call(caller, phones={"Fenna Fictief": breaks_the_wire})

    assert outcome.report.ended_by == "caller"
    assert outcome.rang == [("Fenna Fictief", "caller_gone")]


async def test_pauses_between_attempts_grow_while_asterisk_is_away(fake_line: Line) -> None:
    server, loop = fake_of(fake_line), asyncio.get_running_loop()
    server.is_booting = True
    await server.break_connections()
    began, asked = loop.time(), len(fake_line.requests)

    await asyncio.sleep(30)
    attempts = len(fake_line.requests) - asked
    server.is_booting = False
    await until_connected(fake_line)

    assert 5 <= attempts <= 12
    assert loop.time() - began < 40


async def test_a_server_that_is_still_booting_is_asked_again(fake_line: Line) -> None:
    server = fake_of(fake_line)
    server.refusals[("PUT", "/applications/meldlijn/eventFilter")] = (404, "Application not found")

    await server.break_connections()
    await until_connected(fake_line)

    outcome = await fake_line.call(AT_NIGHT)
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_somebody_else_at_the_address_of_asterisk_does_not_end_the_line(fake_line: Line) -> None:
    server = fake_of(fake_line)
    server.refusals[("GET", "/asterisk/info")] = (200, "Welcome to another program")

    await server.break_connections()
    await until_connected(fake_line)

    assert (await fake_line.call(AT_NIGHT)).has_recorded(AT_NIGHT.message)


async def test_the_filter_against_noise_is_set_again_after_each_connect(fake_line: Line) -> None:
    await fake_of(fake_line).break_connections()
    await until_connected(fake_line)

    assert "ChannelVarset" in fake_of(fake_line).disallowed


async def test_events_that_nobody_knows_yet_pass_by(fake_line: Line) -> None:
    fake_of(fake_line).say_something_new()

    outcome = await fake_line.call(AT_NIGHT)

    assert outcome.report.error is None
    assert "CallTeleported" in [message["type"] for message in fake_line.messages]


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "{",
        "[]",
        "null",
        '"StasisStart"',
        '{"type": "ChannelDestroyed", "channel": "x", "cause": "y"}',
        '{"application": "meldlijn"}',
        '{"type": "StasisStart", "args": 7, "channel": {"id": "x"}}',
        '{"type": "PlaybackFinished", "playback": {"target_uri": 5}}',
        '{"type": "StasisStart", "args": ["in"], "channel": {"id": 5}}',
        '{"type": "StasisStart", "args": ["in"], "channel": {}}',
    ],
)
async def test_an_event_that_nobody_can_read_costs_no_call(fake_line: Line, nonsense: str) -> None:
    service = fake_line._service

    async def talks_nonsense(call: PhoneCall) -> None:
        await fake_of(fake_line).say_nonsense(nonsense)
        await ACCEPTS(call)

    outcome = await fake_line.call(CALAMITY, phones={"Fenna Fictief": talks_nonsense})

    assert outcome.report.talked_with == "Fenna Fictief"
    assert outcome.report.error is None
    assert service
    assert not service.done()
    assert len(fake_line.desk.filed) == 1


async def test_the_dialplan_learns_every_few_seconds_that_the_service_lives(fake_line: Line) -> None:
    fake_of(fake_line).switch.globals.clear()

    await asyncio.sleep(4)

    assert fake_of(fake_line).switch.globals["LINE_HB"].isdigit()


# --- what stops the service


@pytest.fixture
def line_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sign of life holds the system's time, which stands still in the fake world: here it goes on as the loop's does."""
    began = time.time() - time.monotonic()
    monkeypatch.setattr(
        "ari_app.asterisk.heartbeat.time", SimpleNamespace(time=lambda: began + asyncio.get_running_loop().time())
    )


async def test_a_second_line_on_one_asterisk_is_refused_and_the_first_goes_on(line: Line, line_time: None) -> None:
    await line.kill()
    line.name = "here:/one"
    await line.start()
    second = Line(line.world, line.desk.desk, line.clock)
    second.name = "there:/two"

    with pytest.raises(BaseExceptionGroup) as refused:
        await second.start()

    assert refused.group_contains(Fatal, match="here:/one")
    line.world.answer_phones(line._act)
    assert (await line.call(AT_NIGHT)).has_recorded(AT_NIGHT.message)


async def test_a_line_that_died_gives_way_to_another_one(line: Line) -> None:
    line.name = "here:/one"
    await line.kill()
    await line.start()
    await line.kill()
    second = Line(line.world, line.desk.desk, line.clock)
    second.name = "there:/two"

    await second.start()

    assert (await second.call(AT_NIGHT)).has_recorded(AT_NIGHT.message)
    await second.kill()


async def test_a_line_that_is_started_again_waits_for_nobody(fake_line: Line) -> None:
    fake_line.name = "here:/one"
    await fake_line.kill()
    await fake_line.start()
    await fake_line.kill()
    began = asyncio.get_running_loop().time()

    await fake_line.start()

    assert asyncio.get_running_loop().time() - began < 1


async def test_a_second_instance_that_nobody_can_name_stops_the_first(line: Line) -> None:
    second = Line(line.world, line.desk.desk, line.clock)
    await second.start()

    failure = await line.stopped()
    await second.kill()

    assert isinstance(failure, Fatal)
    assert "took over" in str(failure)


async def test_a_wrong_password_stops_the_service(line: Line) -> None:
    await line.kill()
    with_wrong_password = Rest(line.world.rest().url, "meldlijn", "not-the-password")
    line.world.rest = lambda: with_wrong_password  # type: ignore[method-assign]

    with pytest.raises(BaseExceptionGroup) as stopped:
        await line.start()

    assert stopped.group_contains(Fatal, match="refused our password")


async def test_an_asterisk_with_known_security_holes_stops_the_service(fake_line: Line) -> None:
    await fake_line.kill()
    fake_of(fake_line).version = "22.9.0"

    with pytest.raises(BaseExceptionGroup) as stopped:
        await fake_line.start()

    assert stopped.group_contains(Fatal, match="22.9.0 is too old")


# --- what the answers of Asterisk mean


async def test_a_channel_that_does_not_exist_is_gone(line: Line) -> None:
    rest = line.world.rest()

    for request in (
        rest.answer("no-such"),
        rest.hang_up("no-such"),
        rest.play("no-such", "playback", ["sound:beep"]),
        rest.stop_playback("no-such"),
        rest.dial("no-such", ring_for=2),
        rest.start_music("no-such"),
        rest.stop_music("no-such"),
        rest.delete_bridge("no-such"),
    ):
        with pytest.raises(Gone):
            await request
    await rest.close()


async def test_a_bridge_without_its_caller_is_gone_and_not_refused(line: Line) -> None:
    rest = line.world.rest()
    await rest.create_bridge("talk-of-nobody")

    with pytest.raises(Gone):
        await rest.add_to_bridge("talk-of-nobody", "no-such")

    await rest.delete_bridge("talk-of-nobody")
    assert await rest.bridge_members("talk-of-nobody") == []
    assert not await rest.is_recording("call/no-such")
    await rest.close()


async def test_an_endpoint_that_does_not_exist_is_refused(line: Line) -> None:
    rest = line.world.rest()

    with pytest.raises(Refused):
        await rest.create("PJSIP/31@nowhere", "leg-1", "meldlijn", caller_id="+31850004000", caller_name="")

    await rest.close()
