"""What the worker heard, into the rows of a voicemail and its ticket. The machine proposes; a person has the last word."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.planning import Terms, replan
from ari_app.desk.views import PROPOSED_AS
from ari_app.store.tables import TicketRow, VoicemailRow, VoicemailState
from transcription.assessment import Assessment
from transcription.transcript import Transcript

SUMMARY_LETTERS = 140


@dataclass(frozen=True, slots=True)
class Heard:
    """One message: its words, what they point to, and the drawing of its sound (`peaks`: 0..1, equally spaced)."""

    transcript: Transcript
    assessment: Assessment
    peaks: tuple[float, ...] = ()


async def store_transcript(
    session: AsyncSession, voicemail_id: int, heard: Heard, terms: Terms, now: datetime
) -> TicketRow:
    """Gives the ticket as it is now. Raises ValueError when there is no such voicemail."""
    voicemail, ticket = await _rows(session, voicemail_id)
    transcript, assessment = heard.transcript, heard.assessment
    voicemail.state = VoicemailState.TRANSCRIBED if transcript.words else VoicemailState.NO_SPEECH
    voicemail.seconds = transcript.seconds
    voicemail.transcript = transcript.to_dict()
    voicemail.evidence = assessment.to_dict()["because"]
    voicemail.sure = assessment.sure if transcript.words else None
    voicemail.model = transcript.model
    voicemail.peaks = list(heard.peaks)
    voicemail.error = ""
    if transcript.words:
        ticket.proposal = assessment.category
        ticket.why_proposed = _why(assessment)
        ticket.summary = _shortened(transcript.text)
    if ticket.category is None:
        ticket.needs_review = assessment.needs_review or not transcript.words
    session.add_all([voicemail, ticket])
    await replan(session, ticket, terms, now)
    return ticket


async def store_failure(session: AsyncSession, voicemail_id: int, state: VoicemailState, error: str) -> None:
    """Raises ValueError when there is no such voicemail."""
    voicemail, ticket = await _rows(session, voicemail_id)
    voicemail.state, voicemail.error = state, error
    ticket.needs_review = ticket.category is None
    session.add_all([voicemail, ticket])


async def _rows(session: AsyncSession, voicemail_id: int) -> tuple[VoicemailRow, TicketRow]:
    voicemail = await session.get(VoicemailRow, voicemail_id)
    ticket = await session.get(TicketRow, voicemail.ticket_id) if voicemail else None
    if voicemail is None or ticket is None:
        raise ValueError(f"There is no voicemail {voicemail_id}: was the database replaced while the worker ran?")
    return voicemail, ticket


def _why(assessment: Assessment) -> str:
    """In Dutch, for the supervisor."""
    pleads = list(dict.fromkeys(f"‘{one.text}’" for one in assessment.because if not one.is_against))
    against = list(dict.fromkeys(f"‘{one.text}’" for one in assessment.because if one.is_against))
    category = PROPOSED_AS.get(assessment.category)
    proposed = f"Voorstel CAT {category}" if category else "Geen voorstel voor een categorie"
    heard = f": gehoord {', '.join(pleads)}" if pleads else ": geen woorden die ergens op wijzen"
    doubt = f"; daartegen spreekt {', '.join(against)}" if against else ""
    return f"{proposed}{heard}{doubt}."


def _shortened(text: str) -> str:
    return text if len(text) <= SUMMARY_LETTERS else text[: SUMMARY_LETTERS - 1].rsplit(" ", 1)[0] + " …"
