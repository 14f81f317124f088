"""What happens to tickets, told to outside systems: one shape for the feed that they ask and the webhooks that we send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ari_app.desk.numbers import ticket_number
from ari_app.store.outbox_tables import NoticeRow
from ari_app.store.tables import TicketEventRow, TicketRow
from ari_app.store.work_tables import ApprovalRow, CorrectionRow, DecisionRow, TimeEntryRow

#: Of a ticket that was opened by another way than a call; the ticket itself tells the same.
_OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a ticket. `id` is the same for ever and at each telling: who gets it twice knows that.

    `type` is "ticket.opened", "ticket." and a type of event (`sla.ticket.EventType`: "ticket.category_confirmed"), "ticket."
    and what was decided ("ticket.assignee", "ticket.note"), "ticket.corrected", "ticket.approved", "ticket.time_booked", or
    "notice." and its kind ("notice.breached"). `at` is when it happened, `recorded_at` when we heard; `by` "" is the line itself.
    """

    id: str
    type: str
    ticket: str
    at: datetime
    recorded_at: datetime
    by: str = ""
    why: str = ""
    #: What goes with it, by name: texts, categories, amounts, numbers of rows.
    data: Mapping[str, str] = field(default_factory=dict)


def of_ticket(row: TicketRow) -> Happening:
    """The first thing that happens to any ticket."""
    # What callers said is not for everybody who hears that a ticket came: it stands on the ticket.
    data = {"kind": row.kind.value, "source": row.source.value, "level": row.level}
    return Happening(f"t-{row.id}", "ticket.opened", ticket_number(row.id), row.reported_at, row.reported_at, data=data)


def of_event(row: TicketEventRow) -> Happening:
    """Whatever moves a clock or the state."""
    number, what = ticket_number(row.ticket_id), f"ticket.{row.type.value}"
    return Happening(f"e-{row.id}", what, number, row.at, row.recorded_at, row.actor, row.why, dict(row.detail))


def of_decision(row: DecisionRow) -> Happening | None:
    """None: the ticket was told already."""
    if row.what == _OPENED:
        return None
    data = {"before": row.before, "after": row.after}
    number, what = ticket_number(row.ticket_id), f"ticket.{row.what}"
    return Happening(f"d-{row.id}", what, number, row.at, row.at, row.actor, row.why, data)


def of_correction(row: CorrectionRow) -> Happening:
    """An event or a time entry that no longer counts; `instead` is missing when nothing took its place."""
    letter, old, new = ("e", row.event_id, row.new_event_id)
    if row.time_entry_id is not None:
        letter, old, new = ("h", row.time_entry_id, row.new_time_entry_id)
    data = {"corrected": f"{letter}-{old}"} | ({"instead": f"{letter}-{new}"} if new is not None else {})
    number = ticket_number(row.ticket_id)
    return Happening(f"c-{row.id}", "ticket.corrected", number, row.at, row.at, row.actor, row.why, data)


def of_approval(row: ApprovalRow) -> Happening:
    """Somebody agreed to costs."""
    data = {"approver": row.approver.value, "who": row.who, "how": row.how, "up_to": str(row.up_to)}
    number = ticket_number(row.ticket_id)
    return Happening(f"a-{row.id}", "ticket.approved", number, row.at, row.recorded_at, row.recorded_by, row.why, data)


def of_time_entry(row: TimeEntryRow) -> Happening:
    """Time that was worked, as it was."""
    data = {
        "engineer_id": str(row.engineer_id),
        "activity": row.activity.value,
        "began_at": row.began_at.isoformat(),
        "ended_at": row.ended_at.isoformat(),
        "note": row.note,
    }
    number = ticket_number(row.ticket_id)
    return Happening(
        f"h-{row.id}", "ticket.time_booked", number, row.ended_at, row.recorded_at, row.recorded_by, "", data
    )


def of_notice(row: NoticeRow) -> Happening:
    """A promise is at risk or broken, or a ticket can't be planned."""
    data = {"clock": row.clock.value} if row.clock else {}
    number, what = ticket_number(row.ticket_id), f"notice.{row.kind.value}"
    return Happening(f"n-{row.id}", what, number, row.since, row.noticed_at, data=data)
