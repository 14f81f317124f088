"""The phone of an engineer as something that can be rung."""

from ari_app.asterisk.call import Target
from routing.rota import Engineer


def phone_of(engineer: Engineer, number: str, trunk: str) -> Target:
    """The endpoint comes from a constant template and the digits of the rota: no caller can change whom we ring."""
    digits = number.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        raise ValueError(f"The number of engineer {engineer.id} is {number!r}: correct it in the rota (E.164).")
    return Target(engineer.name, f"PJSIP/{digits}@{trunk}", number, engineer.id)
