"""The review inbox: what waits for a decision, and one report with all that a decision needs. Reading only."""

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlmodel import col, func, select

from ari_app.clock import Clock
from ari_app.desk.clarifying import question_about
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.outcomes import CATEGORIES, PROPOSED, Outcome, hides_danger
from ari_app.desk.planning import Terms, event_row
from ari_app.desk.reading import deadline_view, first_due, read_one
from ari_app.desk.review_facts import facts_of
from ari_app.desk.review_queue import OPEN, Order, is_one_of, read_numbers, read_queue
from ari_app.desk.review_views import OpenTicket, OutcomeView, ReviewQueue, ReviewView
from ari_app.desk.reviewed import REVIEW, Taken, last_word, mark_of, passed_by, standing_review
from ari_app.desk.rows_of import RowsOf
from ari_app.desk.views import DeadlineView
from ari_app.desk.waits import waits
from ari_app.desk.work_reading import engineer_names
from ari_app.store.database import Store
from ari_app.store.statements import Asks, ask, columns_of
from ari_app.store.tables import Customer, EngineerRow, TicketEventRow, TicketRow
from ari_app.store.work_tables import DecisionRow
from sla.terms import Kind, PauseReason
from sla.ticket import EventType, TicketEvent, TicketState

MERGE_CHOICES = 10
_RESPONSES = (EventType.FIRST_RESPONSE, EventType.CALL_BRIDGED)
_DISTURBANCES = (Kind.INCIDENT, Kind.CALAMITY)
#: Where the agreement says what it is.
_RULES = {Outcome.CAT_III: "R-083c", Outcome.CAT_II: "R-083b", Outcome.CAT_I: "R-083a", Outcome.REQUEST: "R-061"}
_CHANCE = {Outcome.CAT_III: "cat3", Outcome.CAT_II: "cat2", Outcome.CAT_I: "cat1", Outcome.REQUEST: "service_request"}


_LAST_REVIEW = (
    sa.select(col(DecisionRow.ticket_id))
    .where(col(DecisionRow.what) == REVIEW, col(DecisionRow.actor) == sa.bindparam("who"))
    .order_by(col(DecisionRow.id).desc())
    .limit(1)
    .scalar_subquery()
)
#: About the ticket that somebody decided about last in the inbox, in order of taking.
_DECISIONS_OF_LAST = (
    sa.select(columns_of(DecisionRow)).where(col(DecisionRow.ticket_id) == _LAST_REVIEW).order_by(col(DecisionRow.id))
)
#: Earlier reports of the customer that are still open, the last one first.
_EARLIER_OPEN: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        col(TicketRow.id),
        col(TicketRow.summary),
        col(TicketRow.category),
        col(TicketRow.reported_at),
        col(TicketRow.engineer_line),
        col(EngineerRow.name).label("assignee"),
    )
    .select_from(columns_of(TicketRow))
    .outerjoin(EngineerRow, col(EngineerRow.id) == col(TicketRow.assignee_id))
    .where(
        col(TicketRow.customer_id) == sa.bindparam("customer_id"),
        is_one_of(TicketRow.state, *OPEN),
        col(TicketRow.id) != sa.bindparam("ticket_id"),
        col(TicketRow.reported_at) <= sa.bindparam("reported_at"),
    )
    .order_by(col(TicketRow.id).desc())
    .limit(MERGE_CHOICES)
)


class Inbox(NamedTuple):
    """The queue, one report beside it, and what `who` decided last (as `Review.last_of`), in one consistent view of the
    rows. `number` None: nothing waits; `report` None: there is no such ticket."""

    queue: ReviewQueue
    number: str | None
    report: ReviewView | None
    last: Taken | None


class Review:
    """What the pages ask. Decisions are commands: see `desk.commands.review`."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock) -> None:
        self._store = store
        self._days = days
        self._clock = clock

    async def queue(self, order: Order, limit: int, who: str) -> ReviewQueue:
        """At most `limit` lines; what `who` could not judge goes last."""
        async with self._store.reading() as session:
            return await read_queue(session, await self._days.read(session), self._clock.now(), order, limit, who)

    async def inbox(
        self, order: Order, limit: int, who: str, number: str | None = None, prefer: str | None = None
    ) -> Inbox:
        """With the report `number`; None: `prefer` when it still waits, else the first that waits."""
        async with self._store.reading() as session:
            terms, now = await self._days.read(session), self._clock.now()
            queue = await read_queue(session, terms, now, order, limit, who)
            shown = number or first_of(queue.numbers, prefer)
            found = await _report_of(session, shown or "", terms, now)
            return Inbox(queue, shown, found, await _last_of(session, who))

    async def numbers(self, order: Order, who: str) -> tuple[str, ...]:
        """Of all that wait, in that order."""
        async with self._store.reading() as session:
            return await read_numbers(session, await self._days.read(session), order, who)

    async def report(self, number: str) -> ReviewView | None:
        """None: there is no such ticket."""
        async with self._store.reading() as session:
            return await _report_of(session, number, await self._days.read(session), self._clock.now())

    async def proposal_of(self, number: str) -> str | None:
        """As the machine named it; None: it made none, or there is no such ticket."""
        asked = select(TicketRow.proposal).where(TicketRow.id == ticket_row_id(number))
        async with self._store.reading() as session:
            return (await session.exec(asked)).first()

    async def last_of(self, who: str) -> Taken | None:
        """The last decision of `who` that can be taken back; None: there is none."""
        async with self._store.reading() as session:
            return await _last_of(session, who)

    async def customers_like(self, text: str, limit: int) -> list[str]:
        """Names that hold `text`, whatever its capitals, by alphabet."""
        found = select(Customer.name).where(func.lower(Customer.name).contains(text.strip().lower(), autoescape=True))
        async with self._store.reading() as session:
            return list(await session.exec(found.order_by(col(Customer.name)).limit(limit)))


def first_of(numbers: Sequence[str], prefer: str | None) -> str | None:
    """`prefer` when it is among them, else the first; None: there is none."""
    return prefer if prefer in numbers else next(iter(numbers), None)


async def _last_of(session: Asks, who: str) -> Taken | None:
    decisions = await ask(session, _DECISIONS_OF_LAST, who=who)
    last = next((one for one in reversed(decisions) if one.what == REVIEW and one.actor == who), None)
    standing = standing_review(decisions)
    if last is None or standing is None or standing.id != last.id:
        return None
    return Taken(ticket_number(last.ticket_id), last.after, mark_of(last))


async def _report_of(session: Asks, number: str, terms: Terms, now: datetime) -> ReviewView | None:
    row_id = ticket_row_id(number)
    found = None if row_id is None else await RowsOf.with_ticket(session, row_id)
    return None if found is None else await _read_report(session, *found, terms, now)


async def _read_report(session: Asks, row: TicketRow, rows: RowsOf, terms: Terms, now: datetime) -> ReviewView:
    one = await read_one(rows, row, terms, now, await engineer_names(session) if row.assignee_id else {})
    ticket, decisions, events = one.view, one.decisions, one.events
    told: dict[str, Any] = (ticket.voicemail.told if ticket.voicemail else None) or {}
    chances: dict[str, float] = told.get("chances", {})
    others = sorted((chance, name) for name, chance in chances.items() if name != ticket.proposal)
    proposed = PROPOSED.get(ticket.proposal or "")
    waiting = next((one for one in waits(events) if one.until is None and not one.reason.is_excuse), None)
    return ReviewView(
        ticket=ticket,
        outcomes=tuple(_outcomes(row, events, chances, terms, now)),
        proposed=proposed,
        margin=told.get("margin"),
        runner_up=others[-1][1] if others else "",
        clauses=terms.of(row).agreement.clauses_in(_RULES[proposed]) if proposed else (),
        is_user_change=ticket.proposal == "user_change",
        facts=facts_of(ticket, decisions),
        question=question_about(told.get("missing", ())),
        missing=tuple(told.get("missing", ())),
        has_response=any(event.type in _RESPONSES for event in events),
        asked=dict(waiting.texts).get("question", "") if waiting else "",
        asked_at=waiting.since if waiting else None,
        asked_as_incomplete=waiting is not None and waiting.reason is PauseReason.INCOMPLETE_REPORT,
        open_tickets=await _earlier_open(session, row),
        last_word=last_word(decisions, events),
        waits_for_decision=_waits_for_decision(row),
        passed_by=passed_by(decisions),
    )


def _waits_for_decision(row: TicketRow) -> bool:
    is_open = row.state in OPEN and row.state is not TicketState.WAITING
    return is_open and (row.needs_review or (row.category is None and row.kind in _DISTURBANCES))


def _outcomes(
    row: TicketRow, events: Sequence[TicketEventRow], chances: dict[str, float], terms: Terms, now: datetime
) -> list[OutcomeView]:
    """Gravest first. Each is planned as if it was decided now."""
    return [
        OutcomeView(
            outcome=outcome,
            chance=chances.get(name),
            deadline=_deadline_if(outcome, row, events, terms, now),
            hides_danger=hides_danger(row.proposal, outcome),
            locked=_locked(outcome, row),
        )
        for outcome, name in _CHANCE.items()
    ]


def _deadline_if(
    outcome: Outcome, row: TicketRow, events: Sequence[TicketEventRow], terms: Terms, now: datetime
) -> DeadlineView | None:
    # No row: making one takes longer than its plan.
    supposed, decided = cast(TicketRow, SimpleNamespace(**vars(row))), list(events)
    category = CATEGORIES.get(outcome)
    if category is None:
        supposed.kind = Kind.SERVICE_REQUEST
    else:
        supposed.kind = row.kind if row.kind in _DISTURBANCES else Kind.INCIDENT
        supposed.category = category
        at = max(now, row.reported_at)
        decided.append(event_row(supposed, TicketEvent(at, at, EventType.CATEGORY_CONFIRMED, category=category), ""))
    first = first_due(terms.deadlines(supposed, decided, now))
    return deadline_view(first, terms.of(row).agreement) if first else None


def _locked(outcome: Outcome, row: TicketRow) -> str:
    """As the commands would refuse it."""
    if row.kind is not Kind.CALAMITY:
        return ""
    if outcome is Outcome.CAT_I:
        return "Kan nadat is vastgesteld dat het geen calamiteit is (A-11)."
    if outcome is Outcome.REQUEST:
        return "Kan nadat is vastgesteld dat het geen calamiteit is (R-055)."
    return ""


async def _earlier_open(session: Asks, row: TicketRow) -> tuple[OpenTicket, ...]:
    if row.customer_id is None:
        return ()
    about = {"customer_id": row.customer_id, "ticket_id": row.id, "reported_at": row.reported_at}
    found = await ask(session, _EARLIER_OPEN, **about)
    return tuple(
        OpenTicket(
            ticket_number(one.id), one.summary, one.category, one.reported_at, one.assignee or "", one.engineer_line
        )
        for one in found
    )
