"""What the worker heard, into the rows of a voicemail and its ticket. The machine proposes; a person has the last word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import col

from ari_app.desk.clarifying import clarifying_question
from ari_app.desk.planning import Terms, replan
from ari_app.desk.views import PROPOSED_AS
from ari_app.store.job_tables import TranscriptVersionRow
from ari_app.store.statements import Asks, add, ask, change, columns_of
from ari_app.store.tables import TicketRow, VoicemailRow, VoicemailState
from transcription.assessment import Assessment
from transcription.transcript import Transcript

SUMMARY_LETTERS = 140
_GRAVITY = {"cat1": 1, "cat2": 2, "cat3": 3}


@dataclass(frozen=True, slots=True)
class Heard:
    """One message: its words, what they point to, and the drawing of its sound (`peaks`: 0..1, equally spaced)."""

    transcript: Transcript
    assessment: Assessment
    peaks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Unheard:
    """Why a message has no words; `state` is EMPTY or FAILED, `error` names what is wrong with its recording."""

    state: VoicemailState
    error: str


async def store_transcript(
    session: Asks, voicemail_id: int, heard: Heard, terms: Terms, now: datetime, attempt: int = 1
) -> TicketRow:
    """Gives the columns of the ticket as they are now. A transcript that was there is kept as an older version; one without
    words takes the place of none. Raises ValueError when there is no such voicemail."""
    voicemail, ticket = await _rows(session, voicemail_id)
    is_again = voicemail.transcript is not None
    if is_again and not heard.transcript.words:
        return ticket
    if is_again:
        await _keep_version(session, voicemail, ticket.proposal, attempt, now)
    await change(session, VoicemailRow, {"id": voicemail_id}, _filled(heard))
    if is_again and ticket.category is not None:  # what a person judged by stays beside what they decided
        return ticket
    before = dict(vars(ticket))
    _propose(ticket, heard, is_again=is_again)
    await replan(session, ticket, terms, now)
    await change(session, TicketRow, {"id": ticket.id}, _changed(ticket, before))
    return ticket


async def store_failure(session: Asks, voicemail_id: int, unheard: Unheard) -> None:
    """A message that was heard before keeps its words. Raises ValueError when there is no such voicemail."""
    voicemail, ticket = await _rows(session, voicemail_id)
    if voicemail.transcript is not None:
        return
    await change(session, VoicemailRow, {"id": voicemail_id}, {"state": unheard.state, "error": unheard.error})
    await change(session, TicketRow, {"id": ticket.id}, {"needs_review": ticket.category is None})


def _filled(heard: Heard) -> dict[str, Any]:
    """The columns of a voicemail. Without words it never had any."""
    transcript, assessment = heard.transcript, heard.assessment
    values: dict[str, Any] = dict(
        state=VoicemailState.TRANSCRIBED if transcript.words else VoicemailState.NO_SPEECH,
        seconds=transcript.seconds,
        evidence=[evidence.to_dict() for evidence in assessment.because],
        model=transcript.model,
        peaks=list(heard.peaks),
        error="",
    )
    if transcript.words:
        values |= dict(transcript=transcript.to_dict(), sure=assessment.sure, told=assessment.told)
    return values


def _changed(ticket: TicketRow, before: Mapping[str, Any]) -> dict[str, Any]:
    """Only these are written: what a person changes meanwhile stays."""
    return {name: value for name, value in vars(ticket).items() if value != before[name]}


def _propose(ticket: TicketRow, heard: Heard, *, is_again: bool) -> None:
    """No reading of a machine makes milder what an earlier one proposed: a person does (A-19, R-085)."""
    transcript, assessment = heard.transcript, heard.assessment
    if transcript.words:
        before, now = ticket.proposal or "", assessment.category
        if is_again and _GRAVITY.get(before, 0) > _GRAVITY.get(now, 0):
            ticket.why_proposed = (
                f"{_why(assessment)} Eerder voorgesteld: CAT {PROPOSED_AS[before]}; dat blijft tot iemand beslist."
            )
        else:
            ticket.proposal, ticket.why_proposed = now, _why(assessment)
        ticket.summary = _shortened(transcript.text)
    if ticket.category is None:
        ticket.needs_review = assessment.needs_review or not transcript.words


async def _keep_version(
    session: Asks, voicemail: VoicemailRow, proposal: str | None, attempt: int, now: datetime
) -> None:
    version = dict(
        voicemail_id=voicemail.id,
        attempt=attempt,
        transcript=voicemail.transcript,
        model=voicemail.model,
        proposal=proposal,
        sure=voicemail.sure,
        replaced_at=now,
    )
    await add(session, TranscriptVersionRow, version)


async def _rows(session: Asks, voicemail_id: int) -> tuple[VoicemailRow, TicketRow]:
    """Their columns, the voicemail's as far as they are asked for here; not the objects of a session."""
    voicemails = await ask(session, _VOICEMAIL, voicemail_id=voicemail_id)
    tickets = await ask(session, _TICKET, ticket_id=voicemails[0].ticket_id) if voicemails else ()
    if not tickets:
        raise ValueError(f"There is no voicemail {voicemail_id}: was the database replaced while the worker ran?")
    ticket = SimpleNamespace(**{column.name: getattr(tickets[0], column.name) for column in columns_of(TicketRow).c})
    return cast(VoicemailRow, voicemails[0]), cast(TicketRow, ticket)


_VOICEMAIL = sa.select(
    col(VoicemailRow.id),
    col(VoicemailRow.ticket_id),
    col(VoicemailRow.transcript),
    col(VoicemailRow.model),
    col(VoicemailRow.sure),
).where(col(VoicemailRow.id) == sa.bindparam("voicemail_id", type_=sa.Integer))
_TICKET = sa.select(columns_of(TicketRow)).where(col(TicketRow.id) == sa.bindparam("ticket_id", type_=sa.Integer))


def _why(assessment: Assessment) -> str:
    """In Dutch, for the supervisor. Phrases first; learned words only where no phrase says why."""
    phrases = [one for one in assessment.because if one.voice != "learned"]
    shown = phrases if any(not one.is_against for one in phrases) else assessment.because
    pleads = list(dict.fromkeys(f"‘{one.text}’" for one in shown if not one.is_against))
    against = list(dict.fromkeys(f"‘{one.text}’" for one in shown if one.is_against))
    category = PROPOSED_AS.get(assessment.category)
    proposed = f"Voorstel CAT {category}" if category else "Geen voorstel voor een categorie"
    heard = f": gehoord {', '.join(pleads)}" if pleads else ": geen woorden die ergens op wijzen"
    doubt = f"; daartegen spreekt {', '.join(against)}" if against else ""
    question = clarifying_question(assessment)
    ask = f" Nog niet duidelijk: {question}" if question else ""
    return f"{proposed}{heard}{doubt}.{ask}"


def _shortened(text: str) -> str:
    return text if len(text) <= SUMMARY_LETTERS else text[: SUMMARY_LETTERS - 1].rsplit(" ", 1)[0] + " …"
