"""Phones that a script can have rung: the engineers' by id and number of the rota, the desk's by name."""

from ari_app.asterisk.call import Target
from ari_app.asterisk.dialling import DialGuard
from ari_app.config import LineSettings
from routing.dialling import Approved, Limits
from routing.rota import Engineer


def phone_of(engineer: Engineer, number: str, trunk: str) -> Target:
    """A number that may not be dialled is refused when it would be rung, so that the next phone still is."""
    return Target(engineer.name, f"PJSIP/{number.removeprefix('+')}@{trunk}", number or "-", engineer.id)


def dial_guard(settings: LineSettings, trunk: str) -> DialGuard:
    """Lets through what the settings approve."""
    approved = Approved(trunk, frozenset(settings.desk_endpoints), frozenset(settings.dial_countries))
    limits = Limits(settings.dial_legs_per_call, settings.dials_per_minute, settings.dial_minutes_per_hour)
    return DialGuard(approved, limits)
