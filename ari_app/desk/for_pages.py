"""What the pages ask about tickets beside the ticket itself: what stands around one, and what a command would do."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.config import DeskSettings
from ari_app.desk.actor import Actor
from ari_app.desk.change import Change, begin_change
from ari_app.desk.contracts import Contracts
from ari_app.desk.costs import ChangeMeter
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.finding import Search
from ari_app.desk.notices import NoticeView, read_open_notices
from ari_app.desk.numbers import ticket_row_id
from ari_app.desk.opened_ticket import OpenedTicket, open_with
from ari_app.desk.planning import Terms
from ari_app.desk.reading import read_one
from ari_app.desk.refusal import Refused
from ari_app.desk.rota_reading import read_engineers
from ari_app.desk.rows_of import RowsOf
from ari_app.desk.ticket_lines import TicketLine
from ari_app.desk.ticket_search import find_lines
from ari_app.desk.urgent import UrgentView, read_waiting
from ari_app.desk.work_reading import read_costs
from ari_app.desk.work_views import CostLineView
from ari_app.store.database import Store
from ari_app.store.statements import Asks, ask
from ari_app.store.tables import Customer, TicketRow
from routing.rota import Engineer
from sla.billing import billing_month


@dataclass(frozen=True, slots=True)
class Preview:
    """What a command would add to the costs of a ticket; `refused` "": it would be done."""

    lines: tuple[CostLineView, ...]
    refused: str = ""


class CustomerName(NamedTuple):
    """A customer in a list to choose from."""

    id: int
    name: str


class Listed(NamedTuple):
    """The list of tickets with what stands around it: what asks for people, urgent messages that nobody took up, and what
    the list can be narrowed by."""

    lines: tuple[TicketLine, ...]
    notices: list[NoticeView]
    urgent: list[UrgentView]
    customers: tuple[CustomerName, ...]
    engineers: tuple[Engineer, ...]


_CUSTOMERS = sa.select(col(Customer.id), col(Customer.name)).order_by(col(Customer.name))


class _TakenBack(Exception):
    """Ends a transaction that was only to see what would come of it."""


class ForPages:
    """Reading only: whatever is tried here is taken back."""

    def __init__(
        self, store: Store, days: DaysInForce, policy: DeskSettings, contracts: Contracts, clock: Clock
    ) -> None:
        self._store = store
        self._days = days
        self._policy = policy
        self._contracts = contracts
        self._clock = clock

    async def customers(self) -> tuple[CustomerName, ...]:
        """To choose from, by name."""
        async with self._store.reading() as session:
            return await _customers(session)

    async def listed(self, search: Search, limit: int, notices: int) -> Listed:
        """At most so many tickets and notices, in one consistent view of the rows."""
        async with self._store.reading() as session:
            terms, now = await self._days.read(session), self._clock.now()
            return Listed(
                lines=await find_lines(session, search, limit, terms, now),
                notices=await read_open_notices(session, notices, terms.agreement_of) if notices else [],
                urgent=await read_waiting(session),
                customers=await _customers(session),
                engineers=tuple((await read_engineers(session)).values()),
            )

    @asynccontextmanager
    async def opened(self, number: str, by: Actor) -> AsyncIterator[OpenedTicket | None]:
        """One ticket as `by` finds it now; None: there is no such ticket."""
        async with self._store.reading() as session:
            # What is tried changes rows that it read: never to be written.
            session.autoflush = False
            row = await session.get(TicketRow, ticket_row_id(number) or 0)
            if row is None:
                yield None
                return
            terms, now = await self._days.read(session), self._clock.now()
            engineers = tuple((await read_engineers(session)).values())
            rows, names = await RowsOf.ticket(session, row.id or 0), {one.id: one.name for one in engineers}
            await rows.fetch()
            one = await read_one(rows, row, terms, now, names)
            change = Change(session, row, one.events, list(one.decisions), terms, self._policy, by, now)
            yield await open_with(change, rows, engineers, one, await self._meter(session, row, terms))

    async def preview(
        self, number: str, by: Actor, command: Callable[..., Awaitable[object]], given: Mapping[str, object]
    ) -> Preview:
        """The cost lines that would be new. The command is really given and then taken back, so that this is the truth."""
        lines: tuple[CostLineView, ...] = ()
        try:
            async with self._store.session() as session:
                terms = await self._days.read(session)
                change = await begin_change(session, number, by, terms, self._policy, self._clock.now())
                agreement = terms.of(change.ticket).agreement
                before = set(await read_costs(session, change.ticket_id, agreement))
                await command(change, **given)
                await change.judge_again()
                after = await read_costs(session, change.ticket_id, agreement)
                lines = tuple(line for line in after if line not in before)
                raise _TakenBack
        except _TakenBack:
            return Preview(lines)
        except Refused as refused:
            return Preview((), str(refused))

    async def _meter(self, session: AsyncSession, row: TicketRow, terms: Terms) -> ChangeMeter | None:
        if row.contract_id is None:
            return None
        month = billing_month(self._clock.now(), terms.agreement.zone)
        return await self._contracts.read_change_meter(session, row.contract_id, *month)


async def _customers(session: Asks) -> tuple[CustomerName, ...]:
    return tuple(CustomerName(row.id, row.name) for row in await ask(session, _CUSTOMERS))
