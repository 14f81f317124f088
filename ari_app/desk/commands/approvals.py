"""Who agreed to billable work: the customer and we, before time can be booked (R-090, A-21)."""

from datetime import datetime
from decimal import Decimal

from ari_app.desk.change import Change
from ari_app.desk.refusal import Refused, needs
from ari_app.store.work_tables import ApprovalRow, Approver


async def customer_approves(change: Change, who: str, how: str, up_to: Decimal, at: datetime | None = None) -> None:
    """`who` at the customer agreed, by `how` (mail, phone key, portal), to at most `up_to` euro for this ticket."""
    person = needs(who, "is ingevuld wie bij de klant akkoord gaf", "R-090")
    _approve(change, Approver.CUSTOMER, person, how, up_to, at)


async def we_approve(change: Change, up_to: Decimal, at: datetime | None = None) -> None:
    """Whoever of us gives this command agrees for us, to at most `up_to` euro."""
    change.by.must_be_ours("R-090")
    _approve(change, Approver.PROVIDER, change.by.name, "meldlijn", up_to, at)


async def override_approval(change: Change, up_to: Decimal, why: str) -> None:
    """In an emergency a supervisor lets work begin without the customer's word; it is logged (A-21)."""
    change.by.must_supervise("A-21")
    reason = needs(why, "de reden van de noodzaak is ingevuld", "A-21")
    _approve(change, Approver.OVERRIDE, change.by.name, "noodgeval", up_to, None, reason)


def _approve(
    change: Change, approver: Approver, who: str, how: str, up_to: Decimal, at: datetime | None, why: str = ""
) -> None:
    if not up_to.is_finite() or up_to <= 0 or up_to != up_to.quantize(Decimal("0.01")):
        raise Refused("Kan nadat een bedrag boven nul in hele centen is ingevuld", "A-21")
    change.session.add(
        ApprovalRow(
            ticket_id=change.ticket_id,
            approver=approver,
            who=who,
            how=needs(how, "is ingevuld hoe het akkoord is gegeven", "A-21"),
            at=change.moment(at),
            up_to=up_to,
            recorded_by=change.by.name,
            recorded_at=change.now,
            why=why,
        )
    )
