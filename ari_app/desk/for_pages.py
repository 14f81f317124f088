"""What the pages ask about tickets beside the ticket itself: what stands around one, and what a command would do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.config import DeskSettings
from ari_app.desk.actor import Actor
from ari_app.desk.change import begin_change
from ari_app.desk.contracts import Contracts
from ari_app.desk.costs import ChangeMeter
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.planning import Terms, events_that_hold
from ari_app.desk.reading import leg_view, step_view
from ari_app.desk.refusal import Refused
from ari_app.desk.trial import Trial, refusal_of
from ari_app.desk.views import LegView, StepView
from ari_app.desk.work_reading import read_costs
from ari_app.desk.work_views import CostLineView
from ari_app.store.database import Store
from ari_app.store.outbox_tables import NoticeKind, NoticeRow, OutboxRow
from ari_app.store.tables import CallLegRow, CallRow, Customer, TicketEventRow, TicketRow
from sla.billing import billing_month
from sla.outlook import NOTHING_AHEAD, Outlook
from sla.terms import ClockKind


@dataclass(frozen=True, slots=True)
class NoticedView:
    """What became true about a clock, and is kept. `clock` None: about the ticket as a whole."""

    kind: NoticeKind
    clock: ClockKind | None
    since: datetime
    noticed_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class SentView:
    """Something that was to be told about the ticket. Both `delivered_at` and `given_up_at` None: it still waits."""

    kind: str
    created_at: datetime
    delivered_at: datetime | None
    given_up_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class CallView:
    """A call that joined a ticket which was there already, such as after an announcement of it."""

    received_at: datetime
    caller_number: str | None
    legs: tuple[LegView, ...]
    steps: tuple[StepView, ...]
    ended_at: datetime | None
    ended_by: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Around:
    """`cannot_plan` "" = the clocks can be computed. `newer` and `older` are the tickets beside it, by number.

    `later_calls` has all but the first, which is the report itself, in order of coming in.
    """

    outlook: Outlook
    cannot_plan: str
    noticed: tuple[NoticedView, ...]
    sent: tuple[SentView, ...]
    meter: ChangeMeter | None
    levels: tuple[tuple[str, str], ...]
    newer: str | None
    older: str | None
    later_calls: tuple[CallView, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a command would add to the costs of a ticket; `refused` "": it would be done."""

    lines: tuple[CostLineView, ...]
    refused: str = ""


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

    async def customers(self) -> tuple[tuple[int, str], ...]:
        """Id and name, by name."""
        async with self._store.reading() as session:
            found = await session.exec(select(Customer.id, Customer.name).order_by(col(Customer.name)))
            return tuple((row_id or 0, name) for row_id, name in found)

    async def around(self, number: str) -> Around:
        """Raises Refused when there is no such ticket."""
        async with self._store.reading() as session:
            row = await session.get(TicketRow, ticket_row_id(number) or 0)
            if row is None:
                raise Refused(f"Melding {number!r} bestaat niet", "R-111")
            terms = await self._days.read(session)
            outlook, cannot_plan = await _outlook(session, row, terms, self._clock.now())
            noticed = await session.exec(
                select(NoticeRow).where(NoticeRow.ticket_id == row.id).order_by(col(NoticeRow.since), col(NoticeRow.id))
            )
            sent = await session.exec(
                select(OutboxRow).where(OutboxRow.ticket_id == row.id).order_by(col(OutboxRow.id))
            )
            levels = terms.of(row).agreement.levels.values()
            return Around(
                outlook=outlook,
                cannot_plan=cannot_plan,
                noticed=tuple(
                    NoticedView(one.kind, one.clock, one.since, one.noticed_at, one.ended_at) for one in noticed
                ),
                sent=tuple(
                    SentView(one.kind, one.created_at, one.delivered_at, one.dead_at, one.error) for one in sent
                ),
                meter=await self._meter(row, terms),
                levels=tuple((level.key, level.name) for level in levels),
                newer=await _beside(session, row, 1),
                older=await _beside(session, row, -1),
                later_calls=await _later_calls(session, row),
            )

    async def refusals(self, number: str, by: Actor, trials: Mapping[str, Trial]) -> dict[str, Refused | None]:
        """What the desk would say now to each command; None: it is possible. Raises Refused for no such ticket."""
        async with self._store.reading() as session:
            terms = await self._days.read(session)
            with session.no_autoflush:
                change = await begin_change(
                    session, number, by, terms, self._policy, self._clock.now(), only_to_look=True
                )
                return {name: await refusal_of(change, trial) for name, trial in trials.items()}

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

    async def _meter(self, row: TicketRow, terms: Terms) -> ChangeMeter | None:
        if row.contract_id is None:
            return None
        year, month = billing_month(self._clock.now(), terms.agreement.zone)
        return await self._contracts.change_meter(row.contract_id, year, month)


async def _outlook(session: AsyncSession, row: TicketRow, terms: Terms, now: datetime) -> tuple[Outlook, str]:
    events = (await session.exec(events_that_hold().where(TicketEventRow.ticket_id == row.id))).all()
    try:
        return terms.outlook(row, events, now), ""
    except ValueError as cannot:
        return NOTHING_AHEAD, str(cannot)


async def _later_calls(session: AsyncSession, row: TicketRow) -> tuple[CallView, ...]:
    all_of_it = select(CallRow).where(CallRow.ticket_id == row.id).order_by(col(CallRow.id))
    calls = (await session.exec(all_of_it.offset(1))).all()
    legs: dict[int, list[LegView]] = {call.id or 0: [] for call in calls}
    if not calls:
        return ()
    rung = select(CallLegRow).where(col(CallLegRow.call_row_id).in_(legs))
    for leg in await session.exec(rung.order_by(col(CallLegRow.rang_at), col(CallLegRow.id))):
        legs[leg.call_row_id].append(leg_view(leg))
    return tuple(
        CallView(call.received_at, call.caller_number, tuple(legs[call.id or 0]), tuple(map(step_view, call.steps)),
                 call.ended_at, call.ended_by, call.error)
        for call in calls
    )  # fmt: skip


async def _beside(session: AsyncSession, row: TicketRow, step: int) -> str | None:
    """The next ticket by number, in that direction."""
    beside = col(TicketRow.id) > row.id if step > 0 else col(TicketRow.id) < row.id
    order = col(TicketRow.id) if step > 0 else col(TicketRow.id).desc()
    found = (await session.exec(select(TicketRow.id).where(beside).order_by(order).limit(1))).first()
    return None if found is None else ticket_number(found)
