"""Which phones may be rung, and how often: whatever a caller, a rota or an import holds, nothing else is ever dialled. Pure."""

import re
from collections import deque
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
#: Where an engineer's phone can be: other numbers cost whoever calls them, or are nobody's phone.
_PLAIN = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.UAN,
    }
)
MINUTE, HOUR = 60.0, 3600.0


class NotDialled(Exception):
    """A phone that is not rung. `str()` of it is the reason, in Dutch."""


class BudgetSpent(NotDialled):
    """So much was dialled that it may be fraud, or a fault. `which` limit: "legs", "rate" or "duration"."""

    def __init__(self, which: str, why: str) -> None:
        super().__init__(why)
        self.which = which


@dataclass(frozen=True, slots=True)
class Approved:
    """`desk`: endpoints of our own phones. `countries`: of numbers behind the trunk, such as NL."""

    trunk: str = ""
    desk: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """`legs_per_call` counts every phone; the others only numbers behind the trunk, of all calls together."""

    legs_per_call: int = 60
    dials_per_minute: int = 120
    minutes_per_hour: int = 600


def number_to_dial(number: str, countries: frozenset[str]) -> str:
    """`number` itself, when it is E.164, in one of these countries, and the phone of a person or an office. Raises NotDialled."""
    if not _E164.fullmatch(number):
        raise NotDialled(f"{number!r} is geen nummer in de vorm +31612345678: niet gebeld.")
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        raise NotDialled(f"{number} hoort bij geen enkel land: niet gebeld.") from None
    country = phonenumbers.region_code_for_number(parsed)
    if country not in countries:
        allowed = ", ".join(sorted(countries)) or "geen enkel land"
        raise NotDialled(f"{number} ligt in {country or 'een onbekend land'}; toegestaan: {allowed}. Niet gebeld.")
    if phonenumbers.number_type(parsed) not in _PLAIN:
        raise NotDialled(f"{number} is een betaald, gratis of onbekend nummer: niet gebeld.")
    return number


def may_be_dialled(number: str, countries: frozenset[str]) -> bool:
    """As `number_to_dial` judges."""
    try:
        return bool(number_to_dial(number, countries))
    except NotDialled:
        return False


def approved_endpoint(endpoint: str, number: str, approved: Approved) -> str:
    """What Asterisk is told to ring: a desk phone by its exact name, or the number in a constant template, and never the
    string that was asked for. `number` "" for a desk phone. Raises NotDialled."""
    if not number:
        if endpoint not in approved.desk:
            raise NotDialled(f"{endpoint!r} is geen toestel van de servicedesk: niet gebeld.")
        return endpoint
    behind_trunk = f"PJSIP/{number_to_dial(number, approved.countries).removeprefix('+')}@{approved.trunk}"
    if endpoint != behind_trunk:
        raise NotDialled(f"{endpoint!r} hoort niet bij {number}: niet gebeld.")
    return behind_trunk


class Budget:
    """Counts what was dialled. All instants are seconds of one clock that never goes back."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._of_call: dict[str, int] = {}
        self._dialled: deque[float] = deque()
        self._on: dict[str, float] = {}
        #: (when it ended, how long it lasted)
        self._ended: deque[tuple[float, float]] = deque()

    def take(self, call: str, leg: str, now: float, *, is_behind_trunk: bool) -> None:
        """One more leg for a call. Raises BudgetSpent, and then nothing is counted."""
        legs = self._of_call.get(call, 0)
        if legs >= self._limits.legs_per_call:
            raise BudgetSpent("legs", f"Voor dit gesprek is al {legs} keer een toestel gebeld: niet nog eens.")
        if is_behind_trunk:
            self._take_behind_trunk(leg, now)
        self._of_call[call] = legs + 1

    def ended(self, leg: str, now: float) -> None:
        """A leg that is not counted, or not any more, is fine."""
        began = self._on.pop(leg, None)
        if began is not None:
            self._ended.append((now, now - began))

    def forget(self, call: str) -> None:
        """The call is over."""
        self._of_call.pop(call, None)

    def _take_behind_trunk(self, leg: str, now: float) -> None:
        while self._dialled and self._dialled[0] <= now - MINUTE:
            self._dialled.popleft()
        while self._ended and self._ended[0][0] <= now - HOUR:
            self._ended.popleft()
        if len(self._dialled) >= self._limits.dials_per_minute:
            raise BudgetSpent(
                "rate", f"In een minuut is al {len(self._dialled)} keer naar buiten gebeld: niet nog eens."
            )
        used = sum(length for _, length in self._ended) + sum(now - began for began in self._on.values())
        if used >= self._limits.minutes_per_hour * MINUTE:
            raise BudgetSpent(
                "duration", f"In een uur is al {used / MINUTE:.0f} minuten naar buiten gebeld: niet nog meer."
            )
        self._dialled.append(now)
        self._on[leg] = now
