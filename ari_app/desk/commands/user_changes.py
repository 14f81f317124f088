"""Adding and removing users goes by the web form only (R-076...R-078)."""

from typing import Literal

from ari_app.config import DeskSettings
from ari_app.desk.change import Change
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.work_rows import open_visits
from ari_app.store.tables import TicketSource
from sla.terms import Kind
from sla.ticket import EventType


def form_sentence(policy: DeskSettings) -> str:
    """What the reporter is told, in Dutch."""
    return (
        "Aan- en afmelden van gebruikers gaat alleen via het webformulier: "
        f"aanmelden op {policy.add_user_form}, afmelden op {policy.remove_user_form}"
    )


async def refuse_user_change(change: Change, asked: Literal["add", "remove"], why: str) -> str:
    """A person confirms that a report asks to add or remove a user: it is closed, without a clock. Gives the sentence
    with the link for the customer. Never by the machine alone (R-078)."""
    change.by.must_be_ours("R-078")
    if change.ticket.source is TicketSource.FORM:
        raise Refused("Kan niet: deze aanvraag kwam via het webformulier", "R-076")
    if await open_visits(change):
        raise Refused("Kan nadat de reistijd van elk bezoek is ingevuld", "R-086")
    reason = needs(why, "is ingevuld waaruit blijkt dat het om aan- of afmelden gaat", "R-078")
    form = change.policy.add_user_form if asked == "add" else change.policy.remove_user_form
    change.decide("kind", change.ticket.kind, Kind.USER_CHANGE, reason)
    change.ticket.kind, change.ticket.needs_review = Kind.USER_CHANGE, False
    change.happen(change.event(EventType.CLOSED), "R-078", reason, {"form": form})
    return f"{form_sentence(change.policy)} (R-076, R-077)."
