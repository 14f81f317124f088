"""One ticket with all that its page shows: its rows read once, in one consistent view of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from ari_app.desk.attachments import AttachmentView, read_attachments
from ari_app.desk.call_backs import CallBackView, read_call_backs
from ari_app.desk.change import Change
from ari_app.desk.costs import ChangeMeter
from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import Terms
from ari_app.desk.reading import One, Parts, leg_view, read_whole, step_view
from ari_app.desk.refusal import Refused
from ari_app.desk.rota_reading import at_work
from ari_app.desk.rows_of import RowsOf
from ari_app.desk.trial import Trial, refusals_of
from ari_app.desk.urgent import UrgentView, urgent_view
from ari_app.desk.views import LegView, StepView, TicketView
from ari_app.store.outbox_tables import NoticeKind, NoticeRow, OutboxRow
from ari_app.store.statements import ask
from ari_app.store.tables import TicketEventRow, TicketRow
from routing.rota import Engineer
from sla.outlook import NOTHING_AHEAD, Outlook
from sla.terms import ClockKind

_TICKET = sa.bindparam("ticket_id", type_=sa.Integer)
_NEWER = sa.select(sa.func.min(col(TicketRow.id))).where(col(TicketRow.id) > _TICKET).scalar_subquery()
_OLDER = sa.select(sa.func.max(col(TicketRow.id))).where(col(TicketRow.id) < _TICKET).scalar_subquery()
#: The next ticket by row, and the one before.
_BESIDE = sa.select(_NEWER.label("newer"), _OLDER.label("older"))


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
class OpenedTicket:
    """`refusals` can be asked as long as it is open; all else is there for good."""

    view: TicketView
    around: Around
    engineers: tuple[Engineer, ...]
    urgent: UrgentView | None
    call_backs: tuple[CallBackView, ...]
    attachments: tuple[AttachmentView, ...]
    _change: Change = field(repr=False)

    async def refusals(self, trials: Mapping[str, Trial]) -> dict[str, Refused | None]:
        """What the desk would say now to each command; None: it is possible."""
        return await refusals_of(self._change, trials)


async def open_with(
    change: Change, rows: RowsOf, engineers: tuple[Engineer, ...], one: One, meter: ChangeMeter | None
) -> OpenedTicket:
    """`change` of nothing yet, by who looks. `engineers`: also who left, whose names are told."""
    names = {engineer.id: engineer.name for engineer in engineers}
    urgent = one.parts.urgent.get(change.ticket_id)
    return OpenedTicket(
        view=await read_whole(rows, one, names, change.terms.of(change.ticket).agreement),
        around=await _around(change, rows, one.parts, meter),
        engineers=at_work(engineers),
        urgent=urgent_view(urgent) if urgent else None,
        call_backs=await read_call_backs(rows),
        attachments=await read_attachments(rows),
        _change=change,
    )


async def _around(change: Change, rows: RowsOf, parts: Parts, meter: ChangeMeter | None) -> Around:
    row, terms = change.ticket, change.terms
    outlook, cannot_plan = _outlook(row, change.events, terms, change.now)
    (beside,) = await ask(change.session, _BESIDE, ticket_id=change.ticket_id)
    newer, older = (None if one is None else ticket_number(one) for one in (beside.newer, beside.older))
    return Around(
        outlook=outlook,
        cannot_plan=cannot_plan,
        noticed=tuple(
            NoticedView(one.kind, one.clock, one.since, one.noticed_at, one.ended_at)
            for one in await rows.all(NoticeRow)
        ),
        sent=tuple(
            SentView(one.kind, one.created_at, one.delivered_at, one.dead_at, one.error)
            for one in await rows.all(OutboxRow)
        ),
        meter=meter,
        levels=tuple((level.key, level.name) for level in terms.of(row).agreement.levels.values()),
        newer=newer,
        older=older,
        later_calls=_later_calls(parts),
    )


def _outlook(row: TicketRow, events: Sequence[TicketEventRow], terms: Terms, now: datetime) -> tuple[Outlook, str]:
    try:
        return terms.outlook(row, events, now), ""
    except ValueError as cannot:
        return NOTHING_AHEAD, str(cannot)


def _later_calls(parts: Parts) -> tuple[CallView, ...]:
    return tuple(
        CallView(call.received_at, call.caller_number, tuple(map(leg_view, parts.legs[call.id])),
                 tuple(map(step_view, call.steps)), call.ended_at, call.ended_by, call.error)
        for call in parts.later_calls
    )  # fmt: skip
