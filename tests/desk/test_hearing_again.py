"""After a change of model messages are heard again; what people decided and what the machine said before is not lost."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ari_app.desk import Desk
from ari_app.desk.hear_again import Progress, Which
from ari_app.desk.report import CallReport
from ari_app.desk.transcripts import Unheard
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.job_tables import Erased, ErasedRow
from ari_app.store.tables import TicketRow, VoicemailState
from ari_app.store.work_queue import Haste, Sound, SoundJob
from sla.terms import Category
from tests.desk.conftest import MONDAY_10, SetClock
from tests.desk.test_what_was_heard import heard

Report = Callable[..., CallReport]
Look = Callable[[str], Awaitable[TicketView]]
GRAVE = "het hele bedrijf ligt plat en niemand kan bellen"


async def hear(desk: Desk, job: SoundJob, text: str, model: str = "vosk-tiny-nl") -> None:
    assert await desk.hearing.begin(job) is not None
    assert await desk.hearing.file(job, heard(text, model))


@pytest.fixture
async def number(desk: Desk, report: Report) -> str:
    """A ticket whose message the old model heard as CAT III."""
    number = await desk.close_call(report())
    await hear(desk, SoundJob(Sound.MESSAGE, 1), GRAVE, "old-nl")
    return number


async def test_the_new_text_is_shown_and_the_old_one_kept(desk: Desk, look: Look, number: str) -> None:
    (job,) = await desk.hear_again.ask([1])
    meanwhile = await look(number)
    await hear(desk, job, "het hele bedrijf ligt helemaal plat", "new-nl")

    ticket = await look(number)
    assert job == SoundJob(Sound.MESSAGE, 1, 2, Haste.AGAIN)
    assert meanwhile.voicemail is not None
    assert (meanwhile.voicemail.state, meanwhile.voicemail.text) == ("transcribed", GRAVE)
    assert ticket.voicemail is not None
    assert (ticket.voicemail.text, ticket.voicemail.model) == ("het hele bedrijf ligt helemaal plat", "new-nl")
    assert [(one.text, one.model, one.proposal) for one in ticket.older_texts] == [(GRAVE, "old-nl", "cat3")]


async def test_what_a_person_confirmed_stays_with_what_they_judged_by(
    desk: Desk, store: Store, look: Look, number: str
) -> None:
    async with store.session() as session:
        row = await session.get_one(TicketRow, 1)
        row.category, row.needs_review = Category.II, False
    before = await look(number)

    (job,) = await desk.hear_again.ask([1])
    await hear(desk, job, "goedemorgen niemand kan bellen", "new-nl")

    ticket = await look(number)
    assert (ticket.category, ticket.needs_review) == (Category.II, False)
    assert (ticket.proposal, ticket.why_proposed, ticket.summary) == (
        before.proposal,
        before.why_proposed,
        before.summary,
    )


async def test_a_milder_reading_makes_nothing_milder_until_a_person_decides(
    desk: Desk, look: Look, number: str
) -> None:
    """A-19, R-085"""
    before = await look(number)
    (job,) = await desk.hear_again.ask([1])
    milder = heard("een toestel hapert", "new-nl")
    await desk.hearing.begin(job)

    await desk.hearing.file(job, replace(milder, assessment=replace(milder.assessment, category="cat1")))

    ticket = await look(number)
    assert ticket.proposed_category is Category.III
    assert ticket.deadlines == before.deadlines
    assert "Eerder voorgesteld: CAT III" in ticket.why_proposed


async def test_hearing_nothing_this_time_takes_no_text_away(desk: Desk, look: Look, number: str) -> None:
    (first,) = await desk.hear_again.ask([1])
    await hear(desk, first, "", "new-nl")
    (second,) = await desk.hear_again.ask([1])
    await desk.hearing.begin(second)
    await desk.hearing.file(second, Unheard(VoicemailState.FAILED, "the recording is gone"))

    ticket = await look(number)
    assert ticket.voicemail is not None
    assert (ticket.voicemail.text, ticket.voicemail.state) == (GRAVE, "transcribed")


async def test_an_attempt_that_was_overtaken_files_nothing(desk: Desk, look: Look, number: str) -> None:
    (first,) = await desk.hear_again.ask([1])
    (second,) = await desk.hear_again.ask([1])

    assert await desk.hearing.begin(first) is None
    assert not await desk.hearing.file(first, heard("te laat"))
    await hear(desk, second, "op tijd gehoord vandaag", "new-nl")
    assert [one.text for one in (await look(number)).older_texts] == [GRAVE]


async def test_messages_are_chosen_by_ticket_by_model_and_by_day(
    desk: Desk, clock: SetClock, report: Report, number: str
) -> None:
    clock.at += timedelta(days=1)
    later = await desk.close_call(report(call_id="call-2", recording="call/two.wav"))
    await hear(desk, SoundJob(Sound.MESSAGE, 2), GRAVE, "new-nl")
    again = desk.hear_again

    assert await again.choose(Which()) == ([1, 2], [])
    assert await again.choose(Which((later,))) == ([2], [])
    assert await again.choose(Which(other_than=frozenset({"new-nl"}))) == ([1], [])
    assert await again.choose(Which(since=MONDAY_10 + timedelta(hours=1))) == ([2], [])
    with pytest.raises(ValueError, match="no message to hear again: T-1099"):
        await again.choose(Which((number, "T-1099")))


async def test_what_has_no_recording_any_more_is_named_and_left(desk: Desk, store: Store, number: str) -> None:
    async with store.session() as session:
        session.add(ErasedRow(ticket_id=1, what=Erased.AUDIO, at=MONDAY_10))

    assert await desk.hear_again.choose(Which()) == ([], [number])


async def test_how_far_it_is_counts_what_failed_apart(desk: Desk, report: Report, number: str) -> None:
    await desk.close_call(report(call_id="call-2", recording="call/two.wav"))
    jobs = await desk.hear_again.ask([1, 2])
    before = await desk.hear_again.progress(jobs)
    await hear(desk, jobs[0], GRAVE)
    await desk.hearing.begin(jobs[1])
    await desk.hearing.fail(jobs[1], "het ging mis", timedelta(minutes=1))

    assert (before, await desk.hear_again.progress(jobs)) == (Progress(0, 0), Progress(2, 1))


async def test_a_sound_that_fell_out_of_the_queue_is_put_back_and_one_that_is_done_is_not(
    desk: Desk, report: Report, number: str
) -> None:
    await desk.close_call(report(call_id="call-2", recording="call/two.wav"))
    (lost,) = await desk.hear_again.unheard()

    await desk.hear_again.put_back(lost, has_ended=True)
    await desk.hear_again.put_back(SoundJob(Sound.MESSAGE, 1), has_ended=True)

    assert lost == SoundJob(Sound.MESSAGE, 2)
    assert await desk.hear_again.unheard() == [SoundJob(Sound.MESSAGE, 2, 2)]
