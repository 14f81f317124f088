"""What the worker heard, into the rows of a voicemail and its ticket. The machine proposes; a person has the last word."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.clarifying import clarifying_question
from ari_app.desk.planning import Terms, replan
from ari_app.desk.views import PROPOSED_AS
from ari_app.store.job_tables import TranscriptVersionRow
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
    session: AsyncSession, voicemail_id: int, heard: Heard, terms: Terms, now: datetime, attempt: int = 1
) -> TicketRow:
    """Gives the ticket as it is now. A transcript that was there is kept as an older version; one without words takes the
    place of none. Raises ValueError when there is no such voicemail."""
    voicemail, ticket = await _rows(session, voicemail_id)
    is_again = voicemail.transcript is not None
    if is_again and not heard.transcript.words:
        return ticket
    if is_again:
        _keep_version(session, voicemail, ticket.proposal, attempt, now)
    _fill(voicemail, heard)
    session.add_all([voicemail, ticket])
    if is_again and ticket.category is not None:  # what a person judged by stays beside what they decided
        return ticket
    _propose(ticket, heard, is_again=is_again)
    await replan(session, ticket, terms, now)
    return ticket


async def store_failure(session: AsyncSession, voicemail_id: int, unheard: Unheard) -> None:
    """A message that was heard before keeps its words. Raises ValueError when there is no such voicemail."""
    voicemail, ticket = await _rows(session, voicemail_id)
    if voicemail.transcript is not None:
        return
    voicemail.state, voicemail.error = unheard.state, unheard.error
    ticket.needs_review = ticket.category is None
    session.add_all([voicemail, ticket])


def _fill(voicemail: VoicemailRow, heard: Heard) -> None:
    transcript, assessment = heard.transcript, heard.assessment
    voicemail.state = VoicemailState.TRANSCRIBED if transcript.words else VoicemailState.NO_SPEECH
    voicemail.seconds = transcript.seconds
    voicemail.transcript = transcript.to_dict() if transcript.words else None
    voicemail.evidence = assessment.to_dict()["because"]
    voicemail.sure = assessment.sure if transcript.words else None
    voicemail.told = assessment.told if transcript.words else None
    voicemail.model = transcript.model
    voicemail.peaks = list(heard.peaks)
    voicemail.error = ""


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


def _keep_version(
    session: AsyncSession, voicemail: VoicemailRow, proposal: str | None, attempt: int, now: datetime
) -> None:
    session.add(
        TranscriptVersionRow(
            voicemail_id=voicemail.id or 0,
            attempt=attempt,
            transcript=voicemail.transcript or {},
            model=voicemail.model,
            proposal=proposal,
            sure=voicemail.sure,
            replaced_at=now,
        )
    )


async def _rows(session: AsyncSession, voicemail_id: int) -> tuple[VoicemailRow, TicketRow]:
    voicemail = await session.get(VoicemailRow, voicemail_id)
    ticket = await session.get(TicketRow, voicemail.ticket_id) if voicemail else None
    if voicemail is None or ticket is None:
        raise ValueError(f"There is no voicemail {voicemail_id}: was the database replaced while the worker ran?")
    return voicemail, ticket


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
