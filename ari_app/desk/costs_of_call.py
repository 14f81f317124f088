"""What a call to the calamity line without an SLA leaves on its ticket: the caller's consent, and the time as a cost line (R-052)."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from ari_app.desk.costs import first_cost_line
from ari_app.desk.planning import Terms
from ari_app.desk.report import CallReport, Consent
from ari_app.store.pin_tables import CostsConsentRow
from ari_app.store.statements import Asks, add_one, ask, columns_of, replace
from ari_app.store.tables import TicketRow
from ari_app.store.work_tables import ApprovalRow, Approver, CostLineRow, TimeEntryRow
from routing.caller import Caller, spoken_form
from sla.billing import Activity

#: What no person wrote down.
THE_LINE = "lijn"
_KEPT = sa.select(columns_of(CostsConsentRow)).where(col(CostsConsentRow.call_id) == sa.bindparam("call_id"))


async def keep_consent(session: Asks, call_id: str, consent: Consent) -> None:
    """At the moment of the key, so that it outlives the service."""
    row = {"call_id": call_id, "at": consent.at, "keys": consent.keys, "prompt_version": consent.prompt_version}
    await replace(session, CostsConsentRow, {**row, "text": consent.text, "up_to": consent.up_to})


async def add_costs(
    session: Asks, report: CallReport, caller: Caller, ticket: TicketRow, terms: Terms, now: datetime
) -> None:
    """For a call that is being filed: the approvals of the customer and of us (R-090), and the engineer's time from the answer on."""
    kept = await ask(session, _KEPT, call_id=report.call_id)
    entry = _time_entry(report, ticket, now)
    if consent := report.consent or (kept[0] if kept else None):
        approval = _approval(consent, report, caller, ticket, now)
        await add_one(session, ApprovalRow, approval)
        if entry is not None:
            await add_one(session, ApprovalRow, approval | _our_word(report))
    if entry is None or report.caller is None or caller.has_sla:
        return  # who was let through by the dialplan alone is judged by a person
    await add_one(session, TimeEntryRow, entry.model_dump(exclude={"id"}))
    await add_one(session, CostLineRow, first_cost_line(entry, ticket, terms).model_dump(exclude={"id"}))


def may_cost(report: CallReport) -> bool:
    """Only a call that came as far as the calamity line, or of which we do not know how far it came."""
    return report.consent is not None or report.route == "on_duty" or report.ended_by == "crash"


def _approval(consent: Any, report: CallReport, caller: Caller, ticket: TicketRow, now: datetime) -> dict[str, Any]:
    who = caller.customer_name or spoken_form(report.caller_number)
    return {
        "ticket_id": ticket.id,
        "approver": Approver.CUSTOMER,
        "who": who,
        "how": "phone key",
        "at": consent.at,
        "up_to": consent.up_to,
        "recorded_by": THE_LINE,
        "recorded_at": now,
        "why": f"Toets {consent.keys} na de tekst (versie {consent.prompt_version}): {consent.text}",
    }


def _our_word(report: CallReport) -> dict[str, Any]:
    """For us agrees the engineer who heard that the caller has no SLA, and took the call with a key (R-090, A-21)."""
    return {
        "approver": Approver.PROVIDER,
        "who": report.talked_with or "",
        "at": report.talk_started_at,
        "why": "Nam het gesprek aan met een toets, nadat de beller met de kosten had ingestemd.",
    }


def _time_entry(report: CallReport, ticket: TicketRow, now: datetime) -> TimeEntryRow | None:
    """None when no engineer of ours talked with the caller."""
    engineer = next((leg.engineer_id for leg in report.legs if leg.result == "accepted" and leg.engineer_id), None)
    if report.talk_started_at is None or engineer is None:
        return None
    ended_at = report.talk_ended_at or report.ended_at or now
    return TimeEntryRow(
        ticket_id=ticket.id or 0,
        engineer_id=engineer,
        activity=Activity.CALAMITY_SERVICE,
        began_at=report.talk_started_at,
        ended_at=max(ended_at, report.talk_started_at + timedelta(seconds=1)),
        note="Gesprek op de calamiteitenlijn zonder SLA (R-052).",
        recorded_by=THE_LINE,
        recorded_at=now,
    )
