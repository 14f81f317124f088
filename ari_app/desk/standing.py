"""Which contract of a customer holds at a moment, and what it gives: rows to the judgement of sla.contract."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from ari_app.desk.planning import Terms, Version
from ari_app.store.statements import Asks, ask, columns_of
from ari_app.store.tables import Contract
from sla import contract as law
from sla.terms import LEVEL_0

#: The kind of contract that this agreement is about; another kind only opens the calamity line (R-051).
VOIP = "voip"


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer at a moment. `contract_id` None: no contract of this agreement holds. `why` is Dutch."""

    level: str
    has_sla: bool
    why: str
    agreement_version: str | None = None
    contract_id: int | None = None


_YOUNGEST_FIRST = (
    sa.select(columns_of(Contract))
    .where(col(Contract.customer_id) == sa.bindparam("customer_id", type_=sa.Integer))
    .order_by(col(Contract.starts_on).desc(), col(Contract.id).desc())
)


async def standing_of(session: Asks, customer_id: int | None, at: datetime, terms: Terms) -> Standing:
    """At the second of `at`: any SLA of ours that holds counts as one (R-051), only VoIP gives a level (R-071)."""
    rows: Sequence[Contract] = await ask(session, _YOUNGEST_FIRST, customer_id=customer_id)
    judged = [(row, valid_at(row, at, terms)) for row in rows]
    other = next((row.kind for row, found in judged if row.kind != VOIP and found.level != LEVEL_0), None)
    chosen = _chosen([pair for pair in judged if pair[0].kind == VOIP])
    also = f" Heeft wel een andere SLA van CNE: {other} (R-051)." if other else ""
    if chosen is None:
        return Standing(LEVEL_0, other is not None, f"Geen contract bekend: Level 0 (R-071).{also}")
    row, found = chosen
    name = version_of(row, terms).agreement.level(found.level).name
    return Standing(
        level=found.level,
        has_sla=found.level != LEVEL_0 or other is not None,
        why=f"{name}. {found.why}{also}",
        agreement_version=row.agreement_version,
        contract_id=row.id if found.is_valid else None,
    )


def valid_at(row: Contract, at: datetime, terms: Terms) -> law.Validity:
    """Level 0 also for a VoIP level that its version of the agreement does not have."""
    agreement = version_of(row, terms).agreement
    found = law.valid_at(agreed(row), at, agreement.zone, agreement.settings)
    if row.kind == VOIP and found.level not in agreement.levels:
        why = f"Niveau {found.level!r} staat niet in {agreement.version}: Level 0, verbeter het contract (R-071)."
        return law.Validity(LEVEL_0, found.is_valid, found.is_unpaid, why)
    return found


def version_of(row: Contract, terms: Terms) -> Version:
    """The version that the contract names, or today's when we don't have that (R-023)."""
    return terms.older.get(row.agreement_version, Version(terms.agreement, terms.hours))


def agreed(row: Contract) -> law.Contract:
    """The value that sla.contract judges. ValueError for a contract that can't exist (R-004)."""
    return law.Contract(
        level=row.level,
        starts_on=row.starts_on,
        period_months=row.period_months,
        framework_agreement=row.framework_agreement,
        general_terms=row.terms_version,
        renewal_months=row.renewal_months,
        paid_until=row.paid_until,
        notice_on=row.notice_on,
        framework_ends_on=row.ends_on,
        level_0_from=row.level_0_from,
    )


def _chosen(judged: Iterable[tuple[Contract, law.Validity]]) -> tuple[Contract, law.Validity] | None:
    """The youngest that holds, otherwise the youngest: its reason tells why there is none."""
    pairs = list(judged)
    return next((pair for pair in pairs if pair[1].is_valid), pairs[0] if pairs else None)
