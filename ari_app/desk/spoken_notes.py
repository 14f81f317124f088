"""What an engineer said to the ticket after a call: heard by the worker, and then a note in the engineer's name."""

from dataclasses import dataclass
from pathlib import Path

from ari_app.desk.actor import Actor
from ari_app.desk.change import Change
from ari_app.desk.commands.progress import note
from ari_app.desk.numbers import ticket_number
from ari_app.store.database import Store
from ari_app.store.in_call_tables import CallSoundRow
from ari_app.store.tables import Role


@dataclass(frozen=True, slots=True)
class SpokenNote:
    """A note that nobody has heard yet."""

    ticket: str
    by: Actor
    recording: Path


class SpokenNotes:
    """`recordings` is the folder of all recordings of the line."""

    def __init__(self, store: Store, recordings: Path) -> None:
        self._store = store
        self._recordings = recordings

    async def to_hear(self, sound_id: int) -> SpokenNote | None:
        """None when there is nothing left to do."""
        async with self._store.reading() as session:
            row = await session.get(CallSoundRow, sound_id)
        if row is None or row.text is not None:
            return None
        by = Actor(row.by, Role.ENGINEER)
        return SpokenNote(ticket_number(row.ticket_id), by, self._recordings / row.recording)


async def keep_spoken_note(change: Change, sound_id: int, text: str) -> None:
    """`text` "": nothing was understood. Again changes nothing."""
    row = await change.session.get_one(CallSoundRow, sound_id)
    if row.text is not None:
        return
    row.text = text
    change.session.add(row)
    await note(
        change, f"Ingesproken: {text}" if text else f"Ingesproken, maar niet verstaan: beluister {row.recording}."
    )
