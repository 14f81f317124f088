"""Who must do what, on top of the tickets."""

from datetime import timedelta

import pytest

from ari_app.desk.actor import Actor
from ari_app.desk.commands.people import assign
from ari_app.desk.commands.progress import begin_work
from ari_app.desk.notices import NoticeView
from ari_app.store.outbox_tables import NoticeKind
from ari_app.store.tables import Role
from ari_app.web.notices import task
from sla.terms import ClockKind
from tests.web.test_pages import plain

SUPERVISOR = Actor("sanne", Role.SUPERVISOR)


async def look(desk):
    while await desk.look_again(20):
        pass


async def test_what_runs_out_is_shown_with_whose_it_is_and_what_to_do(visitor, caller, clock):
    number = await caller.leaves_message()
    before = plain(await (await visitor.get("/")).text())
    clock.move(timedelta(hours=3, minutes=30))
    await look(caller.desk)
    nobody = plain(await (await visitor.get("/")).text())
    await caller.desk.change(number, SUPERVISOR, assign, 1)
    assigned = plain(await (await visitor.get("/")).text())

    assert "Wie moet wat" not in before
    assert (
        f"nog niemand reageer: de termijn loopt bijna af {number}, Transport De Testrit; R-014, L64-74, SLA" in nobody
    )
    assert "Fenna Fictief reageer: de termijn loopt bijna af" in assigned


async def test_what_was_done_is_asked_of_nobody(visitor, caller, clock):
    number = await caller.leaves_message()
    clock.move(timedelta(hours=3, minutes=30))
    await look(caller.desk)
    before = plain(await (await visitor.get("/")).text())

    await caller.desk.change(number, SUPERVISOR, begin_work)

    assert "nog niemand reageer" in before
    assert "reageer" not in plain(await (await visitor.get("/")).text())


async def test_at_most_eight_are_shown(visitor, caller, clock):
    for _ in range(9):
        await caller.hangs_up()
    clock.move(timedelta(hours=3, minutes=30))
    await look(caller.desk)

    text = plain(await (await visitor.get("/")).text())

    assert text.count("nog niemand") == 8
    assert "en nog meer" in text


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("clock", [*ClockKind, None])
def test_every_notice_is_a_task_in_words(clock, kind):
    if clock is None and kind not in (NoticeKind.NO_PLAN, NoticeKind.NOT_PLANNED):
        return
    said = task(NoticeView(1, "T-1001", kind, clock, None, None, False))

    assert len(said.split()) >= 4
