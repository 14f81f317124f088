"""How a clock looks on a time axis, and which warnings are still ahead: what people see, nothing that is judged by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sla.agreed_hours import AgreedHours
from sla.agreement import Agreement
from sla.alerts import Alert, missing_plan, thresholds
from sla.clock import worked_windows
from sla.hours import epoch_seconds, from_epoch
from sla.judgement import CLOCKS
from sla.plan import case_under, read_clocks
from sla.terms import ClockKind
from sla.ticket import TicketFacts
from sla.ticket_clock import ClockCase, ReadClock, resolution_start

#: `open`: the hours that this clock may run in; `counted`: what the net clock took of them; `excluded`: what only the
#: gross clock took; `left`: what is still to be used up.
PieceKind = Literal["open", "counted", "excluded", "left"]
Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """[begin, end) of one kind, inside one opening."""

    begin: datetime
    end: datetime
    kind: PieceKind


@dataclass(frozen=True, slots=True)
class Outlook:
    """`pieces` of each clock that was started, in order of kind and time; `ahead` in order of time: what comes true if
    nothing more happens."""

    pieces: Mapping[ClockKind, tuple[Piece, ...]] = field(default_factory=dict)
    ahead: tuple[Alert, ...] = ()


NOTHING_AHEAD = Outlook()


def outlook(ticket: TicketFacts, agreement: Agreement, hours: AgreedHours, now: datetime) -> Outlook:
    """As `sla.plan.plan` judges, from the events up to and including `now`; raises ValueError as that does."""
    case = case_under(ticket, agreement, hours, now)
    if case.judgement.no_promise is not None:
        return NOTHING_AHEAD
    at = epoch_seconds(now)
    clocks = read_clocks(case, at)
    pieces = {clock: _pieces(read, at, agreement.zone) for clock, read in clocks.items()}
    ahead = [*_ahead(clocks, agreement.settings.warn_at_percent, at), *_late_plan(case, at)]
    return Outlook(
        {clock: found for clock, found in pieces.items() if found}, tuple(sorted(ahead, key=lambda one: one.since))
    )


def _ahead(clocks: Mapping[ClockKind, ReadClock], percent: int, at: int) -> Iterable[Alert]:
    """A clock that was stopped warns of nothing more."""
    for clock, read in clocks.items():
        if read.told.stopped_at is None:
            yield from (
                Alert(one.kind, clock, from_epoch(one.since)) for one in thresholds(read, percent) if one.since > at
            )


def _late_plan(case: ClockCase, at: int) -> tuple[Alert, ...]:
    guard = missing_plan(case, resolution_start(case.agreement.settings), CLOCKS[case.judgement.kind])
    return guard.alerts(guard.late_at) if guard.late_at is not None and guard.late_at > at else ()


def _pieces(read: ReadClock, at: int, zone: ZoneInfo) -> tuple[Piece, ...]:
    last = read.told.net[-1]
    if last.cycle == 0:
        return ()
    until = at if read.told.stopped_at is None else read.told.stopped_at
    counted = worked_windows(read.told.net, until)
    excluded = _without(worked_windows(read.told.gross, until), counted)
    due = read.net.due
    runs_on = last.is_running and due is not None and due > at
    left = last.hours.windows(at, due) if runs_on and due is not None else []
    shown = sorted([*counted, *excluded, *left])
    if not shown:
        return ()
    opened = last.hours.windows(_midnight(shown[0][0], zone, 0), _midnight(shown[-1][1] - 1, zone, 1))
    kinds: tuple[tuple[PieceKind, Sequence[Window]], ...] = (
        ("open", opened),
        ("counted", counted),
        ("excluded", excluded),
        ("left", left),
    )
    return tuple(Piece(from_epoch(begin), from_epoch(end), kind) for kind, found in kinds for begin, end in found)


def _without(windows: Sequence[Window], taken: Sequence[Window]) -> list[Window]:
    """What of `windows` no window of `taken` covers; both in order of time."""
    rest: list[Window] = []
    for begin, end in windows:
        for cut, back in taken:
            if cut < end and back > begin:
                if cut > begin:
                    rest.append((begin, cut))
                begin = back
        if begin < end:
            rest.append((begin, end))
    return rest


def _midnight(at: int, zone: ZoneInfo, days_on: int) -> int:
    """The beginning of the local day of `at`, or of a day after it."""
    day = from_epoch(at).astimezone(zone).date() + timedelta(days=days_on)
    return epoch_seconds(datetime(day.year, day.month, day.day, tzinfo=zone))
