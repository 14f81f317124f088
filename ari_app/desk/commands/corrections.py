"""A wrong entry in the history: nothing is deleted, another event takes its place."""

from datetime import datetime

from sqlmodel import col, select

from ari_app.desk.change import STATE_NL, Change
from ari_app.desk.planning import events_that_hold
from ari_app.desk.refusal import Refused, needs
from ari_app.store.tables import TicketEventRow
from ari_app.store.work_tables import CorrectionRow
from sla.terms import Category, Kind, Scope
from sla.ticket import STATES, EventType, TicketState

#: A supervisor's word can only be taken back by a supervisor.
_SUPERVISORS_WORD = {EventType.EXCUSE_CONFIRMED, EventType.CLARIFYING_CONFIRMED}
_RULINGS = {EventType.BECAME_A_CALAMITY: Kind.CALAMITY, EventType.NOT_A_CALAMITY: Kind.INCIDENT}


async def correct_event(change: Change, event_id: int, why: str, at: datetime | None = None) -> None:
    """It happened at `at` instead; without it: it did not happen. State, category, level, scope and kind follow."""
    old = next((event for event in change.events if event.id == event_id), None)
    change.by.must_be_ours("A-07")
    if old is None:
        raise Refused(f"Gebeurtenis {event_id} bestaat niet bij deze melding of is al gecorrigeerd", "A-07")
    if old.type in _SUPERVISORS_WORD:
        change.by.must_supervise("A-07")
    reason = needs(why, "de reden van de correctie is ingevuld", "A-07")
    new = None if at is None else await _again(change, old, change.moment(at), reason)
    correction = CorrectionRow(
        ticket_id=change.ticket_id,
        event_id=event_id,
        new_event_id=None if new is None else new.id,
        at=change.now,
        actor=change.by.name,
        why=reason,
    )
    change.session.add(correction)
    await change.session.flush()
    held = (await change.session.exec(events_that_hold().where(TicketEventRow.ticket_id == change.ticket_id))).all()
    change.events = list(held)
    change.ticket.state = await _state(change)
    await _values(change, old)
    change.session.add(change.ticket)
    change.costs_changed = True


async def _again(change: Change, old: TicketEventRow, at: datetime, why: str) -> TicketEventRow:
    new = TicketEventRow(**old.model_dump(exclude={"id"}) | {"at": at, "detail": dict(old.detail)})
    new.recorded_at, new.actor, new.why = change.now, change.by.name, why
    change.session.add(new)
    await change.session.flush()
    return new


async def _state(change: Change) -> TicketState:
    """What moved the ticket, in the order of writing down; a correction stands where the first event stood."""
    found = await change.session.exec(select(CorrectionRow).where(CorrectionRow.ticket_id == change.ticket_id))
    instead_of: dict[int | None, int | None] = {
        one.new_event_id: one.event_id for one in found if one.new_event_id is not None
    }
    state = TicketState.NEW
    for event in sorted(change.events, key=lambda event: _root(event.id, instead_of)):
        if not event.moves_state:
            continue
        if (state, event.type) not in STATES:
            raise Refused(f"Kan nadat een latere stap is gecorrigeerd: {event.type} bij {STATE_NL[state]}", "A-07")
        state = STATES[state, event.type]
    return state


def _root(event_id: int | None, instead_of: dict[int | None, int | None]) -> int:
    while event_id in instead_of:
        event_id = instead_of[event_id]
    return event_id or 0


async def _values(change: Change, old: TicketEventRow) -> None:
    """The last event that holds gives the value; without any, what stood there before the first."""
    ticket = change.ticket
    types = set(_RULINGS) if old.type in _RULINGS else {old.type}
    all_of_them = select(TicketEventRow).where(
        TicketEventRow.ticket_id == ticket.id, col(TicketEventRow.type).in_(types)
    )
    first = (await change.session.exec(all_of_them.order_by(col(TicketEventRow.id)))).first()
    last = next((event for event in reversed(change.events) if event.type in types), None)
    before = "" if first is None else first.detail.get("before", "")
    given = {} if last is None else last.detail
    match old.type:
        case EventType.CATEGORY_CONFIRMED:
            category = given.get("category", before)
            ticket.category = Category(category) if category else None
            ticket.needs_review = ticket.category is None
        case EventType.LEVEL_CHANGED:
            ticket.level = given.get("level", before)
        case EventType.SCOPE_CHANGED:
            ticket.scope = Scope(given.get("scope", before))
        case EventType.BECAME_A_CALAMITY | EventType.NOT_A_CALAMITY:
            ticket.kind = Kind(before) if last is None else _RULINGS[EventType(last.type)]
            ticket.is_exception = "exception" in given
        case _:
            pass  # every other event leaves no value on the ticket
