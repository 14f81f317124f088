"""What must be on record with a ticket: tasks, access to the customer's files, its problem record (R-033, R-100, R-111...R-114)."""

from datetime import datetime

from ari_app.desk.change import Change
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.refusal import Refused, needs
from ari_app.store.tables import AccessEntryRow, TicketRow
from ari_app.store.work_tables import ProblemLinkRow, TaskRow
from sla.terms import Kind
from sla.ticket import EventType


async def log_access(change: Change, path: str, purpose: str, why: str, at: datetime | None = None) -> None:
    """Access to a file or folder of the customer, for which task. Entries are only added (R-113, R-114).

    Not since the ticket was closed; what was done before that may be logged afterwards.
    """
    change.by.must_be_ours("R-113")
    closed_at = max((event.at for event in change.events if event.type is EventType.CLOSED), default=change.now)
    if change.moment(at) >= closed_at:
        change.must_not_be_closed("R-113")
    change.session.add(
        AccessEntryRow(
            ticket_id=change.ticket_id,
            account=change.by.name,
            at=change.moment(at),
            purpose=needs(purpose, "is ingevuld wat er met het bestand is gedaan", "R-114"),
            path=needs(path, "het bestand of de map is ingevuld", "R-114"),
            why=needs(why, "de beheertaak is ingevuld waarvoor de toegang nodig is", "R-113"),
        )
    )


async def add_task(change: Change, what: str) -> None:
    """A management task rests on this ticket (R-111)."""
    change.by.must_be_ours("R-110")
    change.must_not_be_closed("R-111")
    text = needs(what, "de beheertaak is beschreven", "R-111")
    change.session.add(TaskRow(ticket_id=change.ticket_id, what=text, made_by=change.by.name, made_at=change.now))


async def finish_task(
    change: Change, task_id: int, allowed_by_engineer: str = "", allowed_by_customer: str = ""
) -> None:
    """Who is not one of us needs the word of an engineer of ours and of an authorised employee (R-100, R-101)."""
    task = await change.session.get(TaskRow, task_id)
    if task is None or task.ticket_id != change.ticket_id or task.done_at is not None:
        raise Refused(f"Beheertaak {task_id} bestaat niet bij deze melding of is al gedaan", "R-111")
    if change.by.role is None:
        both = "een engineer van CNE en een gevolmachtigde van de klant toestemming gaven"
        task.allowed_by_engineer = needs(allowed_by_engineer, both, "R-101")
        task.allowed_by_customer = needs(allowed_by_customer, both, "R-101")
    task.done_by, task.done_at = change.by.name, change.now
    change.session.add(task)


async def link_to_problem(change: Change, problem: str, why: str) -> None:
    """This disturbance is one of those that the problem record `problem` is about; "" takes it away (R-033)."""
    change.by.must_be_ours("R-033")
    reason = needs(why, "de reden is ingevuld", "R-033")
    if problem and change.ticket.kind not in (Kind.INCIDENT, Kind.CALAMITY):
        raise Refused("Kan alleen bij een storing of calamiteit", "R-033")
    row_id = ticket_row_id(problem) if problem else None
    record = None if row_id is None else await change.session.get(TicketRow, row_id)
    if problem and (record is None or record.kind is not Kind.PROBLEM):
        raise Refused(f"Kan nadat {problem!r} een melding van de soort probleem is", "R-033")
    old = await change.session.get(ProblemLinkRow, change.ticket_id)
    before, after = ticket_number(old.problem_id) if old else "", ticket_number(row_id) if row_id else ""
    change.decide("problem", before, after, reason)
    if old is not None:
        await change.session.delete(old)
        await change.session.flush()
    if row_id is not None:
        change.session.add(ProblemLinkRow(ticket_id=change.ticket_id, problem_id=row_id))
