"""The service is killed, frozen or restarted while four people are on the phone: in a prompt, in a message, while it rings, in a talk."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from ari_app.desk.views import TicketView
from tests.asterisk.served import Served, served_line
from tests.calls.people import ACCEPTS, NO_ANSWER
from tests.calls.scenario import BREATH, VOICE, Caller, Person, PhoneCall
from tests.calls.sounds import MESSAGE_SECONDS, message_audio

pytestmark = pytest.mark.asterisk

NIGHT, CALAMITY = "2026-11-21T21:00", "2026-11-21T09:10"
IN_A_PROMPT, IN_A_MESSAGE = Caller("0850004120", at=NIGHT), Caller("0850004130", at=NIGHT)
WHILE_IT_RINGS, IN_A_TALK = Caller("0201234567", at=CALAMITY), Caller("0850004150", at=CALAMITY)
FENNA, BRAM = "Fenna Fictief", "Bram Bedacht"
BEFORE, AFTER = "Voor de storing", "Na de storing"
RUNS_AGAIN = "the service runs again"
#: The dialplan believes in a sign of life for ten seconds.
SIGN_OF_LIFE_COUNTS = 11.0

#: Asterisk writes a message to disk in pieces of two seconds.
WRITTEN_WITHIN = 2.5

Recovered = Callable[[float], None]


@pytest.fixture
async def line(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Served]:
    async with served_line(tmp_path / "line", migrated_file) as line:
        yield line


@dataclass
class Scene:
    """Four people, each with the ticket that came of the call."""

    line: Served
    calls: dict[str, PhoneCall]
    tickets: dict[str, TicketView]

    def heard(self, who: Caller) -> list[str]:
        return [sound for sound in self.calls[who.number].heard if not sound.startswith(VOICE)]

    def has_recorded(self, who: Caller, *messages: str) -> bool:
        return self.line.has_recorded(self.tickets[who.number], *messages)


async def say(call: PhoneCall, message: str) -> None:
    await call.handset.pause(MESSAGE_SECONDS)
    await call.handset.say(message_audio(message))
    await call.handset.pause(BREATH)


async def speaks_on(call: PhoneCall) -> None:
    """Speaks until the service runs again, says one thing more, and hangs up."""
    await call.listen_for("beep")
    await say(call, BEFORE)
    call.handset.speak()
    call.moments.happened("the message is being recorded")
    await call.moments.until(RUNS_AGAIN)
    await say(call, AFTER)
    await call.handset.hang_up()


async def talks_on(call: PhoneCall) -> None:
    """Talks until the service runs again, and hangs up."""
    await call.listen_for(VOICE)
    call.handset.speak()
    await call.moments.until(RUNS_AGAIN)
    await call.handset.hang_up()


async def hears_the_apology(call: PhoneCall) -> None:
    """Hears that something went wrong, and leaves a message."""
    if await call.listen_for("sorry-error") and await call.listen_for("beep"):
        await say(call, AFTER)
        await call.handset.hang_up()


async def waits_on(call: PhoneCall) -> None:
    """Speaks after the beep until the service runs again, or talks with whoever picks up, and hangs up."""
    sound = await call.listen_for("beep", VOICE)
    call.handset.speak()
    await call.moments.until(RUNS_AGAIN)
    if sound == "beep":
        await call.handset.pause(1)  # by then the recorder runs
        await say(call, AFTER)
    else:
        await call.until(f"{BRAM} hears {VOICE}{call.handset.name}")
    await call.handset.hang_up()


async def picks_up_when_it_runs_again(call: PhoneCall) -> None:
    await call.handset.ring()
    call.moments.happened(f"{call.handset.name} rings")
    await call.moments.until(RUNS_AGAIN)
    await ACCEPTS(call)


async def scene(line: Served, fault: Callable[[], Awaitable[None]], bram: Person, waits: Person) -> Scene:
    """Everybody gets where they should be; then comes `fault`, which ends when the service runs again."""
    line.people({FENNA: ACCEPTS, BRAM: bram})
    happened = line.moments.until

    async with asyncio.timeout(90), asyncio.TaskGroup() as people:
        calls = {IN_A_TALK.number: people.create_task(line.call(IN_A_TALK, talks_on))}
        await happened(f"{FENNA} hears {VOICE}{IN_A_TALK.number}")
        calls[WHILE_IT_RINGS.number] = people.create_task(line.call(WHILE_IT_RINGS, waits))
        calls[IN_A_MESSAGE.number] = people.create_task(line.call(IN_A_MESSAGE, speaks_on))
        await happened("the message is being recorded")
        await happened(f"{BRAM} rings")
        calls[IN_A_PROMPT.number] = people.create_task(line.call(IN_A_PROMPT, waits))
        await happened(f"{IN_A_PROMPT.number} hears welcome")
        line.moments.happened("the fault")
        await fault()
    done = {number: task.result() for number, task in calls.items()}
    tickets = {number: await line.ticket_of(call) for number, call in done.items()}
    await line.until_free()
    return Scene(line, done, tickets)


@pytest.mark.parametrize("how", ["kill -9", "restart"])
async def test_a_service_that_dies_and_comes_back_helps_everybody_on(
    line: Served, how: str, recovered: Recovered
) -> None:
    async def dies_and_comes_back() -> None:
        await (line.kill() if how == "kill -9" else line.end())
        await line.start()

    seen = await scene(line, dies_and_comes_back, bram=NO_ANSWER, waits=hears_the_apology)

    recovered(line.moments.seconds("the fault", f"{IN_A_PROMPT.number} hears sorry-error"))
    for who in (IN_A_PROMPT, WHILE_IT_RINGS):
        assert seen.heard(who)[-3:] == ["sorry-error", "voicemail-instructions", "beep"]
        assert seen.has_recorded(who, AFTER)
    assert seen.has_recorded(IN_A_MESSAGE, BEFORE, AFTER)
    assert "sorry-error" not in seen.heard(IN_A_MESSAGE) + seen.heard(IN_A_TALK)
    assert seen.tickets[IN_A_TALK.number].route == "on_duty"
    assert line.heard_by(BRAM) == []


async def test_a_frozen_service_loses_nobody_and_asterisk_takes_the_next_callers(
    line: Served, recovered: Recovered
) -> None:
    late = Caller("0850004140", at=NIGHT)
    calling: list[asyncio.Task[PhoneCall]] = []

    async def freezes() -> None:
        line.freeze()
        await asyncio.sleep(SIGN_OF_LIFE_COUNTS)
        calling.append(asyncio.create_task(line.call(late)))
        await line.moments.until(f"{late.number} speaks the message")
        line.thaw()
        line.moments.happened(RUNS_AGAIN)

    seen = await scene(line, freezes, bram=picks_up_when_it_runs_again, waits=waits_on)

    taken = await calling[0]
    assert taken.heard == ["fallback-leave-message", "beep"]
    recovered(line.moments.seconds("the fault", f"{late.number} hears fallback-leave-message"))
    assert line.has_recorded(await line.ticket_from(late.number), late.message)
    assert seen.has_recorded(IN_A_MESSAGE, BEFORE, AFTER)
    assert seen.has_recorded(IN_A_PROMPT, AFTER)
    assert "sorry-error" not in seen.heard(IN_A_PROMPT)
    assert seen.tickets[WHILE_IT_RINGS.number].talked_with == BRAM
    assert seen.tickets[IN_A_TALK.number].talked_with == FENNA


async def test_when_asterisk_itself_dies_what_was_said_is_kept_and_the_line_answers_again(
    line: Served, recovered: Recovered
) -> None:
    next_one = Caller("0850004140", at=NIGHT)
    line.people({FENNA: ACCEPTS})

    async with asyncio.timeout(60), asyncio.TaskGroup() as people:
        talking = people.create_task(line.call(IN_A_TALK, talks_on))
        await line.moments.until(f"{FENNA} hears {VOICE}{IN_A_TALK.number}")
        speaking = people.create_task(line.call(IN_A_MESSAGE, speaks_on))
        await line.moments.until("the message is being recorded")
        await asyncio.sleep(WRITTEN_WITHIN)
        line.moments.happened("the fault")
        asterisk = psutil.Process(line.server.pid())
        asterisk.kill()
        asterisk.wait(10)
        await asyncio.to_thread(line.server.start)
        line.moments.happened(RUNS_AGAIN)
    again = await line.call(next_one)

    recovered(line.moments.seconds("the fault", f"{next_one.number} hears {again.heard[0]}"))
    assert line.has_recorded(await line.ticket_of(speaking.result()), BEFORE)  # its header was never finished
    assert (await line.ticket_of(talking.result())).talked_with == FENNA
    assert line.has_recorded(await line.ticket_from(next_one.number), next_one.message)
    await line.until_free()
