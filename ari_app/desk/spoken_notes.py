"""What an engineer said to the ticket after a call: heard by the worker, and then a note in the engineer's name."""

from ari_app.desk.change import Change
from ari_app.desk.commands.progress import note
from ari_app.store.in_call_tables import CallSoundRow


async def keep_spoken_note(change: Change, sound_id: int, text: str) -> None:
    """`text` "": nothing was understood. Again changes nothing."""
    row = await change.session.get_one(CallSoundRow, sound_id, with_for_update=True)
    if row.text is not None:
        return
    row.text = text
    change.session.add(row)
    await note(
        change, f"Ingesproken: {text}" if text else f"Ingesproken, maar niet verstaan: beluister {row.recording}."
    )
