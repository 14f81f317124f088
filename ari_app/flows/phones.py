"""Phones that a script can have rung: the engineers' by id and number of the rota, the desk's by name, a customer's by ticket."""

from collections.abc import Callable

from ari_app.asterisk.call import Leg, Target
from ari_app.asterisk.dialling import DialGuard
from ari_app.config import LineSettings
from routing.dialling import Approved, BudgetSpent, Limits
from routing.rota import Engineer

_RESULTS = {
    "no_answer": "nam niet op",
    "busy": "in gesprek",
    "refused": "weigerde het gesprek",
    "unreachable": "niet bereikbaar",
}


def phone_of(engineer: Engineer, number: str, trunk: str) -> Target:
    """A number that may not be dialled is refused when it would be rung, so that the next phone still is."""
    return behind_trunk(engineer.name, number, trunk, engineer.id)


def behind_trunk(who: str, number: str, trunk: str, engineer_id: int | None = None) -> Target:
    """A constant template: whatever `number` holds, the guard of the line lets nothing through but E.164 in that form."""
    return Target(who, f"PJSIP/{number.removeprefix('+')}@{trunk}", number or "-", engineer_id)


def result_in_words(leg: Leg) -> str:
    """What became of a phone that did not answer, in Dutch."""
    if leg.not_dialled:
        return leg.not_dialled.rstrip(".")
    code = f" (SIP {leg.sip_code})" if leg.sip_code else ""
    return f"{_RESULTS.get(leg.result, leg.result)}{code}"


def dial_guard(
    settings: LineSettings, trunk: str, on_spent: Callable[[BudgetSpent], None] = lambda spent: None
) -> DialGuard:
    """Lets through what the settings approve."""
    approved = Approved(trunk, frozenset(settings.desk_endpoints), frozenset(settings.dial_countries))
    limits = Limits(settings.dial_legs_per_call, settings.dials_per_minute, settings.dial_minutes_per_hour)
    return DialGuard(approved, limits, on_spent)
