"""What is known of a report beside its category, each with where it comes from: heard, typed, or corrected by a person."""

from collections.abc import Mapping, Sequence
from typing import Any

from ari_app.desk.review_views import FactView
from ari_app.desk.views import TicketView
from ari_app.store.work_tables import DecisionRow

#: Facts of the machine that a person may correct, in the order of the page.
HEARD = ("company", "person", "people", "since")
_PREFIX = "fact_"


def facts_of(ticket: TicketView, decisions: Sequence[DecisionRow]) -> tuple[FactView, ...]:
    """`decisions` of the ticket, in order of taking."""
    told: Mapping[str, Any] = (ticket.voicemail.told if ticket.voicemail else None) or {}
    corrected = {one.what: one for one in decisions}
    return (
        _call_back(ticket, told, corrected.get("call_back_number")),
        FactView("customer", ticket.customer_name, by=_by(corrected.get("customer"))),
        *(_heard(name, told.get(name), corrected.get(_PREFIX + name)) for name in HEARD),
        _service(ticket, told, corrected.get("service")),
    )


def _call_back(ticket: TicketView, told: Mapping[str, Any], corrected: DecisionRow | None) -> FactView:
    """Said by key or by a person first, then what was heard, then the number that called."""
    spot = told.get("callback")
    if ticket.call_back_number or spot is None:
        return FactView("call_back", ticket.call_back_number or ticket.caller_number or "", by=_by(corrected))
    return _spotted("call_back", spot)


def _service(ticket: TicketView, told: Mapping[str, Any], corrected: DecisionRow | None) -> FactView:
    """What was named is a hint; only a person says which service is meant (R-084)."""
    named = [thing["text"] for thing in told.get("things", ())]
    start = told["things"][0]["start"] if named else None
    heard = ", ".join(dict.fromkeys(named))
    return FactView("service", ticket.service_concerned, heard, start, by=_by(corrected))


def _heard(name: str, spot: Mapping[str, Any] | None, corrected: DecisionRow | None) -> FactView:
    found = _spotted(name, spot) if spot else FactView(name, "")
    if corrected is None:
        return found
    return FactView(name, corrected.after, found.heard, found.start, found.sure, corrected.actor)


def _spotted(name: str, spot: Mapping[str, Any]) -> FactView:
    return FactView(name, spot["value"], spot["text"], spot["start"], spot["confidence"])


def _by(decision: DecisionRow | None) -> str:
    return decision.actor if decision else ""
