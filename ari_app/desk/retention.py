"""What is kept of finished tickets, and for how long: recordings, texts, callers' numbers and attachments, each with a term
of its own. What is on hold (see holds.py) is kept whatever its term.

Theory of operation. A file is deleted before its row says so, and a row that says so is never looked at again: a kill in
between only does it once more. What statistics need (how long a message was, how sure the machine, which category) stays.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk.holds import is_on_hold
from ari_app.desk.numbers import ticket_number
from ari_app.store.api_tables import ANSWERS_KEPT_FOR, ApiAnswerRow
from ari_app.store.attachment_tables import AttachmentRow
from ari_app.store.database import Store
from ari_app.store.in_call_tables import CallSoundRow
from ari_app.store.job_tables import Erased, ErasedRow, JobState, SoundJobRow, TranscriptVersionRow
from ari_app.store.message_tables import MessageChoiceRow
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.tables import CallRow, TicketEventRow, TicketRow, VoicemailRow, VoicemailState
from ari_app.store.work_tables import DecisionRow
from sla.ticket import TicketState

log = structlog.get_logger()

#: Tickets in a transaction: short enough for calls that want to write in between.
AT_ONCE = 50
FINISHED = (TicketState.RESOLVED, TicketState.CLOSED)
WORDS: Mapping[Erased, str] = {
    Erased.AUDIO: "De opname is verwijderd",
    Erased.TRANSCRIPT: "De tekst is verwijderd",
    Erased.NUMBER: "Het telefoonnummer is verwijderd",
    Erased.ATTACHMENTS: "De bijlagen zijn verwijderd",
}
#: As people and Asterisk write a number: +31612345678, 0612345678, 06 12345678, 020-123 4567.
_NUMBER = re.compile(r"(?<![\d+-])(?:\+|0)\d[\d -]{5,}\d")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the sounds and the attachments of all tickets lie."""

    recordings: Path
    attachments: Path


class Retention:
    """Of one line."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._folders = Folders(settings.recordings, settings.attachments)
        self._zone = settings.agreement().zone
        kept = settings.retention
        self._days = {
            Erased.AUDIO: kept.audio_days,
            Erased.TRANSCRIPT: kept.transcript_days,
            Erased.NUMBER: kept.number_days,
            Erased.ATTACHMENTS: kept.attachment_days,
        }

    async def due(self) -> Counter[Erased]:
        """Of how many tickets each kind is past its term now."""
        found: Counter[Erased] = Counter()
        async with self._store.reading() as session:
            for what, days in self._terms():
                found[what] = len((await session.exec(self._due(what, days))).all())
        return found

    async def erase(self) -> Counter[Erased]:
        """Deletes what is past its term and notes that on each ticket; gives how many tickets lost what. Kept answers of the
        API, which quote tickets, go after a day whatever the terms are."""
        done: Counter[Erased] = Counter()
        await self._forget_answers()
        for what, days in self._terms():
            while some := await self._erase_some(what, days):
                done[what] += some
        if done.total():
            counts = {what.value: count for what, count in done.items()}
            log.info("Retention deleted what is past its term", action="retention", **counts)
        return done

    async def _forget_answers(self) -> None:
        async with self._store.session() as session:
            old = col(ApiAnswerRow.asked_at) <= self._clock.now() - ANSWERS_KEPT_FOR
            await session.exec(delete(ApiAnswerRow).where(old))

    def _terms(self) -> Iterable[tuple[Erased, int]]:
        return [(what, days) for what, days in self._days.items() if days is not None]

    async def _erase_some(self, what: Erased, days: int) -> int:
        now = self._clock.now()
        async with self._store.session() as session:
            tickets = (await session.exec(self._due(what, days).limit(AT_ONCE).with_for_update(skip_locked=True))).all()
            for ticket in tickets:
                await erase_from(session, ticket, what, self._folders, now)
                why = f"{WORDS[what]}: de bewaartermijn van {days} dagen is om."
                row_id = ticket.id or 0
                note = DecisionRow(ticket_id=row_id, at=now, actor="", what="retention", after=what.value, why=why)
                session.add(note)
                await session.merge(ErasedRow(ticket_id=row_id, what=what, at=now))
        return len(tickets)

    def _due(self, what: Erased, days: int) -> SelectOfScalar[TicketRow]:
        now = self._clock.now()
        is_old = col(TicketRow.reported_at) < now - timedelta(days=days)
        old = select(TicketRow).where(col(TicketRow.state).in_(FINISHED), is_old)
        is_free = ~is_on_hold(now.astimezone(self._zone).date())
        return old.where(_still_has(what), is_free).order_by(col(TicketRow.id))


def _still_has(what: Erased) -> sa.ColumnElement[bool]:
    """Of a ticket. Attachments may come after others were deleted."""
    if what is Erased.ATTACHMENTS:
        return col(TicketRow.id).in_(select(AttachmentRow.ticket_id))
    return col(TicketRow.id).not_in(select(ErasedRow.ticket_id).where(ErasedRow.what == what))


async def still_there(session: AsyncSession, ticket: TicketRow) -> list[Erased]:
    """What was not taken from this ticket yet."""
    left = (select(TicketRow.id).where(TicketRow.id == ticket.id, _still_has(what)) for what in Erased)
    return [what for what, asked in zip(Erased, left, strict=True) if (await session.exec(asked)).first() is not None]


async def erase_from(session: AsyncSession, ticket: TicketRow, what: Erased, folders: Folders, now: datetime) -> None:
    """Takes one kind from one ticket. The caller notes it on the ticket. Who sends a request again that the API answered with
    this ticket gets no text, and nothing is done twice."""
    quoting = col(ApiAnswerRow.body).contains(f'"{ticket_number(ticket.id)}"')
    await session.exec(update(ApiAnswerRow).where(quoting).values(body=""))
    match what:
        case Erased.AUDIO:
            await _erase_audio(session, ticket, folders.recordings, now)
        case Erased.TRANSCRIPT:
            await _erase_transcript(session, ticket)
        case Erased.NUMBER:
            await _erase_number(session, ticket, folders.recordings)
        case Erased.ATTACHMENTS:
            await _erase_attachments(session, ticket, folders.attachments)


def without_numbers(text: str) -> str:
    """Phone numbers in it are blotted out."""
    return _NUMBER.sub("•••", text)


async def _erase_audio(session: AsyncSession, ticket: TicketRow, folder: Path, now: datetime) -> None:
    """With everything that was made from it and lies beside it, such as a rendition for browsers."""
    voicemail = await _voicemail(session, ticket)
    sounds = (await session.exec(select(CallSoundRow).where(CallSoundRow.ticket_id == ticket.id))).all()
    for recording in [one.recording for one in (voicemail, *sounds) if one]:
        _delete(folder, recording, "*")
    if voicemail and voicemail.state is VoicemailState.PENDING:
        voicemail.state, voicemail.error = VoicemailState.FAILED, "De opname is verwijderd na de bewaartermijn."
    for job in await session.exec(select(SoundJobRow).where(SoundJobRow.ticket_id == ticket.id)):
        job.state, job.changed_at = JobState.DONE, now


async def _erase_transcript(session: AsyncSession, ticket: TicketRow) -> None:
    """What an engineer said to the ticket stays as a note of ours."""
    voicemail = await _voicemail(session, ticket)
    if voicemail:
        voicemail.transcript, voicemail.evidence, voicemail.told = None, [], None
        versions = delete(TranscriptVersionRow).where(col(TranscriptVersionRow.voicemail_id) == voicemail.id)
        await session.exec(versions)
        ticket.summary = "Voicemail; de tekst is verwijderd na de bewaartermijn"
    ticket.why_proposed = ""
    for told in await _told(session, ticket):
        told.payload = {name: value for name, value in told.payload.items() if name != "text"}


async def _erase_number(session: AsyncSession, ticket: TicketRow, folder: Path) -> None:
    for call in await session.exec(select(CallRow).where(CallRow.ticket_id == ticket.id)):
        call.caller_number, call.caller_id_raw = None, ""
        call.why = [without_numbers(line) for line in call.why]
        call.steps = [{**step, "detail": without_numbers(step["detail"])} for step in call.steps]
    choice = await session.get(MessageChoiceRow, ticket.id)
    if choice:
        choice.call_back_number = None
    voicemail = await _voicemail(session, ticket)
    if voicemail and voicemail.told:
        voicemail.told = voicemail.told | {"callback": None, "customer_number": None}
    ticket.summary = without_numbers(ticket.summary)
    for decision in await session.exec(select(DecisionRow).where(DecisionRow.ticket_id == ticket.id)):
        decision.after, decision.why = without_numbers(decision.after), without_numbers(decision.why)
    for event in await session.exec(select(TicketEventRow).where(TicketEventRow.ticket_id == ticket.id)):
        event.why = without_numbers(event.why)
        event.detail = {name: without_numbers(text) for name, text in event.detail.items()}
    for told in await _told(session, ticket):
        texts = {name: without_numbers(text) for name, text in told.payload.items() if isinstance(text, str)}
        told.payload = {**told.payload, **texts}
    voicemail = await _voicemail(session, ticket)
    if voicemail:
        _delete(folder, voicemail.recording, "filed")


async def _erase_attachments(session: AsyncSession, ticket: TicketRow, folder: Path) -> None:
    """Their names go too: they often name somebody."""
    for row in (await session.exec(select(AttachmentRow).where(AttachmentRow.ticket_id == ticket.id))).all():
        (folder / row.stored).unlink(missing_ok=True)
        await session.delete(row)


async def _voicemail(session: AsyncSession, ticket: TicketRow) -> VoicemailRow | None:
    return (await session.exec(select(VoicemailRow).where(VoicemailRow.ticket_id == ticket.id))).first()


async def _told(session: AsyncSession, ticket: TicketRow) -> Iterable[OutboxRow]:
    """What was told about the ticket, and what still waits to be told."""
    return (
        await session.exec(select(OutboxRow).where(col(OutboxRow.key).startswith(f"{ticket_number(ticket.id)}:")))
    ).all()


def _delete(folder: Path, recording: str, ending: str) -> None:
    """Files of that recording; never anything outside the folder."""
    file = (folder / recording).resolve()
    if file.is_relative_to(folder.resolve()):
        for one in file.parent.glob(f"{file.stem}.{ending}"):
            one.unlink(missing_ok=True)
