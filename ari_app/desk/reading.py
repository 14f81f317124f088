"""Rows of tickets to views: a fixed number of questions to the database, however many tickets are asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.impact import category_for
from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import Terms, events_that_hold
from ari_app.desk.queue_order import QueuePlace, queue_key
from ari_app.desk.rows_of import RowsOf
from ari_app.desk.sound_reading import read_sounds
from ari_app.desk.views import (
    PROPOSED_AS,
    DeadlineView,
    EvidenceView,
    LegView,
    QueueView,
    StepView,
    TicketView,
    VoicemailView,
    WordView,
)
from ari_app.desk.work_reading import History, engineer_names, read_history, read_work
from ari_app.desk.work_views import WorkView
from ari_app.store.job_tables import ErasedRow, SoundJobRow, TranscriptVersionRow
from ari_app.store.json_columns import read_json
from ari_app.store.message_tables import MessageChoiceRow, UrgentMessageRow
from ari_app.store.statements import columns_of
from ari_app.store.tables import CallLegRow, CallRow, Customer, EngineerRow, TicketEventRow, TicketRow, VoicemailRow
from ari_app.store.work_tables import CorrectionRow, DecisionRow
from sla.agreement import Agreement
from sla.explain import in_euro
from sla.plan import Deadline, Plan
from sla.terms import Category, Scope
from sla.ticket import TicketState

#: The model that ships for demo and tests: it knows a few hundred words and must never pass for the real one.
DEMO_MODELS = frozenset({"vosk-tiny-nl"})
#: So many messages are not read from their JSON again: the next list holds nearly all lines of the last.
KEPT_TEXTS = 512


#: What the view of one ticket is made from.
_OF_ONE = (
    CallLegRow,
    CallRow,
    CorrectionRow,
    Customer,
    DecisionRow,
    ErasedRow,
    MessageChoiceRow,
    SoundJobRow,
    TicketEventRow,
    TranscriptVersionRow,
    UrgentMessageRow,
    VoicemailRow,
)


_NAMING_IT: tuple[type[SQLModel], ...] = (VoicemailRow, MessageChoiceRow, UrgentMessageRow)
_AROUND: tuple[type[SQLModel], ...] = (Customer, CallRow, CallLegRow, *_NAMING_IT)


@dataclass
class Parts:
    """Everything around a set of tickets, by the row of the ticket (legs: of the call)."""

    customers: dict[int | None, str] = field(default_factory=dict)
    calls: dict[int | None, CallRow] = field(default_factory=dict)
    legs: dict[int | None, list[CallLegRow]] = field(default_factory=lambda: defaultdict(list))
    voicemails: dict[int | None, VoicemailRow] = field(default_factory=dict)
    events: dict[int | None, list[TicketEventRow]] = field(default_factory=lambda: defaultdict(list))
    engineers: dict[int | None, str] = field(default_factory=dict)
    choices: dict[int | None, MessageChoiceRow] = field(default_factory=dict)
    urgent: dict[int | None, UrgentMessageRow] = field(default_factory=dict)
    #: Those that were added to a ticket, in order of coming in.
    later_calls: list[CallRow] = field(default_factory=list)


async def read_tickets(
    session: AsyncSession, rows: Sequence[TicketRow], terms: Terms, now: datetime
) -> list[TicketView]:
    """Views in the order of the rows. Clocks are told as they stand at `now`, not as they were last written."""
    parts = await parts_of(session, rows)
    return [_view(row, parts, terms, now) for row in rows]


async def read_ticket(session: AsyncSession, row: TicketRow, terms: Terms, now: datetime) -> TicketView:
    """One ticket with all work on it, and warnings about what it costs."""
    rows, names = await RowsOf.ticket(session, row.id or 0), await engineer_names(session)
    await rows.fetch()
    return await read_whole(rows, await read_one(rows, row, terms, now, names), names, terms.of(row).agreement)


class One(NamedTuple):
    """One ticket without the work on it, and the rows that it was read from, for who shows more of them. `events` are those
    that hold, in order of time; `decisions` all, in order of taking."""

    view: TicketView
    history: History
    decisions: Sequence[DecisionRow]
    parts: Parts

    @property
    def events(self) -> list[TicketEventRow]:
        return self.history.held


async def read_one(rows: RowsOf, row: TicketRow, terms: Terms, now: datetime, names: Mapping[int, str]) -> One:
    """With what became of its sounds. `names`: of the engineers, by id."""
    await rows.fetch(*_OF_ONE)
    history, parts = await read_history(rows), await _parts_of_one(rows, names)
    parts.events[row.id] = history.held
    view = replace(_view(row, parts, terms, now), **(await read_sounds(rows))._asdict())
    return One(view, history, await rows.all(DecisionRow), parts)


async def read_whole(rows: RowsOf, one: One, names: Mapping[int, str], agreement: Agreement) -> TicketView:
    """With the work on it. `agreement` is the one that the ticket falls under."""
    work = await read_work(rows, one.history, one.decisions, names, agreement)
    return replace(one.view, work=work, warnings=one.view.warnings + _cost_warnings(work))


def queue_of(views: Iterable[TicketView], terms: Terms) -> QueueView:
    """The views of open tickets in the order to take them, those at risk apart (A-16)."""
    order = terms.agreement.settings.queue_order
    ordered = sorted(views, key=lambda view: queue_key(place_of(view, terms), order))
    strip = tuple(view for view in ordered if view.is_at_risk)
    return QueueView(strip, tuple(view for view in ordered if not view.is_at_risk))


def place_of(view: TicketView, terms: Terms) -> QueuePlace:
    """By its clocks as the view tells them."""
    agreement = terms.older[view.agreement_version].agreement if view.agreement_version in terms.older else None
    level = (agreement or terms.agreement).level(view.level)
    due_at = view.next_deadline.due_at if view.next_deadline else None
    is_urgent = view.is_urgent and not view.claimed_by and view.state == TicketState.NEW
    return QueuePlace(level.order, view.kind, view.counted_category, due_at, view.reported_at, is_urgent)


def _cost_warnings(work: WorkView) -> tuple[str, ...]:
    found = []
    if any(line.charged_units and line.amount is None for line in work.costs):
        found.append("Er zijn kosten zonder bekend uurtarief: stel level_0_hourly_rate in (A-03).")
    if work.charged > (work.approved_up_to or 0):
        limit = f"tot {in_euro(work.approved_up_to)}" if work.approved_up_to is not None else "nog niet"
        found.append(f"Kosten van {in_euro(work.charged)}, akkoord {limit} (R-090).")
    return tuple(found)


async def _parts_of_one(rows: RowsOf, names: Mapping[int, str]) -> Parts:
    """The same of one ticket, without its events; `engineers` are all, by `names`."""
    found = _arranged({table: await rows.all(table) for table in _AROUND})
    found.engineers = {one: name for one, name in names.items()}
    return found


async def parts_of(session: AsyncSession, rows: Sequence[TicketRow]) -> Parts:
    """What views of these tickets are made from."""
    ids = [row.id for row in rows]
    calls = (await session.exec(select(CallRow).where(col(CallRow.ticket_id).in_(ids)).order_by(col(CallRow.id)))).all()
    first = {call.ticket_id: call.id for call in reversed(calls)}
    legs = select(CallLegRow).where(col(CallLegRow.call_row_id).in_(first.values()))
    customers = select(Customer).where(col(Customer.id).in_({row.customer_id for row in rows if row.customer_id}))
    found = _arranged(
        {
            Customer: (await session.exec(customers)).all(),
            CallRow: calls,
            CallLegRow: (await session.exec(legs.order_by(col(CallLegRow.rang_at), col(CallLegRow.id)))).all(),
            **{
                table: (await session.exec(select(table).where(columns_of(table).c.ticket_id.in_(ids)))).all()
                for table in _NAMING_IT
            },
        }
    )
    assignees = select(EngineerRow).where(col(EngineerRow.id).in_({row.assignee_id for row in rows if row.assignee_id}))
    found.engineers = {engineer.id: engineer.name for engineer in await session.exec(assignees)}
    for event in await session.exec(events_that_hold().where(col(TicketEventRow.ticket_id).in_(ids))):
        found.events[event.ticket_id].append(event)
    return found


def _arranged(rows: Mapping[type[SQLModel], Sequence[Any]]) -> Parts:
    """By ticket. Calls in order of coming in: the first one opened the ticket, others were added to it."""
    found = Parts(customers={one.id: one.name for one in rows[Customer]})
    for call in rows[CallRow]:
        if found.calls.setdefault(call.ticket_id, call) is not call:
            found.later_calls.append(call)
    for leg in rows[CallLegRow]:
        found.legs[leg.call_row_id].append(leg)
    found.voicemails = {one.ticket_id: one for one in rows[VoicemailRow]}
    found.choices = {one.ticket_id: one for one in rows[MessageChoiceRow]}
    found.urgent = {one.ticket_id: one for one in rows[UrgentMessageRow]}
    return found


def _view(ticket: TicketRow, parts: Parts, terms: Terms, now: datetime) -> TicketView:
    call = parts.calls.get(ticket.id) or _no_call(ticket)
    voicemail = parts.voicemails.get(ticket.id)
    choice, urgent = parts.choices.get(ticket.id), parts.urgent.get(ticket.id)
    judged = planned(ticket, parts.events[ticket.id], terms, now)
    deadlines, agreement = judged.deadlines, terms.of(ticket).agreement
    first = first_due(deadlines)
    warnings = judged.warnings + _warnings(ticket)
    return TicketView(
        number=ticket_number(ticket.id),
        state=ticket.state,
        kind=ticket.kind,
        source=ticket.source,
        customer_name=parts.customers.get(ticket.customer_id, ""),
        level=ticket.level,
        caller_number=call.caller_number,
        reported_at=ticket.reported_at,
        summary=ticket.summary,
        category=ticket.category,
        proposed_category=PROPOSED_AS.get(ticket.proposal or ""),
        proposal=ticket.proposal,
        needs_review=ticket.needs_review,
        why_proposed=ticket.why_proposed,
        deadlines=tuple(deadline_view(one, agreement) for one in deadlines),
        route=call.route,
        why=tuple(call.why),
        legs=tuple(leg_view(leg) for leg in parts.legs[call.id]),
        steps=tuple(step_view(step) for step in call.steps),
        voicemail=voicemail_view(voicemail) if voicemail else None,
        next_deadline=deadline_view(first, agreement) if first else None,
        line=call.line,
        origin=call.origin,
        talked_with=call.talked_with,
        talk_started_at=call.talk_started_at,
        talk_ended_at=call.talk_ended_at,
        ended_at=call.ended_at,
        ended_by=call.ended_by,
        error=call.error,
        scope=ticket.scope,
        agreement_version=ticket.agreement_version,
        counted_category=next((one.category for one in deadlines if one.category is not None), ticket.category),
        engineer_line=ticket.engineer_line,
        assignee=parts.engineers.get(ticket.assignee_id, ""),
        impediment=ticket.impediment,
        is_crucial_place=ticket.is_crucial_place,
        has_alternative=ticket.has_alternative,
        service_concerned=ticket.service_concerned,
        category_by_impediment=category_for(ticket.impediment, ticket.is_crucial_place),
        is_exception=ticket.is_exception,
        is_caused_by_customer=ticket.is_caused_by_customer,
        is_at_risk=_is_at_risk(judged),
        warnings=warnings,
        clauses=agreement.clauses_in(*call.why, *warnings),
        is_urgent=bool(choice and choice.is_urgent),
        claimed_by=(urgent.claimed_by or "") if urgent else "",
        call_back_number=choice.call_back_number if choice else None,
        language=choice.language if choice else "",
    )


def _no_call(ticket: TicketRow) -> CallRow:
    """What came in by another way has no call: nothing was said, rung or decided there."""
    return CallRow(call_id="", ticket_id=ticket.id or 0, line="", route="", received_at=ticket.reported_at, ended_by="",
                   origin=ticket.source)  # fmt: skip


def planned(ticket: TicketRow, events: Sequence[TicketEventRow], terms: Terms, now: datetime) -> Plan:
    """A ticket that can't be planned is shown without clocks, and says so: one bad ticket hides no others."""
    try:
        return terms.plan(ticket, events, now)
    except ValueError:
        return Plan((), None, warnings=("De termijnen van deze melding zijn niet te berekenen (R-023).",))


def deadlines_now(
    ticket: TicketRow, events: Sequence[TicketEventRow], terms: Terms, now: datetime
) -> tuple[Deadline, ...]:
    """Of the same plan the deadlines alone, at half its cost; none for a ticket that can't be planned."""
    try:
        return terms.deadlines(ticket, events, now)
    except ValueError:
        return ()


def _is_at_risk(judged: Plan) -> bool:
    running = {one.clock for one in judged.deadlines if one.stopped_at is None}
    return any(alert.clock in running for alert in judged.alerts)


def _warnings(ticket: TicketRow) -> tuple[str, ...]:
    found = []
    if ticket.category not in (None, Category.I) and not ticket.service_concerned:
        found.append(f"CAT {ticket.category} zonder afgenomen dienst: geef aan om welke dienst het gaat (R-084).")
    if ticket.scope is Scope.THIRD_PARTY:
        found.append(
            "Zeg de klant dat CNE niet verantwoordelijk is voor wat een derde partij levert (R-107), "
            "en een acute oplossing niet kan garanderen (R-092)."
        )
    return tuple(found)


def deadline_view(deadline: Deadline, agreement: Agreement) -> DeadlineView:
    """With the arithmetic and where it stands."""
    clauses = agreement.clauses_in(deadline.rule, *deadline.why)
    return replace(brief_deadline(deadline), why=deadline.why, clauses=clauses)


def brief_deadline(deadline: Deadline) -> DeadlineView:
    """The instants and the time left; for long lists."""
    target = deadline.target or timedelta()
    return DeadlineView(
        clock=deadline.clock,
        target_seconds=target.total_seconds(),
        due_at=deadline.due_at,
        state=deadline.state,
        left_seconds=(target - deadline.elapsed).total_seconds() if deadline.target else 0.0,
        rule=deadline.rule,
        why=(),
        elapsed_seconds=deadline.elapsed.total_seconds(),
        gross_elapsed_seconds=deadline.gross_elapsed.total_seconds(),
        gross_due_at=deadline.gross_due_at,
        started_at=deadline.started_at,
        met_until=deadline.met_until,
        stopped_at=deadline.stopped_at,
        breached_at=deadline.breached_at,
    )


def first_due(deadlines: Iterable[Deadline]) -> Deadline | None:
    """Of the clocks that run, the one that is due first; None: none runs."""
    running = [(one.due_at, one) for one in deadlines if one.due_at is not None and one.stopped_at is None]
    return min(running, key=lambda pair: pair[0])[1] if running else None


def leg_view(leg: CallLegRow) -> LegView:
    return LegView(leg.who, leg.number, leg.rang_at, leg.ended_at, leg.result, leg.why)


def step_view(step: dict[str, Any]) -> StepView:
    return StepView(datetime.fromisoformat(step["at"]), step["what"], step["detail"])


def voicemail_view(row: VoicemailRow) -> VoicemailView:
    """All that is known of a message."""
    view = _spoken(row, _words(row.transcript), _evidence(row.evidence))
    return replace(view, peaks=tuple(row.peaks), told=row.told)


def line_view(row: Any) -> VoicemailView:
    """The words alone: without the drawing of the sound and without what was told; for long lists. `row` has its JSON as
    text."""
    return _spoken(row, _words_in(row.transcript), _evidence_in(row.evidence))


def _spoken(row: Any, words: tuple[WordView, ...], evidence: tuple[EvidenceView, ...]) -> VoicemailView:
    return VoicemailView(
        id=row.id or 0,
        state=row.state,
        recording=row.recording,
        seconds=row.seconds,
        words=words,
        evidence=evidence,
        sure=row.sure,
        model=row.model,
        is_demo_model=row.model in DEMO_MODELS,
        peaks=(),
        error=row.error,
    )


@lru_cache(KEPT_TEXTS)
def _words_in(transcript: str | None) -> tuple[WordView, ...]:
    return _words(read_json(transcript)) if transcript else ()


@lru_cache(KEPT_TEXTS)
def _evidence_in(evidence: str) -> tuple[EvidenceView, ...]:
    return _evidence(read_json(evidence))


def _words(transcript: Mapping[str, Any] | None) -> tuple[WordView, ...]:
    words = transcript["words"] if transcript else []
    return tuple(WordView(word["text"], word["start"], word["end"], word["confidence"]) for word in words)


def _evidence(stored: Iterable[Mapping[str, Any]]) -> tuple[EvidenceView, ...]:
    return tuple(
        EvidenceView(one["start_word"], one["end_word"], PROPOSED_AS[one["category"]], one["phrase"], one["against"])
        for one in stored
        if one["category"] in PROPOSED_AS
    )
