"""Keys, notes and alerts of a call on the calamity line, as they stand on the ticket afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

import numpy as np
import pytest
from sqlmodel import col, select

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.customer_now import CustomerNow
from ari_app.desk.outbox import Outbox
from ari_app.desk.report import CallReport, KeyedIn, LegReport
from ari_app.desk.views import TicketView
from ari_app.jobs.pipeline import Pipeline, conduct
from ari_app.store.database import Store
from ari_app.store.in_call_tables import CallSoundRow, KeyedInRow, SoundKind
from ari_app.store.tables import TicketEventRow
from ari_app.store.work_queue import Sound, SoundJob
from ari_app.store.work_tables import DecisionRow, TaskRow, TimeEntryRow
from sla.ticket import EventType
from tests.desk.conftest import MONDAY_10, SetClock
from tests.desk.test_closing_a_call import workflow_ids
from transcription.audio import write_wav
from transcription.reading import ears_in
from transcription.transcript import Transcript, Word
from transcription.voice import Prepared

Report = Callable[..., CallReport]
Look = Callable[[str], Awaitable[TicketView]]
FENNA = "Fenna Fictief"


def talk(report: Report, *keys: tuple[str, str], **different: object) -> CallReport:
    """Ten minutes with an engineer, who keyed this in at the end."""
    ended = MONDAY_10 - timedelta(minutes=1)
    began = ended - timedelta(minutes=10)
    entries = [KeyedIn(ended, FENNA, 1, what, value) for what, value in keys]
    facts: dict[str, object] = {
        "route": "on_duty",
        "recording": None,
        "received_at": began,
        "talked_with": FENNA,
        "talk_started_at": began,
        "talk_ended_at": ended,
        "keyed_in": entries,
    }
    return report(**(facts | different))


async def notes(store: Store) -> list[str]:
    async with store.reading() as session:
        return list((await session.exec(select(DecisionRow.why).where(DecisionRow.what == "note"))).all())


async def test_no_calamity_makes_it_an_ordinary_ticket_and_counts(
    desk: Desk, store: Store, report: Report, look: Look
) -> None:
    """R-055, R-056"""
    number = await desk.close_call(talk(report, ("not_a_calamity", "")))

    assert (await look(number)).kind == "incident"
    async with store.reading() as session:
        ruled = (
            await session.exec(select(TicketEventRow).where(TicketEventRow.type == EventType.NOT_A_CALAMITY))
        ).one()
    assert ruled.actor == FENNA
    assert "*1" in ruled.why


async def test_costs_category_and_call_back_are_carried_out_in_the_name_of_the_engineer(
    desk: Desk, store: Store, report: Report, look: Look
) -> None:
    """R-058, R-085"""
    number = await desk.close_call(talk(report, ("customer_caused", ""), ("category", "3"), ("call_back", "")))

    ticket = await look(number)
    assert ticket.category == "III"
    async with store.reading() as session:
        decisions = (await session.exec(select(DecisionRow).where(DecisionRow.what == "caused_by_customer"))).all()
        tasks = (await session.exec(select(TaskRow))).all()
    assert [one.actor for one in decisions] == [FENNA]
    assert [(task.made_by, "terugbellen" in task.what) for task in tasks] == [(FENNA, True)]


async def test_what_the_desk_refuses_stands_on_the_ticket_as_a_note(
    desk: Desk, store: Store, report: Report, look: Look
) -> None:
    """A-11: no CAT I for a calamity."""
    number = await desk.close_call(talk(report, ("category", "1"), ("customer_caused", "")))

    assert (await look(number)).category is None
    (note,) = await notes(store)
    assert "categorie (*3) 1" in note
    assert "A-11" in note
    async with store.reading() as session:
        refused = (await session.exec(select(KeyedInRow.refused).order_by(col(KeyedInRow.id)))).all()
    assert [bool(one) for one in refused] == [True, False]


async def test_minutes_become_time_of_the_engineer_or_a_note(desk: Desk, store: Store, report: Report) -> None:
    """R-088, R-090"""
    await desk.close_call(talk(report, ("minutes", "15")))

    async with store.reading() as session:
        booked = (await session.exec(select(TimeEntryRow))).all()
    if not booked:
        assert "gewerkte minuten 15" in " ".join(await notes(store))
        return
    (entry,) = booked
    assert entry.ended_at - entry.began_at == timedelta(minutes=15)
    assert entry.engineer_id == 1


async def test_a_colleague_of_the_second_line_makes_it_work_of_that_line(
    desk: Desk, store: Store, report: Report, look: Look
) -> None:
    """R-142"""
    await desk.close_call(talk(report, ("second_line", "Bram Bedacht")))

    async with store.reading() as session:
        (decision,) = (await session.exec(select(DecisionRow).where(DecisionRow.what == "line"))).all()
    assert (decision.before, decision.after) == ("1", "2")
    assert "Bram Bedacht" in decision.why


async def test_keys_are_carried_out_once(desk: Desk, store: Store, report: Report) -> None:
    await desk.close_call(talk(report, ("call_back", "")))
    await desk.close_call(talk(report, ("call_back", "")))
    await desk.carry_out_keys()

    async with store.reading() as session:
        assert len((await session.exec(select(TaskRow))).all()) == 1


async def test_sound_of_a_talk_and_a_spoken_note_are_kept_with_the_ticket(
    desk: Desk, store: Store, report: Report
) -> None:
    await desk.close_call(talk(report, talk_recording="talk/one.wav", spoken_note="note/one.wav"))

    async with store.reading() as session:
        sounds = (await session.exec(select(CallSoundRow).order_by(col(CallSoundRow.id)))).all()
    assert [(one.kind, one.recording, one.by) for one in sounds] == [
        (SoundKind.TALK, "talk/one.wav", FENNA),
        (SoundKind.NOTE, "note/one.wav", FENNA),
    ]


class Hears:
    """Stands in for the speech engine; the real one is in test_the_worker."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def listen(self, _sound: Prepared, hints: Collection[str] = ()) -> Transcript:
        return Transcript(tuple(Word(word, 0.1, 0.5, 0.9) for word in self.words), 2.0, "vosk-tiny-nl", "nl")


@pytest.mark.parametrize(
    ("words", "seconds", "says"),
    [
        (("router", "herstart"), 2.0, "Ingesproken: router herstart"),
        ((), 2.0, "niet verstaan: beluister note/one.wav"),
        (("router",), 0.1, "niet verstaan: beluister note/one.wav"),
    ],
    ids=["words", "no words", "a breath"],
)
async def test_a_spoken_note_is_transcribed_onto_the_ticket_once(
    desk: Desk, store: Store, settings: Settings, report: Report, words: tuple[str, ...], seconds: float, says: str
) -> None:
    await desk.close_call(talk(report, spoken_note="note/one.wav"))
    write_wav(settings.recordings / "note" / "one.wav", np.ones(int(8000 * seconds), dtype=np.int16))
    pipeline = Pipeline(desk, Hears(*words), ears_in(settings.home), asyncio.get_running_loop())
    job = SoundJob(Sound.NOTE, 1)

    for _ in range(2):
        await asyncio.to_thread(conduct, pipeline, job, lambda _name, step, *given: step(*given))

    (told,) = await notes(store)
    assert says in told
    assert await workflow_ids(store) == ["note-1-1"]


async def test_when_nobody_took_the_call_everyone_on_duty_and_the_supervisor_are_told_once(
    desk: Desk, store: Store, report: Report, clock: SetClock
) -> None:
    await desk.close_call(report(not_taken_by=[1, 2]))
    await desk.close_call(report(not_taken_by=[1, 2]))

    told = [one for one in await Outbox(store, clock).claim(20) if one.kind == "call_not_taken"]
    assert [one.payload["to"] for one in told] == ["engineer:1", "engineer:2", "supervisor"]
    assert {one.ticket for one in told} == {"T-1001"}
    assert "Transport De Testrit belde om 10:00. Er is een bericht ingesproken" in told[0].payload["text"]


async def test_a_caller_who_found_a_hole_in_the_rota_is_told_to_the_supervisor(
    desk: Desk, store: Store, report: Report, clock: SetClock
) -> None:
    await desk.close_call(report(found_nobody_on_duty=True))

    told = [one.payload["to"] for one in await Outbox(store, clock).claim(20) if one.kind == "call_not_taken"]
    assert told == ["supervisor"]


async def test_an_engineer_hears_how_many_tickets_of_the_customer_are_open(desk: Desk, report: Report) -> None:
    await desk.close_call(report())
    await desk.close_call(report(call_id="call-2", recording="call/two.wav"))

    assert await desk.customer_now(1) == CustomerNow(open_tickets=2)
    assert await desk.customer_now(2) == CustomerNow()


async def test_a_call_of_no_seconds_is_a_missed_call_with_who_was_rung(desk: Desk, report: Report, look: Look) -> None:
    leg = LegReport(FENNA, "+31612345001", MONDAY_10, "caller_gone", MONDAY_10, 487, "De beller hing op.")

    number = await desk.close_call(report(route="on_duty", recording=None, legs=[leg], ended_at=MONDAY_10))

    ticket = await look(number)
    assert "Gemiste oproep" in ticket.summary
    assert [(one.who, one.result) for one in ticket.legs] == [(FENNA, "caller_gone")]


def test_a_report_with_keys_survives_the_spool(report: Report) -> None:
    before = talk(report, ("category", "2"), talk_recording="talk/one.wav", not_taken_by=[1])

    assert CallReport.from_dict(before.to_dict()) == before
