"""A clock of a ticket in words, with a shape and a colour. It only tells; the sums are made by `sla`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ari_app.desk.ticket_lines import TicketLine
from ari_app.desk.views import DeadlineView
from ari_app.web import words
from ari_app.web.languages import _, mark, translated
from sla.agreed_hours import AgreedHours

#: Amber from here: a quarter of the promised time is left, and there is still something to do about it.
NEARLY_DUE = 0.25


@dataclass(frozen=True, slots=True)
class Due:
    """`urgency` is a CSS class: "late", "soon" or ""; `icon` a symbol of the sprite."""

    urgency: str
    icon: str
    text: str

    @property
    def comes_first(self) -> bool:
        return bool(self.urgency)


NO_CLOCK = Due("", "none", mark("geen klok"))
_AT_REST = {
    "not_started": Due("", "stop", mark("loopt nog niet")),
    "paused": Due("", "stop", mark("wachttijd, staat stil")),
    "met": Due("", "done", mark("gehaald")),
    "none": Due("", "none", mark("niet van toepassing")),
}


def due(deadline: DeadlineView | None, now: datetime, hours: AgreedHours) -> Due:
    """Outside service hours a clock that has time left says when it goes on (R-044)."""
    if deadline is None:
        return _said(NO_CLOCK)
    if deadline.state in _AT_REST:
        return _said(_AT_REST[deadline.state])
    if deadline.state == "breached" or deadline.left_seconds < 0:
        return Due("late", "late", _late(deadline.left_seconds))
    is_nearly_due = deadline.left_seconds <= deadline.target_seconds * NEARLY_DUE
    urgency = "soon" if is_nearly_due else ""
    left = _("nog %(duration)s", duration=words.duration(deadline.left_seconds))
    opens_at = hours.service.next_opening(now)
    if opens_at > now:
        rest = _(", dan %(left)s", left=left) if is_nearly_due else ""
        return Due(
            urgency,
            "soon" if is_nearly_due else "stop",
            _("staat stil tot %(opens_at)s%(rest)s", opens_at=words.moment(opens_at, now), rest=rest),
        )
    return Due(urgency, "soon" if is_nearly_due else "clock", left)


def _said(at_rest: Due) -> Due:
    return replace(at_rest, text=translated(at_rest.text))


def come_first(tickets: Sequence[TicketLine], now: datetime, hours: AgreedHours) -> list[TicketLine]:
    """Late ones and nearly late ones, the least time left first."""
    urgent = [ticket for ticket in tickets if due(ticket.next_deadline, now, hours).comes_first]
    return sorted(urgent, key=lambda ticket: ticket.next_deadline.left_seconds if ticket.next_deadline else 0.0)


def _late(left_seconds: float) -> str:
    return _("%(duration)s te laat", duration=words.duration(left_seconds)) if left_seconds <= -60 else _("net te laat")
