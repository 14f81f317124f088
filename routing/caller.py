"""Who calls: the caller's number in its normal form, and what we know of who stands behind it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from routing.caller_id import KNOWN_NUMBERS, read_caller_id

LEVEL_0 = "level_0"
#: Whose numbers are dialled without a country code.
DUTCH = 31


class Pin(StrEnum):
    """How far the caller proved to be who the number says, with customer number and PIN (A-25)."""

    NOT_ASKED = "not_asked"
    RIGHT = "right"
    #: Wrong at every try, nothing entered, or too many wrong tries lately.
    NOT_GIVEN = "not_given"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as the number tells. A caller id can be forged: it is a hint (A-25).

    `has_sla` answers for the second of the call; `why` says in Dutch how we came to it.
    """

    number: str | None
    customer_id: int | None = None
    customer_name: str = ""
    level: str = LEVEL_0
    has_sla: bool = False
    why: str = ""
    agreement_version: str | None = None
    #: False: the customer data could not be asked, so that nothing about an SLA is known.
    is_looked_up: bool = True
    #: A supervisor excluded this number, contact or organisation from the calamity line (R-057, A-12).
    excluded: bool = False
    #: The contract of this agreement that holds; None without one.
    contract_id: int | None = None
    #: The customer wants the PIN at every call to the calamity line.
    requires_pin: bool = False
    #: The trunk says that the network found this number to be forged (STIR/SHAKEN).
    is_doubted: bool = False
    pin: Pin = Pin.NOT_ASKED
    #: That this contact chose before; "": none.
    language: str = ""

    @property
    def is_known(self) -> bool:
        return self.customer_id is not None

    @property
    def is_unproven(self) -> bool:
        """The PIN was asked and not given: the number alone opens nothing and costs nobody anything."""
        return self.pin == Pin.NOT_GIVEN


def stranger(caller: Caller, why: str) -> Caller:
    """Somebody at this number of whom nothing is taken for true."""
    return replace(Caller(caller.number), why=why, is_doubted=caller.is_doubted, pin=caller.pin)


def normal_form(raw: str | None) -> str | None:
    """The number as E.164 (`+31201234567`) from any way of writing it; None for what is no number of a customer's phone."""
    return read_caller_id(raw).number


@lru_cache(KNOWN_NUMBERS)
def spoken_form(number: str | None) -> str:
    """The number as people here dial it: `020 123 4567`, `+32 470 00 00 00`; an empty caller id reads as anonymous."""
    if not number:
        return "anoniem"
    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number
    at_home = parsed.country_code == DUTCH
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, form.NATIONAL if at_home else form.INTERNATIONAL)
