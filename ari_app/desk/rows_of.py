"""The rows that belong to one ticket. Most tickets have none in most tables, so one question tells in which they have any."""

from collections.abc import Mapping, Sequence
from typing import Any, Self, TypeVar, cast

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from ari_app.store.attachment_tables import AttachmentRow
from ari_app.store.in_call_tables import CallBackRow
from ari_app.store.job_tables import ErasedRow, JobState, SoundJobRow, TranscriptVersionRow
from ari_app.store.message_tables import MessageChoiceRow, UrgentMessageRow
from ari_app.store.outbox_tables import NoticeRow, OutboxRow
from ari_app.store.statements import Asks, Statement, ask, ask_all, columns_of
from ari_app.store.tables import (
    AccessEntryRow,
    CallLegRow,
    CallRow,
    Customer,
    TicketEventRow,
    TicketRow,
    VoicemailRow,
)
from ari_app.store.work_tables import (
    ApprovalRow,
    CorrectionRow,
    CostLineRow,
    DecisionRow,
    ProblemLinkRow,
    TaskRow,
    TimeEntryRow,
    VisitRow,
)

Row = TypeVar("Row", bound=SQLModel)
Table = type[SQLModel]

_TICKET = sa.bindparam("ticket_id", type_=sa.Integer)
#: Tables that name the ticket, with the order of their rows; where that leaves two alike, and the table has an id, by that.
_PLAIN: Mapping[Table, tuple[Any, ...]] = {
    AccessEntryRow: (AccessEntryRow.at,),
    ApprovalRow: (ApprovalRow.at,),
    AttachmentRow: (),
    CallBackRow: (col(CallBackRow.id).desc(),),
    CallRow: (),
    CorrectionRow: (CorrectionRow.at,),
    CostLineRow: (CostLineRow.began_at,),
    DecisionRow: (),
    ErasedRow: (ErasedRow.what,),
    MessageChoiceRow: (),
    NoticeRow: (NoticeRow.since,),
    OutboxRow: (),
    TaskRow: (TaskRow.made_at,),
    TicketEventRow: (TicketEventRow.at,),
    TimeEntryRow: (TimeEntryRow.began_at,),
    UrgentMessageRow: (),
    VisitRow: (VisitRow.arrived_at,),
    VoicemailRow: (),
}
_CUSTOMER = sa.select(col(TicketRow.customer_id)).where(col(TicketRow.id) == _TICKET).scalar_subquery()
_IS_ITS: Mapping[Table, Any] = {
    **{table: columns_of(table).c.ticket_id == _TICKET for table in _PLAIN},
    CallLegRow: sa.and_(col(CallLegRow.call_row_id) == col(CallRow.id), col(CallRow.ticket_id) == _TICKET),
    Customer: col(Customer.id) == _CUSTOMER,
    ProblemLinkRow: sa.or_(col(ProblemLinkRow.ticket_id) == _TICKET, col(ProblemLinkRow.problem_id) == _TICKET),
    # What waits to be heard, or could not be.
    SoundJobRow: sa.and_(col(SoundJobRow.ticket_id) == _TICKET, col(SoundJobRow.state) != JobState.DONE),
    TranscriptVersionRow: sa.and_(
        col(TranscriptVersionRow.voicemail_id) == col(VoicemailRow.id), col(VoicemailRow.ticket_id) == _TICKET
    ),
}
_ORDER: Mapping[Table, tuple[Any, ...]] = {
    **_PLAIN,
    CallLegRow: (CallLegRow.rang_at,),
    ProblemLinkRow: (ProblemLinkRow.ticket_id,),
    TranscriptVersionRow: (col(TranscriptVersionRow.attempt).desc(),),
}


def _all_of(table: Table) -> Statement:
    columns = columns_of(table)
    by_id = [columns.c.id] if "id" in columns.c else []
    return sa.select(columns).where(_IS_ITS[table]).order_by(*_ORDER.get(table, ()), *by_id)


_ALL = {table: _all_of(table) for table in _IS_ITS}
_ITSELF = sa.select(columns_of(TicketRow)).where(col(TicketRow.id) == _TICKET)
_THERE = sa.select(*(sa.exists().where(its).label(columns_of(table).name) for table, its in _IS_ITS.items()))


class RowsOf:
    """Of one ticket, as they are in the transaction of `session`: columns as attributes, to read only. What that session has
    not flushed yet is not among them."""

    def __init__(self, session: Asks, ticket_id: int, there: frozenset[Table]) -> None:
        self._session = session
        self.ticket_id = ticket_id
        self._there = there
        self._fetched: dict[Table, Sequence[Any]] = {}

    @classmethod
    async def ticket(cls, session: Asks, ticket_id: int) -> Self:
        """Asks which tables have any."""
        (found,) = await ask(session, _THERE, ticket_id=ticket_id)
        return cls(session, ticket_id, _those_of(found))

    @classmethod
    async def with_ticket(cls, session: Asks, ticket_id: int) -> tuple[TicketRow, Self] | None:
        """The ticket itself as well, to read only; None: there is no such ticket."""
        about = {"ticket_id": ticket_id}
        itself, (found,) = await ask_all(session, (_ITSELF, about), (_THERE, about))
        return (itself[0], cls(session, ticket_id, _those_of(found))) if itself else None

    async def fetch(self, *tables: Table) -> None:
        """Reads those of these tables, or of all when none is named, that were not read yet: in one trip."""
        wanted = [one for one in tables or _IS_ITS if one in self._there and one not in self._fetched]
        found = await ask_all(self._session, *((_ALL[one], {"ticket_id": self.ticket_id}) for one in wanted))
        self._fetched.update(zip(wanted, found, strict=True))

    async def all(self, table: type[Row]) -> list[Row]:
        """In the order that the page shows them in, which is mostly that of time."""
        if table not in self._there:
            return []
        await self.fetch(table)
        return cast(list[Row], list(self._fetched[table]))

    async def one(self, table: type[Row]) -> Row | None:
        """The first, of a table that has mostly one."""
        return next(iter(await self.all(table)), None)


def _those_of(found: Any) -> frozenset[Table]:
    """Of an answer to _THERE."""
    return frozenset(one for one in _IS_ITS if getattr(found, columns_of(one).name))
