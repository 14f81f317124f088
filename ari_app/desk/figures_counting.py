"""Counts the figures of a period in the database: one look, in a few statements that each read a table once."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from ari_app.desk.figures_views import Calls, Decided, FiguresView, Kept, months_before, months_between
from ari_app.desk.numbers import ticket_number
from ari_app.desk.outcomes import MERGED, Outcome
from ari_app.desk.reviewed import REVIEW, UNDONE
from ari_app.store.tables import CallLegRow, CallRow, SlaClockRow, TicketRow, VoicemailRow
from ari_app.store.work_tables import DecisionRow
from sla.terms import Category, Kind, Scope

#: The route of a call that was added to the ticket of a known outage.
JOINED = "announcement"
#: More are found by searching.
MOST_TOO_LOW = 10
_LATER = aliased(DecisionRow)
#: Tickets that the last review found to be no report of their own, with what it says.
_FOUND_TO_BE = (
    sa.select(col(DecisionRow.ticket_id), col(DecisionRow.after))
    .where(
        col(DecisionRow.what) == REVIEW,
        sa.or_(col(DecisionRow.after) == Outcome.NO_REPORT, col(DecisionRow.after).startswith(MERGED)),
        ~sa.exists().where(
            col(_LATER.ticket_id) == col(DecisionRow.ticket_id),
            col(_LATER.id) > col(DecisionRow.id),
            col(_LATER.what).in_((REVIEW, UNDONE)),
        ),
    )
    .subquery()
)
_IS_NO_REPORT = col(TicketRow.id).in_(sa.select(_FOUND_TO_BE.c.ticket_id))


def counting(
    first: date, last: date, now: datetime, zone: ZoneInfo, customer_id: int | None
) -> Callable[[sa.Connection], FiguresView]:
    """Counts from the month `first` up to and including `last`, of one customer or of all."""
    months = months_between(first, last)
    edges = [datetime.combine(month, time(), zone) for month in [*months, months_before(last, -1)]]

    def count(connection: sa.Connection) -> FiguresView:
        of_customer = [] if customer_id is None else [col(TicketRow.customer_id) == customer_id]
        mine = [*_within(col(TicketRow.reported_at), edges), *of_customer]
        called = [*_within(col(CallRow.received_at), edges), *of_customer]
        tickets, outside, no_reports = connection.execute(
            sa.select(
                sa.func.count(), _count_if(col(TicketRow.scope) != Scope.IN_SCOPE), _count_if(_IS_NO_REPORT)
            ).where(*mine)
        ).one()
        month = _month_of(col(TicketRow.reported_at), edges)
        return FiguresView(
            first=first,
            last=last,
            counted_at=now,
            kept=tuple(_kept(connection, mine, month, months)),
            calls=tuple(_calls(connection, called, _month_of(col(CallRow.received_at), edges), months)),
            decided=tuple(_decided(connection, mine)),
            accepted=tuple(_accepted(connection, called)),
            tickets=tickets,
            outside=outside,
            no_reports=no_reports,
            too_low=tuple(_too_low(connection, mine)),
        )

    return count


def _kept(connection: sa.Connection, mine: Sequence[Any], month: Any, months: Sequence[date]) -> list[Kept]:
    net, clocks = col(SlaClockRow.breached_at), SlaClockRow
    gross = sa.func.coalesce(col(clocks.gross_breached_at), net)
    asked = (
        sa.select(month, col(clocks.clock), col(TicketRow.level), col(TicketRow.category), sa.func.count(),
                  sa.func.count(net), sa.func.count(gross))
        .join(TicketRow, col(TicketRow.id) == col(clocks.ticket_id))
        .where(*mine, col(TicketRow.scope) == Scope.IN_SCOPE, col(clocks.target_seconds).is_not(None), ~_IS_NO_REPORT)
        .where(sa.or_(col(clocks.stopped_at).is_not(None), net.is_not(None)))
        .group_by(month, col(clocks.clock), col(TicketRow.level), col(TicketRow.category))
    )  # fmt: skip
    return [Kept(months[number], *rest) for number, *rest in connection.execute(asked)]


def _calls(connection: sa.Connection, mine: Sequence[Any], month: Any, months: Sequence[date]) -> list[Calls]:
    talked, said = col(CallRow.talk_started_at).is_not(None), col(VoicemailRow.id).is_not(None)
    joined = col(CallRow.route) == JOINED
    took = sa.exists().where(col(CallLegRow.call_row_id) == col(CallRow.id), col(CallLegRow.result) == "accepted")
    asked = (
        sa.select(month, sa.func.count(), _count_if(talked & ~took), _count_if(talked & took),
                  _count_if(~talked & ~joined & said), _count_if(~talked & joined), _count_if(~talked & ~joined & ~said))
        .select_from(CallRow)
        .join(TicketRow, col(TicketRow.id) == col(CallRow.ticket_id))
        .join(VoicemailRow, col(VoicemailRow.ticket_id) == col(CallRow.ticket_id), isouter=True)
        .where(*mine)
        .group_by(month)
    )  # fmt: skip
    found = {number: Calls(months[number], *counts) for number, *counts in connection.execute(asked)}
    return [found.get(number, Calls(one, 0, 0, 0, 0, 0, 0)) for number, one in enumerate(months)]


def _decided(connection: sa.Connection, mine: Sequence[Any]) -> list[Decided]:
    decided: list[Any] = [col(TicketRow.proposal), col(TicketRow.kind), col(TicketRow.category), _FOUND_TO_BE.c.after]
    asked = (
        sa.select(sa.func.count(), *decided)
        .select_from(TicketRow)
        .join(_FOUND_TO_BE, _FOUND_TO_BE.c.ticket_id == col(TicketRow.id), isouter=True)
        .where(*mine, col(TicketRow.proposal).is_not(None), col(TicketRow.needs_review).is_(False))
        .group_by(*decided)
    )
    found: dict[tuple[str, str], int] = {}
    for count, proposal, kind, category, no_report in connection.execute(asked):
        decision = _no_report(no_report) if no_report else _decision(kind, category)
        if proposal and decision:
            found[proposal, decision] = found.get((proposal, decision), 0) + count
    return [Decided(proposal, decision, count) for (proposal, decision), count in found.items()]


def _no_report(after: str) -> str:
    """Who merges a report with another decides about the other."""
    return "" if after.startswith(MERGED) else after


def _decision(kind: Kind, category: Category | None) -> str:
    """In the words of a proposal; "" where nobody decided anything that a message is about."""
    if kind in (Kind.SERVICE_REQUEST, Kind.USER_CHANGE):
        return kind.value
    return {Category.I: "cat1", Category.II: "cat2", Category.III: "cat3"}[category] if category else ""


def _too_low(connection: sa.Connection, mine: Sequence[Any]) -> list[str]:
    asked = (
        sa.select(col(TicketRow.id))
        .where(*mine, col(TicketRow.category) == Category.III, col(TicketRow.needs_review).is_(False))
        .where(
            col(TicketRow.proposal) != "cat3", col(TicketRow.kind).in_((Kind.INCIDENT, Kind.CALAMITY)), ~_IS_NO_REPORT
        )
        .order_by(col(TicketRow.id).desc())
        .limit(MOST_TOO_LOW)
    )
    return [ticket_number(row_id) for row_id in connection.scalars(asked)]


def _accepted(connection: sa.Connection, mine: Sequence[Any]) -> list[tuple[int, int]]:
    """From the first engineer's phone that rang for a caller."""
    rang = (
        sa.select(col(CallLegRow.call_row_id), sa.func.min(col(CallLegRow.rang_at)).label("at"))
        .where(col(CallLegRow.engineer_id).is_not(None))
        .group_by(col(CallLegRow.call_row_id))
        .subquery()
    )
    talk = col(CallRow.talk_started_at)
    if connection.dialect.name == "sqlite":
        seconds = (sa.func.julianday(talk) - sa.func.julianday(rang.c.at)) * 86_400
    else:
        seconds = sa.extract("epoch", talk - rang.c.at)
    whole = sa.cast(sa.func.round(seconds), sa.Integer)
    took = sa.exists().where(col(CallLegRow.call_row_id) == col(CallRow.id), col(CallLegRow.result) == "accepted")
    asked = (
        sa.select(whole, sa.func.count())
        .select_from(CallRow)
        .join(TicketRow, col(TicketRow.id) == col(CallRow.ticket_id))
        .join(rang, rang.c.call_row_id == col(CallRow.id))
        .where(*mine, talk.is_not(None), took)
        .group_by(whole)
        .order_by(whole)
    )
    return [(max(0, taken), count) for taken, count in connection.execute(asked)]


def _within(at: Any, edges: Sequence[datetime]) -> list[Any]:
    return [at >= edges[0], at < edges[-1]]


def _month_of(at: Any, edges: Sequence[datetime]) -> Any:
    """Which month an instant lies in, from 0."""
    return sa.case(*((at < edge, sa.literal_column(str(number))) for number, edge in enumerate(edges[1:])))


def _count_if(condition: Any) -> Any:
    return sa.func.count(sa.case((condition, 1)))
