"""What the page of a customer shows beside contracts and numbers: tickets, promises kept, and when a number called last."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.exclusions import Exclusions, ExclusionView
from ari_app.desk.no_calamities import ruled_no_calamity
from ari_app.desk.reading import read_tickets
from ari_app.desk.review_queue import OPEN
from ari_app.desk.standing import Standing, standing_of
from ari_app.desk.views import TicketView
from ari_app.store.contract_tables import ExclusionRow
from ari_app.store.database import Store
from ari_app.store.statements import ask
from ari_app.store.tables import CallRow, Customer, PhoneNumber, SlaClockRow, TicketRow
from sla.contract import counted_since
from sla.ticket import TicketState

_ALL = sa.select(col(Customer.id)).order_by(col(Customer.id))
_FINISHED = (TicketState.RESOLVED, TicketState.CLOSED)
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """`kept` of `promised`: promises of the last twelve months that ended, net. `no_calamity` of `no_calamity_limit` rulings
    in `no_calamity_days`: at the limit a supervisor is asked to decide (R-057). `tickets`: open ones first, then the newest."""

    name: str
    tickets: tuple[TicketView, ...]
    open_tickets: int
    tickets_in_all: int
    kept: int
    promised: int
    no_calamity: int
    no_calamity_limit: int
    no_calamity_days: int
    #: E.164 to the last call.
    last_calls: Mapping[str, datetime]


class CustomerPages:
    """Reading only."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock, exclusions: Exclusions) -> None:
        self._store = store
        self._exclusions = exclusions
        self._days = days
        self._clock = clock

    async def of(self, customer_id: int, most_tickets: int) -> CustomerFacts | None:
        """None: there is no such customer."""
        now = self._clock.now()
        async with self._store.reading() as session:
            customer = await session.get(Customer, customer_id)
            if customer is None:
                return None
            terms = await self._days.read(session)
            settings = terms.agreement.settings
            is_over = sa.case((col(TicketRow.state).in_(_FINISHED), 1), else_=0)
            theirs = select(TicketRow).where(TicketRow.customer_id == customer_id)
            rows = (await session.exec(theirs.order_by(is_over, col(TicketRow.id).desc()).limit(most_tickets))).all()
            open_tickets, in_all = await _counted(session, customer_id)
            kept, promised = await _promises(session, customer_id, now - A_YEAR)
            return CustomerFacts(
                name=customer.name,
                tickets=tuple(await read_tickets(session, rows, terms, now)),
                open_tickets=open_tickets,
                tickets_in_all=in_all,
                kept=kept,
                promised=promised,
                no_calamity=len(await ruled_no_calamity(session, counted_since(now, settings), customer_id)),
                no_calamity_limit=settings.exclusion_proposed_at,
                no_calamity_days=settings.exclusion_window_days,
                last_calls=await _last_calls(session, customer_id),
            )

    async def standing(self, customer_id: int) -> Standing:
        """What the contracts give now."""
        async with self._store.looking() as session:
            return await standing_of(session, customer_id, self._clock.now(), await self._days.read(session))

    async def levels(self) -> Mapping[int, str]:
        """What the contracts of each customer give now."""
        async with self._store.looking() as session:
            terms, now = await self._days.read(session), self._clock.now()
            ids = [row.id for row in await ask(session, _ALL)]
            return {one: (await standing_of(session, one, now, terms)).level for one in ids}

    async def exclusions(self, customer_id: int) -> list[ExclusionView]:
        """Of the customer, its contacts and its numbers, newest first, those that are over among them."""
        async with self._store.reading() as session:
            theirs = select(PhoneNumber.e164).where(PhoneNumber.customer_id == customer_id)
            is_theirs = (col(ExclusionRow.customer_id) == customer_id) | col(ExclusionRow.number).in_(theirs)
            ids = set(await session.exec(select(ExclusionRow.id).where(is_theirs)))
        return [one for one in await self._exclusions.all() if one.id in ids]

    async def open_by_customer(self) -> Mapping[int | None, int]:
        """How many tickets of each customer are open; who has none is not there."""
        is_open = col(TicketRow.state).in_(OPEN)  # so, and not by what is finished, an index helps
        async with self._store.reading() as session:
            return Counter(await session.exec(select(TicketRow.customer_id).where(is_open)))


async def _counted(session: AsyncSession, customer_id: int) -> tuple[int, int]:
    """Open, and all."""
    is_open = func.sum(sa.case((col(TicketRow.state).in_(_FINISHED), 0), else_=1))
    found = select(func.coalesce(is_open, 0), func.count()).where(TicketRow.customer_id == customer_id)
    open_tickets, in_all = (await session.exec(found)).one()
    return int(open_tickets), int(in_all)


async def _promises(session: AsyncSession, customer_id: int, since: datetime) -> tuple[int, int]:
    """Kept, and ended: met in time, or broken whether answered since or not."""
    stopped, broken = col(SlaClockRow.stopped_at), col(SlaClockRow.breached_at)
    kept = func.sum(sa.case((stopped.is_not(None) & broken.is_(None), 1), else_=0))
    ended = func.sum(sa.case((stopped.is_not(None) | broken.is_not(None), 1), else_=0))
    asked = (
        select(func.coalesce(kept, 0), func.coalesce(ended, 0))
        .join(TicketRow, col(TicketRow.id) == SlaClockRow.ticket_id)
        .where(TicketRow.customer_id == customer_id, TicketRow.reported_at >= since)
        .where(col(SlaClockRow.target_seconds).is_not(None))
    )
    of_all, in_all = (await session.exec(asked)).one()
    return int(of_all), int(in_all)


async def _last_calls(session: AsyncSession, customer_id: int) -> dict[str, datetime]:
    called = (
        select(CallRow.caller_number, func.max(col(CallRow.received_at)))
        .join(TicketRow, col(TicketRow.id) == CallRow.ticket_id)
        .where(TicketRow.customer_id == customer_id, col(CallRow.caller_number).is_not(None))
        .group_by(col(CallRow.caller_number))
    )
    return {number: at for number, at in await session.exec(called) if number is not None}
