"""Calls that nobody filed: recorded by the dialplan while we were away, or cut short when our service was killed."""

from datetime import datetime
from pathlib import Path

from ari_app.desk.recordings import FallbackMessage, has_sound, is_finished
from ari_app.desk.report import CallReport, Step
from ari_app.store.tables import StartedCallRow
from routing.caller import normal_form


def report_of_fallback(message: FallbackMessage, recordings: Path) -> CallReport:
    """The report that the dialplan could not write."""
    left = has_sound(recordings / message.recording)
    return CallReport(
        call_id=message.call_id,
        line="support",
        caller_number=normal_form(message.caller_id_raw),
        caller_id_raw=message.caller_id_raw,
        received_at=message.received_at,
        route="voicemail",
        why=["De dienst was niet bereikbaar; de centrale nam het bericht zelf op."],
        steps=[Step(message.received_at, "fallback", f"gebeld nummer {message.exten}" if message.exten else "")],
        recording=message.recording if left else None,
        ended_at=message.ended_at,
        ended_by="service_away",
        origin="fallback",
    )


def report_of_killed_call(
    started: StartedCallRow, recordings: Path, now: datetime, system_now: datetime
) -> CallReport | None:
    """What is left of a call whose service stopped half-way. None: its recording still grows, ask again later.

    `now` is the line's time, `system_now` that of the files: they differ in demo mode.
    """
    file = recordings / started.recording if started.recording else None
    if file and file.is_file() and not is_finished(file, system_now):
        return None
    left = file is not None and has_sound(file)
    return CallReport(
        call_id=started.call_id,
        line=started.line,
        caller_number=started.caller_number,
        caller_id_raw=started.caller_number or "",
        received_at=started.received_at,
        route="voicemail" if left else "undecided",
        why=["De dienst stopte tijdens dit gesprek; dit is wat ervan bewaard bleef."],
        recording=started.recording if left else None,
        ended_at=now,
        ended_by="crash",
        sip_call_id=started.sip_call_id,
        error="The service stopped during this call.",
    )
