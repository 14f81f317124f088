"""Which days the library `holidays` names for the Netherlands: a proposal only. No law gives a day off, and its list
changes between versions, so nothing counts before a person approved it (A-08)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Literal

ProposedAs = Literal["public", "optional"]


@dataclass(frozen=True, slots=True)
class ProposedDay:
    """`kind` is the library's; "optional" is Bevrijdingsdag in most years. `source` names library and version."""

    day: date
    name: str
    kind: ProposedAs
    source: str


def proposed_days(year: int) -> tuple[ProposedDay, ...]:
    """In order of date. Koningsdag on a Sunday is the Saturday before it. Raises ValueError outside 1900-2100."""
    if not 1900 <= year <= 2100:
        raise ValueError(f"{year} is no year to propose holidays for: choose one from 1900 to 2100")
    library = f"holidays {version('holidays')}"
    found = {
        day: ProposedDay(day, name, kind, f"{library}, {kind}")
        for kind in _KINDS
        for day, name in _named(year, kind).items()
    }
    return tuple(found[day] for day in sorted(found))


#: In this order, so that a day that is both counts as public.
_KINDS: tuple[ProposedAs, ...] = ("optional", "public")


def _named(year: int, kind: ProposedAs) -> Mapping[date, str]:
    import holidays  # a tenth of a second, which no call and no page must wait for

    return holidays.country_holidays("NL", years=year, language="nl", categories=(kind,))
