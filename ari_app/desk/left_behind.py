"""Calls that nobody filed: recorded by the dialplan while we were away, or cut short when our service was killed."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ari_app.desk.fallback_rings import leg_of
from ari_app.desk.recordings import FallbackMessage, has_sound, is_finished
from ari_app.desk.report import RESCUED, CallReport, Step
from ari_app.store.tables import StartedCallRow
from routing.caller import normal_form


def report_of_fallback(message: FallbackMessage, recordings: Path, names: Mapping[int, str]) -> CallReport:
    """The report that the dialplan could not write. `names` of engineers, by id."""
    left = has_sound(recordings / message.recording)
    legs = [leg_of(ring, names) for ring in message.rings]
    report = CallReport(
        call_id=message.call_id,
        line="support",
        caller_number=normal_form(message.caller_id_raw),
        caller_id_raw=message.caller_id_raw,
        received_at=message.received_at,
        route="undecided" if message.is_gone else "voicemail",
        why=_why(message),
        steps=[
            Step(
                message.received_at,
                "gone" if message.is_gone else "fallback",
                f"gebeld nummer {message.exten}" if message.exten else "",
            )
        ],
        legs=legs,
        recording=message.recording if left else None,
        ended_at=message.ended_at,
        ended_by="caller" if message.is_gone else "service_away",
        sip_call_id=message.sip_call_id,
        origin=RESCUED if message.is_rescued else "fallback",
    )
    for ring, leg in zip(message.rings, legs, strict=True):
        if ring.talk_started_at:
            report.route = "desk" if leg.result == "answered" else "on_duty"
            report.talked_with, report.talk_started_at, report.talk_ended_at = (
                leg.who,
                ring.talk_started_at,
                ring.over_at,
            )
    if report.talk_started_at is None:
        report.not_taken_by = list(dict.fromkeys(leg.engineer_id for leg in legs if leg.engineer_id is not None))
    return report


def _why(message: FallbackMessage) -> list[str]:
    if message.is_gone:
        return ["De beller hing op voordat de lijn kon opnemen."]
    if not message.rings:
        return ["De dienst was niet bereikbaar; de centrale nam het bericht zelf op."]
    if all(ring.engineer_id is None for ring in message.rings):
        return ["De dienst was niet bereikbaar; de centrale belde zelf de toestellen van de servicedesk."]
    return [
        "De dienst was niet bereikbaar; de centrale belde zelf volgens het laatste rooster.",
        "Of de beller een SLA heeft, kon niet worden nagegaan: beoordeel dat achteraf (R-051).",
    ]


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
