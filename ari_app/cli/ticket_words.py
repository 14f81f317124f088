"""A ticket in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.markup import escape

from ari_app.cli.common import print_sources, results

if TYPE_CHECKING:
    from rich.table import Table

    from ari_app.desk.views import TicketView
    from ari_app.desk.work_views import CostLineView, EventView, WorkView
    from sla.clauses import Clause

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(instant: datetime) -> str:
    """In the zone of the agreement."""
    return instant.astimezone(AMSTERDAM).strftime("%a %d-%m-%Y %H:%M")


def ticket_table(views: Sequence[TicketView]) -> Table:
    from rich.table import Table

    table = Table("ticket", "reported", "customer", "level", "route", "category", "first deadline", "text")
    for view in views:
        due = view.next_deadline.due_at if view.next_deadline else None
        table.add_row(
            view.number,
            local(view.reported_at),
            escape(view.customer_name or "unknown"),
            view.level,
            view.route,
            view.category.value if view.category else f"{view.proposed_category or '-'}?",
            local(due) if due else "-",
            escape((view.voicemail.text if view.voicemail else view.summary)[:60]),
        )
    return table


def print_ticket(view: TicketView) -> None:
    results.print(
        f"[bold]{view.number}[/]  {escape(view.customer_name or 'unknown caller')}  {view.level}  {view.state}"
    )
    results.print(f"reported {local(view.reported_at)} by {view.source}; route {view.route or '-'}")
    for why in view.why:
        results.print(f"  {escape(why)}")
    for leg in view.legs:
        results.print(f"  rang {leg.who}: {leg.result}. {escape(leg.why)}")
    if view.voicemail:
        results.print(f"message ({view.voicemail.state}): {escape(view.voicemail.text)}")
    if view.proposed_category:
        results.print(f"proposed: {view.proposed_category}; {escape(view.why_proposed)}")
    for deadline in view.deadlines:
        due = local(deadline.due_at) if deadline.due_at else "-"
        results.print(f"{deadline.clock.value}: {deadline.state}, due {due} ({deadline.clauses[0]})")
        for line in deadline.why:
            results.print(f"    {escape(line)}")

    for line in _work(view):
        results.print(escape(line))
    print_sources(_clauses(view))


def _clauses(view: TicketView) -> Iterator[Clause]:
    yield from view.clauses
    for deadline in view.deadlines:
        yield from deadline.clauses
    for cost in view.work.costs:
        yield from cost.clauses


def print_standing(view: TicketView) -> None:
    """Where a ticket stands after a command: one line, its first deadline, and what still asks for attention."""
    due = view.next_deadline
    clock = f"; {due.clock.value} {due.state}, due {local(due.due_at)}" if due and due.due_at else ""
    who = f"; {escape(view.assignee)}" if view.assignee else ""
    results.print(f"{view.number} {view.state}: {view.kind}, CAT {view.category or '-'}, {view.scope}{who}{clock}")
    for warning in view.warnings:
        results.print(escape(warning))


def _work(view: TicketView) -> Iterator[str]:
    """Numbers in brackets are those that a correction asks for."""
    work = view.work
    assigned = view.assignee or "nobody"
    yield f"kind {view.kind}, CAT {view.category or '-'}, scope {view.scope}, line {view.engineer_line}, {assigned}"
    if view.impediment:
        place = {True: "crucial place", False: "no crucial place", None: "place unknown"}[view.is_crucial_place]
        yield f"impediment {view.impediment}, {place}: CAT {view.category_by_impediment or '-'}"
    if view.service_concerned:
        yield f"service {view.service_concerned}"
    if work.problem:
        yield f"problem record {work.problem}"
    if work.disturbances:
        yield f"disturbances {', '.join(work.disturbances)}"
    yield from view.warnings
    yield from _under("history", (_event(event) for event in work.history))
    yield from _under(
        "decisions",
        (
            f"{local(one.at)} {one.what}: {_change(one.before, one.after)} {_by(one.by, one.why)}"
            for one in work.decisions
        ),
    )
    yield from _under("tasks", (f"[{task.id}] {task.what}: {_done(task.done_by)}" for task in work.tasks))
    yield from _under("visits", (f"{one.engineer} {_span(one.arrived_at, one.left_at)}" for one in work.visits))
    yield from _money(work)
    yield from _under(
        "files",
        (f"{local(one.at)} {one.path or 'recording'}: {one.purpose} {_by(one.by, one.why)}" for one in work.access),
    )


def _money(work: WorkView) -> Iterator[str]:
    yield from _under(
        "approvals",
        (f"{local(one.at)} {one.approver} {one.who} by {one.how} to € {one.up_to}" for one in work.approvals),
    )
    yield from _under(
        "hours",
        (
            f"[{one.id}] {one.engineer} {one.activity} {_span(one.began_at, one.ended_at)}"
            + (f"; corrected: {one.corrected_why}" if one.corrected_why else "")
            for one in work.time_entries
        ),
    )
    yield from _under("costs", (_cost(one) for one in work.costs))


def _cost(one: CostLineView) -> str:
    amount = "tarief nog niet ingesteld" if one.amount is None else f"€ {one.amount}"
    return f"{one.activity}: {one.units} units, {one.charged_units} charged, {amount}. {one.why[0]}"


def _under(heading: str, lines: Iterable[str]) -> Iterator[str]:
    found = [f"    {line}".rstrip() for line in lines]
    return iter([heading, *found] if found else [])


def _event(event: EventView) -> str:
    texts = ", ".join(f"{name} {text}" for name, text in event.texts.items() if text)
    corrected = f"; corrected by {event.corrected_by}: {event.corrected_why}" if event.corrected_why else ""
    said = f"{event.type} {texts}".rstrip()
    return f"[{event.id}] {local(event.at)} {said} {_by(event.by, event.why)}{corrected}"


def _change(before: str, after: str) -> str:
    return f"{before or '-'} -> {after or '-'}" if before or after else ""


def _by(who: str, why: str) -> str:
    return f"({who or 'the line'}{': ' + why if why else ''})"


def _done(who: str) -> str:
    return f"done by {who}" if who else "open"


def _span(begin: datetime, end: datetime | None) -> str:
    return f"{local(begin)} to {local(end) if end else '...'}"
