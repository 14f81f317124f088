"""Recordings, texts and numbers of finished tickets go after their days, each noted on the ticket; statistics stay."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.config import RetentionSettings, Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.report import CallReport, Step
from ari_app.desk.retention import Retention, without_numbers
from ari_app.desk.views import TicketView
from ari_app.store.account_tables import AccountRow
from ari_app.store.api_tables import ApiAnswerRow, ApiTokenRow
from ari_app.store.database import Store
from ari_app.store.job_tables import Erased
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.tables import Role, TicketEventRow, TicketRow
from ari_app.store.work_queue import Sound, SoundJob
from sla.ticket import EventType, TicketState
from tests.desk.conftest import MONDAY_10, SetClock
from tests.desk.test_what_was_heard import heard

Report = Callable[..., CallReport]
Look = Callable[[str], Awaitable[TicketView]]
NUMBER = "+31850004120"


@pytest.fixture
async def number(desk: Desk, store: Store, settings: Settings, report: Report) -> str:
    """A closed ticket with a recording, its rendition, its text and its caller's number."""
    (settings.recordings / "call").mkdir(parents=True)
    for name in ("one.wav", "one.mp3", "two.wav"):
        (settings.recordings / "call" / name).write_bytes(b"sound")
    steps = [Step(MONDAY_10, "call_back_number", "0612345678"), Step(MONDAY_10, "prompt", "welcome")]
    number = await desk.close_call(report(is_urgent=True, call_back_number="+31612345678", steps=steps))
    await desk.hearing.file(SoundJob(Sound.MESSAGE, 1), heard("het hele bedrijf ligt plat"))
    await desk.urgent.tell(20)
    async with store.session() as session:
        (await session.get_one(TicketRow, 1)).state = TicketState.CLOSED
    return number


async def keep_answer(session: AsyncSession, clock: SetClock, number: str) -> None:
    """As the API does for a request with an Idempotency-Key."""
    account = AccountRow(username="koppeling", password_hash="", role=Role.SUPERVISOR, created_at=clock.at)
    session.add(account)
    await session.flush()
    token = ApiTokenRow(account_id=account.id or 0, name="proef", prefix="mld_proef", token_hash="", made_by="ilse",
                        made_at=clock.at, expires_at=clock.at + timedelta(days=90))  # fmt: skip
    session.add(token)
    await session.flush()
    body = f'{{"ticket": {{"number":"{number}","summary":"plat"}}}}'
    session.add(
        ApiAnswerRow(token_id=token.id or 0, key="one", request_hash="", asked_at=clock.at, status=200, body=body)
    )


def retention(desk: Desk, settings: Settings, clock: SetClock, **days: int) -> Retention:
    return Retention(desk.store, clock, settings.model_copy(update={"retention": RetentionSettings(**days)}))


async def test_a_recording_goes_after_its_days_with_what_was_made_of_it_and_no_other(
    desk: Desk, settings: Settings, clock: SetClock, look: Look, number: str
) -> None:
    kept = retention(desk, settings, clock, audio_days=30)
    clock.at = MONDAY_10 + timedelta(days=30)
    early = await kept.erase()
    clock.at += timedelta(seconds=1)
    done = [await kept.erase() for _ in range(2)]

    ticket = await look(number)
    assert (early.total(), [one.total() for one in done]) == (0, [1, 0])
    assert [file.name for file in (settings.recordings / "call").iterdir()] == ["two.wav"]
    assert ticket.erased == ("audio",)
    assert ticket.voicemail is not None
    assert ticket.voicemail.text == "het hele bedrijf ligt plat"
    assert [one.why for one in ticket.work.decisions if one.what == "retention"] == [
        "De opname is verwijderd: de bewaartermijn van 30 dagen is om."
    ]


async def test_a_text_goes_with_what_quotes_it_and_what_statistics_need_stays(
    desk: Desk, settings: Settings, clock: SetClock, store: Store, look: Look, number: str
) -> None:
    clock.at += timedelta(days=31)

    await retention(desk, settings, clock, transcript_days=30).erase()

    ticket = await look(number)
    async with store.reading() as session:
        told = (await session.exec(select(OutboxRow.payload))).all()
    assert ticket.voicemail is not None
    assert (ticket.voicemail.words, ticket.voicemail.evidence, ticket.why_proposed) == ((), (), "")
    assert "bedrijf" not in f"{ticket.summary} {told}"
    assert (ticket.voicemail.seconds, ticket.voicemail.model, ticket.proposal) == (12.5, "vosk-tiny-nl", "cat3")
    assert ticket.voicemail.sure is not None
    assert ticket.caller_number == NUMBER


async def test_a_number_goes_wherever_it_stands(
    desk: Desk, settings: Settings, clock: SetClock, store: Store, look: Look, number: str
) -> None:
    clock.at += timedelta(days=31)

    await retention(desk, settings, clock, number_days=30).erase()

    ticket = await look(number)
    assert (ticket.caller_number, ticket.call_back_number) == (None, None)
    assert [step.detail for step in ticket.steps] == ["•••", "welcome"]
    assert ticket.customer_name == "Transport De Testrit"


async def test_a_number_goes_from_what_people_wrote_with_what_happened(
    desk: Desk, settings: Settings, clock: SetClock, store: Store, number: str
) -> None:
    async with store.session() as session:
        told = {"before": "", "category": "II", "question": "bent u op 06-12398765 te bereiken?"}
        session.add(TicketEventRow(ticket_id=1, type=EventType.CATEGORY_CONFIRMED, at=clock.at, recorded_at=clock.at,
                                   detail=told, why="belde van 0612398765"))  # fmt: skip
    clock.at += timedelta(days=31)

    await retention(desk, settings, clock, number_days=30).erase()

    async with store.reading() as session:
        last = (await session.exec(select(TicketEventRow).order_by(col(TicketEventRow.id).desc()))).first()
    assert last is not None
    assert (last.why, last.detail["question"]) == ("belde van •••", "bent u op ••• te bereiken?")
    assert last.detail["category"] == "II"


async def test_kept_answers_of_the_api_go_after_a_day_without_any_term(
    desk: Desk, settings: Settings, clock: SetClock, store: Store, number: str
) -> None:
    async with store.session() as session:
        await keep_answer(session, clock, number)
    left = []
    for hours in (23, 2):
        clock.at += timedelta(hours=hours)
        await retention(desk, settings, clock).erase()
        async with store.reading() as session:
            left.append(len((await session.exec(select(ApiAnswerRow))).all()))

    assert left == [1, 0]


async def test_a_kept_answer_that_quotes_an_erased_ticket_is_emptied_and_its_key_stays_taken(
    desk: Desk, settings: Settings, clock: SetClock, store: Store, number: str
) -> None:
    clock.at += timedelta(days=31)
    async with store.session() as session:
        await keep_answer(session, clock, number)

    await retention(desk, settings, clock, transcript_days=30).erase()

    async with store.reading() as session:
        (kept,) = (await session.exec(select(ApiAnswerRow))).all()
    assert (kept.key, kept.status, kept.body) == ("one", 200, "")


async def test_attachments_go_after_their_days_with_their_names_and_only_where_there_are_any(
    desk: Desk, settings: Settings, clock: SetClock, look: Look, report: Report, store: Store, number: str
) -> None:
    by = Actor("fenna", Role.ENGINEER)
    await desk.attachments.add(number, "lijst.txt", b"Jan Verzonnen", by)
    other = await desk.close_call(report(call_id="call-2", recording=None))
    async with store.session() as session:
        (await session.get_one(TicketRow, 2)).state = TicketState.CLOSED
    clock.at += timedelta(days=31)

    kept = retention(desk, settings, clock, attachment_days=30)
    done = [await kept.erase() for _ in range(2)]

    assert [one[Erased.ATTACHMENTS] for one in done] == [1, 0]
    assert await desk.attachments.of_ticket(number) == ()
    assert list(settings.attachments.iterdir()) == []
    assert ((await look(number)).erased, (await look(other)).erased) == (("attachments",), ())


async def test_an_attachment_that_came_after_the_others_were_deleted_goes_too(
    desk: Desk, settings: Settings, clock: SetClock, number: str
) -> None:
    by = Actor("fenna", Role.ENGINEER)
    clock.at += timedelta(days=31)
    kept = retention(desk, settings, clock, attachment_days=30)
    await desk.attachments.add(number, "een.txt", b"een", by)
    await kept.erase()
    await desk.attachments.add(number, "twee.txt", b"twee", by)

    assert (await kept.erase())[Erased.ATTACHMENTS] == 1
    assert list(settings.attachments.iterdir()) == []


async def test_an_open_ticket_keeps_everything(
    desk: Desk, settings: Settings, clock: SetClock, report: Report, look: Look
) -> None:
    number = await desk.close_call(report())
    clock.at += timedelta(days=1000)

    done = await retention(desk, settings, clock, audio_days=1, transcript_days=1, number_days=1).erase()

    assert done.total() == 0
    assert (await look(number)).caller_number == NUMBER


async def test_without_terms_nothing_is_deleted(desk: Desk, settings: Settings, clock: SetClock, number: str) -> None:
    clock.at += timedelta(days=10_000)

    assert (await retention(desk, settings, clock).erase()).total() == 0


async def test_what_would_be_deleted_can_be_asked_first(
    desk: Desk, settings: Settings, clock: SetClock, look: Look, number: str
) -> None:
    clock.at += timedelta(days=31)

    due = await retention(desk, settings, clock, audio_days=30, number_days=40).due()

    assert (due[Erased.AUDIO], due[Erased.NUMBER], due[Erased.TRANSCRIPT]) == (1, 0, 0)
    assert (await look(number)).erased == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Voicemail van 06 12345678", "Voicemail van •••"),
        ("belde met +31612345678.", "belde met •••."),
        ("020-123 4567 en T-1001", "••• en T-1001"),
        ("binnen 2 uur, om 10:00", "binnen 2 uur, om 10:00"),
        ("2026-03-02 10:00", "2026-03-02 10:00"),
    ],
)
def test_numbers_of_phones_are_blotted_out_and_others_are_not(text: str, left: str) -> None:
    assert without_numbers(text) == left
