"""What an engineer should know of a customer before accepting their call."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from ari_app.store.statements import Asks, ask
from ari_app.store.tables import TicketRow
from sla.terms import Kind
from sla.ticket import TicketState

_OPEN = (
    sa.select(col(TicketRow.kind))
    .where(col(TicketRow.customer_id) == sa.bindparam("customer"))
    .where(col(TicketRow.state) != TicketState.RESOLVED, col(TicketRow.state) != TicketState.CLOSED)
)


@dataclass(frozen=True, slots=True)
class CustomerNow:
    """`open_tickets` without those about maintenance, which `has_maintenance` tells of."""

    open_tickets: int = 0
    has_maintenance: bool = False


async def read_customer_now(session: Asks, customer_id: int) -> CustomerNow:
    kinds = [row.kind for row in await ask(session, _OPEN, customer=customer_id)]
    maintenance = kinds.count(Kind.MAINTENANCE)
    return CustomerNow(len(kinds) - maintenance, maintenance > 0)
