"""Billable work needs both approvals first (R-090, A-21)."""

from ari_app.desk.change import Change
from ari_app.desk.costs import approved_up_to, charge_again
from ari_app.desk.refusal import Refused
from ari_app.desk.work_rows import approvals_of, cost_lines_of


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
        raise Refused("Kan nadat de klant en CNE akkoord zijn gegaan met de kosten", "R-090")
    if any(line.amount is None for line in charged):
        raise Refused("Kan nadat het uurtarief is ingesteld: zonder tarief is niet te toetsen wat akkoord was", "A-03")
    total = sum(line.amount for line in charged if line.amount is not None)
    if total > limit:
        raise Refused(f"Kan nadat akkoord is gegeven tot € {total}: nu tot € {limit}", "A-21")
