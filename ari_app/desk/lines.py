"""Which line of engineers the work needs: a higher one may take lower work, not the reverse (R-142)."""

from datetime import datetime

from ari_app.desk.change import Change
from ari_app.desk.refusal import Refused
from ari_app.store.tables import EngineerRow

#: What a decision about the line is kept under.
LINE = "line"


def refuse_lower_line(change: Change, engineer: EngineerRow, at: datetime) -> None:
    """Refused when the work at `at` needed a higher line than this engineer's."""
    needed = line_needed(change, at)
    if engineer.line < needed:
        raise Refused(
            f"Kan niet: {engineer.name} is engineer van lijn {engineer.line} en dit werk vraagt lijn {needed}", "R-142"
        )


def line_needed(change: Change, at: datetime) -> int:
    """As it was at `at`: what was done before an escalation was work of the lower line."""
    needed = change.ticket.engineer_line
    for decision in reversed(change.decided(LINE)):
        if decision.at <= at:
            break
        needed = int(decision.before)
    return needed
