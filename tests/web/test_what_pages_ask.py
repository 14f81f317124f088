"""What a page costs does not grow with what waits: questions to the database and clocks told again are counted, not seconds."""

import re
import sqlite3

import pytest
from sqlalchemy import event

from ari_app.desk import planning, review_queue

ONE_PHONE = "goedemorgen alleen mijn toestel doet het niet de rest werkt gewoon door"
GROWING = r"SCAN (ticket|ticket_event|voicemail|call|call_leg|call_step|sla_clock|decision|audit_entry|outbox)\b"
OTHERS = ("+31850004120", "+31850004130", "+31612345678")


@pytest.fixture
def questions(web_store):
    """Counts statements from when it is cleared."""
    asked: list[str] = []
    event.listen(web_store.engine.sync_engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    return asked


@pytest.fixture
def read_there(web_store):
    """What SQLite itself is asked, values and all, from when it is cleared."""
    asked: list[str] = []
    event.listen(
        web_store.engine.sync_engine, "checkout", lambda driver, *about: driver.set_trace_callback(asked.append)
    )
    return asked


@pytest.fixture
def plans(monkeypatch) -> list[object]:
    """A line for each time that the clocks of a ticket are told again."""
    told: list[object] = []
    for name in ("plan", "deadlines"):
        real = getattr(planning, name)
        monkeypatch.setattr(planning, name, lambda *given, real=real: (told.append(given[0]), real(*given))[1])
    return told


@pytest.fixture
def wait(caller):
    """So many more messages wait for a decision."""

    async def wait(count: int) -> list[str]:
        numbers = []
        for place in range(count):
            number = await caller.leaves_message(OTHERS[place % 3], seconds=1)
            await caller.was_heard(number, ONE_PHONE)
            numbers.append(number)
        return numbers

    return wait


@pytest.mark.parametrize("path", ["/review", "/", "/live", "/customers/1"])
async def test_a_page_asks_the_database_as_often_with_many_tickets_as_with_few(visitor, wait, questions, path):
    await wait(3)
    await visitor.get(path)
    questions.clear()
    await visitor.get(path)
    few = len(questions)
    await wait(9)
    await visitor.get(path)

    questions.clear()
    page = await visitor.get(path)

    assert page.status == 200
    assert len(questions) <= few, "\n".join(questions)


@pytest.mark.parametrize("path", ["/review", "/", "/tickets/T-1001", "/review/T-1001", "/customers", "/customers/1"])
async def test_no_page_reads_all_rows_of_a_table_that_grows(visitor, wait, read_there, web_store, path):
    await wait(3)
    read_there.clear()

    page = await visitor.get(path)

    assert page.status == 200
    asked = [one for one in read_there if one.startswith("SELECT")]
    with sqlite3.connect(web_store.engine.url.database) as there:
        steps = {(step[3], one) for one in asked for step in there.execute(f"EXPLAIN QUERY PLAN {one}")}
    assert any(step.startswith("SEARCH") for step, _ in steps)
    assert [both for both in steps if re.match(GROWING, both[0])] == []


async def test_the_page_of_a_ticket_asks_little_and_each_thing_once(visitor, wait, questions):
    """Its rows are read once, tables without a row of it not at all; commands that are tried ask for themselves."""
    (number,) = await wait(1)
    await visitor.get(f"/tickets/{number}")
    questions.clear()

    page = await visitor.get(f"/tickets/{number}")

    asked = [one for one in questions if not one.startswith("BEGIN")]
    assert page.status == 200
    assert len(asked) <= 12, "\n".join(asked)


async def test_the_inbox_asks_little_beside_what_every_page_asks(visitor, wait, questions):
    """Lines with all that stands beside them are one question; the queue and its report are read in one transaction."""
    await wait(3)
    await visitor.get("/review")
    questions.clear()

    page = await visitor.get("/review")

    asked = [one for one in questions if not one.startswith("BEGIN")]
    assert page.status == 200
    assert len(asked) <= 4, "\n".join(asked)
    assert len(questions) - len(asked) <= 1


async def test_only_the_lines_that_are_shown_are_planned(desk, wait, plans, monkeypatch):
    monkeypatch.setattr(review_queue, "ON_STRIP", 0)
    await wait(12)
    plans.clear()

    queue = await desk.review.queue("agreement", 5, "ilse")

    assert len(queue.numbers) == 12
    assert len(plans) == len(queue.rows) == 5


async def test_a_ticket_on_the_strip_and_in_the_queue_is_planned_once(desk, wait, plans):
    numbers = await wait(6)
    plans.clear()

    queue = await desk.review.queue("deadline", 6, "ilse")

    assert queue.strip
    assert len(plans) == len({row.number for row in (*queue.rows, *queue.strip)}) == len(numbers)


async def test_what_comes_next_is_found_without_planning_anything(desk, wait, plans):
    await wait(6)
    plans.clear()

    numbers = await desk.review.numbers("agreement", "ilse")

    assert numbers == (await desk.review.queue("agreement", 0, "ilse")).numbers
    assert len(numbers) == 6


async def test_the_list_carries_no_message_and_each_is_fetched_when_it_is_opened(visitor, wait):
    (number,) = await wait(1)

    listed = await (await visitor.get("/")).text()
    piece = await visitor.get(f"/tickets/{number}/voicemail")

    assert "<audio" not in listed
    assert f'hx-get="/tickets/{number}/voicemail"' in listed
    assert f'href="/tickets/{number}#voice"' in listed
    assert f'src="/recordings/{number}"' in await piece.text()


async def test_a_ticket_without_a_message_has_none_to_fetch(visitor, caller):
    number = await caller.hangs_up()

    assert (await visitor.get(f"/tickets/{number}/voicemail")).status == 404


@pytest.mark.parametrize(("accepts", "coding"), [("gzip, br", "gzip"), ("identity", None)])
async def test_styles_and_scripts_are_sent_packed_to_who_can_unpack_them(visitor, accepts, coding):
    (path,) = re.findall(r'href="(/static/desk\.[^"]+)"', await (await visitor.get("/")).text())

    answer = await visitor.get(path, headers={"Accept-Encoding": accepts})

    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert ".wave" in await answer.text()
