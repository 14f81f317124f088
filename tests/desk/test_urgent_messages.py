"""An urgent message is told, one after another, until somebody claims it; exactly one of us has it then."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, delete, select

from ari_app.config import Settings, UrgentSettings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.progress import begin_work, close
from ari_app.desk.refusal import Refused
from ari_app.desk.transcripts import Heard
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.tables import DutyRow, Role, VoicemailRow
from ari_app.store.work_queue import Sound, SoundJob
from tests.desk.conftest import CUSTOMER, ENGINEER, Report, SetClock
from transcription.assessment import assess
from transcription.reading import bundled_phrases
from transcription.transcript import Transcript, Word

#: Saturday 7 March 2026, 09:00 in Amsterdam: calamity hours.
SATURDAY_9 = datetime(2026, 3, 7, 8, 0, tzinfo=UTC)
BRAM = Actor("bram", Role.ENGINEER)
Look = Callable[[str], Awaitable[TicketView]]


@pytest.fixture(autouse=True)
async def duty(store: Store, clock: SetClock) -> None:
    """Engineers 1 and 2, in that order, the whole weekend."""
    clock.at = SATURDAY_9
    async with store.session() as session:
        await session.exec(delete(DutyRow))
        session.add_all(
            DutyRow(
                engineer_id=engineer,
                starts_at=SATURDAY_9 - timedelta(days=1),
                ends_at=SATURDAY_9 + timedelta(days=2),
                position=engineer,
            )
            for engineer in (1, 2)
        )


async def told(store: Store) -> list[str]:
    """Who was told, in order."""
    async with store.reading() as session:
        rows = await session.exec(select(OutboxRow).where(OutboxRow.kind == "urgent").order_by(col(OutboxRow.id)))
        return [row.payload["to"] for row in rows]


async def pass_minutes(desk: Desk, clock: SetClock, minutes: int) -> None:
    """Ticks every minute, as often as a service that is quite busy."""
    for _ in range(minutes):
        await desk.urgent.tell(20)
        clock.at += timedelta(minutes=1)


async def test_the_first_on_duty_is_told_at_once_and_the_second_five_minutes_later(
    desk: Desk, store: Store, clock: SetClock, report: Report
) -> None:
    await desk.close_call(report(is_urgent=True))

    await pass_minutes(desk, clock, 5)
    after_five = await told(store)
    await pass_minutes(desk, clock, 1)

    assert after_five == ["engineer:1"]
    assert await told(store) == ["engineer:1", "engineer:2"]


async def test_after_the_last_one_everybody_and_the_supervisor_are_told(
    desk: Desk, store: Store, clock: SetClock, report: Report
) -> None:
    await desk.close_call(report(is_urgent=True))

    await pass_minutes(desk, clock, 11)

    assert await told(store) == ["engineer:1", "engineer:2", "engineer:1", "engineer:2", "supervisor"]


async def test_a_claim_ends_the_telling(desk: Desk, store: Store, clock: SetClock, report: Report) -> None:
    number = await desk.close_call(report(is_urgent=True))
    await pass_minutes(desk, clock, 1)

    await desk.urgent.claim(number, ENGINEER, "cli")
    await pass_minutes(desk, clock, 60)

    assert await told(store) == ["engineer:1"]
    assert await desk.urgent.waiting() == []


async def test_a_message_whose_ticket_was_closed_waits_for_nobody(desk: Desk, clock: SetClock, report: Report) -> None:
    number = await desk.close_call(report(is_urgent=True))
    await desk.change(number, ENGINEER, close, "was een vergissing")

    assert await desk.urgent.waiting() == []


async def test_who_comes_second_hears_who_has_it_and_since_when(desk: Desk, clock: SetClock, report: Report) -> None:
    number = await desk.close_call(report(is_urgent=True))
    clock.at += timedelta(minutes=12)
    await desk.urgent.claim(number, ENGINEER, "page")

    with pytest.raises(Refused, match="Al opgepakt door fenna om 09:12"):
        await desk.urgent.claim(number, BRAM, "cli")
    await desk.urgent.claim(number, ENGINEER, "page")


async def test_of_many_who_claim_at_once_exactly_one_has_it(desk: Desk, look: Look, report: Report) -> None:
    number = await desk.close_call(report(is_urgent=True))
    people = [Actor(f"collega {at}", Role.ENGINEER) for at in range(8)]

    answers = await asyncio.gather(*(desk.urgent.claim(number, one, "cli") for one in people), return_exceptions=True)

    winners = [one.name for one, answer in zip(people, answers, strict=True) if answer is None]
    assert [type(answer) for answer in answers if answer is not None] == [Refused] * 7
    assert [(await look(number)).claimed_by] == winners


async def test_two_services_side_by_side_tell_each_step_once(
    desk: Desk, store: Store, settings: Settings, clock: SetClock, report: Report
) -> None:
    other_store = Store.open(settings.database_url)
    other = Desk(other_store, settings, clock)
    await desk.close_call(report(is_urgent=True))

    for _ in range(11):
        await asyncio.gather(desk.urgent.tell(20), other.urgent.tell(20), desk.urgent.tell(20))
        clock.at += timedelta(minutes=1)
    await other_store.close()

    assert sorted(await told(store)) == sorted(["engineer:1", "engineer:2", "engineer:1", "engineer:2", "supervisor"])


async def test_at_night_a_message_waits_for_the_calamity_hours(
    desk: Desk, store: Store, clock: SetClock, report: Report
) -> None:
    clock.at = SATURDAY_9 - timedelta(hours=5)
    await desk.close_call(report(is_urgent=True))

    await pass_minutes(desk, clock, 30)
    at_night = await told(store)
    clock.at = SATURDAY_9
    await pass_minutes(desk, clock, 1)

    assert at_night == []
    assert await told(store) == ["engineer:1"]


async def test_a_line_that_is_set_to_any_hour_tells_at_night(
    store: Store, settings: Settings, clock: SetClock, report: Report
) -> None:
    settings = settings.model_copy(update={"urgent": UrgentSettings(hours="any")})
    desk = Desk(store, settings, clock)
    clock.at = SATURDAY_9 - timedelta(hours=5)
    await desk.close_call(report(is_urgent=True))

    await pass_minutes(desk, clock, 1)

    assert await told(store) == ["engineer:1"]


async def test_with_nobody_on_duty_the_supervisor_is_told_at_once(
    desk: Desk, store: Store, clock: SetClock, report: Report
) -> None:
    clock.at = SATURDAY_9 + timedelta(days=7)
    await desk.close_call(report(is_urgent=True))

    await pass_minutes(desk, clock, 1)

    assert await told(store) == ["supervisor"]


async def test_a_message_that_somebody_works_on_is_told_no_further(
    desk: Desk, store: Store, clock: SetClock, report: Report
) -> None:
    number = await desk.close_call(report(is_urgent=True))
    await pass_minutes(desk, clock, 1)

    await desk.change(number, ENGINEER, begin_work)
    await pass_minutes(desk, clock, 30)

    assert await told(store) == ["engineer:1"]


async def test_an_urgent_message_goes_first_in_the_queue_until_it_is_claimed(desk: Desk, report: Report) -> None:
    premium = await desk.close_call(report(call_id="call-1", recording="call/one.wav"))
    urgent = await desk.close_call(
        report(call_id="call-2", recording="call/two.wav", is_urgent=True, caller_number="+31850004140")
    )

    before = [view.number for view in (await desk.queue()).queue]
    await desk.urgent.claim(urgent, ENGINEER, "cli")

    assert before == [urgent, premium]
    assert [view.number for view in (await desk.queue()).queue] == [premium, urgent]


@pytest.mark.parametrize(("category", "is_told"), [("cat3", ["engineer:1"]), ("cat2", [])])
async def test_a_message_that_sounds_like_cat_iii_is_urgent_by_itself(
    desk: Desk, store: Store, clock: SetClock, report: Report, category: str, is_told: list[str]
) -> None:
    await desk.close_call(report())
    async with store.reading() as session:
        voicemail = (await session.exec(select(VoicemailRow.id))).one()
    assessment = replace(assess("het hele bedrijf ligt plat", bundled_phrases("nl")), category=category)
    transcript = Transcript((Word("niemand", 0.0, 0.5, 1.0),), 1.0, "vosk-tiny-nl", "nl")

    job = SoundJob(Sound.MESSAGE, voicemail or 0)
    await desk.hearing.begin(job)
    for _ in range(2):  # a step may run twice
        await desk.hearing.file(job, Heard(transcript, assessment))
    await pass_minutes(desk, clock, 1)

    assert await told(store) == is_told


async def test_only_our_own_people_claim(desk: Desk, report: Report) -> None:
    number = await desk.close_call(report(is_urgent=True))

    with pytest.raises(Refused, match="R-100"):
        await desk.urgent.claim(number, CUSTOMER, "page")


async def test_a_ticket_without_an_urgent_message_can_not_be_claimed(desk: Desk, report: Report) -> None:
    number = await desk.close_call(report())

    with pytest.raises(Refused, match="heeft geen dringend bericht"):
        await desk.urgent.claim(number, ENGINEER, "cli")


async def test_the_choices_of_a_caller_stand_on_the_ticket(desk: Desk, look: Look, report: Report) -> None:
    number = await desk.close_call(report(is_urgent=True, call_back_number="+31612345678", language="en"))

    view = await look(number)

    assert (view.is_urgent, view.call_back_number, view.language) == (True, "+31612345678", "en")
    to_hear = await desk.hearing.begin(SoundJob(Sound.MESSAGE, 1))
    assert to_hear is not None
    assert to_hear.language == "en"
