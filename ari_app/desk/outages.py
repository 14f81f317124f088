"""Outage in minutes, for who asks (R-003): by the clock on the wall, from the report until it was solved. Nothing is promised."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import events_that_hold
from ari_app.store.tables import Impediment, TicketEventRow, TicketRow
from sla.terms import Kind, Scope
from sla.ticket import EventType

_ENDS = (EventType.RESOLVED, EventType.CLOSED)
_TURNS = (*_ENDS, EventType.REOPENED)
_MINUTE = timedelta(minutes=1)
#: [begin, end) of a stretch without service.
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Outage:
    """A calamity, or a report that stopped the whole company. `service` "": nobody named it. `ended_at` None: it goes on.
    `minutes` within what was asked for, the last one begun counts whole."""

    ticket: str
    service: str
    began_at: datetime
    ended_at: datetime | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Outages:
    """In order of beginning. `by_service`: a minute in which two reports ran counts once."""

    of_tickets: tuple[Outage, ...]
    by_service: tuple[tuple[str, int], ...]


async def read_outages(session: AsyncSession, customer_id: int, within: Stretch, now: datetime) -> Outages:
    """What is covered by the agreement only: another party's fault is not outage of ours (R-107)."""
    tickets = (await session.exec(_tickets(customer_id, within))).all()
    events = await _turns(session, [one.id or 0 for one in tickets])
    found, stretches = [], dict[str, list[Stretch]]()
    for ticket in tickets:
        mine = stretches_of(ticket.reported_at, [one for one in events if one.ticket_id == ticket.id])
        inside = [(max(begin, within[0]), min(end or now, within[1])) for begin, end in mine]
        inside = [(begin, end) for begin, end in inside if begin < end]
        if not inside:
            continue
        stretches.setdefault(ticket.service_concerned, []).extend(inside)
        service, minutes = ticket.service_concerned, minutes_of(inside)
        found.append(Outage(ticket_number(ticket.id), service, ticket.reported_at, mine[-1][1], minutes))
    return Outages(tuple(found), tuple((name, minutes_of(some)) for name, some in sorted(stretches.items())))


def stretches_of(reported_at: datetime, events: Iterable[TicketEventRow]) -> list[tuple[datetime, datetime | None]]:
    """From the report to the solution, and from each reopening to the next one; an end of None: it still goes on."""
    found: list[tuple[datetime, datetime | None]] = []
    begin: datetime | None = reported_at
    for event in events:
        if event.type in _ENDS and begin is not None:
            found.append((begin, max(begin, event.at)))
            begin = None
        elif event.type is EventType.REOPENED and begin is None:
            begin = event.at
    return found if begin is None else [*found, (begin, None)]


def minutes_of(stretches: Sequence[Stretch]) -> int:
    """Those that overlap count once; a minute that was begun counts whole."""
    total, until = timedelta(0), None
    for begin, end in sorted(stretches):
        start = begin if until is None else max(begin, until)
        total += max(end - start, timedelta(0))
        until = end if until is None else max(until, end)
    return -(-total // _MINUTE)


def _tickets(customer_id: int, within: Stretch) -> SelectOfScalar[TicketRow]:
    stops_all = or_(col(TicketRow.kind) == Kind.CALAMITY, col(TicketRow.impediment) == Impediment.COMPANY)
    theirs = select(TicketRow).where(TicketRow.customer_id == customer_id, TicketRow.scope == Scope.IN_SCOPE, stops_all)
    return theirs.where(TicketRow.reported_at < within[1]).order_by(col(TicketRow.reported_at), col(TicketRow.id))


async def _turns(session: AsyncSession, tickets: Sequence[int]) -> Sequence[TicketEventRow]:
    of_them = events_that_hold().where(col(TicketEventRow.ticket_id).in_(tickets), col(TicketEventRow.type).in_(_TURNS))
    return (await session.exec(of_them)).all()
