"""What became of the sounds of one ticket beside the text itself: what failed, older texts, what retention took."""

from typing import NamedTuple

from ari_app.desk.rows_of import RowsOf
from ari_app.desk.views import OlderTextView, UnheardView
from ari_app.store.job_tables import ErasedRow, SoundJobRow, TranscriptVersionRow


class Sounds(NamedTuple):
    """As the fields of the same names of TicketView."""

    unheard: tuple[UnheardView, ...]
    erased: tuple[str, ...]
    older_texts: tuple[OlderTextView, ...]


async def read_sounds(rows: RowsOf) -> Sounds:
    jobs, erased = await rows.all(SoundJobRow), await rows.all(ErasedRow)
    older = await rows.all(TranscriptVersionRow)
    return Sounds(
        tuple(UnheardView(row.kind, row.state.value, row.why, row.next_try_at) for row in jobs),
        tuple(str(row.what) for row in erased),
        tuple(
            OlderTextView(str(row.transcript.get("text", "")), row.model, row.proposal, row.replaced_at)
            for row in older
        ),
    )
