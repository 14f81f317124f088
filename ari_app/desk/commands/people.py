"""Who works on it: an engineer of the line that the work needs, or of a higher one (R-142)."""

from ari_app.desk.change import Change
from ari_app.desk.lines import LINE, refuse_lower_line
from ari_app.desk.refusal import Refused, needs
from ari_app.store.tables import EngineerRow

HIGHEST_LINE = 3


async def assign(change: Change, engineer_id: int | None, why: str = "") -> None:
    """Gives it to one engineer; without one it is nobody's. A higher line may take lower work, not the reverse.

    Assigning is no first response (A-04).
    """
    change.by.must_be_ours("R-142")
    change.must_be_open("R-142")
    engineer = None if engineer_id is None else await change.engineer_at_work(engineer_id)
    if engineer is not None:
        refuse_lower_line(change, engineer, change.now)
    before = await _name(change, change.ticket.assignee_id)
    change.decide("assignee", before, engineer.name if engineer else "", why)
    change.ticket.assignee_id = engineer_id


async def take(change: Change) -> None:
    """The engineer who gives this command takes it up: known by the account, or by the full name. No first response (A-04)."""
    own = await change.own_engineer()
    if own is None:
        raise Refused("Kan nadat bekend is welke engineer u bent: koppel het account aan het rooster", "R-142")
    await assign(change, own.id)


async def escalate(change: Change, to_line: int, why: str) -> None:
    """To a higher line; who is not of that line loses the ticket."""
    change.by.must_be_ours("R-142")
    change.must_be_open("R-142")
    ticket = change.ticket
    if not ticket.engineer_line < to_line <= HIGHEST_LINE:
        raise Refused(f"Kan alleen van lijn {ticket.engineer_line} naar een hogere, hoogstens {HIGHEST_LINE}", "R-142")
    change.decide(LINE, ticket.engineer_line, to_line, needs(why, "de reden van escaleren is ingevuld", "R-142"))
    ticket.engineer_line = to_line
    if ticket.assignee_id is not None and (await change.engineer(ticket.assignee_id)).line < to_line:
        await assign(change, None, f"escalatie naar lijn {to_line}")


async def _name(change: Change, engineer_id: int | None) -> str:
    found = None if engineer_id is None else await change.session.get(EngineerRow, engineer_id)
    return found.name if found else ""
