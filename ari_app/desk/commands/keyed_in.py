"""What an engineer keyed in on the phone becomes a command, once; what the desk refuses becomes a note."""

from datetime import timedelta

from ari_app.desk.change import Change
from ari_app.desk.commands.hours import book_time
from ari_app.desk.commands.judgement import confirm_category, customer_caused, not_a_calamity
from ari_app.desk.commands.people import escalate
from ari_app.desk.commands.progress import note
from ari_app.desk.commands.records import add_task
from ari_app.desk.costs import entries_that_hold
from ari_app.desk.costs_of_call import THE_LINE
from ari_app.store.in_call_tables import KeyedInRow
from ari_app.store.work_tables import TimeEntryRow
from sla.billing import Activity
from sla.terms import Category, Kind

IN_DUTCH = {
    "not_a_calamity": "geen calamiteit (*1)",
    "customer_caused": "veroorzaakt door de klant (*2)",
    "category": "categorie (*3)",
    "second_line": "tweede lijn erbij (*4)",
    "call_back": "terugbellen gevraagd (*5)",
    "called_back": "teruggebeld na het gesprek",
    "minutes": "gewerkte minuten",
}
SECOND_LINE = 2


async def carry_out(change: Change, entry_id: int) -> None:
    """Raises Refused as the command does. Nothing happens when it was done before."""
    entry = await change.session.get_one(KeyedInRow, entry_id)
    if entry.done_at is not None:
        return
    await _command(change, entry)
    entry.done_at = change.now
    change.session.add(entry)


async def keep_as_note(change: Change, entry_id: int, refused: str) -> None:
    """The desk refused it: what was keyed in and why it was refused stand on the ticket, and a person decides."""
    entry = await change.session.get_one(KeyedInRow, entry_id)
    entry.done_at, entry.refused = change.now, refused
    change.session.add(entry)
    await note(change, f"Ingetoetst: {_said(entry)}. Niet uitgevoerd: {refused}")


async def _command(change: Change, entry: KeyedInRow) -> None:
    why = f"Ingetoetst: {_said(entry)}."
    match entry.what:
        case "not_a_calamity":
            await not_a_calamity(change, why)
        case "customer_caused":
            await customer_caused(change, why)
        case "category":
            await confirm_category(change, tuple(Category)[int(entry.value) - 1], why)
        case "second_line":
            await escalate(change, SECOND_LINE, why)
        case "call_back":
            await add_task(change, "De klant terugbellen: gevraagd tijdens het gesprek.")
        case "called_back":
            await note(change, entry.value)
        case "minutes":
            await _book(change, entry, why)
        case unknown:
            raise ValueError(f"Nobody can key in {unknown!r}: is the service older than its database?")


async def _book(change: Change, entry: KeyedInRow, why: str) -> None:
    """The minutes that ended when they were keyed in. With those of the talk they are one call, which is charged once
    (R-093), also when it turned out to be no calamity (R-052)."""
    talk = entries_that_hold().where(
        TimeEntryRow.ticket_id == change.ticket_id,
        TimeEntryRow.engineer_id == entry.engineer_id,
        TimeEntryRow.recorded_by == THE_LINE,
    )
    is_calamity_service = change.ticket.kind is Kind.CALAMITY or bool((await change.session.exec(talk)).first())
    activity = Activity.CALAMITY_SERVICE if is_calamity_service else Activity.REMOTE_SUPPORT
    began_at = entry.at - timedelta(minutes=int(entry.value))
    await book_time(change, entry.engineer_id, activity, began_at, entry.at, why)


def _said(entry: KeyedInRow) -> str:
    return f"{IN_DUTCH.get(entry.what, entry.what)} {entry.value}".strip()
