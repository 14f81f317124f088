"""A message on its way to text, step by step, as the worker takes it; steps that run twice change nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import text
from sqlmodel import select

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.outbox import Outbox
from ari_app.desk.report import CallReport
from ari_app.desk.transcripts import Heard, Unheard
from ari_app.desk.views import TicketView
from ari_app.jobs.durable import StepFailed
from ari_app.jobs.pipeline import MOST_STARTS, Found, Pipeline, conduct
from ari_app.store.database import Store
from ari_app.store.job_tables import JobState, SoundJobRow
from ari_app.store.work_queue import Haste, Sound, SoundJob
from tests.desk.conftest import SetClock
from transcription.audio import write_wav
from transcription.reading import ears_in
from transcription.transcript import Transcript, Word
from transcription.voice import Prepared

Report = Callable[..., CallReport]
Look = Callable[[str], Awaitable[TicketView]]
JOB = SoundJob(Sound.MESSAGE, 1)
MINUTE = timedelta(minutes=1)


class Hears:
    """Stands in for the speech engine; fails as long as `fails`."""

    def __init__(self, language: str = "nl", said: str = "het hele bedrijf ligt plat en niemand kan bellen") -> None:
        self.language = language
        self.said = said
        self.fails = False
        self.times = 0
        self.hints: Collection[str] = ()

    def listen(self, _sound: Prepared, hints: Collection[str] = ()) -> Transcript:
        self.hints, self.times = hints, self.times + 1
        if self.fails:
            raise RuntimeError("the decoder fell over")
        words = tuple(Word(word, i * 0.4, i * 0.4 + 0.3, 0.95) for i, word in enumerate(self.said.split()))
        return Transcript(words, 12.5, f"vosk-{self.language}", self.language)


@pytest.fixture
def engine() -> Hears:
    return Hears()


@pytest.fixture
def pipeline(desk: Desk, settings: Settings, engine: Hears) -> Pipeline:
    write_wav(settings.recordings / "call" / "one.wav", np.ones(16000, dtype=np.int16))
    loop = asyncio.get_event_loop_policy().get_event_loop()
    return Pipeline(desk, engine, ears_in(settings.home), loop, worker="worker-1", again_after=(MINUTE, 5 * MINUTE))


def once(_name: str, step: Callable[..., object], *given: object) -> object:
    """A step without quick tries."""
    try:
        return step(*given)
    except RuntimeError as failure:
        raise StepFailed(str(failure)) from failure


async def hear(pipeline: Pipeline, job: SoundJob = JOB) -> str:
    pipeline._loop = asyncio.get_running_loop()
    return await asyncio.to_thread(conduct, pipeline, job, once)


async def queued(store: Store) -> dict[str, str]:
    """Jobs in the queue, and the queue of each."""
    schema = "" if store.is_sqlite else "dbos."
    async with store.reading() as session:
        connection = await session.connection()
        found = await connection.execute(
            text(f"SELECT workflow_uuid, queue_name FROM {schema}workflow_status ORDER BY 1")
        )
        return {name: queue for name, queue in found}


async def job_row(store: Store) -> SoundJobRow:
    async with store.reading() as session:
        return (await session.exec(select(SoundJobRow))).one()


async def test_every_step_may_run_twice_and_the_ticket_has_one_result(
    desk: Desk, store: Store, clock: SetClock, report: Report, look: Look, pipeline: Pipeline
) -> None:
    number = await desk.close_call(report())

    def twice(name: str, step: Callable[..., object], *given: object) -> object:
        step(*given)
        return step(*given)

    pipeline._loop = asyncio.get_running_loop()
    state = await asyncio.to_thread(conduct, pipeline, JOB, twice)
    clock.at += MINUTE
    await desk.urgent.tell(20)

    ticket = await look(number)
    assert state == "filed"
    assert ticket.voicemail is not None
    assert ticket.voicemail.text == "het hele bedrijf ligt plat en niemand kan bellen"
    assert ticket.proposal == "cat3"
    assert (await job_row(store)).state is JobState.DONE
    assert len([one for one in await Outbox(store, clock).claim(20) if one.kind == "urgent"]) == 1


async def test_a_message_that_was_heard_is_not_heard_again_by_the_same_job(
    desk: Desk, report: Report, look: Look, pipeline: Pipeline, engine: Hears
) -> None:
    number = await desk.close_call(report())
    await hear(pipeline)
    engine.said = "iets heel anders"

    assert await hear(pipeline) == "nothing_to_do"
    ticket = await look(number)
    assert ticket.voicemail is not None
    assert "hele bedrijf" in ticket.voicemail.text


async def test_a_worker_that_comes_back_from_the_dead_files_nothing(
    desk: Desk, report: Report, look: Look, pipeline: Pipeline, engine: Hears
) -> None:
    """Both began; the second was quicker."""
    number = await desk.close_call(report())
    pipeline._loop = asyncio.get_running_loop()

    file = pipeline.file

    def slowly(job: SoundJob, found: Found) -> None:
        engine.said, pipeline.file = "de tweede was eerder", file  # type: ignore[method-assign]
        assert conduct(pipeline, JOB, once) == "filed"
        file(job, found)

    pipeline.file = slowly  # type: ignore[method-assign]
    await asyncio.to_thread(conduct, pipeline, JOB, once)

    ticket = await look(number)
    assert ticket.voicemail is not None
    assert ticket.voicemail.text == "de tweede was eerder"


async def test_a_filing_that_fails_is_tried_again_without_hearing_again(
    desk: Desk, report: Report, look: Look, pipeline: Pipeline, engine: Hears, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await desk.close_call(report())
    filed = desk.hearing.file
    answers: list[Exception] = [OSError("the database is away")]

    async def file(job: SoundJob, found: Heard | Unheard) -> bool:
        if answers:
            raise answers.pop()
        return await filed(job, found)

    def two_tries(_name: str, step: Callable[..., object], *given: object) -> object:
        with pytest.raises(OSError, match="away"):
            step(*given)
        return step(*given)

    monkeypatch.setattr(desk.hearing, "file", file)
    pipeline._loop = asyncio.get_running_loop()
    state = await asyncio.to_thread(conduct, pipeline, JOB, two_tries)

    ticket = await look(number)
    assert (state, engine.times) == ("filed", 1)
    assert ticket.voicemail is not None
    assert ticket.voicemail.state == "transcribed"


async def test_after_a_failure_it_is_tried_again_later_and_in_the_end_parked_and_told_once(
    desk: Desk, store: Store, clock: SetClock, report: Report, look: Look, pipeline: Pipeline, engine: Hears
) -> None:
    number = await desk.close_call(report())
    engine.fails = True

    states = [await hear(pipeline, SoundJob(Sound.MESSAGE, 1, attempt)) for attempt in (1, 1, 2, 3, 3)]

    ticket = await look(number)
    assert states == ["retrying", "nothing_to_do", "retrying", "parked", "nothing_to_do"]
    assert list(await queued(store)) == ["message-1-1", "message-1-2", "message-1-3"]
    assert ticket.voicemail is not None
    assert (ticket.voicemail.state, ticket.voicemail.error) == ("failed", "the decoder fell over")
    assert ticket.needs_review
    assert [one.ticket for one in await desk.hear_again.parked(10)] == [number]
    told = [one for one in await Outbox(store, clock).claim(20) if one.kind == "message_parked"]
    assert [one.payload["to"] for one in told] == ["supervisor"]


async def test_what_is_parked_is_tried_again_when_a_person_asks(
    desk: Desk, report: Report, look: Look, pipeline: Pipeline, engine: Hears
) -> None:
    number = await desk.close_call(report())
    engine.fails = True
    for attempt in (1, 2, 3):
        await hear(pipeline, SoundJob(Sound.MESSAGE, 1, attempt))
    engine.fails = False

    asked = await desk.hear_again.try_again([number])
    waiting = await look(number)
    state = await hear(pipeline, SoundJob(Sound.MESSAGE, 1, 4))

    ticket = await look(number)
    assert asked == [number]
    assert waiting.voicemail is not None
    assert waiting.voicemail.state == "pending"
    assert state == "filed"
    assert ticket.voicemail is not None
    assert ticket.voicemail.state == "transcribed"
    assert await desk.hear_again.count_parked() == 0


async def test_only_what_is_parked_can_be_tried_again(desk: Desk, report: Report) -> None:
    number = await desk.close_call(report())

    with pytest.raises(ValueError, match=f"nothing is parked of {number}"):
        await desk.hear_again.try_again([number])


async def test_a_message_that_kills_its_workers_is_parked(
    desk: Desk, report: Report, look: Look, pipeline: Pipeline
) -> None:
    number = await desk.close_call(report())
    for _ in range(MOST_STARTS):  # each of them died
        await desk.hearing.begin(JOB, "worker-1")

    assert await hear(pipeline) == "parked"
    ticket = await look(number)
    assert ticket.voicemail is not None
    assert "het spraakprogramma stopt bij deze opname" in ticket.voicemail.error


async def test_a_failure_of_the_engine_is_no_death_of_a_worker(
    desk: Desk, store: Store, report: Report, pipeline: Pipeline, engine: Hears
) -> None:
    await desk.close_call(report())
    engine.fails = True

    await hear(pipeline)

    assert (await job_row(store)).starts == 0


@pytest.mark.parametrize(("language", "heard_by"), [("", "vosk-nl"), ("en", "vosk-en")])
async def test_the_language_that_a_caller_chose_is_listened_to(
    desk: Desk, report: Report, look: Look, pipeline: Pipeline, language: str, heard_by: str
) -> None:
    pipeline._others = {"en": Hears("en", "the whole company is down")}
    number = await desk.close_call(report(language=language))

    await hear(pipeline)

    ticket = await look(number)
    assert ticket.voicemail is not None
    assert ticket.voicemail.model == heard_by


async def test_without_a_model_for_a_language_no_words_are_invented(
    desk: Desk, report: Report, look: Look, pipeline: Pipeline
) -> None:
    number = await desk.close_call(report(language="en"))

    assert await hear(pipeline) == "parked"
    ticket = await look(number)
    assert ticket.voicemail is not None
    assert ticket.voicemail.text == ""
    assert "geen spraakmodel" in ticket.voicemail.error


SATURDAY_10 = timedelta(days=5)


@pytest.mark.parametrize(
    ("later", "different", "haste"),
    [
        (timedelta(), {"is_urgent": True}, Haste.PRESSED_URGENT),
        (SATURDAY_10, {}, Haste.CALAMITY_HOURS),
        (timedelta(), {}, Haste.CONTRACT),
        (timedelta(), {"caller_number": "+31612345678"}, Haste.NONE),
    ],
    ids=["pressed urgent", "calamity hours", "a contract", "nobody we know"],
)
async def test_who_is_in_haste_has_a_queue_of_their_own(
    desk: Desk,
    store: Store,
    clock: SetClock,
    report: Report,
    later: timedelta,
    different: dict[str, object],
    haste: Haste,
) -> None:
    clock.at += later

    await desk.close_call(report(**different))

    assert await queued(store) == {"message-1-1": "ordinary" if haste is Haste.NONE else "urgent"}
    schema = "" if store.is_sqlite else "dbos."
    async with store.reading() as session:
        connection = await session.connection()
        found = await connection.execute(text(f"SELECT priority FROM {schema}workflow_status"))
    assert found.scalar() == haste.value
