"""What the worker heard proposes a category; a person has the last word."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources

import pytest

from ari_app.desk import Desk
from ari_app.desk.report import CallReport
from ari_app.desk.transcripts import Heard, Unheard
from ari_app.store.database import Store
from ari_app.store.tables import TicketRow, VoicemailState
from ari_app.store.work_queue import Sound, SoundJob
from sla.terms import Category
from transcription.assessment import assess
from transcription.phrases import parse_phrases
from transcription.transcript import Transcript, Word

Report = Callable[..., CallReport]
PHRASES = parse_phrases((resources.files("transcription") / "phrases_nl.toml").read_text(encoding="utf-8"))


def heard(text: str, model: str = "vosk-tiny-nl") -> Heard:
    words = tuple(Word(word, i * 0.4, i * 0.4 + 0.3, 0.95) for i, word in enumerate(text.split()))
    transcript = Transcript(words, 12.5, model, "nl")
    return Heard(transcript, assess(transcript, PHRASES), (0.1, 0.9))


async def test_a_message_about_the_whole_company_is_proposed_as_category_three(desk: Desk, report: Report) -> None:
    """R-075c: proposed, not decided."""
    number = await desk.close_call(report())

    await desk.hearing.file(SoundJob(Sound.MESSAGE, 1), heard("het hele bedrijf ligt plat en niemand kan bellen"))

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert ticket.proposed_category is Category.III
    assert ticket.category is None
    assert "hele bedrijf" in ticket.why_proposed
    assert ticket.voicemail is not None
    assert ticket.voicemail.state == "transcribed"
    assert ticket.voicemail.text == "het hele bedrijf ligt plat en niemand kan bellen"
    assert ticket.voicemail.seconds == 12.5
    assert ticket.voicemail.is_demo_model
    assert Category.III in {one.category for one in ticket.voicemail.evidence}


async def test_the_evidence_points_at_the_words_themselves(desk: Desk, report: Report) -> None:
    number = await desk.close_call(report())

    await desk.hearing.file(SoundJob(Sound.MESSAGE, 1), heard("goedemorgen niemand kan bellen"))

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert ticket.voicemail is not None
    shown = [
        " ".join(word.text for word in ticket.voicemail.words[one.start_word : one.end_word])
        for one in ticket.voicemail.evidence
    ]
    assert "niemand kan bellen" in shown


async def test_a_grave_proposal_makes_the_deadline_stricter_until_a_person_judges(desk: Desk, report: Report) -> None:
    """CAT III counts 2 hours for Premium instead of the 4 of CAT II (R-015, A-19)."""
    number = await desk.close_call(report())

    await desk.hearing.file(SoundJob(Sound.MESSAGE, 1), heard("het hele bedrijf ligt plat en niemand kan bellen"))

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert ticket.next_deadline is not None
    assert ticket.next_deadline.due_at == datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


async def test_a_mild_proposal_gives_nobody_more_time(desk: Desk, report: Report) -> None:
    """Only a person makes a promise milder (A-19, R-085)."""
    number = await desk.close_call(report())
    before = await desk.ticket(number)
    message = heard("goedemorgen")

    await desk.hearing.file(
        SoundJob(Sound.MESSAGE, 1), replace(message, assessment=replace(message.assessment, category="cat1"))
    )

    after = await desk.ticket(number)
    assert before is not None
    assert after is not None
    assert after.proposed_category is Category.I
    assert after.deadlines == before.deadlines


async def test_what_a_person_confirmed_stays_when_the_transcript_comes_later(
    desk: Desk, store: Store, report: Report
) -> None:
    number = await desk.close_call(report())
    async with store.session() as session:
        row = await session.get_one(TicketRow, 1)
        row.category, row.needs_review = Category.I, False
        session.add(row)

    await desk.hearing.file(SoundJob(Sound.MESSAGE, 1), heard("het hele bedrijf ligt plat en niemand kan bellen"))

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert (ticket.category, ticket.needs_review) == (Category.I, False)


async def test_a_message_without_words_is_named_so_and_a_person_listens(desk: Desk, report: Report) -> None:
    number = await desk.close_call(report())

    await desk.hearing.file(SoundJob(Sound.MESSAGE, 1), heard(""))

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert ticket.voicemail is not None
    assert ticket.voicemail.state == "no_speech"
    assert ticket.proposed_category is None
    assert ticket.needs_review


async def test_a_message_that_cannot_be_read_shows_its_error(desk: Desk, report: Report) -> None:
    number = await desk.close_call(report())

    await desk.hearing.file(
        SoundJob(Sound.MESSAGE, 1), Unheard(VoicemailState.FAILED, "the recording has no bytes at all")
    )

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert ticket.voicemail is not None
    assert (ticket.voicemail.state, ticket.voicemail.error) == ("failed", "the recording has no bytes at all")
    assert ticket.needs_review


async def test_only_a_message_that_waits_is_given_to_the_worker(desk: Desk, report: Report) -> None:
    await desk.close_call(report())
    job = SoundJob(Sound.MESSAGE, 1)

    waiting = await desk.hearing.begin(job)
    await desk.hearing.file(job, heard("goedemorgen"))

    assert waiting is not None
    assert (waiting.recording, waiting.ticket) == ("call/one.wav", "T-1001")
    assert await desk.hearing.begin(job) is None
    assert await desk.hearing.begin(SoundJob(Sound.MESSAGE, 99)) is None


async def test_a_voicemail_that_is_not_there_is_named(desk: Desk) -> None:
    with pytest.raises(ValueError, match="voicemail 99"):
        await desk.hearing.file(SoundJob(Sound.MESSAGE, 99), heard("goedemorgen"))
