"""A call that Asterisk took over from a service that died: what the dialplan did with it goes to the ticket that it has."""

from sqlmodel import select

from ari_app.desk.change import Change
from ari_app.desk.report import RESCUED, CallReport
from ari_app.store.in_call_tables import CallSoundRow, SoundKind
from ari_app.store.tables import CallLegRow, CallRow, TicketSource, VoicemailRow
from ari_app.store.work_queue import Sound, SoundJob, WorkQueue
from sla.ticket import STATES, EventType

CALLER = "de beller"


async def add_rest_of_call(change: Change, report: CallReport, queue: WorkQueue) -> None:
    """Legs, talk and message of the second half; a second message is a note in words. Again changes nothing."""
    mine = select(CallRow).where(CallRow.call_id == report.call_id).with_for_update()
    call = (await change.session.exec(mine)).one()
    if call.origin == RESCUED:
        return
    call.origin, call.ended_at, call.ended_by = RESCUED, report.ended_at, report.ended_by
    call.route = report.route if report.legs or report.recording else call.route
    call.why = [*call.why, *report.why]
    call.steps = [*call.steps, *({"at": s.at.isoformat(), "what": s.what, "detail": s.detail} for s in report.steps)]
    if report.talk_started_at and call.talk_started_at is None:
        call.talked_with, call.talk_started_at = report.talked_with, report.talk_started_at
        call.talk_ended_at = report.talk_ended_at
        if (change.ticket.state, EventType.CALL_BRIDGED) in STATES:
            at = min(
                max(report.talk_started_at, change.ticket.reported_at), change.now
            )  # Asterisk has a clock of its own
            change.happen(change.event(EventType.CALL_BRIDGED, at), "R-040")
    change.session.add(call)
    change.session.add_all(
        CallLegRow(
            call_row_id=call.id or 0, who=leg.who, number=leg.number, rang_at=leg.rang_at, result=leg.result,
            ended_at=leg.ended_at, sip_code=leg.sip_code, why=leg.why, engineer_id=leg.engineer_id,
        )
        for leg in report.legs
    )  # fmt: skip
    if report.recording:
        await _add_message(change, report.recording, queue)


async def _add_message(change: Change, recording: str, queue: WorkQueue) -> None:
    has_one = select(VoicemailRow.id).where(VoicemailRow.ticket_id == change.ticket_id)
    if (await change.session.exec(has_one)).first() is None:
        message = VoicemailRow(ticket_id=change.ticket_id, recording=recording)
        change.ticket.source = TicketSource.VOICEMAIL
        change.ticket.summary = change.ticket.summary.replace("Gemiste oproep van", "Voicemail van")
        change.session.add(message)
        await change.session.flush()
        await queue.enqueue(change.session, SoundJob(Sound.MESSAGE, message.id or 0))
        return
    note = CallSoundRow(ticket_id=change.ticket_id, kind=SoundKind.NOTE, recording=recording, by=CALLER)
    change.session.add(note)
    await change.session.flush()
    await queue.enqueue(change.session, SoundJob(Sound.NOTE, note.id or 0))
