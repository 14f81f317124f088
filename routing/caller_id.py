"""What a trunk sends as the caller's number, in any form -> one E.164 number, or a named reason why there is none."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers

#: Who calls often is parsed once.
KNOWN_NUMBERS = 4096
#: 112, 1233, 14 020: no phone of a customer has so short a number.
LONGEST_SHORT_CODE = 6


class NoNumber(StrEnum):
    """Why a caller id is no number that a customer could have."""

    ANONYMOUS = "anonymous"
    SHORT_CODE = "short_code"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class CallerId:
    """`number` in E.164, or None and then `fault`."""

    number: str | None
    fault: NoNumber | None = None

    @property
    def why(self) -> str:
        """Dutch; empty for a number."""
        return _WHY[self.fault] if self.fault else ""


@lru_cache(KNOWN_NUMBERS)
def read_caller_id(raw: str | None, country: str = "NL") -> CallerId:
    """From any way of writing it: 020..., 0031..., +31 (0)20..., `tel:` and `sip:` with parameters, quoted names, and the
    habits of trunks: no plus, no leading 0, too many zeros, 0011 for abroad. `country` is where a national number is from.
    """
    written = _bare(raw or "")
    if written.lower() in _ANONYMOUS:
        return CallerId(None, NoNumber.ANONYMOUS)
    digits = _SEPARATORS.sub("", re.sub(r"([0-9])\s*\(0\)", r"\1", written))
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return CallerId(None, NoNumber.MALFORMED)
    if len(digits.lstrip("+")) <= LONGEST_SHORT_CODE:
        return CallerId(None, NoNumber.SHORT_CODE)
    number = _first_number(_readings(digits, country), country)
    return CallerId(number, None if number else NoNumber.MALFORMED)


def _bare(raw: str) -> str:
    """Without name, scheme, host and parameters. A host that only nameless callers have makes the caller nameless."""
    text = raw.strip()
    if inside := re.search(r"<([^>]*)>", text):
        text = inside.group(1)
    text = unquote(text.strip().strip('"').strip())
    text = re.sub(r"(?i)^(sips?|tel):", "", text).split(";")[0]
    user, _, host = text.partition("@")
    return "" if host.lower().startswith("anonymous.invalid") else user.strip()


def _readings(digits: str, country: str) -> list[str]:
    """What the digits may mean, the likeliest first."""
    if digits.startswith("+0"):  # a national or 00 number behind a plus that does not belong there
        return _readings(digits[1:], country)
    if digits.startswith("+"):
        return [digits]
    own = str(phonenumbers.country_code_for_region(country))
    without_zeros = digits.lstrip("0")
    readings = [digits]
    if digits.startswith("0011"):  # no number abroad begins with 1 1
        readings.insert(0, "+" + digits[4:])
    if digits.startswith(own):
        readings.insert(0, "+" + digits)
    if digits.startswith("00"):
        readings += ["+" + without_zeros, "0" + without_zeros]
    return readings


def _first_number(readings: list[str], country: str) -> str | None:
    """The first that a country has given out; else the first that could be one, as new ranges come."""
    parsed = [number for reading in readings if (number := _parsed(reading, country))]
    found = next((number for number in parsed if phonenumbers.is_valid_number(number)), None)
    found = found or next((number for number in parsed if _may_be(number)), None)
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164) if found else None


def _parsed(reading: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(reading, country)
    except phonenumbers.NumberParseException:
        return None


def _may_be(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.is_possible_number(number) and len(str(number.national_number)) >= 8


_SEPARATORS = re.compile(r"[\s().\-/]")
#: As carriers and exchanges write it, in English and Dutch.
_ANONYMOUS = frozenset(
    """,anonymous,unavailable,unknown,restricted,private,withheld,blocked,no number,private number,unknown number,none,null,
    not available,id unavailable,caller id unavailable,no caller id,anoniem,onbekend,nummer onbekend,afgeschermd,privé,geheim,
    geheim nummer""".replace("\n    ", "").split(",")
)
_WHY = {
    NoNumber.ANONYMOUS: "De beller is anoniem: we weten niet wie belt.",
    NoNumber.SHORT_CODE: "De beller toont een kort nummer, zoals 112: geen nummer van een klant.",
    NoNumber.MALFORMED: "Wat de beller als nummer toont, is geen telefoonnummer.",
}
