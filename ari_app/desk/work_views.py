"""What people see of the work on a ticket: history, waits, approvals, hours with their cost, access. Values, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from ari_app.desk.waits import Wait
from sla.clauses import Clause


@dataclass(frozen=True, slots=True)
class EventView:
    """`texts` are what people wrote with it, and `before` and `proposed` for a judgement. `corrected_why` "" = it holds;
    otherwise it no longer counts, and event `replaced_by` stands in its place (None: it did not happen)."""

    id: int
    type: str
    at: datetime
    recorded_at: datetime
    by: str
    why: str
    texts: Mapping[str, str]
    corrected_why: str = ""
    corrected_by: str = ""
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What no clock looks at: assignee, line, kind, impediment, note ..."""

    at: datetime
    by: str
    what: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """`approver`: customer, provider or override. `up_to` in euro, for the whole ticket."""

    approver: str
    who: str
    how: str
    at: datetime
    up_to: Decimal
    recorded_by: str
    why: str


@dataclass(frozen=True, slots=True)
class TimeEntryView:
    """Raw time, [began_at, ended_at). `corrected_why` as in EventView."""

    id: int
    engineer: str
    activity: str
    began_at: datetime
    ended_at: datetime
    note: str
    recorded_by: str
    recorded_at: datetime
    corrected_why: str = ""


@dataclass(frozen=True, slots=True)
class CostLineView:
    """One work session or travel. `amount` in euro; None = the rate is still to be given (A-03)."""

    engineer: str
    activity: str
    began_at: datetime
    worked_seconds: int
    units: int
    charged_units: int
    amount: Decimal | None
    rule: str
    why: tuple[str, ...]
    #: Of `rule` and of the rules that `why` names.
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessView:
    """Who took access to what, and for which task (R-113, R-114)."""

    by: str
    at: datetime
    purpose: str
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class VisitView:
    """`left_at` None: still there, or the travel is not filled in (R-086)."""

    engineer: str
    arrived_at: datetime
    left_at: datetime | None
    travel_seconds: int | None
    why_no_travel: str


@dataclass(frozen=True, slots=True)
class TaskView:
    id: int
    what: str
    made_by: str
    done_by: str
    done_at: datetime | None
    allowed_by_engineer: str
    allowed_by_customer: str


@dataclass(frozen=True, slots=True)
class WorkView:
    """Everything in order of time. `charged` in euro, of the lines whose rate is known; `approved_up_to` None: nothing
    was approved (R-090)."""

    history: tuple[EventView, ...] = ()
    decisions: tuple[DecisionView, ...] = ()
    waits: tuple[Wait, ...] = ()
    approvals: tuple[ApprovalView, ...] = ()
    time_entries: tuple[TimeEntryView, ...] = ()
    costs: tuple[CostLineView, ...] = ()
    access: tuple[AccessView, ...] = ()
    visits: tuple[VisitView, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    #: The problem record that this disturbance belongs to ("T-1005"), and those that belong to this record (R-033).
    problem: str = ""
    disturbances: tuple[str, ...] = ()
    charged: Decimal = field(default=Decimal("0.00"))
    approved_up_to: Decimal | None = None

    @property
    def categories(self) -> tuple[EventView, ...]:
        """Each category that a person confirmed, with what stood there before and what the machine proposed (R-085)."""
        return tuple(event for event in self.history if event.type == "category_confirmed")
