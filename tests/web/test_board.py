"""The live board: what it says of calls, duty, queues and clocks, and how changes reach everybody who watches."""

import asyncio
import re
from datetime import timedelta

import pytest
from aiohttp import ClientSession, ClientTimeout, TCPConnector

from ari_app.desk.actor import Actor
from ari_app.desk.commands.judgement import confirm_category
from ari_app.desk.report import CallReport, LegReport, Step
from ari_app.store.tables import Role
from ari_app.web import board
from ari_app.web.feed import MOST_BEHIND, Feed, Watcher, event
from ari_app.web.guard import SESSION_COOKIE
from sla.terms import Category

QUICK = ClientTimeout(total=20)
#: Events at the beginning: the parts of the board, and the sign for the review inbox.
PARTS = 8


@pytest.fixture
def rings(desk, clock):
    """Makes a report of a call that rings Fenna now."""

    async def make(call_id="now-1", number="+31850004120") -> CallReport:
        now = clock.now()
        return CallReport(
            call_id,
            "support",
            number,
            number,
            now - timedelta(seconds=30),
            caller=await desk.who_is(number),
            answered_at=now - timedelta(seconds=29),
            route="on_duty",
            legs=[LegReport("Fenna Fictief", "+31612345001", now - timedelta(seconds=8), engineer_id=1)],
        )

    return make


async def test_a_call_shows_who_calls_the_step_it_is_at_and_whose_phone_rings(visitor, desk, rings):
    with desk.calls_now.following(await rings()):
        text = await (await visitor.get("/live")).text()

    assert "Transport De Testrit" in text
    assert re.findall(r'aria-current="step">([^<]+)<', text) == ["Engineer bellen"]
    assert "Gaat over bij <b>Fenna Fictief</b>" in text
    assert "gaat over" in text.split('data-part="duty"')[1]


async def test_without_calls_the_board_says_what_a_caller_would_get(visitor):
    text = await (await visitor.get("/live")).text()

    assert "Geen gesprekken. Servicedesk open tot 17:30." in text


async def test_who_types_a_pin_is_shown_with_the_try(visitor, desk, clock, rings):
    report = await rings()
    report.route, report.legs = "undecided", []
    report.steps = [Step(clock.now(), "pin", "wrong at try 1"), Step(clock.now(), "prompt", "pin-customer-number")]

    with desk.calls_now.following(report):
        text = await (await visitor.get("/live")).text()

    assert "Toetst klantnummer en pincode in, poging 2 van 3" in text


async def test_late_clocks_come_first_and_leave_room_for_those_that_can_still_be_kept(visitor, caller, clock, desk):
    for _ in range(4):
        await caller.leaves_message()
    clock.move(timedelta(hours=7))
    fresh = [await caller.leaves_message("+31850004130") for _ in range(4)]
    while await desk.look_again(100):
        pass

    text = await (await visitor.get("/live")).text()
    clocks = text.split('data-part="clocks"')[1].split("</table>")[0]

    assert "4 te laat" in clocks
    assert len(re.findall(r"<tr>", clocks)) == 5
    assert len([number for number in fresh if number in clocks]) == 3


@pytest.mark.parametrize("hours", [0, 7], ids=["to come", "late"])
async def test_of_clocks_due_at_the_same_moment_the_lowest_numbers_come_first(visitor, caller, clock, desk, hours):
    numbers = [await caller.leaves_message() for _ in range(7)]
    clock.move(timedelta(hours=hours))
    while await desk.look_again(100):
        pass
    board = await desk.board.read()

    assert [one.number for one in board.clocks] == numbers[:5]


async def test_a_message_that_waits_is_counted_with_how_long_the_oldest_waits(visitor, caller, clock):
    await caller.leaves_message()
    clock.move(timedelta(minutes=95))

    queues = (await (await visitor.get("/live")).text()).split('data-part="queues"')[1]

    assert re.search(r"Te beoordelen</th><td[^>]*>1<", queues)
    assert "1 u 35 servicetijd" in queues


async def test_the_board_counts_what_the_inbox_shows_also_where_the_machine_is_sure(desk, caller, clock):
    sure, done, empty = [await caller.leaves_message() for _ in range(3)]
    for number in (sure, done):
        await caller.was_heard(number, "de hele telefonie ligt plat niemand kan meer bellen of gebeld worden")
    await desk.change(done, Actor("ilse", Role.SUPERVISOR), confirm_category, Category.III, "zo gehoord")
    clock.move(timedelta(minutes=20))

    inbox, queues = await desk.review.queue("agreement", 10, "ilse"), (await desk.board.read()).queues

    assert set(inbox.numbers) == {sure, empty}
    assert queues.to_review == 2
    assert (clock.now() - queues.oldest_at).total_seconds() == inbox.oldest_waits_seconds == 20 * 60


async def test_the_sign_for_the_review_inbox_is_another_one_when_its_queue_can_be_another_one(desk, caller):
    async def mark() -> str:
        return (await desk.board.read()).queues.mark

    marks = [await mark()]
    number = await caller.leaves_message()
    marks.append(await mark())
    await caller.was_heard(number, "niemand kan meer bellen")
    marks.append(await mark())
    await desk.change(number, Actor("ilse", Role.SUPERVISOR), confirm_category, Category.II, "zo gehoord")
    marks.append(await mark())

    assert len(set(marks)) == 4
    assert await mark() == marks[-1]


async def test_what_is_not_well_asks_for_somebody(visitor, readiness):
    readiness["asterisk"] = False

    text = await (await visitor.get("/live")).text()

    assert "De telefooncentrale antwoordt niet" in text.split('data-part="heed"')[1]
    assert "<b>onbereikbaar</b>" in text.split('data-part="health"')[1]


async def test_the_wall_screen_has_no_menu_and_nothing_to_press(visitor):
    text = await (await visitor.get("/live/wall")).text()

    assert 'class="wall"' in text
    assert not re.search(r"<(nav|form|button)", text)


async def test_nobody_watches_without_a_login(stranger):
    answer = await stranger.get("/live/events", allow_redirects=False)

    assert answer.status == 303


async def test_a_watcher_hears_of_a_call_and_only_of_what_changed(visitor, desk, rings):
    async with visitor.get("/live/events", timeout=QUICK) as stream:
        first = await _events(stream, PARTS)
        with desk.calls_now.following(await rings()):
            more = await _events(stream, 2)

    assert sorted(first) == ["calls", "clocks", "duty", "head", "health", "heed", "queues", "review"]
    assert sorted(more) == ["calls", "duty"]
    assert "Gaat over bij" in more["calls"]


async def test_who_connects_again_gets_what_is_newer_than_the_last_event(visitor, desk, rings):
    async with visitor.get("/live/events", timeout=QUICK) as stream:
        text = (await _read(stream, PARTS)).decode()
    last = max(re.findall(r"id: (\S+)", text), key=lambda one: int(one.split("-")[1]))

    with desk.calls_now.following(await rings()):
        async with visitor.get("/live/events", headers={"Last-Event-ID": last}, timeout=QUICK) as stream:
            newer = await _events(stream, 2)
        async with visitor.get("/live/events", headers={"Last-Event-ID": "other-99"}, timeout=QUICK) as stream:
            everything = await _events(stream, PARTS)

    assert sorted(newer) == ["calls", "duty"]
    assert len(everything) == PARTS


async def test_two_hundred_watchers_hear_the_same_from_one_render(visitor, desk, rings):
    cookies = {cookie.key: cookie.value for cookie in visitor.session.cookie_jar}
    connector = TCPConnector(limit=0)
    async with ClientSession(connector=connector, cookies=cookies, timeout=QUICK) as session:
        address = visitor.make_url("/live/events")
        streams = await asyncio.gather(*(session.get(address) for _ in range(200)))
        for stream in streams:
            await _read(stream, PARTS)

        with desk.calls_now.following(await rings()):
            heard = await asyncio.gather(*(_events(stream, 2) for stream in streams))
        for stream in streams:
            stream.close()

    assert len({one["calls"] for one in heard}) == 1


@pytest.mark.parametrize("deed", ["log out", "disable"])
async def test_who_is_out_watches_no_longer(visitor, browsers, accounts, monkeypatch, deed):
    monkeypatch.setattr(board, "HEARTBEAT", 0.0)
    (mine,) = [cookie.value for cookie in visitor.session.cookie_jar if cookie.key == SESSION_COOKIE]

    async with visitor.get("/live/events", timeout=QUICK) as stream:
        await _read(stream, PARTS)
        if deed == "log out":
            await accounts.close_session(mine)
        else:
            await accounts.create("boss", "administrator")
            await accounts.register.disable("ilse")
        await stream.content.read()

    assert stream.content.at_eof()


async def test_a_stopping_service_does_not_wait_for_watchers(visitor, server):
    async with visitor.get("/live/events", timeout=QUICK) as stream:
        await _read(stream, PARTS)
        async with asyncio.timeout(5):
            await server.close()


def test_what_is_told_again_is_not_sent_again():
    feed = Feed()

    assert feed.tell({"calls": "none", "duty": "fenna"}) == 2
    assert feed.tell({"calls": "one", "duty": "fenna"}) == 1
    assert len(feed.newer_than("")) == 2


async def test_a_watcher_that_takes_nothing_is_dropped_and_holds_up_nobody():
    feed, slow, quick = Feed(), Watcher(), Watcher()
    feed.watchers |= {slow, quick}

    for number in range(MOST_BEHIND + 1):
        feed.tell({"calls": str(number)})
        assert quick.waiting.get_nowait() is not None

    assert slow.is_dropped
    assert not quick.is_dropped
    assert slow.waiting.get_nowait() is None
    assert slow.waiting.empty()


def test_an_event_with_more_lines_stays_one_event():
    assert event("calls", "a\nb", "x-1") == b"id: x-1\nevent: calls\ndata: a\ndata: b\n\n"


async def _events(stream, count: int) -> dict[str, str]:
    """The next so many events, by name."""
    text = (await _read(stream, count)).decode()
    found = re.findall(r"event: (\S+)\n((?:data: .*\n)+)", text)
    return {name: re.sub(r"^data: ", "", lines, flags=re.MULTILINE) for name, lines in found if name != "beat"}


async def _read(stream, count: int) -> bytes:
    data = b""
    while data.count(b"\nevent: ") + data.startswith(b"event: ") - data.count(
        b"event: beat"
    ) < count or not data.endswith(b"\n\n"):
        data += await stream.content.readany()
    return data
