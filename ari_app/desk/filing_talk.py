"""What a call leaves beside its ticket when engineers were rung: keys, sound, and an alert when nobody took it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.numbers import ticket_number
from ari_app.desk.report import CallReport
from ari_app.desk.telling import SUPERVISOR
from ari_app.store.database import Transaction
from ari_app.store.in_call_tables import CallSoundRow, KeyedInRow, SoundKind
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.statements import add, add_one
from ari_app.store.tables import TicketRow
from ari_app.store.work_queue import Sound, SoundJob, WorkQueue
from routing.caller import Caller, spoken_form

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOT_TAKEN = "call_not_taken"


async def add_what_engineers_left(
    session: AsyncSession | Transaction,
    report: CallReport,
    caller: Caller,
    ticket: TicketRow,
    queue: WorkQueue,
    now: datetime,
) -> None:
    """In the transaction that files the call."""
    ticket_id = ticket.id or 0
    keys = [
        {"ticket_id": ticket_id, "at": one.at, "engineer_id": one.engineer_id, "by": one.by, "what": one.what,
         "value": one.value} for one in report.keyed_in
    ]  # fmt: skip
    await add(session, KeyedInRow, *keys)
    sound = {"ticket_id": ticket_id, "by": report.talked_with or ""}
    if report.talk_recording:
        await add(session, CallSoundRow, sound | {"kind": SoundKind.TALK, "recording": report.talk_recording})
    if report.spoken_note:
        spoken = sound | {"kind": SoundKind.NOTE, "recording": report.spoken_note}
        await queue.enqueue(session, SoundJob(Sound.NOTE, await add_one(session, CallSoundRow, spoken)))
    await add(session, OutboxRow, *_alerts(report, caller, ticket, now))


def _alerts(report: CallReport, caller: Caller, ticket: TicketRow, now: datetime) -> list[dict[str, object]]:
    if not (report.not_taken_by or report.found_nobody_on_duty):
        return []
    number = ticket_number(ticket.id)
    return [
        {
            "key": f"{number}:{NOT_TAKEN}:{to}",
            "kind": NOT_TAKEN,
            "ticket_id": ticket.id,
            "payload": {"ticket": number, "to": to, "text": _text(report, caller, number)},
            "created_at": now,
            "next_try_at": now,
        }
        for to in (*(f"engineer:{engineer}" for engineer in report.not_taken_by), SUPERVISOR)
    ]


def _text(report: CallReport, caller: Caller, number: str) -> str:
    who = caller.customer_name or spoken_form(report.caller_number)
    at = f"{report.received_at.astimezone(AMSTERDAM):%H:%M}"
    left = "Er is een bericht ingesproken" if report.recording else "Er is geen bericht ingesproken"
    return f"Niemand nam de calamiteitenlijn aan: {who} belde om {at}. {left}: {number}."
