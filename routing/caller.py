"""Who calls: the caller's number in its normal form, and what we know of who stands behind it."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

LEVEL_0 = "level_0"
#: Who calls often is parsed once.
KNOWN_NUMBERS = 4096


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

    @property
    def is_known(self) -> bool:
        return self.customer_id is not None


@lru_cache(KNOWN_NUMBERS)
def normal_form(raw: str | None, country: str = "NL") -> str | None:
    """The number as E.164 (`+31201234567`) from any way of writing it: 020..., 0031..., +31..., `sip:` user parts.

    None for an anonymous caller, a short code (112), and whatever no phone could have.
    """
    written = re.sub(r"[^\d+]", "", (raw or "").split("@")[0])
    if not written:
        return None
    if re.fullmatch(r"31\d{9}", written):  # some trunks leave out the plus
        written = "+" + written
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or len(str(number.national_number)) < 8:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(KNOWN_NUMBERS)
def spoken_form(number: str | None) -> str:
    """The number as people read it: `020 123 4567`; an empty caller id reads as anonymous."""
    if not number:
        return "anoniem"
    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
