"""The confirmed history: messages whose category a person decided, for evaluation and training."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.numbers import ticket_number
from ari_app.store.tables import TicketRow, VoicemailRow
from sla.terms import Category, Kind, Scope
from transcription.labelled import Message
from transcription.transcript import Transcript

_AS_PROPOSED = {Category.I: "cat1", Category.II: "cat2", Category.III: "cat3"}
_BY_KIND = {Kind.SERVICE_REQUEST: "service_request", Kind.USER_CHANGE: "user_change"}


async def confirmed_messages(session: AsyncSession, newest: int | None = None) -> list[Message]:
    """The text as it was heard last, with what the ticket says now, by number; the machine's own proposals do not count.
    `newest`: how many of the last ones, None for all."""
    wanted = (
        select(VoicemailRow, TicketRow)
        .join(TicketRow, col(TicketRow.id) == col(VoicemailRow.ticket_id))
        .where(col(VoicemailRow.transcript).is_not(None), col(TicketRow.needs_review).is_(False))
        .order_by(col(TicketRow.id).desc())
        .limit(newest)
    )
    rows = reversed((await session.exec(wanted)).all())
    return [found for voicemail, ticket in rows if (found := _message(voicemail, ticket)) is not None]


def _message(voicemail: VoicemailRow, ticket: TicketRow) -> Message | None:
    decided = _BY_KIND.get(ticket.kind) or (_AS_PROPOSED[ticket.category] if ticket.category else None)
    if decided is None or not voicemail.transcript:
        return None
    transcript = Transcript.from_dict(voicemail.transcript)
    truth = {
        "category": decided,
        "calamity": ticket.kind is Kind.CALAMITY,
        "third_party": ticket.scope is Scope.THIRD_PARTY,
        "customer_caused": ticket.is_caused_by_customer,
    }
    return Message(ticket_number(ticket.id), transcript.text, transcript.language, truth, transcript.model)
