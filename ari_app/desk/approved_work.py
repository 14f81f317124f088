"""Billable work needs both approvals first (R-090, A-21)."""

from collections.abc import Sequence
from decimal import Decimal

from ari_app.desk.change import Change
from ari_app.desk.costs import approved_up_to, charge_again
from ari_app.desk.refusal import Refused
from ari_app.desk.work_rows import approvals_of, cost_lines_of
from ari_app.store.work_tables import CostLineRow
from sla.explain import in_euro


async def refuse_without_approval(change: Change) -> None:
    """Charges the ticket with what was just booked; Refused takes that back when nobody agreed to pay it (R-090)."""
    await change.session.flush()
    await charge_again(change.session, change.ticket, change.terms)
    agreement = change.terms.of(change.ticket).agreement
    charged = [line for line in await cost_lines_of(change) if line.charged_units]
    if not charged or not agreement.settings.billable_needs_approval:
        return
    limit = approved_up_to(await approvals_of(change))
    if limit is None:
        raise Refused(f"{_costs(charged)} Kan nadat de klant en CNE akkoord zijn gegaan met de kosten", "R-090")
    total = _total(charged)
    if total is None:
        raise Refused("Kan nadat het uurtarief is ingesteld: zonder tarief is niet te toetsen wat akkoord was", "A-03")
    if total > limit:
        raise Refused(f"Kan nadat akkoord is gegeven tot {in_euro(total)}: nu tot {in_euro(limit)}", "A-21")


def _costs(charged: Sequence[CostLineRow]) -> str:
    """Why it is charged and what it comes to, so that people know what to ask the customer."""
    reasons = " ".join(dict.fromkeys(line.why[0] for line in charged))
    total = _total(charged)
    return f"{reasons}: {in_euro(total)}." if total is not None else f"{reasons}: tarief nog niet ingesteld (A-03)."


def _total(charged: Sequence[CostLineRow]) -> Decimal | None:
    """None: the rate is still to be given."""
    amounts = [line.amount for line in charged if line.amount is not None]
    return sum(amounts, Decimal()) if len(amounts) == len(charged) else None
