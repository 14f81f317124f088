"""What became of the sounds of one ticket beside the text itself: what failed, older texts, what retention took."""

from typing import NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.views import OlderTextView, UnheardView
from ari_app.store.job_tables import ErasedRow, JobState, SoundJobRow, TranscriptVersionRow
from ari_app.store.tables import VoicemailRow


class Sounds(NamedTuple):
    """As the fields of the same names of TicketView."""

    unheard: tuple[UnheardView, ...]
    erased: tuple[str, ...]
    older_texts: tuple[OlderTextView, ...]


async def read_sounds(session: AsyncSession, ticket_id: int) -> Sounds:
    jobs = select(SoundJobRow).where(SoundJobRow.ticket_id == ticket_id, col(SoundJobRow.state) != JobState.DONE)
    erased = select(ErasedRow.what).where(ErasedRow.ticket_id == ticket_id).order_by(ErasedRow.what)
    older = select(TranscriptVersionRow).join(
        VoicemailRow, col(VoicemailRow.id) == col(TranscriptVersionRow.voicemail_id)
    )
    older = older.where(VoicemailRow.ticket_id == ticket_id).order_by(col(TranscriptVersionRow.attempt).desc())
    return Sounds(
        tuple(UnheardView(row.kind, row.state.value, row.why, row.next_try_at) for row in await session.exec(jobs)),
        tuple(str(what) for what in await session.exec(erased)),
        tuple(
            OlderTextView(str(row.transcript.get("text", "")), row.model, row.proposal, row.replaced_at)
            for row in await session.exec(older)
        ),
    )
