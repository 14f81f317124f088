"""Who may hear and read what callers said (R-113): by role, and an engineer only what their work can need."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol

from ari_app.desk.review_views import OpenTicket, ReviewView
from ari_app.desk.views import TicketView
from ari_app.store.tables import Role


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody with an account. `engineer` and `line`: who that is in the rota; "" and 1 for nobody of it."""

    role: Role
    engineer: str = ""
    line: int = 1


class OfSomebody(Protocol):
    """A ticket, or a row of one."""

    @property
    def assignee(self) -> str: ...

    @property
    def engineer_line(self) -> int: ...


class MayHear:
    """`roles`: the setting `access.hear_roles`."""

    def __init__(self, roles: Collection[str]) -> None:
        self._roles = frozenset(Role(role) for role in roles)

    @property
    def roles(self) -> frozenset[Role]:
        return self._roles

    def why_not(self, listener: Listener, ticket: OfSomebody) -> str:
        """In Dutch, the condition; "": this person may."""
        if listener.role not in self._roles:
            return "Wat bellers inspreken is alleen voor wie aan de melding werkt (R-113)."
        if listener.role is not Role.ENGINEER or ticket.assignee in ("", listener.engineer):
            return ""
        if ticket.engineer_line <= listener.line:
            return ""
        return f"Deze melding is van {ticket.assignee} en van lijn {ticket.engineer_line} (R-113, R-142)."

    def seen_by(self, listener: Listener, ticket: TicketView) -> TicketView:
        """The ticket as this person may see it: without sound and text, where that is not for them."""
        why = self.why_not(listener, ticket)
        if not why or ticket.voicemail is None:
            return ticket
        silent = replace(ticket.voicemail, words=(), evidence=(), peaks=(), told=None)
        return replace(
            ticket, voicemail=silent, summary="", why_proposed="", older_texts=(), unheard=(), hidden_because=why
        )

    def report_seen_by(self, listener: Listener, report: ReviewView) -> ReviewView:
        """The same of a report to review, and of each ticket that it could be merged into."""
        seen = self.seen_by(listener, report.ticket)
        others = tuple(self._choice_seen_by(listener, one) for one in report.open_tickets)
        shown = replace(report, ticket=seen, open_tickets=others)
        return replace(shown, facts=(), question="") if seen.hidden_because else shown

    def _choice_seen_by(self, listener: Listener, choice: OpenTicket) -> OpenTicket:
        return replace(choice, summary="") if self.why_not(listener, choice) else choice
