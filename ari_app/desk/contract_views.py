"""What people see of a contract: values, no rows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sla.clauses import Clause


@dataclass(frozen=True, slots=True)
class ContractView:
    """One contract as it stands now. `term_ends_on` supposes renewal; `ends_on` None: it goes on. `why` is Dutch."""

    id: int
    customer_id: int
    kind: str
    level: str
    agreement_version: str
    is_valid: bool
    is_unpaid: bool
    why: str
    term_ends_on: date | None
    last_notice_on: date | None
    ends_on: date | None
    #: Both always stand beside what is offered or judged under it (R-004, R-149).
    framework_agreement: str = ""
    terms_version: str = ""
    paid_until: date | None = None
    users: int = 0
    #: Euro a month; None = not entered (A-15).
    price_per_user: Decimal | None = None
    clauses: tuple[Clause, ...] = ()
    #: The term that today lies in, or the first one.
    term_begins_on: date | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class BuyOutView:
    """A draft of an offer to end on `ends_on`: nothing is agreed (R-068). `amount` in euro, None = no price is entered."""

    id: int
    contract_id: int
    ends_on: date
    users: int
    months: int
    amount: Decimal | None
    made_by: str
    made_at: datetime
    why: tuple[str, ...]
    terms_version: str
    clauses: tuple[Clause, ...]
