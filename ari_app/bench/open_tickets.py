"""The open tickets of a full database, made by the desk's own commands: spoken messages, assessed, and most of them at work."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import func, select

from ari_app.bench.browsing import Standing
from ari_app.bench.figure import BenchFailed
from ari_app.bench.full_database import CUSTOMERS, ENGINEERS, EVERY, phone_of
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.judgement import confirm_category
from ari_app.desk.commands.people import assign
from ari_app.desk.commands.progress import begin_work, record_plan
from ari_app.desk.commands.waiting import ask_customer, customer_answered
from ari_app.desk.report import CallReport
from ari_app.desk.transcripts import Heard
from ari_app.store.tables import Role, VoicemailRow
from ari_app.store.work_queue import Sound, SoundJob
from sla.terms import Category
from transcription import assessment
from transcription.assessment import assess
from transcription.reading import ears
from transcription.transcript import Transcript, Word

_MESSAGES = Path(assessment.__file__).parent / "messages" / "dev.jsonl"
_BY = Actor("bench", Role.SUPERVISOR)
_CATEGORIES = (Category.I, Category.II, Category.I, Category.III)
#: A word takes so many seconds, every sixth is heard badly, and a drawing of the sound has so many stripes.
_WORD, _PEAKS = 0.4, 160


async def open_tickets(desk: Desk, clock: Standing, count: int, to_review: int) -> None:
    """One every five minutes up to now, the last `to_review` of them not decided. Raises BenchFailed."""
    if not _MESSAGES.is_file():
        raise BenchFailed(f"There are no messages to leave at {_MESSAGES}: run it from a clone of the repository.")
    said = [json.loads(line) for line in _MESSAGES.read_text(encoding="utf-8").splitlines()]
    now = clock.at
    async with desk.store.reading() as session:
        row = (await session.exec(select(func.max(VoicemailRow.id)))).one() or 0
    for number in range(count):
        clock.at = now - EVERY * (count - number)
        one = said[number % len(said)]
        ticket = await desk.close_call(_report(number, clock.at))
        row += 1
        await desk.hearing.file(SoundJob(Sound.MESSAGE, row), _heard(one["asr"].split(), one["language"]))
        if number < count - to_review:
            await _work_on(desk, clock, ticket, number)
    clock.at = now


def _report(number: int, at: datetime) -> CallReport:
    caller = phone_of(number % CUSTOMERS + 1)
    report = CallReport(f"bench-open-{number}", "support", caller, caller, at, route="voicemail")
    report.recording, report.ended_at, report.ended_by = f"call/open-{number}.wav", at + timedelta(minutes=1), "caller"
    return report


def _heard(words: Sequence[str], language: str) -> Heard:
    spoken = tuple(
        Word(word, round(_WORD * place, 2), round(_WORD * (place + 0.9), 2), 0.95 if place % 6 else 0.55)
        for place, word in enumerate(words)
    )
    transcript = Transcript(spoken, _WORD * (len(words) + 1), "bench", language)
    peaks = tuple(0.1 + 0.8 * (place * 7 % 11) / 10 for place in range(_PEAKS))
    return Heard(transcript, assess(transcript, ears(language)), peaks)


async def _work_on(desk: Desk, clock: Standing, ticket: str, number: int) -> None:
    """Judged, taken, begun; then many wait for their customer or have a plan."""
    await desk.change(ticket, _BY, confirm_category, _CATEGORIES[number % 4], "zo gehoord")
    await desk.change(ticket, _BY, assign, number % ENGINEERS + 1)
    clock.at += timedelta(minutes=2)
    await desk.change(ticket, _BY, begin_work)
    if number % 3:
        await desk.change(ticket, _BY, ask_customer, "Werkt het toestel aan de andere poort?", "de balie")
    if number % 3 == 1:
        clock.at += timedelta(minutes=2)
        await desk.change(ticket, _BY, customer_answered, "Nee, ook niet.")
        await desk.change(ticket, _BY, record_plan, "Toestel vervangen", "de balie")
